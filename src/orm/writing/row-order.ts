/**
 * Returned rows in the order of the rows that were given: databases promise none for RETURNING. They are found again by what
 * is in them: keys that were given, or a key that the database counts up row by row.
 */
import type { DriverValue } from "../../io/driver.ts";
import type { Mapper, ColumnAttribute } from "../../model/mapper.ts";
import type { ColumnNode } from "../../sql/expression/node.ts";
import type { InsertNode } from "../../sql/statement/node.ts";
import { valueKey } from "../value-key.ts";

type Row = readonly DriverValue[];

/** How returned rows are found again. */
export type RowMatching =
  /** By the values that the rows were given in these columns; `keys` are those values, row by row. */
  | { readonly kind: "values"; readonly attributes: readonly ColumnAttribute[]; readonly keys: readonly unknown[][] }
  /** By a key that the database counts up. */
  | { readonly kind: "counted"; readonly attributes: readonly ColumnAttribute[] };

/** How the rows of `node` are found again; undefined where nothing in them says it. */
export function rowMatching(mapper: Mapper, node: InsertNode): RowMatching | undefined {
  if (node.select !== undefined) return undefined;
  const { onConflict, columns } = node;
  const isUpdating = onConflict?.set !== undefined;
  const target = isUpdating ? onConflict.target : mapper.primaryKey.map(nodeOf);
  const attributes = target.map((column) => attributeOf(mapper, column)).filter((found) => found !== undefined);
  if (target.length > 0 && attributes.length === target.length) {
    const keys = givenKeys(node, target);
    if (keys !== undefined) return { kind: "values", attributes, keys };
  }
  const [key, another] = mapper.primaryKey;
  if (key === undefined || another !== undefined || isUpdating) return undefined;
  const { identity } = key.column;
  const place = columns.findIndex(({ name }) => name === key.column.name);
  const isGenerated = place < 0 || node.rows.every((row) => row[place]?.kind === "default");
  const isCounted = identity !== undefined && (identity.increment ?? 1) > 0 && isGenerated;
  return isCounted ? { kind: "counted", attributes: [key] } : undefined;
}

function nodeOf(attribute: ColumnAttribute): ColumnNode {
  return (attribute.columns[0] ?? attribute.column).node;
}

function attributeOf(mapper: Mapper, column: ColumnNode): ColumnAttribute | undefined {
  return mapper.attributes.find((attribute) => attribute.columns.some(({ name }) => name === column.name));
}

/** The values of `target` in each row; undefined where one is not a value. */
function givenKeys(node: InsertNode, target: readonly ColumnNode[]): unknown[][] | undefined {
  const places = target.map(({ name }) => node.columns.findIndex((column) => column.name === name));
  if (places.includes(-1)) return undefined;
  const keys: unknown[][] = [];
  for (const row of node.rows) {
    const key: unknown[] = [];
    for (const place of places) {
      const value = row[place];
      if (value?.kind !== "bind" || value.value === null) return undefined;
      key.push(value.value);
    }
    keys.push(key);
  }
  return keys;
}

/** `rows` sorted into the order of what was given; as they are where a row is not found. `keysOf` decodes a row's key. */
export function inGivenOrder(
  matching: RowMatching | undefined,
  rows: readonly Row[],
  keysOf: (row: Row) => readonly unknown[],
): readonly Row[] {
  if (matching === undefined || rows.length < 2) return rows;
  if (matching.kind === "counted") return sortedBy(rows, (row) => BigInt(String(keysOf(row)[0])));
  const positions = new Map<string | undefined, number>();
  for (const [position, key] of matching.keys.entries()) {
    const text = valueKey(key);
    if (!positions.has(text)) positions.set(text, position);
  }
  const places = rows.map((row) => positions.get(valueKey(keysOf(row))));
  if (places.includes(undefined)) return rows;
  const placeOf = new Map(rows.map((row, index) => [row, places[index] ?? 0]));
  return sortedBy(rows, (row) => placeOf.get(row) ?? 0);
}

function sortedBy<K extends number | bigint>(rows: readonly Row[], key: (row: Row) => K): Row[] {
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}
