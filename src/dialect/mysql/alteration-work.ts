/**
 * How the server makes a change of a table: measured on MariaDB 10.11, which `alteration-work.test.ts` asks again. MySQL 8 is as
 * good or better but for a few cases.
 */
import { knownTable, type Catalog, type CatalogColumn } from "../../metadata/catalog.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";
import { typeParts, type TypeParts } from "./type-reflection.ts";

/**
 * "instant": the definition only; "online": rows or indexes are written while writes go on; "shared": while writes wait; "copy":
 * the whole table is copied, and writes wait.
 */
export type AlterationWork = "instant" | "online" | "shared" | "copy";

/** Undefined for what is no change of a table that was there before. */
export function alterationWork(operation: Operation, catalog: Catalog): AlterationWork | undefined {
  switch (operation.kind) {
    case "addColumn":
      return addColumnWork(operation, catalog);
    case "dropColumn":
      return dropColumnWork(operation, catalog);
    case "alterColumn":
      return alterColumnWork(operation, catalog);
    case "renameColumn":
    case "renameTable":
    case "setTableComment":
    case "renameIndex":
      return "instant";
    case "setTableOptions":
      return Object.keys(operation.options).some((name) => copying.has(name)) ? "copy" : "online";
    case "addConstraint":
      return constraintWork(operation, catalog);
    case "dropConstraint":
      if (operation.constraintKind === "primaryKey") return "copy";
      return operation.constraintKind === "check" ? "instant" : "online";
    case "createIndex":
      return operation.index.method === "fulltext" || operation.index.method === "spatial" ? "shared" : "online";
    case "dropIndex":
      return "online";
    default:
      return undefined;
  }
}

const copying: ReadonlySet<string> = new Set(["charset", "collation", "engine"]);

function addColumnWork({ table, column, position }: OperationOf<"addColumn">, catalog: Catalog): AlterationWork {
  // The server moves no columns beside generated ones.
  const isBetween = position?.first === true || position?.after !== undefined;
  if (isBetween && knownTable(catalog, table)?.columns.some(({ computed }) => computed !== undefined)) return "copy";
  if (column.computed !== undefined) return column.computed.stored ? "copy" : "instant";
  if (column.identity !== undefined) return "shared";
  return column.default !== undefined && isComputedForEachRow(column.default) ? "copy" : "instant";
}

/** Whether a DEFAULT calls something that makes the server copy the table. */
export function isComputedForEachRow(expression: string): boolean {
  const bare = expression.replace(/'(?:[^'\\]|''|\\[\s\S])*'/g, "''");
  const calls = bare.matchAll(/([a-z_]\w*)\s*\(/gi);
  return [...calls].some(
    ([, name = ""]) => !/^(?:current_timestamp|now|rand|localtime|localtimestamp|curdate|current_date)$/i.test(name),
  );
}

function dropColumnWork({ table: name, column }: OperationOf<"dropColumn">, catalog: Catalog): AlterationWork {
  const table = knownTable(catalog, name);
  const isIndexed =
    table?.indexes.some((index) => index.columns.some((part) => part.column === column)) === true ||
    table?.uniques.some(({ columns }) => columns.includes(column)) === true;
  return isIndexed ? "online" : "instant";
}

function constraintWork({ constraint, table: name }: OperationOf<"addConstraint">, catalog: Catalog): AlterationWork {
  switch (constraint.kind) {
    case "unique":
      return "online";
    case "primaryKey": {
      const table = knownTable(catalog, name);
      const isNullable = constraint.columns.some(
        (column) => table?.columns.find((candidate) => candidate.name === column)?.nullable === true,
      );
      return isNullable ? "copy" : "online";
    }
    default:
      return "copy";
  }
}

function alterColumnWork(
  { table, column, changes, existing }: OperationOf<"alterColumn">,
  catalog: Catalog,
): AlterationWork {
  const before = knownTable(catalog, table)?.columns.find(({ name }) => name === column) ?? existing;
  if (before === undefined) return "copy";
  const after: CatalogColumn = { ...before, ...changes };
  if (after.computed !== undefined || before.computed !== undefined) {
    const isStored = after.computed?.stored === true || before.computed?.stored === true;
    return isStored ? "copy" : "instant";
  }
  if ((before.identity === undefined) !== (after.identity === undefined))
    return after.identity === undefined ? "instant" : "copy";
  const isSameCharset =
    before.collation === after.collation && before.options?.["charset"] === after.options?.["charset"];
  if (!isSameCharset) return "copy";
  if (before.type !== after.type && !keepsRows(before.type, after.type)) return "copy";
  if (before.nullable === after.nullable) return "instant";
  // Rows of a table with generated columns cannot be written anew in place.
  const hasComputed = knownTable(catalog, table)?.columns.some(({ computed }) => computed !== undefined) === true;
  return hasComputed && !after.nullable ? "copy" : "online";
}

/** Whether values of the one type are stored as those of the other. */
export function keepsRows(from: string, to: string): boolean {
  const [old, wanted] = [typeParts(from), typeParts(to)];
  if (old === undefined || wanted === undefined || old.name !== wanted.name || old.rest !== wanted.rest) return false;
  switch (old.name) {
    case "varchar":
    case "varbinary":
      return (wanted.numbers[0] ?? 0) >= (old.numbers[0] ?? 0);
    case "enum":
    case "set":
      return appends(old, wanted);
    case "int":
    case "bigint":
    case "smallint":
    case "tinyint":
    case "mediumint":
      // Digits to show, not to store.
      return true;
    default:
      return false;
  }
}

/** Values are stored as numbers, whose size grows with their count. */
function appends(old: TypeParts, wanted: TypeParts): boolean {
  const [before, after] = [membersOf(old), membersOf(wanted)];
  const sizes = old.name === "enum" ? [255] : [8, 16, 24, 32];
  const size = (count: number): number => sizes.filter((limit) => count > limit).length;
  return before.every((value, at) => after[at] === value) && size(before.length) === size(after.length);
}

/** The values of an enum or a set, with their quotes. */
export function membersOf({ inside = "" }: TypeParts): readonly string[] {
  return inside.match(/'(?:[^'\\]|''|\\[\s\S])*'/g) ?? [];
}
