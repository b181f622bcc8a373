/** Functions that return rows, and samples of tables, as sources of a statement. */
import { ArgumentError } from "../sql/errors.ts";
import {
  bindNode,
  ColumnElement,
  describe,
  isScalarSelectable,
  typeOf,
  type Operand,
} from "../sql/expression/column-element.ts";
import {
  nextSourceId,
  type Expression,
  type FromClause,
  type SampleSource,
  type SourceColumn,
  type TableFunctionSource,
} from "../sql/expression/node.ts";
import { literalType } from "../sql/expression/operators.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import type { AnyModel } from "./any.ts";
import { mapperOf } from "./configure.ts";
import { aliased } from "./entity.ts";
import { sampledEntitySource } from "./entity-source.ts";
import type { Alias } from "./model-class.ts";
import { checkedName, NamedSource, sourceColumns } from "./named-source.ts";
import type { ValueColumns } from "./source-types.ts";
import { readColumns, typedColumns } from "./values.ts";

type FunctionParts = Omit<TableFunctionSource, "kind" | "id" | "name">;

/** A function that returns rows, without a name yet: `.as("f")` makes it a source. `V` are the types of its columns. */
export class TableFunctionCall<V> {
  readonly #parts: FunctionParts;

  constructor(parts: FunctionParts) {
    this.#parts = parts;
  }

