/** An enum loses values: rows that hold one stop it, unless the revision says what takes its place; and back again. */
import { sql, type AsyncEngine } from "sqlmodel";
import { enumType as enumOf, type Operations } from "sqlmodel/migration";
import { describe, expect, test } from "vitest";
import type { ColumnOptions } from "../../../src/metadata/column.ts";
import type { MetaData } from "../../../src/metadata/meta-data.ts";
import { reverseOperations } from "../../../src/metadata/reverse-operation.ts";
import { autogenerate } from "../../../src/migration/autogenerate.ts";
import { DestructiveOperationError, MigrationCheckError } from "../../../src/migration/errors.ts";
import { renderRevision } from "../../../src/migration/render/render-revision.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { enumType, integer } from "../../../src/sql/type/types.ts";
import { evaluateRevision } from "../../support/revision-text.ts";
import { down, revision, up } from "../../support/revisions.ts";
import { column, defineTable, id } from "../../support/tables.ts";
import { testEngines } from "../../support/test-engines.ts";

type Code = (op: Operations) => void;

/** A table with the enum and a stored column that is computed from it. */
const hero = (...values: [string, ...string[]]): MetaData => {
  const mood: ColumnOptions = column("mood", enumType(values, { name: "mood" }));
  const expression = sql<number>`CASE mood WHEN 'ok' THEN 1 ELSE 0 END`.node;
  const isOk: ColumnOptions = { ...column("is_ok", integer()), computed: { expression, stored: true } };
  return defineTable({ name: "hero", columns: [id, mood, isOk] }).metadata;
};
const before = hero("sad", "ok", "great");
const after = hero("great", "ok");

async function rowsOf(engine: AsyncEngine): Promise<string[]> {
  return engine.run(function* (core) {
    const { rows } = yield* core.executeRaw({ sql: "SELECT mood, is_ok FROM hero ORDER BY id", returnsRows: true });
    return rows.map((row) => row.map(String).join(" "));
  });
}

async function expectSchema(engine: AsyncEngine, metadata: MetaData): Promise<void> {
  const { operations, questions } = await autogenerate(engine, { metadata });
  expect([...operations, ...questions]).toEqual([]);
}

/** What autogenerate writes. */
async function generated(engine: AsyncEngine): Promise<{ readonly upgrade: Code; readonly downgrade: Code }> {
  const { operations } = await autogenerate(engine, { metadata: after });
  const about = { id: "r", downRevisions: [], message: "r", createdAt: new Date(0) };
  const bodies = { upgrade: operations, downgrade: reverseOperations(operations) };
  const code = evaluateRevision(renderRevision(about, bodies, { dialect: engine.dialect.migrations }));
  return { upgrade: code["upgrade"] as Code, downgrade: code["downgrade"] as Code };
}

/** The conversion in the words of the database, where it has some beside an UPDATE. */
const conversions: Readonly<Record<string, Code>> = {
  postgresql: (op) => op.replaceEnumValues("mood", ["great", "ok"], { mapping: { sad: "ok" } }),
  pglite: (op) => op.replaceEnumValues("mood", ["great", "ok"], { mapping: { sad: "ok" } }),
  mysql: (op) =>
    op.alterColumn("hero", "mood", {
      type: enumOf(["great", "ok"]),
      using: sql`CASE mood WHEN 'sad' THEN 'ok' ELSE mood END`,
    }),
};

describe.each(testEngines)("$name", (target) => {
  const opened = async (work: (engine: AsyncEngine) => Promise<void>): Promise<void> => {
    const { engine, remove } = await target.open();
    try {
      await before.createAll(engine);
      for (const mood of ["'sad'", "'ok'", "'great'", "NULL"])
        await engine.run((core) =>
          core.executeRaw({ sql: `INSERT INTO hero (mood) VALUES (${mood})`, returnsRows: false }),
        );
      await work(engine);
    } finally {
      await remove();
    }
  };

  test("rows that hold the value stop it before anything changes", () =>
    opened(async (engine) => {
      const { upgrade } = await generated(engine);
      const refused = runStepsAsync(engine, up(revision("r", upgrade)), { refuseDestructive: true });
      await expect(refused).rejects.toThrow(MigrationCheckError);
      await expect(refused).rejects.toThrow(/mood/);
      expect(await rowsOf(engine)).toEqual(["sad 0", "ok 1", "great 0", "null 0"]);
      await expectSchema(engine, before);
    }));

  test("an UPDATE in the same revision says what takes its place, there and back", () =>
    opened(async (engine) => {
      const { upgrade, downgrade } = await generated(engine);
      const made = revision(
        "r",
        (op) => {
          op.execute(sql`UPDATE hero SET mood = ${"ok"} WHERE mood = ${"sad"}`);
          upgrade(op);
        },
        { downgrade },
      );
      const events: string[] = [];
      await runStepsAsync(engine, up(made), { refuseDestructive: true, onEvent: ({ kind }) => events.push(kind) });
      // Told once, although SQLite begins anew with foreign keys off.
      expect(events.filter((kind) => kind !== "step")).toEqual(["begin", "end"]);
      expect(await rowsOf(engine)).toEqual(["ok 1", "ok 1", "great 0", "null 0"]);
      await expectSchema(engine, after);
      await runStepsAsync(engine, down(made), { refuseDestructive: true });
      expect(await rowsOf(engine)).toEqual(["ok 1", "ok 1", "great 0", "null 0"]);
      await expectSchema(engine, before);
    }));

  const conversion = conversions[target.name];
  test.skipIf(conversion === undefined)("so does a mapping, which needs consent where values become one", () =>
    opened(async (engine) => {
      const { downgrade } = await generated(engine);
      const made = revision("r", conversion ?? (() => undefined), { downgrade });
      await expect(runStepsAsync(engine, up(made), { refuseDestructive: true })).rejects.toThrow(
        DestructiveOperationError,
      );
      await runStepsAsync(engine, up(made), { refuseDestructive: true, consent: ["mood", "hero.mood"] });
      expect(await rowsOf(engine)).toEqual(["ok 1", "ok 1", "great 0", "null 0"]);
      await expectSchema(engine, after);
      await runStepsAsync(engine, down(made), { refuseDestructive: true });
      expect(await rowsOf(engine)).toEqual(["ok 1", "ok 1", "great 0", "null 0"]);
      await expectSchema(engine, before);
    }),
  );
});
