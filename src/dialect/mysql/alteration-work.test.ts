/** What `alteration-work.ts` says of an operation is what a server accepts: ALGORITHM and LOCK are asked for, from cheap to dear. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogColumn, catalogIndex } from "../../../test/support/catalogs.ts";
import { databases, type TestDatabase } from "../../../test/support/dialects.ts";
import { inspect } from "../../../test/support/migration-steps.ts";
import type { Catalog, CatalogColumn } from "../../metadata/catalog.ts";
import type { ColumnChanges, ConstraintDefinition, Operation } from "../../metadata/operation.ts";
import { alterationWork, type AlterationWork } from "./alteration-work.ts";

const places = databases.filter(({ name }) => name === "MariaDB");
const t = { name: "t" };

const setUp = [
  "CREATE TABLE r (id int PRIMARY KEY)",
  "CREATE TABLE nokey (a int NOT NULL, b int)",
  "CREATE TABLE t (id int PRIMARY KEY, n int, req int NOT NULL, must int NOT NULL, v20 varchar(20), v300 varchar(300), d decimal(10,2), e enum('a','b'), s set('a','b'), txt text, " +
    "ts datetime, c10 char(10), r_id int, big bigint, sm smallint, virt int AS (n + 1) VIRTUAL, stor int AS (n + 1) STORED, indexed int, " +
    "CONSTRAINT fk FOREIGN KEY (r_id) REFERENCES r (id), CONSTRAINT ck CHECK (req > 0), UNIQUE KEY uq (big), KEY ix (indexed))",
];

const add = (column: CatalogColumn, first = false, table = t): Operation => ({
  kind: "addColumn",
  table,
  column,
  ...(first ? { position: { first } } : {}),
});
const change = (column: string, changes: ColumnChanges): Operation => ({
  kind: "alterColumn",
  table: t,
  column,
  changes,
});
const constrain = (constraint: ConstraintDefinition, table = t): Operation => ({
  kind: "addConstraint",
  table,
  constraint,
});
const optional = (name: string, type: string, rest: Partial<CatalogColumn> = {}): CatalogColumn =>
  catalogColumn(name, type, { nullable: true, ...rest });

const shapes: { readonly [title: string]: Operation } = {
  "ADD COLUMN": add(optional("x", "int(11)")),
  "ADD COLUMN at the beginning": add(optional("x", "int(11)"), true, { name: "nokey" }),
  "ADD COLUMN at the beginning, beside generated ones": add(optional("x", "int(11)"), true),
  "ADD COLUMN with a constant": add(optional("x", "int(11)", { default: "7" })),
  "ADD COLUMN NOT NULL with a constant": add(catalogColumn("x", "varchar(5)", { default: "'a'" })),
  "ADD COLUMN with the time": add(catalogColumn("x", "datetime", { default: "current_timestamp()" })),
  "ADD COLUMN with arithmetic": add(optional("x", "int(11)", { default: "(1 + 1)" })),
  "ADD COLUMN with uuid()": add(optional("x", "varchar(36)", { default: "uuid()" })),
  "ADD COLUMN with rand()": add(optional("x", "double", { default: "rand()" })),
  "ADD COLUMN generated": add(optional("x", "int(11)", { computed: { expression: "`n` + 2", stored: true } })),
  "ADD COLUMN virtual": add(optional("x", "int(11)", { computed: { expression: "`n` + 2", stored: false } })),
  "DROP COLUMN": { kind: "dropColumn", table: t, column: "txt" },
  "DROP COLUMN that is indexed": { kind: "dropColumn", table: t, column: "indexed" },
  "RENAME COLUMN": { kind: "renameColumn", table: t, column: "txt", newName: "texts" },
  "SET NOT NULL": { kind: "alterColumn", table: { name: "nokey" }, column: "b", changes: { nullable: false } },
  "SET NOT NULL beside generated columns": change("sm", { nullable: false }),
  "DROP NOT NULL beside generated columns": change("must", { nullable: true }),
  "DROP NOT NULL": { kind: "alterColumn", table: { name: "nokey" }, column: "a", changes: { nullable: true } },
  "SET DEFAULT": change("n", { default: "7" }),
  "a comment": change("n", { comment: "c" }),
  "varchar(20) to varchar(50)": change("v20", { type: "varchar(50)" }),
  "varchar(20) to varchar(10)": change("v20", { type: "varchar(10)" }),
  "varchar(300) to varchar(400)": change("v300", { type: "varchar(400)" }),
  "varchar to text": change("v20", { type: "text" }),
  "int to bigint": change("n", { type: "bigint(20)" }),
  "smallint to int": change("sm", { type: "int(11)" }),
  "decimal(10,2) to decimal(12,2)": change("d", { type: "decimal(12,2)" }),
  "char(10) to char(20)": change("c10", { type: "char(20)" }),
  "int unsigned": change("n", { type: "int(10) unsigned" }),
  "an enum's value at the end": change("e", { type: "enum('a','b','c')" }),
  "an enum's value first": change("e", { type: "enum('c','a','b')" }),
  "an enum's value less": change("e", { type: "enum('a')" }),
  "a set's value at the end": change("s", { type: "set('a','b','c')" }),
  "a set's ninth value": change("s", { type: "set('a','b','c','d','e','f','g','h','i')" }),
  "another collation": change("v20", { collation: "latin1_bin", options: { charset: "latin1" } }),
  "a virtual column's expression": change("virt", { computed: { expression: "`n` + 3", stored: false } }),
  "a generated column's expression": change("stor", { computed: { expression: "`n` + 3", stored: true } }),
  "ADD FOREIGN KEY": constrain({
    kind: "foreignKey",
    name: "fk2",
    columns: ["indexed"],
    referred: { name: "r" },
    referredColumns: ["id"],
  }),
  "ADD CHECK": constrain({ kind: "check", name: "ck2", expression: "`n` > 0" }),
  "ADD UNIQUE": constrain({ kind: "unique", name: "uq2", columns: ["n"] }),
  "ADD PRIMARY KEY": constrain({ kind: "primaryKey", name: undefined, columns: ["a"] }, { name: "nokey" }),
  "DROP PRIMARY KEY": { kind: "dropConstraint", table: t, constraintKind: "primaryKey", name: undefined },
  "DROP FOREIGN KEY": { kind: "dropConstraint", table: t, constraintKind: "foreignKey", name: "fk" },
  "DROP CHECK": { kind: "dropConstraint", table: t, constraintKind: "check", name: "ck" },
  "DROP UNIQUE": { kind: "dropConstraint", table: t, constraintKind: "unique", name: "uq" },
  "CREATE INDEX": { kind: "createIndex", table: t, index: catalogIndex("ix2", ["n"]) },
  "CREATE FULLTEXT INDEX": {
    kind: "createIndex",
    table: t,
    index: catalogIndex("ft", ["txt"], { method: "fulltext" }),
  },
  "DROP INDEX": { kind: "dropIndex", table: t, name: "ix" },
  "a table's comment": { kind: "setTableComment", table: t, comment: "c" },
};

/** What is asked for, and what it means when it is accepted. */
const asked: readonly (readonly [string, AlterationWork])[] = [
  ["ALGORITHM=INSTANT", "instant"],
  ["ALGORITHM=NOCOPY, LOCK=NONE", "online"],
  ["ALGORITHM=INPLACE, LOCK=NONE", "online"],
  ["ALGORITHM=INPLACE, LOCK=SHARED", "shared"],
  ["ALGORITHM=COPY", "copy"],
];

describe.each(places)("$name", ({ open }) => {
  let database: TestDatabase;
  let catalog: Catalog;

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database?.close());

  async function reset(): Promise<void> {
    for (const name of ["t", "r", "nokey"]) await database.command(`DROP TABLE IF EXISTS ${name}`);
    for (const sql of setUp) await database.command(sql);
    catalog = await inspect(database);
  }

  test.each(Object.keys(shapes))("%s", async (title) => {
    await reset();
    const operation = shapes[title]!;
    const steps = database.dialect.migrations.compileOperations([operation], catalog).flatMap((group) => group.steps);
    const statements = steps.flatMap((step) => (step.kind === "statement" ? [step.sql] : []));
    expect(statements).toHaveLength(1);
    expect(await cheapest(statements[0]!)).toBe(alterationWork(operation, catalog));
  });

  async function cheapest(sql: string): Promise<AlterationWork> {
    const refusals: string[] = [];
    for (const [how, work] of asked) {
      try {
        await database.command(`${sql}, ${how}`);
        return work;
      } catch (error) {
        refusals.push(`${how}: ${String(error)}`);
      }
    }
    throw new Error(`${sql}\n${refusals.join("\n")}`);
  }
});
