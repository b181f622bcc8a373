/** Random full-text indexes of random schemas, from numbers of their own: what else a seed gives does not depend on them. */
import type { Index } from "../../src/metadata/constraint.ts";
import type { Table } from "../../src/metadata/table.ts";
import type { FullTextWeight } from "../../src/sql/search/match-element.ts";
import type { Random, RandomSchema, RandomTable } from "./random-schema.ts";

export interface RandomFullText {
  name: string;
  columns: string[];
  language: string;
  weights: FullTextWeight[];
}

const names = ["ft_1", "ft_2", "ft_3", "Words of"];
const textTypes: ReadonlySet<string> = new Set(["text", "short", "long"]);

/** Give some tables of a pair full-text indexes; those of `before` stay, change or go. */
export function addFullText(before: RandomSchema, after: RandomSchema, random: Random): void {
  for (const [place, table] of before.tables.entries()) {
    if (random.chance(80)) addTo(before, table, random);
    // A table that is not there any more is, often enough, the one in its place: renamed.
    const later = after.tables.find(({ name }) => name === table.name) ?? after.tables[place];
    if (later === undefined || later.fullTexts !== undefined) continue;
    later.fullTexts = (table.fullTexts ?? []).flatMap((index) => changed(index, table, later, after, random) ?? []);
  }
  for (const table of after.tables) if (random.chance(25)) addTo(after, table, random);
}

function addTo(schema: RandomSchema, table: RandomTable, random: Random): void {
  const name = freeName(schema, random);
  const columns = searchable(table).filter(() => random.chance(75));
  if (name === undefined || columns.length === 0) return;
  const { language, weights } = randomOptions(columns, random);
  (table.fullTexts ??= []).push({ name, columns, language, weights });
}

function changed(
  index: RandomFullText,
  before: RandomTable,
  table: RandomTable,
  schema: RandomSchema,
  random: Random,
): RandomFullText | undefined {
  if (random.chance(15)) return undefined;
  const known = searchable(table);
  const place = (name: string): string | undefined =>
    table.columns[before.columns.findIndex((column) => column.name === name)]?.name;
  const renamed = index.columns.map((name) => (known.includes(name) ? name : place(name)));
  const columns = [...new Set(renamed)].filter((name) => name !== undefined && known.includes(name)) as string[];
  if (random.chance(20)) columns.reverse();
  if (columns.length === 0) return undefined;
  const name = random.chance(15) ? (freeName(schema, random) ?? index.name) : index.name;
  const isTaken = namesIn(schema).has(name);
  const isSame = columns.length === index.columns.length && random.chance(80);
  const options = isSame ? index : randomOptions(columns, random);
  return isTaken ? undefined : { name, columns, language: options.language, weights: options.weights };
}

function randomOptions(columns: readonly string[], random: Random): Pick<RandomFullText, "language" | "weights"> {
  return {
    language: random.pick(["simple", "english"]),
    weights: columns.map(() => random.pick<FullTextWeight>(["A", "D"])),
  };
}

/** Columns of text, where the table's key is SQLite's rowid. */
function searchable(table: RandomTable): string[] {
  if (table.primaryKey.columns.join() !== "id") return [];
  return table.columns.filter(({ type }) => textTypes.has(type)).map(({ name }) => name);
}

function namesIn(schema: RandomSchema): ReadonlySet<string> {
  return new Set(schema.tables.flatMap(({ fullTexts = [] }) => fullTexts.map(({ name }) => name)));
}

function freeName(schema: RandomSchema, random: Random): string | undefined {
  const free = names.filter((name) => !namesIn(schema).has(name));
  return free.length === 0 ? undefined : random.pick(free);
}

/** The index as models would define it. */
export function fullTextIndex(table: Table, { name, columns, language, weights }: RandomFullText): Index {
  return {
    kind: "index",
    name,
    columns: columns.map((column) => ({
      expression: table.column(column).node,
      direction: "asc",
      nulls: undefined,
    })),
    unique: false,
    method: "fulltext",
    where: undefined,
    include: [],
    fullText: { name, language, weights },
  };
}
