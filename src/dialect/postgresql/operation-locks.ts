/**
 * Which locks an operation takes on tables in PostgreSQL, and what is done while they are held. `operation-locks.test.ts` holds
 * it against what a server says.
 */
import { knownTable, nameKey, type Catalog, type CatalogTable, type QualifiedName } from "../../metadata/catalog.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";
import { mentions, parseTypeName } from "./definition-text.ts";
import { tableOptionNames } from "./inspect-tables.ts";
import { domainOf, isConstrained, isVolatile, typeChangeWork } from "./type-change.ts";

/** From weak to strong: "share" and what follows block writes, "accessExclusive" blocks reads, too. */
export const lockModes = Object.freeze([
  "accessShare",
  "rowShare",
  "rowExclusive",
  "shareUpdateExclusive",
  "share",
  "shareRowExclusive",
  "exclusive",
  "accessExclusive",
] as const);

export type LockMode = (typeof lockModes)[number];

/** "moment": only the catalog changes; "scan": all rows are read, as for an index; "rewrite": all rows and indexes are written. */
export type LockWork = "moment" | "scan" | "rewrite";

export interface TableLock {
  readonly table: QualifiedName;
  readonly mode: LockMode;
  readonly work: LockWork;
}

/** The strongest lock on each table that was there before; none for what locks no table or is not known. */
export function locksOf(operation: Operation, catalog: Catalog): readonly TableLock[] {
  switch (operation.kind) {
    case "createTable":
      return operation.table.foreignKeys.map(({ referred }) => lock(referred, "shareRowExclusive"));
    case "dropTable":
      return [
        lock(operation.table, "accessExclusive"),
        ...((knownTable(catalog, operation.table) ?? operation.existing)?.foreignKeys.map(({ referred }) =>
          lock(referred, "accessExclusive"),
        ) ?? []),
      ];
    case "setTableComment":
      return [lock(operation.table, "shareUpdateExclusive")];
    case "setTableOptions":
      return [tableOptionsLock(operation)];
    case "addColumn":
      return [lock(operation.table, "accessExclusive", addColumnWork(operation, catalog))];
    case "dropColumn":
      return dropColumnLocks(operation, catalog);
    case "alterColumn":
      return alterColumnLocks(operation, catalog);
    case "addConstraint":
      return addConstraintLocks(operation, catalog);
    case "dropConstraint":
      return dropConstraintLocks(operation, catalog);
    case "renameTable":
    case "renameColumn":
    case "renameConstraint":
      return [lock(operation.table, "accessExclusive")];
    case "validateConstraint":
      return validateLocks(operation, catalog);
    case "createIndex":
      return [lock(operation.table, operation.concurrently === true ? "shareUpdateExclusive" : "share", "scan")];
    case "dropIndex":
      return [lock(operation.table, operation.concurrently === true ? "shareUpdateExclusive" : "accessExclusive")];
    case "replaceEnumValues":
      return tablesOfType(catalog, operation.type).map((table) => lock(table, "accessExclusive", "rewrite"));
    case "createObject":
    case "dropObject":
      return objectLocks(operation);
    case "bulkInsert":
    case "backfill":
      return [lock(operation.table, "rowExclusive")];
    default:
      return [];
  }
}

function lock(table: QualifiedName, mode: LockMode, work: LockWork = "moment"): TableLock {
  return { table: { schema: table.schema, name: table.name }, mode, work };
}

function tableOptionsLock({ table, options }: OperationOf<"setTableOptions">): TableLock {
  const names = Object.keys(options);
  if (names.some((name) => ["unlogged", "accessMethod", "tablespace"].includes(name)))
    return lock(table, "accessExclusive", "rewrite");
  const own: readonly string[] = tableOptionNames;
  return lock(table, names.some((name) => own.includes(name)) ? "accessExclusive" : "shareUpdateExclusive");
}

function addColumnWork({ column, fill }: OperationOf<"addColumn">, catalog: Catalog): LockWork {
  const domain = domainOf(catalog, column.type);
  const isRewritten =
    column.identity !== undefined ||
    column.computed?.stored === true ||
    (column.default !== undefined && isVolatile(column.default)) ||
    (domain !== undefined && isConstrained(domain));
  if (isRewritten || fill !== undefined) return "rewrite";
  return !column.nullable && column.default === undefined ? "scan" : "moment";
}

function dropColumnLocks({ table, column }: OperationOf<"dropColumn">, catalog: Catalog): TableLock[] {
  const keys = knownTable(catalog, table)?.foreignKeys.filter(({ columns }) => columns.includes(column)) ?? [];
  return [lock(table, "accessExclusive"), ...keys.map(({ referred }) => lock(referred, "accessExclusive"))];
}

function alterColumnLocks(operation: OperationOf<"alterColumn">, catalog: Catalog): TableLock[] {
  const { table, changes } = operation;
  const names = Object.keys(changes);
  if (names.every((name) => name === "comment")) return [lock(table, "shareUpdateExclusive")];
  return [lock(table, "accessExclusive", alterColumnWork(operation, knownTable(catalog, table), catalog))];
}

