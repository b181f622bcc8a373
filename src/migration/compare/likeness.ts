/** How much two definitions are alike, from 0 to 1: which pairs are worth a question whether one was renamed to the other. */
import { canonicalText, sameData } from "../../metadata/canonical-text.ts";
import {
  displayName,
  type CatalogColumn,
  type CatalogEnum,
  type CatalogSequence,
  type CatalogTable,
} from "../../metadata/catalog.ts";

/** Tables: by their columns' names and types. */
export function tableLikeness(from: CatalogTable, to: CatalogTable): number {
  const types = new Map(from.columns.map((column) => [column.name, column.type]));
  let common = 0;
  for (const { name, type } of to.columns) {
    const other = types.get(name);
    if (other !== undefined) common += other === type ? 1 : 0.6;
  }
  const share = (2 * common) / Math.max(1, from.columns.length + to.columns.length);
  return 0.9 * share + 0.1 * nameLikeness(from.name, to.name);
}

/** Columns: by type first, then by what they are part of, by their details, their place and their name. */
export function columnLikeness(
  fromTable: CatalogTable,
  from: CatalogColumn,
  toTable: CatalogTable,
  to: CatalogColumn,
): number {
  // A generated column has no values to keep.
  if (from.computed !== undefined || to.computed !== undefined) return 0;
  const type = from.type === to.type ? 0.5 : baseType(from.type) === baseType(to.type) ? 0.35 : 0;
  const roles = rolesOf(fromTable, from) === rolesOf(toTable, to) ? 0.15 : 0;
  const nullable = from.nullable === to.nullable ? 0.05 : 0;
  const details = from.default === to.default && sameData(from.identity, to.identity) ? 0.1 : 0;
  const place = fromTable.columns.indexOf(from) === toTable.columns.indexOf(to) ? 0.1 : 0;
  return type + roles + nullable + details + place + 0.1 * nameLikeness(from.name, to.name);
}

/** Enum types: by their values. */
export function enumLikeness(from: CatalogEnum, to: CatalogEnum): number {
  const common = from.values.filter((value) => to.values.includes(value)).length;
  const share = (2 * common) / Math.max(1, from.values.length + to.values.length);
  return share < 0.8 ? 0 : share;
}

/** Sequences: each pair is worth the question, because a counter would be lost; the more options are alike, the more so. */
export function sequenceLikeness(from: CatalogSequence, to: CatalogSequence): number {
  const keys = ["type", "start", "increment", "minValue", "maxValue", "cycle"] as const;
  const common = keys.filter((key) => from[key] === to[key]).length;
  return 0.5 + (0.4 * common) / keys.length + 0.1 * nameLikeness(from.name, to.name);
}

/** A type without its arguments. */
function baseType(type: string): string {
  return type
    .replace(/\(.*?\)/g, "")
    .trim()
    .toLowerCase();
}

/** Which keys and indexes a column is part of, at which place, and what it refers to; without any names of its own table. */
function rolesOf(table: CatalogTable, { name }: CatalogColumn): string {
  return canonicalText([
    table.primaryKey?.columns.indexOf(name) ?? -1,
    table.uniques.filter(({ columns }) => columns.includes(name)).map(({ columns }) => columns.indexOf(name)),
    table.foreignKeys
      .filter(({ columns }) => columns.includes(name))
      .map(({ columns, referred, referredColumns }) => [displayName(referred), referredColumns[columns.indexOf(name)]]),
    table.indexes.map(({ columns }) => columns.findIndex(({ column }) => column === name)).filter((at) => at >= 0),
  ]);
}

/** The share of letter pairs that both names have (Dice). */
function nameLikeness(left: string, right: string): number {
  const lefts = letterPairs(left);
  const rights = letterPairs(right);
  const common = [...lefts].filter((pair) => rights.has(pair)).length;
  return (2 * common) / Math.max(1, lefts.size + rights.size);
}

function letterPairs(name: string): ReadonlySet<string> {
  const text = name.toLowerCase();
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));
}
