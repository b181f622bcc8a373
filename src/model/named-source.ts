/** Sources with a name that are no models: subqueries, common table expressions, lists of values, functions. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe, isSecret, typeOf } from "../sql/expression/column-element.ts";
import type { ColumnNode, Expression, FromClause, TableSource } from "../sql/expression/node.ts";
import { fromClause } from "../sql/expression/operators.ts";
import { labelPosition } from "../sql/statement/label-position.ts";
import type { QueryNode, SelectNode } from "../sql/statement/node.ts";
import { resultItems } from "../sql/statement/result-items.ts";
import { propertyOf, selectedAttributes, selectedExpressions } from "./entity-source.ts";
import type { ExpressionAttribute } from "./mapper.ts";
import type { Query } from "./query.ts";

declare const sourceName: unique symbol;

/** Rows with a name in a statement, for FROM and joins. `c` are its columns. */
export class NamedSource<Name extends string, C> {
  declare readonly [sourceName]: Name;
  // A private brand: no parsed or cloned object can pass for a source.
  readonly #brand = true;
  readonly name: Name;
  /** The columns, as SQL expressions. */
  readonly c: C;
  readonly [fromClause]: FromClause;

  constructor(source: FromClause, columns: C) {
    this[fromClause] = source;
    this.name = source.name as Name;
    this.c = columns;
  }

