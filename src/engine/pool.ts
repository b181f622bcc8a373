/**
 * A pool of connections with the meaning of SQLAlchemy's QueuePool. `connection.ts` takes from it and gives back.
 *
 * Invariants:
 * (1) `#total` counts connections that are idle, held or being opened, and never exceeds size + overflow.
 * (2) A waiter is queued only while (1) leaves no room and none is idle; waiters are served in the order they came.
 * (3) A connection is given out, or kept idle, only with no transaction open on it.
 */
import type { Driver, DriverConnection } from "../io/driver.ts";
import type { ConnectionSource } from "../io/io.ts";
import { InternalError } from "../util/coded-error.ts";
import { EngineDisposedError, PoolExhaustedError, PoolTimeoutError, type ConnectionHolder } from "./errors.ts";
import { chain, type Awaitable } from "./awaitable.ts";

export interface PoolOptions {
  /** Connections kept open. */
  readonly size: number;
  /** Connections opened beyond `size` in a rush, and closed when they come back. */
  readonly overflow: number;
  /** How long to wait for a free connection, in seconds. */
  readonly timeout: number;
  /** Close connections older than this many seconds instead of giving them out; -1 for never. */
  readonly recycle: number;
  /** True: give out the connection that came back last, so that others become old and can be closed by the server. */
  readonly lifo: boolean;
  /** True: whoever finds no free connection waits for one; false where nobody can wait (synchronous engines). */
  readonly waits: boolean;
  /** Record where connections are taken, for the errors that name holders: of all, or only once more than half are out. */
  readonly holderStacks: boolean | "scarce";
  /** Where the database is, for traces. */
  readonly place?: PoolPlace;
}

/** What a URL says of a database's place. */
export interface PoolPlace {
  readonly database?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** Numbers of connections at this moment. */
export interface PoolStatus {
  readonly idle: number;
  readonly inUse: number;
  readonly waiting: number;
}

interface Member {
  readonly connection: DriverConnection;
  readonly openedAt: number;
  heldSince: number;
  stack: { readonly stack?: string } | undefined;
}

interface Waiter {
  readonly give: (member: Awaitable<DriverConnection>) => void;
  readonly fail: (error: unknown) => void;
}

export class Pool implements ConnectionSource {
  readonly #driver: Driver;
  readonly #options: PoolOptions;
  readonly #idle: Member[] = [];
  readonly #held = new Map<DriverConnection, Member>();
  readonly #waiters = new Set<Waiter>();
  readonly #closing = new Set<Promise<void>>();
  #total = 0;
  #invalidBefore = -Infinity;
  #state: "open" | "draining" | "disposed" = "open";
  #onDrained: (() => void) | undefined;

  constructor(driver: Driver, options: PoolOptions) {
    this.#driver = driver;
    this.#options = options;
  }

  /** False where nobody can wait for an answer: in a synchronous engine. */
  get waits(): boolean {
    return this.#options.waits;
  }

  get place(): PoolPlace {
    return this.#options.place ?? {};
  }

