/**
 * What migrations of other tools have lost, on every database: R2, R3, R6 and R8, and Alembic's batch operations (55, 57).
 * R1 is in src/dialect/sqlite/table-rebuild.test.ts, R4 in test/suite/traps/, R5 in src/migration/run/, R7 in
 * autogenerate-property.test.ts and in the inspectors' tests.
 */
import { sql, type AsyncEngine } from "sqlmodel";
import { column, integer, primaryKey, varchar } from "sqlmodel/migration";
import { describe, expect, test } from "vitest";
import { MetaData } from "../../../src/metadata/meta-data.ts";
import { Table } from "../../../src/metadata/table.ts";
import { autogenerate } from "../../../src/migration/autogenerate.ts";
import { RevisionGraph } from "../../../src/migration/revision/revision-graph.ts";
import { offlineSql } from "../../../src/migration/run/offline.ts";
import { planStepsAsync } from "../../../src/migration/run/plan.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { revision, up } from "../../support/revisions.ts";
import { column as modelColumn, id } from "../../support/tables.ts";
import { testEngines } from "../../support/test-engines.ts";

const foo = revision("foo", (op) => {
  op.createTable("foo", [
    column("id", integer()),
    column("data", varchar(50), { nullable: true }),
    column("x", integer()),
    primaryKey(["id"]),
  ]);
  op.bulkInsert("foo", [
    { id: 1, data: "12", x: 5 },
    { id: 2, data: null, x: 6 },
  ]);
});

async function rowsOf(engine: AsyncEngine, text: string): Promise<string[]> {
  return engine.run(function* (core) {
    const { rows } = yield* core.executeRaw({ sql: text, returnsRows: true });
    return rows.map((row) => row.map(String).join(" "));
  });
}

async function columnsOf(engine: AsyncEngine): Promise<(string | undefined)[][]> {
  const { tables } = await engine.run((core) => core.dialect.migrations.inspect(core.driverConnection, {}));
  const found = tables.find(({ name }) => name === "foo");
  return [found?.columns.map(({ name }) => name) ?? [], found?.indexes.map(({ name }) => name) ?? []];
}

