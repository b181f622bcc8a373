/** Generated columns that stop reading what is dropped: there and back on every database, with their values. */
import { sql, type AsyncEngine } from "sqlmodel";
import type { Operations } from "sqlmodel/migration";
import { describe, expect, test } from "vitest";
import type { ColumnOptions } from "../../../src/metadata/column.ts";
import type { MetaData } from "../../../src/metadata/meta-data.ts";
import { reverseOperations } from "../../../src/metadata/reverse-operation.ts";
import { autogenerate } from "../../../src/migration/autogenerate.ts";
import { renderRevision } from "../../../src/migration/render/render-revision.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { enumType, integer, text } from "../../../src/sql/type/types.ts";
import { evaluateRevision } from "../../support/revision-text.ts";
import { down, revision, up } from "../../support/revisions.ts";
import { column, defineTable, id } from "../../support/tables.ts";
import { testEngines } from "../../support/test-engines.ts";

const hero = (...columns: ColumnOptions[]): MetaData =>
  defineTable({ name: "hero", columns: [id, ...columns] }).metadata;
const mood = (...values: [string, ...string[]]): ColumnOptions => column("mood", enumType(values, { name: "mood" }));
const age = column("age", integer());
const twice = column("twice", integer());
const computed = (options: ColumnOptions, expression: ReturnType<typeof sql<number>>): ColumnOptions => ({
  ...options,
  computed: { expression: expression.node, stored: true },
});

async function rowsOf(engine: AsyncEngine, text: string): Promise<string[]> {
  return engine.run(function* (core) {
    const { rows } = yield* core.executeRaw({ sql: text, returnsRows: true });
    return rows.map((row) => row.map(String).join(" "));
  });
}

const send = (engine: AsyncEngine, text: string): Promise<unknown> =>
  engine.run((core) => core.executeRaw({ sql: text, returnsRows: false }));

async function difference(engine: AsyncEngine, metadata: MetaData): Promise<unknown[]> {
  const { operations, questions } = await autogenerate(engine, { metadata });
  return [...operations, ...questions];
}

const before = hero(age, computed(twice, sql<number>`age * 2`), mood("sad", "ok"));
const cases: readonly { readonly title: string; readonly before: MetaData; readonly after: MetaData }[] = [
  { title: "becomes plain, and an enum type loses a value", before, after: hero(twice, mood("ok")) },
  {
    title: "reads another, and an enum type loses a value",
    before,
    after: hero(
      column("no", integer(), { serverDefault: sql<number>`7`.node }),
      computed(twice, sql<number>`no * 2`),
      mood("ok"),
    ),
  },
  {
    title: "becomes plain or goes, and what it read gets another type",
    before: hero(age, computed(twice, sql<number>`age * 2`), computed(column("half", integer()), sql<number>`age - 1`)),
    after: hero(column("age", text()), twice),
  },
  {
    title: "becomes plain or goes, and what it read becomes generated",
    before: hero(age, computed(twice, sql<number>`age * 2`), computed(column("half", integer()), sql<number>`age - 1`)),
    after: hero(column("no", integer()), twice, computed(age, sql<number>`no + 1`)),
  },
];

describe.each(testEngines)("$name", (target) => {
  test.each(cases)("a generated column $title", async ({ before: first, after }) => {
    const { engine, remove } = await target.open();
    try {
      await first.createAll(engine);
      await send(engine, "INSERT INTO hero (age) VALUES (7)");
      const options = { metadata: after, notRenames: ["hero.age:no", "hero.half:no", "mood.sad:ok"] };
      const { operations, questions } = await autogenerate(engine, options);
      expect(questions).toEqual([]);
      const about = { id: "r", downRevisions: [], message: "r", createdAt: new Date(0) };
      const bodies = { upgrade: operations, downgrade: reverseOperations(operations) };
      const code = evaluateRevision(renderRevision(about, bodies, { dialect: engine.dialect.migrations }));
      const made = revision("r", code["upgrade"] as (op: Operations) => void, {
        downgrade: code["downgrade"] as (op: Operations) => void,
      });
      await runStepsAsync(engine, up(made), { refuseDestructive: false });
      expect(await difference(engine, after)).toEqual([]);
      expect(await rowsOf(engine, "SELECT twice FROM hero")).toEqual(["14"]);
      // A column that kept other values does not become computed where it would lose them.
      await send(engine, "DELETE FROM hero");
      await runStepsAsync(engine, down(made), { refuseDestructive: false });
      expect(await difference(engine, first)).toEqual([]);
    } finally {
      await remove();
    }
  });
});
