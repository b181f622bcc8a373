/** What of a database takes part in the comparison: what models can own, and what the hooks let through. */
import { nameKey, type Catalog, type CatalogTable } from "../../metadata/catalog.ts";
import { bookkeepingTable } from "../bookkeeping-table.ts";
import type { CompareOptions, ComparedObject } from "./comparison.ts";

/** Both catalogs with only what is to be compared. */
export function comparedParts(
  existing: Catalog,
  desired: Catalog,
  options: CompareOptions,
): { readonly existing: Catalog; readonly desired: Catalog } {
  const inModels = keysOf(desired.tables);
  const tables = existing.tables.filter(
    (table) => isOwned(table, inModels, options) && isSeen(table, "table", options),
  );
  const enums = existing.enums.filter((type) => isSeen(type, "enum", options));
  const sequences = existing.sequences.filter((sequence) => isSeen(sequence, "sequence", options));
  const schemas = existing.schemas.filter(({ name }) => options.includeName?.(name, "schema", undefined) ?? true);
  const seen: Catalog = { ...existing, tables, enums, sequences, schemas };
  return {
    existing: included(seen, desired, options, true),
    desired: included(desired, seen, options, false),
  };
}

/** Tables that models cannot define are left alone unless they have one of that name. */
function isOwned(table: CatalogTable, inModels: ReadonlySet<string>, { versionTable }: CompareOptions): boolean {
  if (nameKey(table) === nameKey(versionTable ?? { name: bookkeepingTable })) return false;
  if (inModels.has(nameKey(table))) return true;
  return table.kind === "table" && table.options.partitionOf === undefined && table.options.inherits === undefined;
}

function isSeen(
  { schema, name }: { readonly schema?: string | undefined; readonly name: string },
  type: "table" | "enum" | "sequence",
  { includeName }: CompareOptions,
): boolean {
  return includeName?.(name, type, schema) ?? true;
}

/** One side without what `includeObject` refuses. */
function included(side: Catalog, other: Catalog, options: CompareOptions, isDatabase: boolean): Catalog {
  const { includeObject } = options;
  if (includeObject === undefined) return side;
  const ask = (object: Omit<ComparedObject, "isInDatabase" | "isInModels">, isOnOtherSide: boolean): boolean =>
    includeObject({
      ...object,
      isInDatabase: isDatabase || isOnOtherSide,
      isInModels: !isDatabase || isOnOtherSide,
    });
  const others = new Map(other.tables.map((table) => [nameKey(table), table]));
  const otherEnums = keysOf(other.enums);
  const otherSequences = keysOf(other.sequences);
  return {
    ...side,
    tables: side.tables
      .filter((table) => ask({ type: "table", schema: table.schema, name: table.name }, others.has(nameKey(table))))
      .map((table) => includedParts(table, others.get(nameKey(table)), ask)),
    enums: side.enums.filter((type) => ask({ type: "enum", ...nameOf(type) }, otherEnums.has(nameKey(type)))),
    sequences: side.sequences.filter((sequence) =>
      ask({ type: "sequence", ...nameOf(sequence) }, otherSequences.has(nameKey(sequence))),
    ),
  };
}

function includedParts(
  table: CatalogTable,
  other: CatalogTable | undefined,
  ask: (object: Omit<ComparedObject, "isInDatabase" | "isInModels">, isOnOtherSide: boolean) => boolean,
): CatalogTable {
  const named = { schema: table.schema, name: table.name };
  const keep = <T extends { readonly name: string | undefined }>(
    type: "column" | "index" | "constraint",
    list: readonly T[],
    others: readonly { readonly name: string | undefined }[] | undefined,
  ): T[] =>
    list.filter(({ name }) =>
      ask(
        { type, schema: table.schema, name, table: named },
        name !== undefined && others?.some((candidate) => candidate.name === name) === true,
      ),
    );
  // A table that comes or goes does so as a whole.
  if (other === undefined) return table;
  return {
    ...table,
    columns: keep("column", table.columns, other.columns),
    indexes: keep("index", table.indexes, other.indexes),
    uniques: keep("constraint", table.uniques, other.uniques),
    foreignKeys: keep("constraint", table.foreignKeys, other.foreignKeys),
    checks: keep("constraint", table.checks, other.checks),
    exclusions: keep("constraint", table.exclusions, other.exclusions),
  };
}

function keysOf(
  objects: readonly { readonly schema?: string | undefined; readonly name: string }[],
): ReadonlySet<string> {
  return new Set(objects.map(nameKey));
}

function nameOf({ schema, name }: { readonly schema?: string | undefined; readonly name: string }): {
  readonly schema: string | undefined;
  readonly name: string;
} {
  return { schema, name };
}
