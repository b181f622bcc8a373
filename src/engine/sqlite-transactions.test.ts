/** What SQLite's own transactions do behind one's back. */
import { describe, expect, test } from "vitest";
import { testEngines } from "../../test/support/test-engines.ts";
import { createAsyncEngine } from "../create-engine.ts";
import { SerializationFailure, UniqueViolation } from "../dialect/database-error.ts";
import { sql } from "../sql/expression/operators.ts";
import { TransactionFailedError } from "./errors.ts";

describe("sqlite: concurrent writers", () => {
  const target = testEngines.find(({ name }) => name === "sqlite");

  test("a reader that turns writer after another wrote must start anew (T28)", async () => {
    const opened = await target?.open();
    if (opened === undefined) return;
    const { engine, url, remove } = opened;
    const other = createAsyncEngine(url);
    await engine.begin((connection) => connection.execute(sql`create table hero (id int primary key)`));
    const reader = await engine.connect();
    await reader.begin();
    await reader.execute(sql`select * from hero`);
    await other.begin((connection) => connection.execute(sql`insert into hero values (1)`));
    await expect(reader.execute(sql`insert into hero values (2)`)).rejects.toThrow(SerializationFailure);
    expect(reader.transaction).toBe("failed");
    await reader.rollback();
    await reader.begin({ write: true });
    await reader.execute(sql`insert into hero values (2)`);
    await reader.commit();
    await reader.close();
    await other.dispose();
    await remove();
  });

  test("ON CONFLICT ROLLBACK ends the transaction: what follows is not written outside of one (T22)", async () => {
    const opened = await target?.open();
    if (opened === undefined) return;
    const { engine, remove } = opened;
    const connection = await engine.connect();
    await connection.execute(sql`create table hero (id int primary key)`);
    await connection.begin({ write: true });
    await connection.execute(sql`insert into hero values (1)`);
    await expect(connection.execute(sql`insert or rollback into hero values (1)`)).rejects.toThrow(UniqueViolation);
    await expect(connection.execute(sql`insert into hero values (2)`)).rejects.toThrow(TransactionFailedError);
    await expect(connection.run((core) => core.rollbackTo("s"))).rejects.toThrow(/no savepoint 's' to go back to/);
    await connection.rollback();
    expect((await connection.execute(sql`select * from hero`)).all()).toEqual([]);
    await connection.close();
    await remove();
  });
});
