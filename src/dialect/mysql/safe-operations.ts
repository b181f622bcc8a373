/** Operations in the form that locks nobody out of MySQL and MariaDB for long: rows get values in batches. */
import { applyWhereKnown } from "../../metadata/apply-operation.ts";
import { knownTable, nameKey, type Catalog, type CatalogColumn } from "../../metadata/catalog.ts";
import type { ColumnChanges, Operation, OperationOf } from "../../metadata/operation.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { isComputedForEachRow } from "./alteration-work.ts";

const rowsPerBatch = 1000;
const constant = /^(?:-?\d+(?:\.\d+)?|'(?:[^'\\]|''|\\[\s\S])*')$/;
/** Types that take no DEFAULT that is a constant, on MySQL. */
const withoutDefault = /^(?:tiny|medium|long)?(?:text|blob)\b|^(?:json|geometry|point)\b/i;

/** What to write instead of `operations`. */
export function safeOperations(operations: readonly Operation[], catalog: Catalog): readonly Operation[] {
  const created = new Set<string>();
  const written: Operation[] = [];
  let present = catalog;
  for (const operation of operations) {
    if (operation.kind === "createTable") created.add(nameKey(operation.table));
    if (operation.kind === "renameTable" && created.has(nameKey(operation.table)))
      created.add(nameKey({ schema: operation.table.schema, name: operation.newName }));
    const isNew = "table" in operation && created.has(nameKey(operation.table));
    const forms = operation.kind === "addColumn" && !isNew ? safeAddColumn(operation, present) : [operation];
    written.push(...forms);
    present = forms.reduce(applyWhereKnown, present);
  }
  return written;
}

function safeAddColumn(operation: OperationOf<"addColumn">, catalog: Catalog): readonly Operation[] {
  const { column, fill, ...rest } = operation;
  const { table } = operation;
  const { default: initial } = column;
  if (column.identity !== undefined || column.computed !== undefined) return [operation];
  if (fill !== undefined && initial === undefined && constant.test(fill) && !withoutDefault.test(column.type)) {
    const withFill: CatalogColumn = { ...column, default: fill };
    // A constant default is not written into the rows.
    return [{ ...rest, column: withFill }, alter(operation, withFill, { default: undefined })];
  }
  const isWritten = fill !== undefined || (initial !== undefined && isComputedForEachRow(initial));
  const value = fill ?? initial;
  if (!isWritten || value === undefined || knownTable(catalog, table)?.primaryKey === undefined) return [operation];
  const first: CatalogColumn = { ...column, nullable: true, default: undefined };
  const withDefault: CatalogColumn = { ...first, default: initial };
  return [
    { ...rest, column: first },
    ...(initial === undefined ? [] : [alter(operation, first, { default: initial })]),
    {
      kind: "backfill",
      table,
      set: { [column.name]: value },
      where: `${quoteIdentifier(column.name, "`")} IS NULL`,
      batchSize: rowsPerBatch,
      pause: 0,
    },
    ...(column.nullable ? [] : [alter(operation, withDefault, { nullable: false })]),
  ];
}

function alter(
  { table, column }: OperationOf<"addColumn">,
  existing: CatalogColumn,
  changes: ColumnChanges,
): Operation {
  return { kind: "alterColumn", table, column: column.name, changes, existing };
}