  get status(): PoolStatus {
    return { idle: this.#idle.length, inUse: this.#held.size, waiting: this.#waiters.size };
  }

  /** A pool of one connection to a new, empty database of the same kind; undefined where the driver has none. */
  scratch(): Pool | undefined {
    const driver = this.#driver.scratch?.();
    return driver === undefined
      ? undefined
      : new Pool(driver, { ...this.#options, size: 1, overflow: 0, recycle: -1, place: {} });
  }

  get #limit(): number {
    return this.#options.size + this.#options.overflow;
  }

  acquire(signal?: AbortSignal): Awaitable<DriverConnection> {
    if (this.#state !== "open") throw new EngineDisposedError();
    signal?.throwIfAborted();
    const member = this.#takeIdle();
    if (member !== undefined) return this.#hold(member);
    if (this.#total < this.#limit) return this.#open();
    if (!this.#options.waits) throw new PoolExhaustedError(this.#limit, this.#holders());
    return this.#wait(signal);
  }

  release(connection: DriverConnection, broken: boolean): Awaitable<void> {
    const member = this.#held.get(connection);
    if (member === undefined) throw new InternalError(`Connection ${String(connection.id)} was given back twice.`);
    const status = connection.transactionStatus();
    if (broken || !connection.isOpen() || status === "unknown") return this.#discard(member);
    if (status === "idle") return this.#putBack(member);
    process.emitWarning(
      `Connection ${String(connection.id)} came back to the pool with an open transaction, which was rolled back.`,
      {
        type: "SQLModelWarning",
        detail: "BEGIN was sent as text, or a transaction was left without commit() or rollback().",
      },
    );
    return this.#reset(member);
  }

  /** Close rather than reuse all connections opened before now: the server has gone away in between. */
  invalidate(): void {
    this.#invalidBefore = performance.now();
  }

  /** Close idle connections now and the others as they come back; refuse new ones. */
  dispose(): Awaitable<void> {
    if (this.#state === "disposed") return undefined;
    this.#state = "disposed";
    for (const waiter of this.#waiters) waiter.fail(new EngineDisposedError());
    for (const member of this.#idle.splice(0)) {
      // Otherwise the process could end while somebody waits for the closing.
      member.connection.keepAlive?.(true);
      this.#close(member);
    }
    return this.#disposeDriver();
  }

  /** Refuse new connections, wait until all are back (or `timeout` seconds have passed), and dispose. */
  async drain(timeout: number): Promise<void> {
    if (this.#state === "open") this.#state = "draining";
    if (this.#held.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#onDrained = resolve;
        timer = setTimeout(resolve, timeout * 1000);
      });
      clearTimeout(timer);
    }
    await this.dispose();
  }

  #takeIdle(): Member | undefined {
    for (;;) {
      const member = this.#options.lifo ? this.#idle.pop() : this.#idle.shift();
      if (member === undefined || (member.connection.isOpen() && !this.#isStale(member))) return member;
      this.#close(member);
    }
  }

  #isStale(member: Member): boolean {
    const { recycle } = this.#options;
    if (member.openedAt < this.#invalidBefore) return true;
    return recycle >= 0 && performance.now() - member.openedAt > recycle * 1000;
  }

  #hold(member: Member): DriverConnection {
    member.heldSince = performance.now();
    member.stack = this.#callSite();
    member.connection.keepAlive?.(true);
    this.#held.set(member.connection, member);
    return member.connection;
  }

  #callSite(): Member["stack"] {
    const { holderStacks } = this.#options;
    const isRecorded = holderStacks === "scarce" ? (this.#held.size + 1) * 2 > this.#limit : holderStacks;
    if (!isRecorded) return undefined;
    const site = {};
    // oxlint-disable-next-line typescript/unbound-method -- Frames up to this function are left out; nobody calls it.
    Error.captureStackTrace(site, this.acquire);
    return site;
  }

  #open(): Awaitable<DriverConnection> {
    this.#total += 1;
    const stack = this.#callSite();
    const opened = (connection: DriverConnection): DriverConnection => {
      const now = performance.now();
      this.#held.set(connection, { connection, openedAt: now, heldSince: now, stack });
      return connection;
    };
    const failed = (error: unknown): never => {
      this.#total -= 1;
      this.#serveWaiters();
      throw error;
    };
    return chain(() => this.#driver.connect(), opened, failed);
  }

  #wait(signal: AbortSignal | undefined): Promise<DriverConnection> {
    const stack = this.#callSite();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        give: (connection) => {
          settle();
          resolve(
            chain(
              () => connection,
              (given) => this.#recordSite(given, stack),
            ),
          );
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      const aborted = (): void => waiter.fail(signal?.reason);
      const { timeout, size, overflow } = this.#options;
      const timer = setTimeout(() => {
        waiter.fail(new PoolTimeoutError({ timeout, size, overflow, holders: this.#holders() }));
      }, timeout * 1000);
      signal?.addEventListener("abort", aborted, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Whoever gave the connection back is on the stack when a waiter gets it; where the waiter began to wait is what counts. */
  #recordSite(connection: DriverConnection, stack: Member["stack"]): DriverConnection {
    const member = this.#held.get(connection);
    if (member !== undefined) member.stack = stack;
    return connection;
  }

  #serveWaiters(): void {
    for (const waiter of this.#waiters) {
      const member = this.#takeIdle();
      if (member !== undefined) {
        waiter.give(this.#hold(member));
      } else if (this.#total < this.#limit) {
        waiter.give(this.#open());
      } else {
        return;
      }
    }
  }

  #putBack(member: Member): Awaitable<void> {
    const isSurplus = this.#waiters.size === 0 && this.#idle.length >= this.#options.size;
    if (this.#state === "disposed" || isSurplus || this.#isStale(member)) return this.#discard(member);
    this.#held.delete(member.connection);
    member.stack = undefined;
    member.connection.keepAlive?.(false);
    this.#idle.push(member);
    this.#serveWaiters();
    this.#checkDrained();
    return undefined;
  }

  #reset(member: Member): Awaitable<void> {
    const rollback = {
      sql: "ROLLBACK",
      parameters: [],
      returnsRows: false,
      reusable: false,
      integers: "number",
    } as const;
    return chain(
      () => member.connection.execute(rollback),
      () => (member.connection.transactionStatus() === "idle" ? this.#putBack(member) : this.#discard(member)),
      () => this.#discard(member),
    );
  }

  #discard(member: Member): Awaitable<void> {
    this.#held.delete(member.connection);
    this.#close(member);
    this.#serveWaiters();
    this.#checkDrained();
    return this.#state === "disposed" ? this.#disposeDriver() : undefined;
  }

  /** Closing is not waited for: a lost connection may take minutes. `dispose` waits. */
  #close(member: Member): void {
    this.#total -= 1;
    // What cannot be closed any more is closed.
    const closing = chain(
      () => member.connection.close(),
      () => undefined,
      () => undefined,
    );
    if (!(closing instanceof Promise)) return;
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  #disposeDriver(): Awaitable<void> {
    if (this.#driver.isSync) {
      if (this.#total === 0) return this.#driver.dispose?.();
      return undefined;
    }
    return this.#disposeAsyncDriver();
  }

  async #disposeAsyncDriver(): Promise<void> {
    await Promise.all(this.#closing);
    if (this.#total === 0) await this.#driver.dispose?.();
  }

  #checkDrained(): void {
    if (this.#held.size === 0) this.#onDrained?.();
  }

  #holders(): ConnectionHolder[] {
    const now = performance.now();
    const held = [...this.#held.values()].sort((left, right) => left.heldSince - right.heldSince);
    return held.map(({ connection, heldSince, stack }) => ({
      connection: connection.id,
      age: (now - heldSince) / 1000,
      stack: stack?.stack?.slice(stack.stack.indexOf("\n") + 1),
    }));
  }
}
