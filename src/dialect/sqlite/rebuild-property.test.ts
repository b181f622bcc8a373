/** Random lists of operations on tables with rows: the database becomes what the operations say, and what is kept keeps its values. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { comparable, sqliteDrivers, type SchemaDatabase } from "../../../test/support/sqlite-schema.ts";
import { applyOperation } from "../../metadata/apply-operation.ts";
import { MissingObjectError } from "../../metadata/errors.ts";
import type { Catalog, CatalogTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

const start = [
  `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL, "other id" INT REFERENCES child (id) ON DELETE SET NULL)`,
  `CREATE TABLE child (id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT COLLATE NOCASE, parent INT REFERENCES parent ON DELETE CASCADE,
     self INT REFERENCES child, n INT CHECK (n > 0), twice INT AS (n * 2) STORED, CONSTRAINT u UNIQUE (label)) STRICT`,
  `CREATE TABLE link (a INT REFERENCES parent ON DELETE CASCADE, b INT REFERENCES child ON DELETE CASCADE, note TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID`,
  `CREATE TABLE plain (x, y BLOB, z REAL)`,
  `CREATE INDEX some ON child (n DESC, lower(label)) WHERE n > 1`,
  `CREATE INDEX "by z" ON plain (z)`,
  `CREATE VIEW seen AS SELECT id FROM child`,
  `CREATE TRIGGER changed AFTER DELETE ON plain BEGIN SELECT 1; END`,
  `INSERT INTO parent VALUES (1, 'one', NULL), (7, 'seven', NULL)`,
  `INSERT INTO child (id, label, parent, self, n) VALUES (3, 'a', 1, NULL, 1), (4, 'b', 7, 3, 2), (9, NULL, NULL, 9, NULL)`,
  `UPDATE parent SET "other id" = 4 WHERE id = 1`,
  `INSERT INTO link VALUES (1, 3, 'x'), (7, 4, NULL)`,
  `INSERT INTO plain (rowid, x, y, z) VALUES (20, 'it''s', x'00ff', 1.5), (5, 9007199254740993, NULL, 2.0), (12, NULL, 'text', -0.25)`,
].join(";\n");

const names = ["alpha", "Beta", `ga"mma`, "delta x", "order"];

/** One way to change something; undefined where there is nothing to change so. */
type Change = (table: CatalogTable, a: number, b: number) => Operation | undefined;

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(list.length, 1)];
const isKey = (table: CatalogTable, name: string): boolean => table.primaryKey?.columns.includes(name) === true;
const free = (table: CatalogTable): readonly { readonly name: string }[] =>
  table.columns.filter((column) => !isKey(table, column.name) && column.computed === undefined);
const sql = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const changes: readonly Change[] = [
  (table, a) => ({ kind: "addColumn", table, column: { name: at(names, a) ?? "n", type: "TEXT", nullable: true } }),
  (table, a, b) => ({
    kind: "addColumn",
    table,
    column: { name: at(names, a) ?? "n", type: "INTEGER", nullable: false, default: at(["0", "-7", "(1 + 1)"], b) },
    position: b % 2 === 0 ? { first: true } : undefined,
  }),
  (table, a) => ({
    kind: "addColumn",
    table,
    column: { name: at(names, a) ?? "n", type: "TEXT", nullable: false },
    fill: "'filled'",
  }),
  (table, a) => {
    const column = at(free(table), a);
    // What is generated from it would stop the revision.
    const isLast = free(table).length + (table.primaryKey?.columns.length ?? 0) < 2;
    if (
      column === undefined ||
      isLast ||
      table.columns.some(({ computed }) => computed?.expression.includes(sql(column.name)))
    )
      return undefined;
    return { kind: "dropColumn", table, column: column.name };
  },
  (table, a, b) => {
    const column = at(free(table), a);
    return column && { kind: "renameColumn", table, column: column.name, newName: at(names, b) ?? "n" };
  },
  (table, a, b) => {
    const column = at(free(table), a);
    return (
      column && {
        kind: "alterColumn",
        table,
        column: column.name,
        changes: {
          default: at(
            [undefined, "NULL", "'5'", "5"].filter((text) => text !== "NULL"),
            b,
          ),
        },
      }
    );
  },
  (table, a) => {
    const column = at(free(table), a);
    return column && { kind: "alterColumn", table, column: column.name, changes: { collation: "RTRIM" } };
  },
  (table, a, b) => ({
    kind: "addConstraint",
    table,
    constraint: {
      kind: "check",
      name: at(names, b),
      expression: `${sql(at(table.columns, a)?.name ?? "")} IS NOT 'never'`,
    },
  }),
  (table, a, b) => {
    const column = at(free(table), a);
    const key = table.primaryKey?.columns;
    return (
      column &&
      key && {
        kind: "addConstraint",
        table,
        constraint: { kind: "unique", name: at(names, b), columns: [column.name, ...key] },
      }
    );
  },
  (table, a) => {
    const [constraint] = [at(table.uniques, a)];
    return (
      constraint && {
        kind: "dropConstraint",
        table,
        constraintKind: "unique",
        name: constraint.name,
        existing: { kind: "unique", ...constraint },
      }
    );
  },
  (table, a) => {
    const constraint = at(table.foreignKeys, a);
    return (
      constraint && {
        kind: "dropConstraint",
        table,
        constraintKind: "foreignKey",
        name: constraint.name,
        existing: { kind: "foreignKey", ...constraint },
      }
    );
  },
  (table, a, b) => {
    const column = at(table.columns, a);
    return (
      column && {
        kind: "createIndex",
        table,
        index: {
          name: `ix ${table.name} ${String(b)}`,
          columns: [{ column: column.name, ...(b % 2 === 0 ? { descending: true } : {}) }],
          unique: false,
        },
      }
    );
  },
  (table, a) => {
    const index = at(table.indexes, a);
    return index && { kind: "dropIndex", table, name: index.name };
  },
  (table, a) => ({ kind: "renameTable", table, newName: `${at(names, a) ?? "t"} ${table.name.slice(0, 3)}` }),
];

