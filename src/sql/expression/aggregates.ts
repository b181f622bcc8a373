/** The aggregates of `func` that put values together, judge them, or measure how they are spread. */
import { ArgumentError } from "../errors.ts";
import type { SqlType } from "../type/sql-type.ts";
import { describe, typeOf, type ColumnElement } from "./column-element.ts";
import { callFunction, FunctionElement } from "./function-element.ts";
import type { Expression, FunctionNode } from "./node.ts";
import { conditionNode } from "./operators.ts";
import { orderNode } from "./order.ts";

const boolean: SqlType = { kind: "boolean" };
const double: SqlType = { kind: "double" };
const text: SqlType = { kind: "text" };
const json: SqlType = { kind: "json", binary: false };

/** What JSON holds as it is; other values would change on their way through it. */
type JsonItem = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };

/** An aggregate whose result depends on the order of its rows. */
export class OrderedAggregate<T, Source extends string = string> extends FunctionElement<T, Source> {
  /** `f(… ORDER BY …)`: the order in which the rows are put together. */
  orderBy(...columns: ColumnElement<unknown>[]): OrderedAggregate<T, Source> {
    return new OrderedAggregate({ ...this.node, orderBy: [...(this.node.orderBy ?? []), ...columns.map(orderNode)] });
  }

  override filter(...conditions: ColumnElement<boolean>[]): OrderedAggregate<T, Source> {
    return new OrderedAggregate(super.filter(...conditions).node);
  }

  override distinct(): OrderedAggregate<T, Source> {
    return new OrderedAggregate(super.distinct().node);
  }
}

/** An aggregate over sorted values: it is no expression before `withinGroup` has said which. */
abstract class OrderedSetFunction {
  readonly #name: string;
  readonly #arguments: readonly Expression[];

  constructor(name: string, args: readonly Expression[]) {
    this.#name = name;
    this.#arguments = args;
  }

  protected node(element: ColumnElement<unknown>, type: SqlType | undefined): FunctionNode {
    const order = orderNode(element);
    return {
      kind: "function",
      name: this.#name,
      arguments: this.#arguments,
      type: type ?? typeOf(order.operand),
      orderBy: [order],
      withinGroup: true,
    };
  }
}

/** `percentile_cont(fraction)`, which needs `withinGroup`. */
export class InterpolatedFunction extends OrderedSetFunction {
  /** `WITHIN GROUP (ORDER BY element)`. */
  withinGroup<S extends string>(
    element: ColumnElement<number | bigint | string | null, S>,
  ): FunctionElement<number | null, S> {
    return new FunctionElement(this.node(element, double));
  }
}

/** `percentile_disc(fraction)` or `mode()`, which need `withinGroup`. */
export class PickedFunction extends OrderedSetFunction {
  /** `WITHIN GROUP (ORDER BY element)`. */
  withinGroup<T, S extends string>(element: ColumnElement<T, S>): FunctionElement<T | null, S> {
    return new FunctionElement(this.node(element, undefined));
  }
}

