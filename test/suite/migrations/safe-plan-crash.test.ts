/** A safe plan on PostgreSQL, killed at every statement: the next run ends where an undisturbed one does, no index is invalid. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AsyncEngine } from "../../../src/engine/async-engine.ts";
import { Bookkeeping } from "../../../src/migration/run/bookkeeping.ts";
import { describeCatalog, inspectNow } from "../../../src/migration/run/live-catalog.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { column, primaryKey, unique } from "../../../src/migration/definitions.ts";
import { Operations } from "../../../src/migration/operations.ts";
import { applyOperations } from "../../../src/metadata/apply-operation.ts";
import { emptyCatalog } from "../../../src/metadata/catalog.ts";
import { sql } from "../../../src/sql/expression/operators.ts";
import { integer, text, uuid } from "../../../src/sql/type/types.ts";
import { crashing, type Crash } from "../../support/crashing-connection.ts";
import { revision, up } from "../../support/revisions.ts";
import { testEngines } from "../../support/test-engines.ts";
import { targets } from "../databases.ts";

const base = revision("a1", (op) => {
  op.createTable("team", [column("id", integer()), primaryKey(["id"])]);
  op.createTable("hero", [
    column("id", integer()),
    column("name", text(), { nullable: true }),
    column("team_id", integer(), { nullable: true }),
    primaryKey(["id"], { name: "hero_pk" }),
    unique(["name"], { name: "hero_uq" }),
  ]);
  op.createIndex("hero", "hero_ix", ["name"]);
  op.bulkInsert("team", [{ id: 1 }, { id: 2 }]);
  op.bulkInsert("hero", [
    { id: 1, name: "a", team_id: 1 },
    { id: 2, name: "b", team_id: 2 },
    { id: 3, name: "c", team_id: 2 },
  ]);
});

/** What autogenerate would write without --safe. */
function plain(op: Operations): void {
  op.dropIndex("hero", "hero_ix");
  op.dropConstraint("hero", "hero_uq", "unique");
  op.addColumn("hero", column("code", uuid(), { default: sql`'00000000-0000-0000-0000-000000000000'::uuid` }));
  op.addColumn("hero", column("twice", integer()), { fill: sql`team_id * 2` });
  op.alterColumn("hero", "name", { nullable: false });
  op.createCheckConstraint("hero", "hero_ck", sql`twice > 0`);
  op.createUniqueConstraint("hero", ["name", "twice"], { name: "hero_uq" });
  op.createIndex("hero", "hero_ix", ["team_id"]);
  op.createForeignKey("hero", ["team_id"], "team", ["id"], { name: "hero_fk" });
}

/** What it writes with it. */
function safe(op: Operations): void {
  op.addColumn("hero", column("code", uuid(), { default: sql`'00000000-0000-0000-0000-000000000000'::uuid` }));
  op.addColumn("hero", column("twice", integer(), { nullable: true }));
  op.backfill("hero", { twice: sql`team_id * 2` }, { where: sql`"twice" IS NULL` });
  op.createCheckConstraint("hero", "twice_not_null", sql`"twice" IS NOT NULL`, { notValid: true });
  op.backfill("hero", { twice: sql`team_id * 2` }, { where: sql`"twice" IS NULL` });
  op.validateConstraint("hero", "twice_not_null", "check");
  op.alterColumn("hero", "twice", { nullable: false });
  op.dropConstraint("hero", "twice_not_null", "check");
  op.createCheckConstraint("hero", "name_not_null", sql`"name" IS NOT NULL`, { notValid: true });
  op.validateConstraint("hero", "name_not_null", "check");
  op.alterColumn("hero", "name", { nullable: false });
  op.dropConstraint("hero", "name_not_null", "check");
  op.createCheckConstraint("hero", "hero_ck", sql`twice > 0`, { notValid: true });
  op.validateConstraint("hero", "hero_ck", "check");
  op.createIndex("hero", "hero_uq_new", ["name", "twice"], { unique: true, concurrently: true });
  op.dropConstraint("hero", "hero_uq", "unique");
  op.createUniqueConstraint("hero", ["name", "twice"], { name: "hero_uq", usingIndex: "hero_uq_new" });
  op.createIndex("hero", "hero_ix_new", ["team_id"], { concurrently: true });
  op.dropIndex("hero", "hero_ix", { concurrently: true });
  op.renameIndex("hero", "hero_ix_new", "hero_ix");
  op.createForeignKey("hero", ["team_id"], "team", ["id"], { name: "hero_fk", notValid: true });
  op.validateConstraint("hero", "hero_fk", "foreignKey");
}

