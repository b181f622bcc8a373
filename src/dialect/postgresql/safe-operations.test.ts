/** The safe form of operations: the same schema, by steps that lock nobody out. */
import { describe, expect, test } from "vitest";
import { catalogColumn, catalogIndex, catalogOf, catalogTable } from "../../../test/support/catalogs.ts";
import { editedSchema } from "../../../test/support/random-edits.ts";
import { catalogOfSchema } from "../../../test/support/random-schema-forms.ts";
import { Random, randomSchema } from "../../../test/support/random-schema.ts";
import { applyOperations } from "../../metadata/apply-operation.ts";
import { canonicalText } from "../../metadata/canonical-text.ts";
import type { Catalog, CatalogTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { compareCatalogs } from "../../migration/compare/compare-catalogs.ts";
import { compileOperations } from "./operation-compiler.ts";
import { safeOperations } from "./safe-operations.ts";

const runs = Number(process.env.RUNS ?? 400);
const table = { name: "hero" };
const columns = [catalogColumn("id"), catalogColumn("name", "text", { nullable: true }), catalogColumn("team_id")];

function hero(rest: Partial<CatalogTable> = {}): Catalog {
  const team = catalogTable("team", ["id"], { primaryKey: { name: "team_pkey", columns: ["id"] } });
  return catalogOf([
    catalogTable("hero", columns, { primaryKey: { name: "hero_pkey", columns: ["id"] }, ...rest }),
    team,
  ]);
}

/** What is done, in the words of SQL; "|" where a transaction must end. */
function sqlOf(operations: readonly Operation[], catalog: Catalog): string[] {
  return compileOperations(safeOperations(operations, catalog), catalog).flatMap(({ steps }) =>
    steps.flatMap((step) => {
      if (step.kind === "backfill") return [`| backfill ${Object.keys(step.operation.set).join()}`];
      if (step.kind !== "statement" || step.sql.startsWith("DO ")) return [];
      return [step.transactional ? step.sql : `| ${step.sql}`];
    }),
  );
}

function sorted(catalog: Catalog): string {
  const byName = (left: { name: string | undefined }, right: { name: string | undefined }): number =>
    (left.name ?? "") < (right.name ?? "") ? -1 : 1;
  return canonicalText({
    ...catalog,
    tables: catalog.tables.toSorted(byName).map((each) => ({
      ...each,
      uniques: each.uniques.toSorted(byName),
      foreignKeys: each.foreignKeys.toSorted(byName),
      checks: each.checks.toSorted(byName),
      indexes: each.indexes.toSorted(byName),
    })),
  });
}

describe("each operation", () => {
  const cases: Record<string, { before?: Catalog; operations: readonly Operation[]; sql: string[] }> = {
    "an index": {
      operations: [{ kind: "createIndex", table, index: catalogIndex("ix", ["name"]) }],
      sql: ['| CREATE INDEX CONCURRENTLY "ix" ON "hero" ("name")'],
    },
    "an index that goes": {
      before: hero({ indexes: [catalogIndex("ix", ["name"])] }),
      operations: [{ kind: "dropIndex", table, name: "ix" }],
      sql: ['| DROP INDEX CONCURRENTLY "ix"'],
    },
    "another index of the name": {
      before: hero({ indexes: [catalogIndex("ix", ["name"])] }),
      operations: [
        { kind: "dropIndex", table, name: "ix" },
        { kind: "createIndex", table, index: catalogIndex("ix", ["team_id"]) },
      ],
      sql: [
        '| CREATE INDEX CONCURRENTLY "ix_new" ON "hero" ("team_id")',
        '| DROP INDEX CONCURRENTLY "ix"',
        'ALTER INDEX "ix_new" RENAME TO "ix"',
      ],
    },
    "a check": {
      operations: [{ kind: "addConstraint", table, constraint: { kind: "check", name: "ck", expression: "id > 0" } }],
      sql: [
        'ALTER TABLE "hero" ADD CONSTRAINT "ck" CHECK (id > 0) NOT VALID',
        '| ALTER TABLE "hero" VALIDATE CONSTRAINT "ck"',
      ],
    },
    "a foreign key": {
      operations: [
        {
          kind: "addConstraint",
          table,
          constraint: {
            kind: "foreignKey",
            name: "fk",
            columns: ["team_id"],
            referred: { name: "team" },
            referredColumns: ["id"],
          },
        },
      ],
      sql: [
        'ALTER TABLE "hero" ADD CONSTRAINT "fk" FOREIGN KEY ("team_id") REFERENCES "team" ("id") NOT VALID',
        '| ALTER TABLE "hero" VALIDATE CONSTRAINT "fk"',
      ],
    },
    "a unique constraint": {
      operations: [{ kind: "addConstraint", table, constraint: { kind: "unique", name: "uq", columns: ["name"] } }],
      sql: [
        '| CREATE UNIQUE INDEX CONCURRENTLY "uq" ON "hero" ("name")',
        'ALTER TABLE "hero" ADD CONSTRAINT "uq" UNIQUE USING INDEX "uq"',
      ],
    },
    "another primary key": {
      operations: [
        { kind: "dropConstraint", table, constraintKind: "primaryKey", name: "hero_pkey" },
        { kind: "addConstraint", table, constraint: { kind: "primaryKey", name: "hero_pkey", columns: ["name"] } },
      ],
      sql: [
        'ALTER TABLE "hero" ADD CONSTRAINT "name_not_null" CHECK ("name" IS NOT NULL) NOT VALID',
        '| ALTER TABLE "hero" VALIDATE CONSTRAINT "name_not_null"',
        '| CREATE UNIQUE INDEX CONCURRENTLY "hero_pkey_new" ON "hero" ("name")',
        'ALTER TABLE "hero" DROP CONSTRAINT "hero_pkey"',
        'ALTER TABLE "hero" ADD CONSTRAINT "hero_pkey" PRIMARY KEY USING INDEX "hero_pkey_new"',
        'ALTER TABLE "hero" DROP CONSTRAINT "name_not_null"',
      ],
    },
    "NOT NULL, and a longer type": {
      operations: [{ kind: "alterColumn", table, column: "name", changes: { nullable: false, default: "''::text" } }],
      sql: [
        `ALTER TABLE "hero" ALTER COLUMN "name" SET DEFAULT ''::text`,
        'ALTER TABLE "hero" ADD CONSTRAINT "name_not_null" CHECK ("name" IS NOT NULL) NOT VALID',
        '| ALTER TABLE "hero" VALIDATE CONSTRAINT "name_not_null"',
        'ALTER TABLE "hero" ALTER COLUMN "name" SET NOT NULL',
        'ALTER TABLE "hero" DROP CONSTRAINT "name_not_null"',
      ],
    },
    "a column with a default of its own for each row": {
      operations: [
        { kind: "addColumn", table, column: catalogColumn("code", "uuid", { default: "gen_random_uuid()" }) },
      ],
      sql: [
        'ALTER TABLE "hero" ADD COLUMN "code" uuid',
        'ALTER TABLE "hero" ALTER COLUMN "code" SET DEFAULT gen_random_uuid()',
        "| backfill code",
        'ALTER TABLE "hero" ADD CONSTRAINT "code_not_null" CHECK ("code" IS NOT NULL) NOT VALID',
        '| ALTER TABLE "hero" VALIDATE CONSTRAINT "code_not_null"',
        'ALTER TABLE "hero" ALTER COLUMN "code" SET NOT NULL',
        'ALTER TABLE "hero" DROP CONSTRAINT "code_not_null"',
      ],
    },
    "a column that is filled from others": {
      operations: [{ kind: "addColumn", table, column: catalogColumn("upper", "text"), fill: "upper(name)" }],
      sql: [
        'ALTER TABLE "hero" ADD COLUMN "upper" text',
        "| backfill upper",
        'ALTER TABLE "hero" ADD CONSTRAINT "upper_not_null" CHECK ("upper" IS NOT NULL) NOT VALID',
        "| backfill upper",
        '| ALTER TABLE "hero" VALIDATE CONSTRAINT "upper_not_null"',
        'ALTER TABLE "hero" ALTER COLUMN "upper" SET NOT NULL',
        'ALTER TABLE "hero" DROP CONSTRAINT "upper_not_null"',
      ],
    },
    "a column that is filled with a constant": {
      operations: [{ kind: "addColumn", table, column: catalogColumn("kind", "text"), fill: "'old'" }],
      sql: [
        `ALTER TABLE "hero" ADD COLUMN "kind" text DEFAULT 'old' NOT NULL`,
        'ALTER TABLE "hero" ALTER COLUMN "kind" DROP DEFAULT',
      ],
    },
    "what needs no other form": {
      operations: [
        { kind: "addColumn", table, column: catalogColumn("age", "integer", { nullable: true, default: "now()" }) },
        { kind: "alterColumn", table, column: "team_id", changes: { nullable: true } },
        { kind: "dropColumn", table, column: "name" },
      ],
      sql: [
        'ALTER TABLE "hero" ADD COLUMN "age" integer DEFAULT now()',
        'ALTER TABLE "hero" ALTER COLUMN "team_id" DROP NOT NULL',
        'ALTER TABLE "hero" DROP COLUMN "name"',
      ],
    },
    "tables of the same revision": {
      operations: [
        { kind: "createTable", table: catalogTable("power", ["id"]) },
        { kind: "renameTable", table: { name: "power" }, newName: "skill" },
        { kind: "createIndex", table: { name: "skill" }, index: catalogIndex("ix", ["id"]) },
      ],
      sql: [
        'CREATE TABLE "power" (\n  "id" integer NOT NULL\n)',
        'ALTER TABLE "power" RENAME TO "skill"',
        'CREATE INDEX "ix" ON "skill" ("id")',
      ],
    },
  };
  test.each(Object.keys(cases))("%s", (title) => {
    const { before = hero(), operations, sql } = cases[title] ?? { operations: [], sql: [] };
    expect(sqlOf(operations, before)).toEqual(sql);
    const plain = applyOperations(before, operations);
    expect(sorted(applyOperations(before, safeOperations(operations, before)))).toEqual(sorted(plain));
  });

  test("an index whose column changes is not kept until its replacement is there", () => {
    const before = hero({ indexes: [catalogIndex("ix", ["name"])] });
    const operations: Operation[] = [
      { kind: "dropIndex", table, name: "ix" },
      { kind: "dropColumn", table, column: "name" },
      { kind: "createIndex", table, index: catalogIndex("ix", ["id"]) },
    ];
    expect(safeOperations(operations, before).map(({ kind }) => kind)).toEqual([
      "dropIndex",
      "dropColumn",
      "createIndex",
    ]);
  });

  test("an index on a partitioned table is built as it can be", () => {
    const parent = catalogTable("hero", columns, { kind: "partitioned", options: { partitionBy: "RANGE (id)" } });
    const operations: Operation[] = [{ kind: "createIndex", table, index: catalogIndex("ix", ["id"]) }];
    expect(safeOperations(operations, catalogOf([parent]))).toEqual(operations);
  });
});

test("random schemas: the same catalog as by the plain operations, and they compile", () => {
  for (let seed = 1; seed <= runs; seed += 1) {
    const random = new Random(seed);
    const schema = randomSchema(random);
    const [before, after] = [catalogOfSchema(schema), catalogOfSchema(editedSchema(schema, random))];
    const capabilities = { addConstraint: true, renameConstraint: true, renameIndex: true, columnPositions: false };
    const { operations } = compareCatalogs(before, after, { capabilities, notRenames: [] });
    const safe = safeOperations(operations, before);
    const title = `seed ${String(seed)}`;
    expect(sorted(applyOperations(before, safe)), title).toBe(sorted(applyOperations(before, operations)));
    expect(compileOperations(safe, before).length, title).toBeGreaterThanOrEqual(safe.length === 0 ? 0 : 1);
  }
});
