/** Plans, SQL without a database, and stamping: what they say is what a run does. */
import { describe, expect, test } from "vitest";
import { sql } from "sqlmodel";
import { dialects } from "../../../test/support/dialects.ts";
import { down, revision, up } from "../../../test/support/revisions.ts";
import { testEngines } from "../../../test/support/test-engines.ts";
import { column, primaryKey } from "../definitions.ts";
import { OfflineError } from "../errors.ts";
import { integer } from "../../sql/type/types.ts";
import { Bookkeeping } from "./bookkeeping.ts";
import { inspectNow } from "./live-catalog.ts";
import { offlineSql } from "./offline.ts";
import { planStepsAsync } from "./plan.ts";
import { runStepsAsync } from "./run-steps.ts";
import { stampAsync } from "./stamp.ts";

const team = revision(
  "team",
  (op) => op.createTable("team", [column("id", integer()), column("size", integer()), primaryKey(["id"])]),
  { downgrade: (op) => op.dropTable("team") },
);
const filled = revision(
  "it's -- filled",
  (op) => {
    op.execute(sql`INSERT INTO team (id, size) VALUES (1, 2), (2, 2)`);
    op.backfill("team", { size: sql`size + 1` }, { where: sql`id > 1` });
    op.addColumn("team", column("rank", integer(), { nullable: true }));
  },
  { after: ["team"], downgrade: (op) => op.dropColumn("team", "rank") },
);

/** Statements of a script; none of those of these tests has a semicolon inside. */
function statementsOf(script: string): string[] {
  const code = script
    .split("\n")
    .filter((line) => !line.startsWith("--"))
    .join("\n");
  return code
    .split(";\n")
    .map((text) => text.replace(/;$/, "").trim())
    .filter((text) => text !== "");
}

// PGlite takes seconds to start, and says what PostgreSQL says.
describe.each(testEngines.filter(({ name }) => name !== "pglite"))("$name", (target) => {
  test("a script does what a run does, up and down", async () => {
    const scripted = await target.open();
    const run = await target.open();
    const state = (engine: typeof run.engine): Promise<unknown> =>
      engine.run(function* (core) {
        const catalog = yield* inspectNow(core, []);
        const rows = [...(yield* new Bookkeeping().readIfThere(core)).values()];
        const books = rows.map(
          ({ revision: id, contentHash, message, state }) => `${id} ${contentHash} ${message} ${state}`,
        );
        const { rows: teams } = yield* core.executeRaw({
          sql: "SELECT id, size FROM team ORDER BY id",
          returnsRows: true,
        });
        return { catalog, books: books.sort(), teams: teams.map((row) => row.map(String)) };
      });
    const send = (script: string): Promise<void> =>
      scripted.engine.run(function* (core) {
        for (const text of statementsOf(script)) yield* core.executeRaw({ sql: text });
      });
    try {
      await runStepsAsync(run.engine, up(team, filled));
      const { dialect } = scripted.engine;
      await send(await offlineSql(dialect, up(team, filled)));
      expect(await state(scripted.engine)).toEqual(await state(run.engine));
      await runStepsAsync(run.engine, down(filled));
      await send(await offlineSql(dialect, down(filled), { before: up(team, filled) }));
      expect(await state(scripted.engine)).toEqual(await state(run.engine));
    } finally {
      await scripted.remove();
      await run.remove();
    }
  });

  test("a plan writes nothing and tells what is lost; stamping runs nothing", async () => {
    const { engine, remove } = await target.open();
    try {
      const plan = await planStepsAsync(engine, up(team, filled));
      expect(plan.map(({ revision: id, isEstimate, losses }) => [id, isEstimate, losses])).toEqual([
        ["team", false, []],
        [filled.id, false, []],
      ]);
      expect(plan[1]?.groups.map(({ kind }) => kind)).toContain("batches");
      expect(await engine.run((core) => new Bookkeeping().exists(core))).toBe(false);
      await runStepsAsync(engine, up(team));
      const options = { revisions: [team, filled] };
      expect(await stampAsync(engine, [team, filled], options)).toMatchObject({ added: [filled.id], removed: [] });
      const losing = await planStepsAsync(engine, down(team));
      expect(losing[0]?.losses.map(({ object }) => object)).toEqual(["team"]);
      expect(await stampAsync(engine, [team], options)).toMatchObject({ added: [], removed: [filled.id], changed: [] });
      expect((await runStepsAsync(engine, up(team, filled))).done.map(({ revision: id }) => id)).toEqual([filled.id]);
      const edited = { ...team, contentHash: "other" };
      expect(await stampAsync(engine, [edited], { purge: true })).toEqual({
        added: [],
        removed: [filled.id],
        changed: ["team"],
      });
    } finally {
      await remove();
    }
  });
});

test.each(dialects)("code of the program's own is no SQL: $name", async (dialect) => {
  const code = revision("code", (op) => op.run("mail everybody", () => undefined));
  await expect(offlineSql(dialect, up(code))).rejects.toThrow(OfflineError);
});

test.each(dialects)("hostile texts stay inside their comments and literals: $name", async (dialect) => {
  const hostile = { ...team, id: "a'b\\", message: "line\n; DROP TABLE team; --\u2028 '\" */" };
  const script = await offlineSql(dialect, up(hostile), { at: new Date(0) });
  const lines = script.split("\n").filter((line) => line.includes("upgrade"));
  expect(lines).toEqual(["-- upgrade a'b\\: line ; DROP TABLE team; -- '\" */"]);
});