  /** `WITH ORDINALITY`: one more column, the number of the row from 1. */
  withOrdinality<const Key extends string = "ordinality">(
    name?: Key,
  ): TableFunctionCall<V & { readonly [K in Key]: number }> {
    const ordinality = checkedName(name ?? "ordinality", "withOrdinality");
    if (!this.#parts.columns.some((column) => column.name === ordinality))
      return new TableFunctionCall({ ...this.#parts, ordinality });
    throw new ArgumentError(
      `withOrdinality(): the function has a column '${ordinality}' already. Choose another name.`,
    );
  }

  /** The rows under a name, for FROM and joins. */
  as<const Name extends string>(name: Name): NamedSource<Name, ValueColumns<V, Name>> {
    const parts = this.#parts;
    const source: TableFunctionSource = {
      kind: "tableFunction",
      id: nextSourceId(),
      name: checkedName(name, "as"),
      ...parts,
    };
    const number: SourceColumn[] =
      parts.ordinality === undefined ? [] : [{ name: parts.ordinality, type: { kind: "integer" } }];
    const columns = sourceColumns(source, typedColumns([...parts.columns, ...number]));
    return new NamedSource(source, columns as ValueColumns<V, Name>);
  }
}

function call<V>(
  operation: TableFunctionSource["operation"],
  callArguments: readonly Expression[],
  columns: readonly SourceColumn[],
  name = "",
): TableFunctionCall<V> {
  return new TableFunctionCall({
    operation,
    function: name === "" ? operation.toLowerCase() : name,
    arguments: callArguments,
    columns,
    ordinality: undefined,
  });
}

/** The type of a JSON expression; anything else is refused. */
function jsonType(element: unknown, name: string): SqlType & { readonly kind: "json" } {
  if (ColumnElement.isElement(element)) {
    let type = typeOf(element.node);
    while (type.kind === "custom") type = type.impl;
    if (type.kind === "json") return type;
  }
  throw new ArgumentError(`${name}() takes a JSON column or expression, not ${describe(element)} of another type.`);
}

/** The keys and values of a JSON object, a row each: `c.key` and `c.value`. */
export function jsonEach<T>(
  element: ColumnElement<{ readonly [key: string]: T } | null>,
): TableFunctionCall<{ readonly key: string; readonly value: T }> {
  const type = jsonType(element, "jsonEach");
  return call(
    "jsonEach",
    [element.node],
    [
      { name: "key", type: { kind: "text" } },
      { name: "value", type },
    ],
  );
}

/** The members of an array, a row each: `c.value`. Of SQL arrays where the database has them, and of JSON arrays. */
export function unnest<T>(element: ColumnElement<readonly T[] | null>): TableFunctionCall<{ readonly value: T }> {
  if (!ColumnElement.isElement(element))
    throw new ArgumentError(`unnest() takes a column or expression that is an array, not ${describe(element)}.`);
  const type = typeOf(element.node);
  const item = type.kind === "array" ? type.item : jsonType(element, "unnest");
  return call("unnest", [element.node], [{ name: "value", type: item }]);
}

/**
 * The whole numbers from `start` to `stop`, both inclusive: `c.value`. Where there is no such function, something else makes the same
 * rows; on SQLite its arguments cannot be columns of other sources.
 */
export function generateSeries(
  start: Operand<number>,
  stop: Operand<number>,
  step: Operand<number> = 1,
): TableFunctionCall<{ readonly value: number }> {
  if (step === 0) throw new ArgumentError("generateSeries() takes a step that is not 0.");
  const nodes = [start, stop, step].map((value): Expression => {
    if (ColumnElement.isElement(value)) return value.node;
    if (Number.isSafeInteger(value)) return { kind: "bind", value, type: { kind: "integer" } };
    throw new ArgumentError(`generateSeries() takes whole numbers, not ${describe(value)}.`);
  });
  return call("generateSeries", nodes, [{ name: "value", type: { kind: "integer" } }]);
}

const functionName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;

/**
 * Any function of the database that returns rows: `tableFunction<{ word: string }>("ts_debug", [text], { word: text() })`.
 * @param callArguments - Expressions, or values, which are bound.
 * @param columns - The columns in the function's order; on SQLite by the names it gives them.
 */
export function tableFunction<V = { readonly [key: string]: unknown }>(
  name: string,
  callArguments: readonly unknown[],
  columns: { readonly [K in keyof V]: SqlType },
): TableFunctionCall<V> {
  if (typeof name !== "string" || !functionName.test(name))
    throw new ArgumentError(`'${String(name)}' is not the name of a SQL function.`);
  const nodes = callArguments.map((value) => {
    if (ColumnElement.isElement(value)) return value.node;
    if (isScalarSelectable(value)) return value.subqueryNode;
    return bindNode(value, literalType(value), "tableFunction");
  });
  return call("call", nodes, readColumns(columns, "tableFunction"), name);
}

/** What `tableSample` takes. */
export interface SampleOptions<Name extends string> {
  /** The name of the sample in the statement; without it the table's name with `_sample`. */
  name?: Name;
  /** A seed: the same rows each time while the table does not change. */
  repeatable?: number;
}

/**
 * Some of a model's rows: `select(tableSample(Hero, "system", 10))`. PostgreSQL only.
 * @param method - "bernoulli" draws rows, "system" whole pages: quicker, and less random.
 * @param percent - Of the rows, from 0 to 100.
 */
export function tableSample<M extends AnyModel, const Name extends string = string>(
  model: M,
  method: SampleSource["method"],
  percent: number,
  options: SampleOptions<Name> = {},
): Alias<M, Name> {
  if (method !== "bernoulli" && method !== "system")
    throw new ArgumentError(`tableSample() takes "bernoulli" or "system", not ${describe(method)}.`);
  if (typeof percent !== "number" || !(percent >= 0 && percent <= 100))
    throw new ArgumentError("tableSample() takes a percentage from 0 to 100.");
  const { repeatable } = options;
  if (repeatable !== undefined && typeof repeatable !== "number")
    throw new ArgumentError(`tableSample(): repeatable is a number, not ${describe(repeatable)}.`);
  const mapper = mapperOf(model);
  const name = options.name === undefined ? `${mapper.table.name}_sample` : checkedName(options.name, "tableSample");
  const bind = (value: number): Expression => ({ kind: "bind", value, type: { kind: "double" } });
  const source = sampledEntitySource(mapper, name, (table): FromClause => ({
    kind: "sample",
    id: nextSourceId(),
    name,
    of: table,
    method,
    percent: bind(percent),
    repeatable: repeatable === undefined ? undefined : bind(repeatable),
  }));
  return aliased(name, source) as Alias<M, Name>;
}
