/** Columns added and made NOT NULL without a rewrite, and without reading rows under a lock. Called by `safe-operations.ts`. */
import { knownTable, type Catalog, type CatalogTable, type QualifiedName } from "../../metadata/catalog.ts";
import type { ColumnChanges, Operation, OperationOf } from "../../metadata/operation.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { provesNotNull } from "./operation-locks.ts";
import { isVolatile } from "./type-change.ts";
import { temporaryName } from "./temporary-name.ts";

const rowsPerBatch = 1000;
const constant = /^(?:-?\d+(?:\.\d+)?|true|false|'(?:[^']|'')*'(?:::[a-z][\w ]*(?:\([\d, ]+\))?)?)$/i;

/** The rows get their values in batches, or none have to be written at all. */
export function safeAddColumn(operation: OperationOf<"addColumn">, catalog: Catalog): readonly Operation[] {
  const { table: name, column, fill, ...rest } = operation;
  const { table } = operation;
  const known = knownTable(catalog, name);
  const isPlain = column.identity === undefined && column.computed === undefined;
  if (!isPlain || known === undefined) return [operation];
  const { default: initial } = column;
  if (fill !== undefined && initial === undefined && constant.test(fill)) {
    // A constant default is not written into the rows.
    return [
      { ...rest, table, column: { ...column, default: fill } },
      { kind: "alterColumn", table, column: column.name, changes: { default: undefined } },
    ];
  }
  const isWritten = fill !== undefined || (initial !== undefined && isVolatile(initial));
  const value = fill ?? initial;
  if (!isWritten || value === undefined || known.primaryKey === undefined) return [operation];
  const written = backfill(table, column.name, value);
  return [
    { ...rest, table, column: { ...column, nullable: true, default: undefined } },
    ...(initial === undefined
      ? []
      : [{ kind: "alterColumn" as const, table, column: column.name, changes: { default: initial } }]),
    written,
    ...(column.nullable ? [] : notNull(known, column.name, initial === undefined ? [written] : [])),
  ];
}

function backfill(table: QualifiedName, column: string, value: string): OperationOf<"backfill"> {
  const where = `${quoteIdentifier(column, '"')} IS NULL`;
  return { kind: "backfill", table, set: { [column]: value }, where, batchSize: rowsPerBatch, pause: 0 };
}

/** @param between - What to do once no more rows without a value can come: those that came meanwhile. */
function notNull(
  table: CatalogTable,
  column: string,
  between: readonly Operation[] = [],
  last: Operation = alterColumn(table, column, { nullable: false }),
): readonly Operation[] {
  const check = notNullCheck(table, column);
  return [check.add, ...between, check.validate, last, check.drop];
}

function alterColumn(table: QualifiedName, column: string, changes: ColumnChanges): Operation {
  return { kind: "alterColumn", table: { schema: table.schema, name: table.name }, column, changes };
}

/** A check for the time of the change, which spares SET NOT NULL the reading of rows. */
export function notNullCheck(
  { schema, name, ...table }: CatalogTable,
  column: string,
): { readonly add: Operation; readonly validate: Operation; readonly drop: Operation } {
  const taken = new Set(table.checks.map((check) => check.name));
  const check = {
    kind: "check" as const,
    name: temporaryName(`${column}_not_null`, (candidate) => taken.has(candidate)),
    expression: `${quoteIdentifier(column, '"')} IS NOT NULL`,
  };
  const target = { schema, name };
  return {
    add: { kind: "addConstraint", table: target, constraint: { ...check, notValid: true } },
    validate: { kind: "validateConstraint", table: target, constraintKind: "check", name: check.name },
    drop: {
      kind: "dropConstraint",
      table: target,
      constraintKind: "check",
      name: check.name,
      existing: check,
    },
  };
}

/** NOT NULL is proved by a check before; what else changes goes first. */
export function safeAlterColumn(operation: OperationOf<"alterColumn">, catalog: Catalog): readonly Operation[] {
  const { table: name, column, changes, existing } = operation;
  const table = knownTable(catalog, name);
  const before = table?.columns.find((candidate) => candidate.name === column);
  const becomesRequired = changes.nullable === false && before?.nullable === true;
  if (table === undefined || !becomesRequired || "computed" in changes) return [operation];
  if (provesNotNull(table, column)) return [operation];
  const { nullable: _nullable, identity, ...rest } = changes;
  const { existing: _existing, using: _using, ...target } = operation;
  // An identity takes a column that is NOT NULL already.
  const last: ColumnChanges = "identity" in changes ? { nullable: false, identity } : { nullable: false };
  const isSplit = Object.keys(rest).length > 0;
  const known = existing === undefined ? {} : { existing: isSplit ? { ...existing, ...rest } : existing };
  const first: Operation = { ...operation, changes: rest };
  return [...(isSplit ? [first] : []), ...notNull(table, column, [], { ...target, changes: last, ...known })];
}
