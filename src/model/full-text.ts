/** `fullText` and `match`: a full-text index of a model, and searches by it. */
import type { Table } from "../metadata/table.ts";
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import type { ColumnNode } from "../sql/expression/node.ts";
import { fullTextSettings, type FullTextSettings } from "../sql/search/full-text-settings.ts";
import { MatchElement, type FullTextIndex } from "../sql/search/match-element.ts";
import { required } from "../util/assert-never.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { AnyModel } from "./any.ts";
import { mapperOf } from "./configure.ts";
import { entitySource, findAlias } from "./entity-source.ts";
import { findDefinition } from "./definition.ts";
import type { Alias } from "./model-class.ts";
import { IndexArgument } from "./table-args.ts";

/** What `fullText` takes beside the columns. */
export interface FullTextOptions extends FullTextSettings {
  /** The index's name; `ft_` and the table's name where nothing is said. A table with several needs names. */
  readonly name?: string;
}

/**
 * A full-text index, for `tableArgs`: `fullText([Hero.c.name, Hero.c.bio], { language: "english", weights: ["A", "B"] })`. GIN over
 * `to_tsvector` on PostgreSQL, FULLTEXT on MySQL and MariaDB, an FTS5 table kept by triggers on SQLite.
 */
export function fullText(
  columns: readonly (ColumnElement<string> | ColumnElement<string | null>)[],
  options: FullTextOptions = {},
): IndexArgument {
  if (!Array.isArray(columns) || columns.length === 0) throw new ArgumentError("fullText() takes an array of columns.");
  const nodes = columns.map((column: unknown): ColumnNode => {
    if (ColumnElement.isElement(column) && column.node.kind === "column") return column.node;
    throw new ArgumentError(`fullText() takes columns such as Hero.c.name, not ${describe(column)}.`);
  });
  const words = fullTextSettings("fullText()", nodes.length, options);
  const name = options.name ?? `ft_${required(nodes[0], "column").from.name}`;
  const index: FullTextIndex = { name, ...words };
  return new IndexArgument({
    kind: "index",
    name,
    columns: nodes.map((expression) => ({ expression, direction: "asc", nulls: undefined })),
    unique: false,
    method: "fulltext",
    where: undefined,
    include: [],
    fullText: index,
  });
}

/**
 * Rows in which words are found, by the model's full-text index: `select(Hero).where(match(Hero, "web* -villain"))`. A query is words, all
 * of which must be there, "phrases", -excluded ones, `OR` and beginnings*; every string is one.
 * @param options.index - The index's name, where the model has several.
 */
export function match<M extends AnyModel>(
  model: M | Alias<M, string>,
  query: string,
  options: { index?: string } = {},
): MatchElement {
  if (typeof query !== "string") throw new ArgumentError(`match() takes a query as a string, not ${describe(query)}.`);
  const given: unknown = model;
  const source =
    findAlias(given) ??
    (findDefinition(given) === undefined ? undefined : entitySource(mapperOf(given as AnyModel) as never));
  if (source === undefined)
    throw new ArgumentError(`match() takes a model or an alias of one, not ${describe(given)}.`);
  const { table } = source.mapper;
  const { index, columns } = indexOf(table, options.index);
  const from = source.sourceOf(table);
  const at = (node: ColumnNode): ColumnNode => (node.from === from ? node : { ...node, from });
  const [keyName = ""] = table.primaryKey.columns;
  return new MatchElement({ index, columns: columns.map(at), key: at(table.column(keyName).node), query });
}

function indexOf(table: Table, name: string | undefined): { index: FullTextIndex; columns: readonly ColumnNode[] } {
  const found = table.indexes.filter((index) => index.fullText !== undefined);
  const names = found.map((index) => index.fullText?.name ?? "");
  if (found.length === 0) {
    throw new ArgumentError(
      `Table '${table.fullName}' has no full-text index. Add fullText([…]) to the model's tableArgs.`,
    );
  }
  const chosen = name === undefined && found.length === 1 ? found[0] : found[names.indexOf(name ?? "")];
  if (chosen?.fullText === undefined) {
    throw new ArgumentError(
      name === undefined
        ? `Table '${table.fullName}' has several full-text indexes. Say which: match(…, …, { index: "${names[0] ?? ""}" }).`
        : `Table '${table.fullName}' has no full-text index '${name}'.${didYouMean(name, names)}`,
    );
  }
  return { index: chosen.fullText, columns: chosen.columns.map(({ expression }) => expression as ColumnNode) };
}