/** Aggregates; all are NULL where there are no rows. */
export const aggregates = {
  /** The texts with `separator` between, in the order of `.orderBy(…)`. NULLs are left out. */
  stringAgg<S extends string>(
    element: ColumnElement<string | null, S>,
    separator: string,
  ): OrderedAggregate<string | null, S> {
    if (typeof separator !== "string")
      throw new ArgumentError(`stringAgg() takes a text to put between, not ${describe(separator)}.`);
    return ordered("string_agg", text, [element.node, { kind: "bind", value: separator, type: text }]);
  },
  /** All values as an array, NULLs included, in the order of `.orderBy(…)`. */
  arrayAgg<T, S extends string>(element: ColumnElement<T, S>): OrderedAggregate<T[] | null, S> {
    return ordered("array_agg", arrayOf(typeOf(element.node)), [element.node]);
  },
  /** All values as a JSON array, NULLs included, in the order of `.orderBy(…)`. */
  jsonAgg<T extends JsonItem, S extends string>(element: ColumnElement<T, S>): OrderedAggregate<T[] | null, S> {
    return ordered("json_agg", json, [jsonMember(element, "jsonAgg")]);
  },
  /** A JSON object of keys and their values. A key must not be NULL. */
  jsonObjectAgg<T extends JsonItem, S extends string>(
    key: ColumnElement<string, string>,
    value: ColumnElement<T, S>,
  ): OrderedAggregate<Record<string, T> | null, S> {
    return ordered("json_object_agg", json, [key.node, jsonMember(value, "jsonObjectAgg")]);
  },
  /** True where the condition holds for every row for which it is not NULL. */
  boolAnd<S extends string>(condition: ColumnElement<boolean | null, S>): FunctionElement<boolean | null, S> {
    return callFunction("bool_and", boolean, [condition.node]);
  },
  /** True where the condition holds for a row. */
  boolOr<S extends string>(condition: ColumnElement<boolean | null, S>): FunctionElement<boolean | null, S> {
    return callFunction("bool_or", boolean, [condition.node]);
  },
  /** The standard deviation of a sample; NULL for fewer than two values. */
  stddev: spread("stddev_samp"),
  /** The standard deviation of the whole. */
  stddevPop: spread("stddev_pop"),
  /** The variance of a sample; NULL for fewer than two values. */
  variance: spread("var_samp"),
  /** The variance of the whole. */
  variancePop: spread("var_pop"),
  /** The value below which a share `fraction` of the rows lies, between two rows where it must: the median for 0.5. */
  percentileCont(fraction: number): InterpolatedFunction {
    return new InterpolatedFunction("percentile_cont", [share(fraction, "percentileCont")]);
  },
  /** The first value with at least a share `fraction` of the rows up to it. */
  percentileDisc(fraction: number): PickedFunction {
    return new PickedFunction("percentile_disc", [share(fraction, "percentileDisc")]);
  },
  /** The most frequent value. */
  mode(): PickedFunction {
    return new PickedFunction("mode", []);
  },
};

/** Which groupings a row belongs to. */
export const groupings = {
  /** 1 where the row's grouping leaves the column out, which is then NULL; for several columns the bits of a number. */
  grouping(...columns: ColumnElement<unknown>[]): FunctionElement<number, never> {
    if (columns.length === 0) throw new ArgumentError("grouping() takes one or more columns of GROUP BY.");
    return callFunction(
      "grouping",
      { kind: "integer" },
      columns.map((column) => conditionNode(column, "grouping")),
    );
  },
};

function ordered<T, S extends string>(
  name: string,
  type: SqlType,
  args: readonly Expression[],
): OrderedAggregate<T, S> {
  return new OrderedAggregate({ kind: "function", name, arguments: args, type });
}

const arrays = new WeakMap<SqlType, SqlType>();

/** The same object for the same type: types are compared by what they are, and codecs kept by it. */
function arrayOf(item: SqlType): SqlType {
  let type = arrays.get(item);
  if (type === undefined) {
    type = { kind: "array", item };
    arrays.set(item, type);
  }
  return type;
}

function spread(
  name: string,
): <S extends string>(element: ColumnElement<number | bigint | string | null, S>) => FunctionElement<number | null, S> {
  return (element) => callFunction(name, double, [element.node]);
}

/** A share as a numeral: the fraction must be a constant, which for MariaDB a parameter is not. */
function share(fraction: unknown, call: string): Expression {
  if (typeof fraction !== "number" || !(fraction >= 0 && fraction <= 1))
    throw new ArgumentError(`${call}() takes a share from 0 to 1, not ${describe(fraction)}.`);
  const digits = Number.isInteger(fraction) ? String(fraction) : fraction.toFixed(20).replace(/0+$/, "");
  return { kind: "template", parts: [digits], expressions: [], type: double };
}

const jsonKinds: ReadonlySet<SqlType["kind"]> = new Set([
  "smallint",
  "integer",
  "real",
  "double",
  "boolean",
  "text",
  "enum",
  "uuid",
  "date",
  "json",
]);

function jsonMember(element: ColumnElement<unknown>, call: string): Expression {
  const { kind } = typeOf(element.node);
  if (jsonKinds.has(kind)) return element.node;
  throw new ArgumentError(
    `${call}(): a value of type ${kind} would change on its way through JSON. Use arrayAgg(), or cast(…, text()).`,
  );
}
