/** Indexes that foreign keys need are replaced while the keys stay. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "../../../test/support/dialects.ts";
import { OperationTester } from "../../../test/support/operation-tester.ts";
import type { Operation } from "../../metadata/operation.ts";

const [server] = databases.filter((candidate) => candidate.name === "MariaDB");
const hero = { name: "hero" };
const team = { name: "team" };

describe.runIf(server !== undefined)("indexes that foreign keys need, on MariaDB", () => {
  let tester: OperationTester;
  beforeAll(async () => {
    if (server !== undefined) tester = new OperationTester(await server.open());
  });
  afterAll(() => tester.database.close());
  beforeEach(() => tester.clear());

  it("on the side that refers", async () => {
    const catalog = await tester.setUp(
      "CREATE TABLE team (id int PRIMARY KEY)",
      "CREATE TABLE hero (id int PRIMARY KEY, team_id int, name varchar(20), KEY ix (team_id), CONSTRAINT fk FOREIGN KEY (team_id) REFERENCES team (id))",
    );
    const operations: Operation[] = [
      { kind: "dropIndex", table: hero, name: "ix" },
      {
        kind: "createIndex",
        table: hero,
        index: { name: "ix", unique: false, columns: [{ column: "team_id" }, { column: "name" }] },
      },
    ];
    await tester.run(operations, catalog);
    const [table] = (await tester.inspect()).tables;
    expect(table?.indexes.map(({ name, columns }) => [name, columns.length])).toEqual([["ix", 2]]);
    expect(table?.foreignKeys.map(({ name }) => name)).toEqual(["fk"]);
  });

  it("on the side that is referred to", async () => {
    const catalog = await tester.setUp(
      "CREATE TABLE team (id int PRIMARY KEY, code int, name varchar(20), CONSTRAINT uq UNIQUE (code))",
      "CREATE TABLE hero (id int PRIMARY KEY, code int, CONSTRAINT fk FOREIGN KEY (code) REFERENCES team (code))",
    );
    const operations: Operation[] = [
      { kind: "dropConstraint", table: team, constraintKind: "unique", name: "uq" },
      { kind: "addConstraint", table: team, constraint: { kind: "unique", name: "uq", columns: ["code", "name"] } },
    ];
    await tester.run(operations, catalog);
    const tables = (await tester.inspect()).tables;
    expect(tables.find(({ name }) => name === "team")?.uniques).toMatchObject([
      { name: "uq", columns: ["code", "name"] },
    ]);
    expect(tables.find(({ name }) => name === "hero")?.foreignKeys.map(({ name }) => name)).toEqual(["fk"]);
  });
});