function alterColumnWork(
  { column: name, changes, using, existing }: OperationOf<"alterColumn">,
  table: CatalogTable | undefined,
  catalog: Catalog,
): LockWork {
  const before = table?.columns.find((column) => column.name === name) ?? existing;
  if (changes.computed !== undefined) return "rewrite";
  if (before === undefined) return changes.type === undefined ? "scan" : "rewrite";
  const after = { ...before, ...changes };
  const work = typeChangeWork(before, after, using, catalog);
  if (work === "rewrite") return "rewrite";
  const isRetyped = before.type !== after.type || before.collation !== after.collation;
  const isIndexed = table !== undefined && columnIsIndexed(table, name);
  const isChecked = isRetyped && table !== undefined && checksOver(table, name).length > 0;
  const becomesRequired = before.nullable && !after.nullable && !(table !== undefined && provesNotNull(table, name));
  return isChecked || becomesRequired || (work === "indexes" && isIndexed) ? "scan" : "moment";
}

function columnIsIndexed(table: CatalogTable, column: string): boolean {
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques];
  return (
    keys.some(({ columns }) => columns.includes(column)) ||
    table.indexes.some(({ columns }) =>
      columns.some((part) => part.column === column || mentions(part.expression ?? "", column)),
    )
  );
}

/** The checks that name a column. */
export function checksOver(table: CatalogTable, column: string): CatalogTable["checks"] {
  return table.checks.filter(({ expression }) => mentions(expression, column));
}

/** Whether a valid check says already that no row has NULL there: then SET NOT NULL reads no rows. */
export function provesNotNull(table: CatalogTable, column: string): boolean {
  return table.checks.some(({ expression, notValid, noInherit }) => {
    if (notValid === true || noInherit === true || !/ IS NOT NULL\)*$/.test(expression)) return false;
    const name = expression.replace(/^\(+/, "").replace(/ IS NOT NULL\)*$/, "");
    return name === column || name === `"${column.replaceAll('"', '""')}"`;
  });
}

function addConstraintLocks(
  { table, constraint, usingIndex }: OperationOf<"addConstraint">,
  catalog: Catalog,
): TableLock[] {
  switch (constraint.kind) {
    case "foreignKey": {
      const work = constraint.notValid === true ? "moment" : "scan";
      const { referred } = constraint;
      return [lock(table, "shareRowExclusive", work), lock(referred, "shareRowExclusive")];
    }
    case "check":
      return [lock(table, "accessExclusive", constraint.notValid === true ? "moment" : "scan")];
    case "exclusion":
      return [lock(table, "accessExclusive", "scan")];
    case "unique":
      return [lock(table, "accessExclusive", usingIndex === undefined ? "scan" : "moment")];
    case "primaryKey": {
      const known = knownTable(catalog, table);
      const isRead = constraint.columns.some((name) => {
        const column = known?.columns.find((candidate) => candidate.name === name);
        return column === undefined || (column.nullable && known !== undefined && !provesNotNull(known, name));
      });
      return [lock(table, "accessExclusive", usingIndex === undefined || isRead ? "scan" : "moment")];
    }
  }
}

function dropConstraintLocks(operation: OperationOf<"dropConstraint">, catalog: Catalog): TableLock[] {
  const { table } = operation;
  const referred = droppedReference(operation, catalog);
  return [lock(table, "accessExclusive"), ...(referred === undefined ? [] : [lock(referred, "accessExclusive")])];
}

/** The table that a foreign key which is dropped refers to, where that is another. */
export function droppedReference(
  operation: OperationOf<"dropConstraint">,
  catalog: Catalog,
): QualifiedName | undefined {
  const { table, name, constraintKind, existing } = operation;
  if (constraintKind !== "foreignKey") return undefined;
  const known = knownTable(catalog, table)?.foreignKeys.find((key) => key.name === name);
  const key = known ?? (existing?.kind === "foreignKey" ? existing : undefined);
  return key === undefined || nameKey(key.referred) === nameKey(table) ? undefined : key.referred;
}

function validateLocks(
  { table, name, constraintKind }: OperationOf<"validateConstraint">,
  catalog: Catalog,
): TableLock[] {
  const own = lock(table, "shareUpdateExclusive", "scan");
  if (constraintKind === "check") return [own];
  const referred = knownTable(catalog, table)?.foreignKeys.find((key) => key.name === name)?.referred;
  return referred === undefined ? [own] : [own, lock(referred, "rowShare")];
}

/** Tables with a column of the enum or of its array. */
export function tablesOfType(catalog: Catalog, type: QualifiedName): readonly CatalogTable[] {
  return catalog.tables.filter((table) =>
    table.columns.some((column) => {
      const parsed = parseTypeName(column.type);
      return parsed !== undefined && nameKey(parsed.name) === nameKey(type);
    }),
  );
}

function objectLocks({ kind, object }: OperationOf<"createObject"> | OperationOf<"dropObject">): TableLock[] {
  if (object.kind === "policy") return [lock(object.table, "accessExclusive")];
  if (object.kind !== "trigger") return [];
  return [lock(object.table, kind === "createObject" ? "shareRowExclusive" : "accessExclusive")];
}