  static isSource(value: unknown): value is NamedSource<string, unknown> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** The name that a program gives a source. @throws ArgumentError */
export function checkedName(name: unknown, call: string): string {
  if (typeof name === "string" && name !== "") return name;
  throw new ArgumentError(`${call}() takes a name for the statement, not ${name === "" ? '""' : describe(name)}.`);
}

/** One column of a query that gets a name. */
export interface OutputColumn {
  readonly name: string;
  /** Where it is found in `c`; undefined for columns of models below the selected one. */
  readonly path: readonly string[] | undefined;
  readonly expression: Expression;
}

/** The columns of `query` with names that differ. @throws ArgumentError for a column that has none */
export function outputColumns(query: Query, expressions: readonly Expression[], name: string): OutputColumn[] {
  const found: OutputColumn[] = [];
  const taken = new Set<string>();
  const keys = query.shape.kind === "record" ? query.shape.keys : undefined;
  const main = query.items.find((item) => item.kind === "entity");
  let at = 0;
  query.items.forEach((item, index) => {
    const key = keys?.[index];
    if (item.kind === "column") {
      const expression = expressions[at] ?? item.expression;
      at += 1;
      const own = key ?? (expression.kind === "label" ? expression.name : undefined);
      if (own === undefined) throw unnamed(index, name);
      if (taken.has(own)) throw repeated(own, name);
      taken.add(own);
      found.push({ name: own, path: [own], expression });
      return;
    }
    const { mapper } = item.source;
    const names = item === main ? query.options.columns : undefined;
    const columns = selectedAttributes(mapper, names).map((attribute) => ({ attribute, own: attribute.column.name }));
    const properties = selectedExpressions(mapper, names).map((attribute) => ({ attribute, own: attribute.name }));
    for (const { attribute, own } of [...columns, ...properties]) {
      const expression = expressions[at];
      at += 1;
      if (expression === undefined) continue;
      const isOwn =
        (mapper.attributeByKey.get(attribute.key) ?? mapper.expressionByKey.get(attribute.key)) === attribute;
      const path = key === undefined ? [attribute.key] : [key, attribute.key];
      const wanted = key === undefined ? own : `${key}_${own}`;
      if (taken.has(wanted) && isOwn) throw repeated(wanted, name);
      const unique = freeName(wanted, taken);
      taken.add(unique);
      found.push({ name: unique, path: isOwn ? path : undefined, expression });
    }
  });
  return found;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let unique = wanted;
  for (let count = 2; taken.has(unique); count += 1) unique = `${wanted}_${String(count)}`;
  return unique;
}

function unnamed(index: number, name: string): ArgumentError {
  return new ArgumentError(
    `Column ${String(index + 1)} of '${name}' has no name by which it could be read. Select an object (select({ age: Hero.c.age })), or give the column a label.`,
  );
}

function repeated(column: string, name: string): ArgumentError {
  return new ArgumentError(
    `Two columns of '${name}' are named '${column}'. Select an object: select({ hero: Hero, team: Team }).`,
  );
}

/** `query` with the columns named as in `columns`. */
export function withNames(query: QueryNode, columns: readonly OutputColumn[]): QueryNode {
  if (query.kind === "select") return namedSelect(query, columns);
  const [first, ...others] = query.operands;
  return first === undefined ? query : { ...query, operands: [withNames(first, columns), ...others] };
}

function namedSelect(node: SelectNode, columns: readonly OutputColumn[]): SelectNode {
  const named = node.columns.map((column, index) => labelled(column, columns[index]?.name ?? ""));
  const renamed = (item: Expression): Expression => {
    if (item.kind === "order") return { ...item, operand: renamed(item.operand) };
    return named[labelPosition(item, node.columns)] ?? item;
  };
  const { distinctOn } = node;
  return {
    ...node,
    ...(distinctOn === undefined ? {} : { distinctOn: distinctOn.map(renamed) }),
    columns: named,
    orderBy: node.orderBy.map(renamed),
    groupBy: node.groupBy.map(renamed),
  };
}

/** `node` under `name`. */
export function labelled(node: Expression, name: string): Expression {
  if ((node.kind === "column" || node.kind === "label") && node.name === name) return node;
  return node.kind === "label" ? { ...node, name } : { kind: "label", operand: node, name };
}

/** What a source's columns were in the tables they come from, or of which column property. */
type Origin = ColumnOrigin | PropertyOrigin;
interface ColumnOrigin {
  readonly table: TableSource;
  readonly column: string;
  readonly name: string;
}
interface PropertyOrigin {
  readonly property: ExpressionAttribute;
  readonly name: string;
}
const origins = new WeakMap<FromClause, readonly Origin[]>();

/** The column of `source` that holds `column` of a table; undefined where it was not selected. */
export function columnIn(source: FromClause, column: ColumnNode): ColumnNode | undefined {
  const known = origins.get(source);
  if (known === undefined) return { ...column, from: source };
  const found = known.find(
    (origin) => "table" in origin && origin.table === column.from && origin.column === column.name,
  );
  return found === undefined ? undefined : { ...column, from: source, name: found.name };
}

/** The column of `source` that holds a column property; undefined where it was not selected. */
export function propertyIn(source: FromClause, property: ExpressionAttribute): ColumnNode | undefined {
  const known = origins.get(source);
  const found = known?.find((origin) => "property" in origin && origin.property === property);
  if (known !== undefined && found === undefined) return undefined;
  return { kind: "column", from: source, name: found?.name ?? property.name, type: property.type };
}

/** The tables whose columns `source` has; itself where it is no query. */
export function tablesIn(source: FromClause): readonly TableSource[] {
  if (source.kind === "table") return [source];
  if (source.kind === "alias" || source.kind === "sample") return [source.of];
  return [...new Set((origins.get(source) ?? []).flatMap((origin) => ("table" in origin ? [origin.table] : [])))];
}

function originOf(expression: Expression, name: string): Origin | undefined {
  const node = expression.kind === "label" ? expression.operand : expression;
  const property = propertyOf(node);
  if (property !== undefined) return { property, name };
  if (node.kind !== "column") return undefined;
  const { from } = node;
  if (from.kind === "table") return { table: from, column: node.name, name };
  if (from.kind === "alias" || from.kind === "sample") return { table: from.of, column: node.name, name };
  const inner = origins.get(from)?.find((origin) => origin.name === node.name);
  return inner === undefined ? undefined : { ...inner, name };
}

/** The columns of `source`, by the paths of `columns`. */
export function sourceColumns(source: FromClause, columns: readonly OutputColumn[]): unknown {
  origins.set(
    source,
    columns.flatMap(({ expression, name }) => originOf(expression, name) ?? []),
  );
  const made = Object.create(null) as { [key: string]: unknown };
  for (const { name, path, expression } of columns) {
    if (path === undefined) continue;
    const [first = "", second] = path;
    const type = typeOf(expression);
    const node: ColumnNode = {
      kind: "column",
      from: source,
      name,
      type,
      ...(isSecret(expression) ? { secret: true } : {}),
    };
    if (second === undefined) made[first] = new ColumnElement(node);
    else ((made[first] ??= Object.create(null)) as { [key: string]: unknown })[second] = new ColumnElement(node);
  }
  for (const part of Object.values(made)) if (!ColumnElement.isElement(part)) Object.freeze(part);
  return Object.freeze(made);
}

/** `query` with named columns, and those columns. */
export function namedQuery(query: Query, name: string): { node: QueryNode; columns: readonly OutputColumn[] } {
  const columns = outputColumns(query, resultItems(query.node), name);
  return { node: withNames(query.node, columns), columns };
}
