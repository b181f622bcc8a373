/** Revision files say what their operations say, whatever the database's texts hold. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialects } from "../../../test/support/dialects.ts";
import { evaluateRevision } from "../../../test/support/revision-text.ts";
import type { Dialect } from "../../dialect/dialect.ts";
import type { CatalogTable } from "../../metadata/catalog.ts";
import { emptyTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { Operations } from "../operations.ts";
import { withStandardOptions } from "../standard-options.ts";
import { renderRevision, type NewRevision } from "./render-revision.ts";

const revision: NewRevision = {
  id: "3f2a91c0b7d4",
  downRevisions: ["a1b2c3d4e5f6"],
  message: "add phone",
  createdAt: new Date("2026-11-21T13:00:00Z"),
};

function recorded(
  operations: readonly Operation[],
  dialect: Dialect,
  revised: Partial<NewRevision> = {},
): readonly Operation[] {
  const bodies = { upgrade: operations, downgrade: [] };
  const text = renderRevision({ ...revision, ...revised }, bodies, { dialect: dialect.migrations });
  const { upgrade } = evaluateRevision(text) as { upgrade: (op: Operations) => void };
  const op = new Operations(dialect);
  upgrade(op);
  return op.recorded;
}

const hostile = [
  "it's",
  'a "b"',
  "`${process.exit(1)}`",
  "${1+1}",
  "\\",
  "\\`",
  "*/ evil() /*",
  "\u2028",
  "\r\n",
  "a\nb",
  "]]>",
  "'; drop table users; --",
  "$1 ? :x @p",
  "😀",
];

function tableOf(name: string, text: string): CatalogTable {
  return {
    ...emptyTable({ schema: text, name }),
    columns: [
      {
        name: text,
        type: "sqlmodel_unheard_of",
        nullable: false,
        default: `'${text.replaceAll("'", "''")}'`,
        comment: text,
      },
      { name: "b", type: "sqlmodel_unheard_of", nullable: true, collation: text, options: { [text]: text } },
      { name: "c", type: "x", nullable: false, computed: { expression: text, stored: false } },
      { name: "d", type: "x", nullable: false, identity: { always: true, start: "9223372036854775807" } },
    ],
    primaryKey: { name: text, columns: [text] },
    uniques: [{ name: undefined, columns: ["b", text] }],
    checks: [{ name: text, expression: `b <> '${text}'`, noInherit: true }],
    foreignKeys: [
      {
        name: text,
        columns: ["b"],
        referred: { schema: undefined, name: text },
        referredColumns: [text],
        onDelete: "SET NULL",
        deferrable: "deferred",
      },
    ],
    exclusions: [{ name: text, definition: text }],
    indexes: [
      {
        name: text,
        columns: [{ expression: text, descending: true }, { column: text, length: 3 }, { column: "b" }],
        unique: true,
        where: text,
      },
    ],
    comment: text,
    options: { [text]: text },
  };
}

function operationsWith(text: string): Operation[] {
  const table = { schema: undefined, name: text };
  return [
    { kind: "createSchema", name: text },
    { kind: "createTable", table: tableOf("t", text) },
    {
      kind: "addColumn",
      table,
      column: { name: text, type: "x", nullable: true },
      fill: text,
      position: { after: text },
    },
    { kind: "dropColumn", table, column: text },
    {
      kind: "alterColumn",
      table,
      column: text,
      changes: { nullable: true, default: undefined, comment: text, collation: undefined },
      using: text,
    },
    { kind: "renameColumn", table, column: text, newName: text },
    { kind: "dropConstraint", table, constraintKind: "check", name: text },
    {
      kind: "createIndex",
      table,
      index: { name: text, columns: [{ expression: text }], unique: false },
      concurrently: true,
    },
    { kind: "createEnum", type: { schema: undefined, name: text, values: [text, "b"] } },
    { kind: "addEnumValue", type: table, value: text, before: text },
    { kind: "renameSequence", sequence: table, newName: text },
    { kind: "replaceEnumValues", type: table, values: [text], mapping: { [text]: text } },
    { kind: "setTableComment", table, comment: text },
    { kind: "execute", sql: `select '${text}'`, transactional: true, dataOnly: true },
    { kind: "backfill", table, set: { [text]: text }, where: text, batchSize: 10, pause: 0 },
    { kind: "dropTable", table },
  ];
}

/** Without keys that hold nothing, as both sides may spell them. */
function bare(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe.each(dialects)("$name", (dialect) => {
  test.each(hostile)("V11 %j is inert, and what it was", (text) => {
    const operations = operationsWith(text);
    expect(bare(recorded(operations, dialect, { message: text }))).toEqual(bare(operations));
  });

  test("V11 any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1 }).filter((text) => text.isWellFormed() && !text.includes("\0")),
        (text) => {
          fc.pre(text !== "__proto__");
          const operations = operationsWith(text);
          expect(bare(recorded(operations, dialect, { message: text }))).toEqual(bare(operations));
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** Options of tables that are and that are not as models make them. */
const tableOptions: readonly CatalogTable["options"][] = [
  {},
  { strict: "true" },
  { strict: "true", withoutRowid: "true" },
  { charset: "utf8mb4", collation: "utf8mb4_nopad_bin", engine: "InnoDB" },
  { charset: "utf8mb4", collation: "utf8mb4_general_ci", engine: "InnoDB" },
  { charset: "latin1", collation: "latin1_swedish_ci", engine: "MyISAM" },
  { charset: "utf8mb4", collation: "utf8mb4_nopad_bin", engine: "InnoDB", rowFormat: "COMPRESSED" },
  { unlogged: "true" },
];

describe.each(dialects)("options of tables on $name", (dialect) => {
  test.each(tableOptions)("%j come back, and a file names only what differs", (options) => {
    const operations: Operation[] = [{ kind: "createTable", table: { ...emptyTable({ name: "t" }), options } }];
    expect(bare(recorded(operations, dialect))).toEqual(bare(operations));
  });

  test("what tables of models have is not named", () => {
    const options = withStandardOptions({}, dialect.migrations);
    const upgrade: Operation[] = [{ kind: "createTable", table: { ...emptyTable({ name: "t" }), options } }];
    const text = renderRevision(revision, { upgrade, downgrade: [] }, { dialect: dialect.migrations });
    expect(text).toContain('op.createTable("t", []);');
  });
});

test("a file is readable", () => {
  const [sqlite] = dialects;
  if (sqlite === undefined) throw new Error("no dialect");
  const hero: CatalogTable = {
    ...emptyTable({ name: "hero" }),
    columns: [
      { name: "id", type: "INTEGER", nullable: false, identity: { always: false } },
      { name: "name", type: "TEXT", nullable: false },
      { name: "age", type: "INTEGER", nullable: true, default: "18" },
    ],
    primaryKey: { name: "pk_hero", columns: ["id"] },
    indexes: [{ name: "ix_hero_name", columns: [{ column: "name" }], unique: false }],
    options: { strict: "true" },
  };
  const upgrade: Operation[] = [
    { kind: "createTable", table: hero },
    { kind: "addColumn", table: { name: "team" }, column: { name: "phone", type: "TEXT", nullable: true } },
  ];
  const downgrade: Operation[] = [
    { kind: "dropColumn", table: { name: "team" }, column: "phone" },
    { kind: "dropTable", table: { name: "hero" } },
  ];
  expect(renderRevision(revision, { upgrade, downgrade }, { dialect: sqlite.migrations })).toMatchSnapshot();
});
