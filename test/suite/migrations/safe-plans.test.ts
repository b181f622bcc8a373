/** Safe plans on real databases: they end in the schema that the plain operations make, with the same rows. */
import { describe, expect, test } from "vitest";
import type { Step } from "../../../src/dialect/migration-dialect.ts";
import { canonicalText } from "../../../src/metadata/canonical-text.ts";
import type { Catalog } from "../../../src/metadata/catalog.ts";
import { createAllIo } from "../../../src/metadata/ddl/create-all.ts";
import type { Operation } from "../../../src/metadata/operation.ts";
import { autogenerateIo } from "../../../src/migration/autogenerate.ts";
import { databases, type TestDatabase } from "../../support/dialects.ts";
import { schemaOptions } from "../../support/migration-journey.ts";
import { editedSchema } from "../../support/random-edits.ts";
import { metadataOfSchema } from "../../support/random-schema-forms.ts";
import { Random, randomSchema } from "../../support/random-schema.ts";

const runs = Number(process.env.RUNS ?? 3);
const first = Number(process.env.SEED ?? 1);

async function inspect(database: TestDatabase): Promise<Catalog> {
  return await database.run((core) => core.dialect.migrations.inspect(core.driverConnection, {}));
}

/** Run the steps one after the other; a back-fill is one UPDATE here. */
async function run(database: TestDatabase, operations: readonly Operation[]): Promise<void> {
  const { dialect } = database;
  const { migrations } = dialect;
  for (const { steps, withoutForeignKeys } of migrations.compileOperations(operations, await inspect(database))) {
    if (withoutForeignKeys === true && migrations.foreignKeys !== undefined)
      await database.command(migrations.foreignKeys.off);
    for (const step of steps) await runStep(database, step);
    if (withoutForeignKeys === true && migrations.foreignKeys !== undefined)
      await database.command(migrations.foreignKeys.on);
  }
}

async function runStep(database: TestDatabase, step: Step): Promise<void> {
  const quote = (name: string): string => database.dialect.quoteIdentifier(name);
  if (step.kind === "check") {
    const { rows } = await database.send(step.sql);
    if (rows.length > 0) throw new Error(`${step.problem} ${JSON.stringify(rows)}`);
  } else if (step.kind === "backfill") {
    const { table, set, where } = step.operation;
    const values = Object.entries(set).map(([column, value]) => `${quote(column)} = ${value}`);
    await database.command(
      `UPDATE ${quote(table.name)} SET ${values.join(", ")}${where === undefined ? "" : ` WHERE ${where}`}`,
    );
  } else if (step.kind === "statement") {
    await database.command(step.sql).catch((cause: unknown) => {
      throw new Error(`${step.sql}: ${String(cause)}`, { cause });
    });
  }
}

function sorted(catalog: Catalog): string {
  const byName = (left: { name: string | undefined }, right: { name: string | undefined }): number =>
    (left.name ?? "") < (right.name ?? "") ? -1 : 1;
  return canonicalText({
    ...catalog,
    tables: catalog.tables.toSorted(byName).map((table) => ({
      ...table,
      // SQLite keeps the text of each change.
      sql: undefined,
      uniques: table.uniques.toSorted(byName),
      foreignKeys: table.foreignKeys.toSorted(byName),
      checks: table.checks.toSorted(byName),
      exclusions: table.exclusions.toSorted(byName),
      indexes: table.indexes.toSorted(byName),
    })),
  });
}

/** The schemas and rows after the plain operations and after the safe ones, each on a database of its own. */
async function both(
  open: () => Promise<TestDatabase>,
  prepare: (database: TestDatabase) => Promise<readonly Operation[]>,
  query?: string,
): Promise<readonly { readonly schema: string; readonly rows: unknown }[]> {
  const ends: { readonly schema: string; readonly rows: unknown }[] = [];
  for (const isSafe of [false, true]) {
    const database = await open();
    try {
      const operations = await prepare(database);
      const { migrations } = database.dialect;
      await run(database, isSafe ? migrations.safeOperations(operations, await inspect(database)) : operations);
      const rows = query === undefined ? [] : (await database.send(query)).rows;
      ends.push({ schema: sorted(await inspect(database)), rows });
    } finally {
      await database.close();
    }
  }
  return ends;
}

const hero = { name: "hero" };

