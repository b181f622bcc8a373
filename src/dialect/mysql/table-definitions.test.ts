/** What a resumed run asks: was this ALTER TABLE carried out? Others may write rows meanwhile. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../../test/support/dialects.ts";
import { tableDefinitions } from "./table-definitions.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await databases.find(({ name }) => name === "MariaDB")!.open();
});
afterAll(() => database.close());

const look = (...names: string[]): Promise<string> =>
  database.run((core) =>
    tableDefinitions(
      core,
      names.map((name) => ({ name })),
    ),
  );

test("definitions change with the table, not with its rows", async () => {
  const missing = await look("a `b`");
  await database.command("CREATE TABLE `a ``b``` (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(10)) COMMENT='one'");
  const empty = await look("a `b`");
  expect(empty).not.toBe(missing);
  await database.command("INSERT INTO `a ``b``` (name) VALUES ('x'), ('y'), ('z')");
  expect(await look("a `b`")).toBe(empty);
  await database.command("ALTER TABLE `a ``b``` ADD INDEX ix_name (name)");
  const indexed = await look("a `b`");
  expect(indexed).not.toBe(empty);
  expect(await look("a `b`", "other")).not.toBe(indexed);
  await database.command("ALTER TABLE `a ``b``` COMMENT='two'");
  expect(await look("a `b`")).not.toBe(indexed);
  await database.command("DROP TABLE `a ``b```");
  expect(await look("a `b`")).toBe(missing);
});

test("other errors are told", async () => {
  await expect(look("x".repeat(65))).rejects.toThrow("Incorrect table name");
});