interface Choice {
  readonly change: number;
  readonly table: number;
  readonly a: number;
  readonly b: number;
}

/** Operations that can follow each other, and which column of the end was which of the beginning. */
function operationsOf(
  choices: readonly Choice[],
  before: Catalog,
): { operations: Operation[]; origin: Map<string, Map<string, string>>; tables: Map<string, string> } {
  let catalog = before;
  const operations: Operation[] = [];
  const tables = new Map(before.tables.map(({ name }) => [name, name]));
  const origin = new Map(
    before.tables.map((table) => [table.name, new Map(table.columns.map(({ name }) => [name, name]))]),
  );
  for (const { change, table: which, a, b } of choices) {
    const table = at(catalog.tables, which);
    const operation = table && at(changes, change)?.({ ...table, schema: undefined }, a, b);
    if (table === undefined || operation === undefined) continue;
    const name = { name: table.name };
    const plain = "table" in operation ? ({ ...operation, table: name } as Operation) : operation;
    try {
      catalog = applyOperation(catalog, plain);
    } catch (error) {
      if (error instanceof MissingObjectError) continue;
      throw error;
    }
    operations.push(plain);
    const columns = origin.get(table.name);
    if (plain.kind === "dropColumn") columns?.delete(plain.column);
    if (plain.kind === "renameColumn") {
      const from = columns?.get(plain.column);
      columns?.delete(plain.column);
      if (from !== undefined) columns?.set(plain.newName, from);
    }
    if (plain.kind === "renameTable" && columns !== undefined) {
      origin.delete(table.name);
      origin.set(plain.newName, columns);
      tables.set(plain.newName, tables.get(table.name) ?? "");
      tables.delete(table.name);
    }
  }
  return { operations, origin, tables };
}

function valuesOf(database: SchemaDatabase, table: string, columns: readonly string[]): unknown {
  const list = columns.map((column) => `quote(${sql(column)})`).join(", ");
  const hasRowid = database.table(table).options["withoutRowid"] !== "true";
  // Rows keep their rowids, and with them their order.
  const rows = database.rows(`SELECT ${list} FROM ${sql(table)}${hasRowid ? " ORDER BY rowid" : ""}`);
  return hasRowid ? rows : rows.map((row) => JSON.stringify(row)).sort();
}

test("Every kept column of every row keeps its value, and the schema is what the operations say", () => {
  const choice = fc.record({ change: fc.nat(changes.length - 1), table: fc.nat(3), a: fc.nat(7), b: fc.nat(7) });
  let ran = 0;
  fc.assert(
    fc.property(fc.array(choice, { minLength: 1, maxLength: 9 }), (choices) => {
      const [driver] = sqliteDrivers;
      if (driver === undefined) throw new Error("No driver for SQLite is there.");
      const database = driver.open().script(start);
      const untouched = driver.open().script(start);
      const { operations, origin, tables } = operationsOf(choices, database.catalog);
      const expected = database.migrate(...operations);
      ran += operations.length;
      expect(withoutTexts(database.catalog)).toEqual(withoutTexts(expected));
      for (const [name, was] of tables) {
        const pairs = [...(origin.get(name) ?? [])];
        if (pairs.length === 0) continue;
        const found = valuesOf(
          database,
          name,
          pairs.map(([now]) => now),
        );
        expect(found).toEqual(
          valuesOf(
            untouched,
            was,
            pairs.map(([, before]) => before),
          ),
        );
      }
      expect(database.rows("PRAGMA foreign_key_check")).toEqual([]);
      expect(database.rows("PRAGMA integrity_check")).toEqual([["ok"]]);
      expect(database.rows("SELECT seq FROM sqlite_sequence")).toEqual([[9]]);
      database.close();
      untouched.close();
    }),
    { numRuns: Number(process.env["RUNS"] ?? 60) },
  );
  expect(ran).toBeGreaterThan(0);
});

/** SQLite follows renamings in texts of triggers and views in its own spelling. */
function withoutTexts(catalog: Catalog): unknown {
  const tables = catalog.tables.map((table) => ({ ...table, triggers: table.triggers.map((trigger) => trigger.name) }));
  const views = catalog.views.map(({ name }) => name);
  return {
    ...(comparable(catalog) as object),
    tables: JSON.parse(JSON.stringify(tables.map((table) => ({ ...table, sql: undefined })))) as unknown,
    views,
  };
}