describe.each(testEngines)("$name", (target) => {
  const opened = async (work: (engine: AsyncEngine) => Promise<void>): Promise<void> => {
    const { engine, remove } = await target.open();
    try {
      await runStepsAsync(engine, up(foo));
      await work(engine);
      expect(engine.poolStatus.inUse).toBe(0);
    } finally {
      await remove();
    }
  };

  test("R2, Alembic 55: another type keeps the values, and a value that has none in it stops everything", () =>
    opened(async (engine) => {
      const longer = revision("longer", (op) => op.alterColumn("foo", "data", { type: varchar(80) }));
      const isCast = engine.dialect.name === "postgresql";
      const whole = revision("whole", (op) =>
        op.alterColumn("foo", "data", { type: integer(), ...(isCast ? { using: sql`data::integer` } : {}) }),
      );
      await runStepsAsync(engine, up(longer));
      await runStepsAsync(engine, up(whole));
      expect(await rowsOf(engine, "SELECT id, data, x FROM foo ORDER BY id")).toEqual(["1 12 5", "2 null 6"]);
      const back = revision("back", (op) => {
        op.alterColumn("foo", "data", { type: varchar(80) });
        op.execute(sql`UPDATE foo SET data = 'twelve' WHERE id = 1`);
      });
      await runStepsAsync(engine, up(back));
      const again = revision("again", (op) =>
        op.alterColumn("foo", "data", { type: integer(), ...(isCast ? { using: sql`data::integer` } : {}) }),
      );
      await expect(runStepsAsync(engine, up(again))).rejects.toThrow();
      expect(await rowsOf(engine, "SELECT id, data, x FROM foo ORDER BY id")).toEqual(["1 twelve 5", "2 null 6"]);
    }));

  test("Alembic 55, 57: an index alone makes no table anew; a column in its place has its rows filled", () =>
    opened(async (engine) => {
      const indexed = revision("indexed", (op) => op.createIndex("foo", "ix_foo_x", ["x"]));
      const plan = await planStepsAsync(engine, up(indexed));
      expect(JSON.stringify(plan)).not.toMatch(/CREATE TABLE|DROP TABLE|RENAME TO/);
      await runStepsAsync(engine, up(indexed));
      const { columnPositions } = engine.dialect.capabilities;
      const filled = revision("filled", (op) =>
        op.addColumn("foo", column("data2", varchar(10)), { fill: "hi", ...(columnPositions ? { after: "id" } : {}) }),
      );
      await runStepsAsync(engine, up(filled));
      const names = columnPositions ? ["id", "data2", "data", "x"] : ["id", "data", "x", "data2"];
      expect(await columnsOf(engine)).toEqual([names, ["ix_foo_x"]]);
      expect(await rowsOf(engine, "SELECT id, data2, data, x FROM foo ORDER BY id")).toEqual([
        "1 hi 12 5",
        "2 hi null 6",
      ]);
    }));

  test("R3: views and the bookkeeping are not dropped, and other tables only with consent", () =>
    opened(async (engine) => {
      const view = revision("view", (op) => op.createView("seen", sql`SELECT id FROM foo`));
      await runStepsAsync(engine, up(view));
      const metadata = new MetaData();
      metadata.add(new Table({ name: "bar", columns: [id, modelColumn("x", integer())] }));
      const { operations, questions } = await autogenerate(engine, { metadata, notRenames: ["foo:bar"] });
      const dropped = operations.filter(({ kind }) => kind.startsWith("drop"));
      expect(questions).toEqual([]);
      expect(dropped.map((operation) => ("table" in operation ? operation.table : operation))).toMatchObject([
        { name: "foo" },
      ]);
      const drops = revision("drops", (op) => op.dropTable("foo"));
      await expect(runStepsAsync(engine, up(drops), { refuseDestructive: true })).rejects.toThrow(/foo/);
      expect(await rowsOf(engine, "SELECT count(*) FROM foo")).toEqual(["2"]);
    }));

  test("R6: a revision that comes late from another branch is applied, and asked about where it makes a second head", () =>
    opened(async (engine) => {
      const after = ["foo"];
      const newer = revision("newer", (op) => op.createIndex("foo", "ix_newer", ["x"]), { after });
      const late = revision("late", (op) => op.createIndex("foo", "ix_late", ["data"]), { after });
      await runStepsAsync(engine, up(newer));
      const graph = new RevisionGraph([foo, late, newer]);
      const applied = new Set(["foo", "newer"]);
      expect(() => graph.upgradePath("head", applied)).toThrow(/late/);
      const steps = graph.upgradePath("heads", applied);
      await runStepsAsync(engine, steps, { revisions: graph.revisions });
      expect((await columnsOf(engine))[1]?.toSorted()).toEqual(["ix_late", "ix_newer"]);
    }));

  test("R8: whatever a revision fails by, its connection goes back", () =>
    opened(async (engine) => {
      const failing = [
        revision("sql", (op) => op.execute(sql`INSERT INTO nowhere (id) VALUES (1)`)),
        revision("code", (op) => op.run("code", () => Promise.reject(new Error("no")))),
        revision("definition", () => {
          throw new Error("no");
        }),
        revision("commit", (op) => op.execute(sql`COMMIT`)),
      ];
      for (const one of failing) {
        await runStepsAsync(engine, up(one)).catch(() => undefined);
        expect([one.id, engine.poolStatus.inUse]).toEqual([one.id, 0]);
      }
      expect(await rowsOf(engine, "SELECT count(*) FROM foo")).toEqual(["2"]);
    }));
});

test("Alembic 57: SQL without a database says what it needs", async () => {
  const { engine, remove } = await (testEngines[0] ?? { open: () => Promise.reject(new Error("none")) }).open();
  try {
    const rebuilt = revision("rebuilt", (op) => op.alterColumn("foo", "data", { type: integer() }));
    await expect(offlineSql(engine.dialect, up(rebuilt))).rejects.toThrow(/foo/);
  } finally {
    await remove();
  }
});