/** On tables with rows, in words that all databases know. */
function operationsOn({ tables }: Catalog): readonly Operation[] {
  const [name, other] = ["name", "team_id"].map((column) =>
    tables.find((table) => table.name === "hero")?.columns.find((candidate) => candidate.name === column),
  );
  const index = { name: "hero_ix", columns: [{ column: "team_id" }], unique: false };
  const nameType = name?.type ?? "";
  const otherType = other?.type ?? "";
  return [
    { kind: "dropIndex", table: hero, name: "hero_ix" },
    { kind: "dropConstraint", table: hero, constraintKind: "unique", name: "hero_uq" },
    {
      kind: "addColumn",
      table: hero,
      column: { name: "kind", type: nameType, nullable: false },
      fill: "'plain'",
    },
    {
      kind: "addColumn",
      table: hero,
      column: { name: "twice", type: otherType, nullable: false },
      fill: "team_id * 2",
    },
    { kind: "alterColumn", table: hero, column: "name", changes: { nullable: false }, ...(name && { existing: name }) },
    { kind: "addConstraint", table: hero, constraint: { kind: "check", name: "hero_ck", expression: "twice > 0" } },
    { kind: "addConstraint", table: hero, constraint: { kind: "unique", name: "hero_uq", columns: ["name", "twice"] } },
    { kind: "createIndex", table: hero, index },
    {
      kind: "addConstraint",
      table: hero,
      constraint: {
        kind: "foreignKey",
        name: "hero_fk",
        columns: ["team_id"],
        referred: { name: "team" },
        referredColumns: ["id"],
      },
    },
  ];
}

describe.each(databases)("$name", ({ name: place, open }) => {
  test("tables with rows", { timeout: 120_000 }, async () => {
    const prepare = async (database: TestDatabase): Promise<readonly Operation[]> => {
      for (const sql of [
        "CREATE TABLE team (id integer NOT NULL, CONSTRAINT team_pk PRIMARY KEY (id))",
        "CREATE TABLE hero (id integer NOT NULL, name varchar(20), team_id integer, CONSTRAINT hero_pk PRIMARY KEY (id), CONSTRAINT hero_uq UNIQUE (name))",
        "CREATE INDEX hero_ix ON hero (name, team_id)",
        "INSERT INTO team VALUES (1), (2)",
        "INSERT INTO hero VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 2)",
      ])
        await database.command(sql);
      return operationsOn(await inspect(database));
    };
    const [plain, safe] = await both(open, prepare, "SELECT * FROM hero ORDER BY id");
    expect(safe).toEqual(plain);
    expect(safe?.rows).toHaveLength(3);
    expect(safe?.schema).toContain("hero_fk");
  });

  test.runIf(place === "PostgreSQL" || place === "PGlite")("values of their own, and another key", async () => {
    const prepare = async (database: TestDatabase): Promise<readonly Operation[]> => {
      for (const sql of [
        "CREATE TABLE hero (id integer CONSTRAINT hero_pk PRIMARY KEY, code integer, CONSTRAINT hero_uq UNIQUE (code))",
        "INSERT INTO hero VALUES (1, 7), (2, 8)",
      ])
        await database.command(sql);
      return [
        {
          kind: "addColumn",
          table: hero,
          column: { name: "key", type: "uuid", nullable: false, default: "gen_random_uuid()" },
        },
        { kind: "dropConstraint", table: hero, constraintKind: "unique", name: "hero_uq" },
        { kind: "dropConstraint", table: hero, constraintKind: "primaryKey", name: "hero_pk" },
        { kind: "addConstraint", table: hero, constraint: { kind: "primaryKey", name: "hero_pk", columns: ["code"] } },
        {
          kind: "addConstraint",
          table: hero,
          constraint: { kind: "unique", name: "hero_uq", columns: ["id"], include: ["key"], deferrable: "deferred" },
        },
      ];
    };
    const [plain, safe] = await both(open, prepare, "SELECT count(DISTINCT key), min(id) FROM hero");
    expect(safe).toEqual(plain);
  });

  test("random schemas", { timeout: 600_000 }, async () => {
    for (let seed = first; seed < first + runs; seed += 1) {
      const prepare = async (database: TestDatabase): Promise<readonly Operation[]> => {
        const random = new Random(seed);
        const options = schemaOptions(database);
        const schema = randomSchema(random, options);
        const after = metadataOfSchema(editedSchema(schema, random, options));
        return await database.run(function* (connection) {
          yield* createAllIo(metadataOfSchema(schema), connection);
          const notRenames: string[] = [];
          for (;;) {
            const result = yield* autogenerateIo(connection, { metadata: after, notRenames });
            if (result.questions.length === 0) return result.operations;
            notRenames.push(...result.questions.map(({ token }) => token));
          }
        });
      };
      const [plain, safe] = await both(open, prepare);
      expect(safe, `seed ${String(seed)}`).toEqual(plain);
    }
  });
});