const next = revision("b2", safe, { after: ["a1"] });
const isTested = targets().some(({ name }) => name === "PostgreSQL");
/** To the database, dying between others is dying after one of these. */
const isBoundary = /^\s*(?:COMMIT|ALTER|CREATE|DROP|DO)\b|UPDATE "hero"/;

describe.each(testEngines.filter(({ name }) => name === "postgresql" && isTested))("$name", (target) => {
  let url: string;
  let engine: AsyncEngine;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ url, engine, remove } = await target.open());
  });
  afterAll(() => remove());

  test("the plan is what --safe writes", () => {
    const recorded = (code: (op: Operations) => void): Operations["recorded"] => {
      const op = new Operations(engine.dialect);
      code(op);
      return op.recorded;
    };
    const before = applyOperations(
      emptyCatalog,
      recorded((op) => void base.upgrade(op)),
    );
    const written = engine.dialect.migrations.safeOperations(recorded(plain), before);
    // What is dropped is written down for the way back; a file need not say it.
    const bare = written.map((operation) => ({ ...operation, existing: undefined }));
    expect(JSON.parse(JSON.stringify(bare))).toEqual(JSON.parse(JSON.stringify(recorded(safe))));
  });

  const clear = (): Promise<void> =>
    engine.run(function* (core) {
      for (const table of ["hero", "team", "sqlmodel_migration"])
        yield* core.executeRaw({ sql: `DROP TABLE IF EXISTS ${table}` });
    });

  const state = (): Promise<unknown> =>
    engine.run(function* (core) {
      const bookkeeping = new Bookkeeping();
      const catalog = yield* inspectNow(core, []);
      const { rows } = yield* core.executeRaw({ sql: "SELECT * FROM hero ORDER BY id", returnsRows: true });
      const revisions = [...(yield* bookkeeping.read(core)).values()].map((row) => `${row.revision} ${row.state}`);
      return {
        hash: describeCatalog(catalog, bookkeeping.table).hash,
        isInvalid: JSON.stringify(catalog).includes('"invalid":true'),
        isUnchecked: JSON.stringify(catalog).includes('"notValid":true'),
        rows: rows.map((row) => row.map(String)),
        revisions: revisions.sort(),
      };
    });

  const run = (crash: Crash | undefined) =>
    crashing(url, crash, (connection) => runStepsAsync(connection, up(base, next)));

  test("every boundary", { timeout: 300_000 }, async () => {
    await clear();
    const prepared = await crashing(url, undefined, (connection) => runStepsAsync(connection, up(base)));
    expect(prepared.error).toBeUndefined();
    const clean = await run(undefined);
    expect(clean.error).toBeUndefined();
    const validations = clean.statements.filter((statement) => /VALIDATE CONSTRAINT/.test(statement));
    expect(validations).toHaveLength(4);
    const wanted = await state();
    expect(wanted).toMatchObject({ isInvalid: false, isUnchecked: false });
    let crashes = 0;
    for (const [at, statement] of clean.statements.entries()) {
      if (!isBoundary.test(statement)) continue;
      await clear();
      await crashing(url, undefined, (connection) => runStepsAsync(connection, up(base)));
      const where = `after ${String(at)}: ${statement}`;
      expect((await run({ at, when: "after" })).hasCrashed, where).toBe(true);
      expect((await run(undefined)).error, where).toBeUndefined();
      expect(await state(), where).toEqual(wanted);
      crashes++;
    }
    expect(crashes).toBeGreaterThan(20);
  });

  test("no constraint is validated in the transaction that added it", async () => {
    await clear();
    await crashing(url, undefined, (connection) => runStepsAsync(connection, up(base)));
    const { statements } = await run(undefined);
    for (const [at, statement] of statements.entries()) {
      const name = /VALIDATE CONSTRAINT "(\w+)"/.exec(statement)?.[1];
      if (name === undefined) continue;
      const added = statements.findIndex((other) => other.includes(`ADD CONSTRAINT "${name}"`));
      expect(
        statements.slice(added, at).filter((other) => /^COMMIT/i.test(other)),
        name,
      ).not.toEqual([]);
    }
  });
});
