/** A driver without a database, for tests of pools. */
import type { Driver, DriverConnection, DriverResult, Query, TransactionStatus } from "../../src/io/driver.ts";

const done: DriverResult = { rows: [], columns: [], rowCount: 0 };

/** A connection that remembers what was done to it. */
export class FakeConnection implements DriverConnection {
  readonly id: number;
  status: TransactionStatus = "idle";
  lost = false;
  closed = 0;
  sent: string[] = [];
  keptAlive = true;
  rollbackFails = false;
  readonly #isSync: boolean;

  constructor(id: number, isSync: boolean) {
    this.id = id;
    this.#isSync = isSync;
  }
  execute(query: Query): DriverResult | Promise<DriverResult> {
    this.sent.push(query.sql);
    if (this.rollbackFails) {
      if (this.#isSync) throw new Error("lost");
      return Promise.reject(new Error("lost"));
    }
    if (query.sql === "ROLLBACK") this.status = "idle";
    return this.#isSync ? done : Promise.resolve(done);
  }
  executeScript(): void {}
  transactionStatus(): TransactionStatus {
    return this.status;
  }
  isOpen(): boolean {
    return this.closed === 0 && !this.lost;
  }
  close(): void | Promise<void> {
    this.closed += 1;
    return this.#isSync ? undefined : Promise.resolve();
  }
  keepAlive(isInUse: boolean): void {
    this.keptAlive = isInUse;
  }
}

/** A driver whose connections can be spoiled. */
export class FakeDriver implements Driver {
  readonly name = "fake";
  readonly isSync: boolean;
  readonly opened: FakeConnection[] = [];
  disposed = 0;
  failures = 0;

  constructor(isSync: boolean) {
    this.isSync = isSync;
  }
  connect(): DriverConnection | Promise<DriverConnection> {
    if (this.failures > 0) {
      this.failures -= 1;
      if (this.isSync) throw new Error("refused");
      return Promise.reject(new Error("refused"));
    }
    const connection = new FakeConnection(this.opened.length + 1, this.isSync);
    this.opened.push(connection);
    return this.isSync ? connection : Promise.resolve(connection);
  }
  dispose(): void {
    this.disposed += 1;
  }
  get open(): FakeConnection[] {
    return this.opened.filter((connection) => connection.closed === 0);
  }
}
