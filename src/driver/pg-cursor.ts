/** Cursors of PostgreSQL, by SQL: other statements may run in between, through a pooler as well. Used by `pg.ts` and `pglite.ts`. */
import type { DriverConnection, DriverCursor, DriverResult, Query } from "../io/driver.ts";

type Sender = Pick<DriverConnection, "transactionStatus" | "isOpen"> & {
  execute(query: Query): Promise<DriverResult>;
};

/** Declare a cursor for `query` in the transaction of `connection`. @param number - One that no other cursor there has. */
export async function openPgCursor(connection: Sender, query: Query, number: number): Promise<DriverCursor> {
  const name = `"sqlmodel_cursor_${String(number)}"`;
  await connection.execute({
    ...query,
    sql: `DECLARE ${name} NO SCROLL CURSOR FOR ${query.sql}`,
    returnsRows: false,
    reusable: false,
  });
  return new PgCursor(connection, name);
}

class PgCursor implements DriverCursor {
  readonly blocksWrites = false;
  columns: readonly string[] = [];
  readonly #connection: Sender;
  readonly #name: string;
  #isOpen = true;

  constructor(connection: Sender, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  async read(count: number): Promise<DriverResult["rows"]> {
    const { rows, columns } = await this.#send(`FETCH FORWARD ${String(count)} FROM ${this.#name}`);
    this.columns = columns;
    return rows;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // The end of a transaction, and an error in it, have closed its cursors.
    if (this.#connection.isOpen() && this.#connection.transactionStatus() === "active") {
      await this.#send(`CLOSE ${this.#name}`);
    }
  }

  #send(sql: string): Promise<DriverResult> {
    return this.#connection.execute({
      sql,
      parameters: [],
      returnsRows: true,
      // Names come again with other columns: nothing about them is kept.
      reusable: false,
      integers: "number",
    });
  }
}
