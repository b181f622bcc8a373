/** A full-text index: an FTS5 table of the words in a table, and three triggers that keep it. Written here, and told by its texts. */
import type { CatalogIndex, CatalogTable } from "../../metadata/catalog.ts";
import { CompileError } from "../../sql/errors.ts";
import { fullTextIndex } from "../full-text-method.ts";
import { foldName, keyword, tokenize, type Token } from "./ddl-tokens.ts";
import { textLiteral } from "./literal.ts";
import { quote } from "./names.ts";
import { rowidColumn } from "./rowid-column.ts";

/** What the texts of a full-text index are made of. */
export interface FullTextParts {
  readonly name: string;
  /** The table whose words it holds. */
  readonly table: string;
  readonly columns: readonly string[];
  /** The column that is the table's rowid. */
  readonly key: string;
}

const events = ["insert", "delete", "update"] as const;

/** FTS5 gives every table columns of these names. */
const reserved: ReadonlySet<string> = new Set(["rowid", "rank"]);

/**
 * The parts of an index.
 * @param key - Undefined for a table without an integer primary key.
 * @throws CompileError for what FTS5 cannot hold.
 */
export function fullTextParts(
  table: string,
  name: string,
  columns: readonly string[],
  key: string | undefined,
): FullTextParts {
  if (key === undefined) {
    throw CompileError.unsupported(
      "SQLite",
      `full-text index of '${table}', whose primary key is no integer`,
      "Give the table an integer primary key: VACUUM may renumber the rows of others.",
    );
  }
  const taken = columns.find((column) => reserved.has(foldName(column)) || foldName(column) === foldName(name));
  if (taken !== undefined) {
    throw CompileError.unsupported(
      "SQLite",
      `full-text index '${name}' over a column '${taken}'`,
      "FTS5 has columns rowid, rank and the index's own name already: give the column or the index another name.",
    );
  }
  return { name, table, columns, key };
}

/** The parts of an index of a catalog. @throws CompileError for what FTS5 cannot hold. */
export function catalogFullText(table: CatalogTable, index: CatalogIndex): FullTextParts {
  const { name, columns: parts, method: _method, unique, ...details } = index;
  const columns = parts.flatMap(({ column, expression: _expression, ...rest }) =>
    isEmpty(rest) ? (column ?? []) : [],
  );
  if (columns.length < parts.length || unique || !isEmpty(details)) {
    throw CompileError.unsupported(
      "SQLite",
      `full-text index '${name}' with more than columns`,
      "Name its columns, and nothing else of them or of the index.",
    );
  }
  return fullTextParts(table.name, name, columns, rowidColumn(table));
}

function isEmpty(value: object): boolean {
  return Object.values(value).every((part) => part === undefined);
}

/** The statements that make an index of the rows that are there: FTS5 holds no text of its own, and reads the table's. */
export function createFullText(parts: FullTextParts): string[] {
  const name = quote(parts.name);
  return [
    createTable(parts),
    ...events.map((event) => createTrigger(parts, event)),
    `INSERT INTO ${name} (${name}) VALUES ('rebuild')`,
  ];
}

/** The statements that take an index away and leave its table. */
export function dropFullText(name: string): string[] {
  return [...events.map((event) => `DROP TRIGGER ${quote(triggerName(name, event))}`), `DROP TABLE ${quote(name)}`];
}

function createTable({ name, table, columns, key }: FullTextParts): string {
  return `CREATE VIRTUAL TABLE ${quote(name)} USING fts5(${columns.map(quote).join(", ")}, content=${textLiteral(table)}, content_rowid=${textLiteral(key)})`;
}

type Event = (typeof events)[number];

function triggerName(name: string, event: Event): string {
  return `${name}_after_${event}`;
}

function createTrigger({ name, table, columns, key }: FullTextParts, event: Event): string {
  const fts = quote(name);
  const names = columns.map(quote).join(", ");
  const row = (which: "new" | "old"): string =>
    [key, ...columns].map((column) => `${which}.${quote(column)}`).join(", ");
  const add = `INSERT INTO ${fts} (rowid, ${names}) VALUES (${row("new")});`;
  const remove = `INSERT INTO ${fts} (${fts}, rowid, ${names}) VALUES ('delete', ${row("old")});`;
  const body = { insert: add, delete: remove, update: `${remove} ${add}` };
  return `CREATE TRIGGER ${quote(triggerName(name, event))} AFTER ${event.toUpperCase()} ON ${quote(table)} BEGIN ${body[event]} END`;
}

// ---------------------------------------------------------------- telling them

/**
 * Tables with their full-text indexes among their indexes. The FTS5 table and the triggers of such an index are no longer listed;
 * those that are not exactly what `createFullText` makes stay what they are.
 */
export function withFullTextIndexes(tables: readonly CatalogTable[]): CatalogTable[] {
  let found = [...tables];
  for (const virtual of tables) {
    if (virtual.kind !== "virtual") continue;
    const parts = parseFullText(virtual, tables);
    const owner = found.find((table) => table.name === parts?.table);
    if (parts === undefined || owner === undefined) continue;
    const texts = new Map(events.map((event) => [triggerName(parts.name, event), createTrigger(parts, event)]));
    const own = owner.triggers.filter(({ name, definition }) => sameTokens(definition, texts.get(name) ?? ""));
    if (own.length !== events.length) continue;
    const whole: CatalogTable = {
      ...owner,
      indexes: [...owner.indexes, fullTextIndex(parts)].sort((left, right) => (left.name < right.name ? -1 : 1)),
      triggers: owner.triggers.filter((trigger) => !own.includes(trigger)),
    };
    found = found.flatMap((table) => (table === virtual ? [] : [table === owner ? whole : table]));
  }
  return found;
}

/** What CREATE VIRTUAL TABLE says, in the spelling of the table that it is about; undefined where we would not write it so. */
function parseFullText({ name, sql = "" }: CatalogTable, tables: readonly CatalogTable[]): FullTextParts | undefined {
  const tokens = tokenize(sql);
  const table = option(tokens, "content");
  const owner = tables.find((candidate) => candidate.kind === "table" && candidate.name === table);
  const key = owner === undefined ? undefined : rowidColumn(owner);
  if (owner === undefined || key === undefined) return undefined;
  const start = tokens.findIndex(({ text }) => text === "(") + 1;
  const named = tokens.slice(start, optionAt(tokens, "content")).filter(({ text }) => text !== ",");
  const columns = named.map(({ value }) => spelled(owner, value));
  if (!columns.every((column) => column !== undefined)) return undefined;
  const parts: FullTextParts = { name, table: owner.name, columns, key };
  return sameTokens(sql, createTable(parts)) ? parts : undefined;
}

function optionAt(tokens: readonly Token[], name: string): number {
  return tokens.findIndex((token, at) => keyword(token) === name.toUpperCase() && tokens[at + 1]?.text === "=");
}

function option(tokens: readonly Token[], name: string): string | undefined {
  const at = optionAt(tokens, name);
  return at === -1 ? undefined : tokens[at + 2]?.value;
}

function spelled({ columns }: CatalogTable, name: string): string | undefined {
  return columns.find((column) => foldName(column.name) === foldName(name))?.name;
}

/** Whether two texts say the same in the same words, however they are quoted and spaced. */
function sameTokens(left: string, right: string): boolean {
  return plainText(left) === plainText(right);
}

function plainText(sql: string): string {
  const text = (token: Token): string =>
    token.kind === "word" || token.kind === "name" ? quote(foldName(token.value)) : token.text;
  return tokenize(sql).map(text).join(" ");
}
