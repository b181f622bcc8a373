/** Domains and extensions: there and back on PostgreSQL, refused by name elsewhere, left alone by comparisons. */
import { MetaData, sql, type AsyncEngine } from "sqlmodel";
import { check, column, integer, primaryKey, text, type Operations } from "sqlmodel/migration";
import { describe, expect, test } from "vitest";
import type { Operation } from "../../../src/metadata/operation.ts";
import { reverseOperations } from "../../../src/metadata/reverse-operation.ts";
import { autogenerate } from "../../../src/migration/autogenerate.ts";
import { Operations as Recorder } from "../../../src/migration/operations.ts";
import { renderRevision } from "../../../src/migration/render/render-revision.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { evaluateRevision } from "../../support/revision-text.ts";
import { revision, up } from "../../support/revisions.ts";
import { testEngines } from "../../support/test-engines.ts";

let count = 0;

/** Run operations by way of the file that they make, up, and down or not. */
async function run(engine: AsyncEngine, operations: readonly Operation[], isBack = false): Promise<void> {
  count += 1;
  const id = `d${String(count)}`;
  const about = { id, downRevisions: [], message: id, createdAt: new Date(0) };
  const bodies = { upgrade: operations, downgrade: reverseOperations(operations) };
  const code = evaluateRevision(renderRevision(about, bodies, { dialect: engine.dialect.migrations }));
  const made = revision(id, code["upgrade"] as (op: Operations) => void, {
    downgrade: code["downgrade"] as (op: Operations) => void,
  });
  await runStepsAsync(engine, up(made), { refuseDestructive: false });
  if (isBack) await runStepsAsync(engine, [{ revision: made, direction: "downgrade" }], { refuseDestructive: false });
}

function recorded(engine: AsyncEngine, code: (op: Recorder) => void): readonly Operation[] {
  const op = new Recorder(engine.dialect);
  code(op);
  return op.recorded;
}

const catalogOf = (engine: AsyncEngine) =>
  engine.run((core) => core.dialect.migrations.inspect(core.driverConnection, {}));

describe.each(testEngines)("$name", (target) => {
  test("domains and extensions", async () => {
    const { engine, remove } = await target.open();
    try {
      const isPostgresql = target.name === "postgresql" || target.name === "pglite";
      const create = recorded(engine, (op) => {
        op.createDomain("Rank", integer(), {
          nullable: false,
          default: 7,
          checks: [check("rank_positive", sql`VALUE > 0`)],
          comment: "it's one",
        });
      });
      if (!isPostgresql) {
        await expect(run(engine, create)).rejects.toMatchObject({
          cause: { name: "CompileError", message: expect.stringContaining("has no domains") as string },
        });
        const extension = recorded(engine, (op) => op.createExtension("citext"));
        await expect(run(engine, extension)).rejects.toMatchObject({
          cause: { name: "CompileError", message: expect.stringContaining("has no extensions") as string },
        });
        return;
      }
      await run(engine, create, true);
      expect((await catalogOf(engine)).domains).toEqual([]);
      await run(engine, create);
      const { domains } = await catalogOf(engine);
      expect(domains).toMatchObject([
        { name: "Rank", type: "integer", nullable: false, default: "7", comment: "it's one" },
      ]);
      const alter = recorded(engine, (op) => {
        op.alterDomain("Rank", {
          nullable: true,
          default: null,
          checks: [check("rank_small", sql`VALUE < 10`)],
          comment: null,
        });
      }).map((operation) => (operation.kind === "alterDomain" ? { ...operation, existing: domains[0] } : operation));
      await run(engine, alter, true);
      expect((await catalogOf(engine)).domains).toEqual(domains);
      await run(engine, alter);
      const [changed] = (await catalogOf(engine)).domains;
      expect(changed).toMatchObject({ nullable: true, checks: [{ name: "rank_small" }] });
      expect(changed?.default).toBeUndefined();
      // Models cannot define them: they stay.
      const left = await autogenerate(engine, { metadata: new MetaData() });
      expect(left.operations).toEqual([]);
      await run(
        engine,
        recorded(engine, (op) => {
          op.createTable("t", [
            column("id", integer()),
            column("rank", sql`"Rank"`, { nullable: true }),
            primaryKey(["id"]),
          ]);
        }),
      );
      const drop = recorded(engine, (op) => op.dropDomain("Rank", { existing: { type: text() } }));
      await expect(run(engine, drop)).rejects.toThrow();
      if (target.name === "pglite") return;
      await run(
        engine,
        recorded(engine, (op) => op.createExtension("citext")),
        true,
      );
      await run(
        engine,
        recorded(engine, (op) => op.createExtension("citext", { schema: "public" })),
      );
      const names = (await catalogOf(engine)).extensions.map(({ name }) => name);
      expect(names).toContain("citext");
    } finally {
      await remove();
    }
  });
});
