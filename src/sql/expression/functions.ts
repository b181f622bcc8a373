/** `func.*`: SQL functions with the types that come back. */
import { ArgumentError } from "../errors.ts";
import { checkedType } from "../type/check-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import { ColumnElement, operandNode, typeOf, bindNode, isScalarSelectable } from "./column-element.ts";
import { aggregates, groupings } from "./aggregates.ts";
import { callFunction, type FunctionElement } from "./function-element.ts";
import { dateFunctions } from "./date-functions.ts";
import { numericFunctions } from "./numeric-functions.ts";
import { stringFunctions } from "./string-functions.ts";
import { literalType } from "./operators.ts";
import type { Expression } from "./node.ts";
import { windowFunctions } from "./window-functions.ts";

const functionName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;

type NumberOrString = number | bigint | string;
/** A sum of integers is exact (bigint), of decimals exact (string), of floats a number; NULL for no rows. */
type Sum<T> = (NonNullable<T> extends number ? number : NonNullable<T>) | null;

/** NULL only where all values may be. */
type Coalesced<T, O extends readonly unknown[]> =
  NonNullable<T> | (null extends T ? ([NeverNull<O[number]>] extends [never] ? null : never) : never);
type NeverNull<X> = X extends ColumnElement<infer V> ? (null extends V ? never : true) : true;

function argumentNodes(values: readonly unknown[]): Expression[] {
  return values.map((value) => {
    if (ColumnElement.isElement(value)) return value.node;
    if (isScalarSelectable(value)) return value.subqueryNode;
    return bindNode(value, literalType(value), "func.call");
  });
}

/** Aggregates and functions common to all databases; `func.call` names any other. */
export const func = {
  ...windowFunctions,
  ...aggregates,
  ...groupings,
  ...stringFunctions,
  ...numericFunctions,
  ...dateFunctions,
  /** count(*), or the number of rows where `element` is not NULL. Never NULL. */
  count(element?: ColumnElement<unknown>): FunctionElement<number, never> {
    return callFunction("count", { kind: "integer" }, [element?.node ?? { kind: "star" }]);
  },
  /** The sum, NULL where there are no rows. Integers are summed exactly and refused beyond 2^53. */
  sum<T extends NumberOrString | null, S extends string>(element: ColumnElement<T, S>): FunctionElement<Sum<T>, S> {
    const type = typeOf(element.node);
    return callFunction("sum", type.kind === "smallint" ? { kind: "integer" } : type, [element.node]);
  },
  /** The mean as a double, NULL where there are no rows. */
  avg<S extends string>(element: ColumnElement<NumberOrString | null, S>): FunctionElement<number | null, S> {
    return callFunction("avg", { kind: "double" }, [element.node]);
  },
  /** The least value, NULL where there are no rows. */
  min<T, S extends string>(element: ColumnElement<T, S>): FunctionElement<T | null, S> {
    return callFunction("min", typeOf(element.node), [element.node]);
  },
  /** The greatest value, NULL where there are no rows. */
  max<T, S extends string>(element: ColumnElement<T, S>): FunctionElement<T | null, S> {
    return callFunction("max", typeOf(element.node), [element.node]);
  },
  /** Text in lower case. */
  lower<T extends string | null, S extends string>(element: ColumnElement<T, S>): FunctionElement<T, S> {
    return callFunction("lower", { kind: "text" }, [element.node]);
  },
  /** Text in upper case. */
  upper<T extends string | null, S extends string>(element: ColumnElement<T, S>): FunctionElement<T, S> {
    return callFunction("upper", { kind: "text" }, [element.node]);
  },
  /** Length of a text in characters. */
  length<S extends string>(element: ColumnElement<string | null, S>): FunctionElement<number, S> {
    return callFunction("char_length", { kind: "integer" }, [element.node]);
  },
  /** Absolute value. */
  abs<T, S extends string>(element: ColumnElement<T, S>): FunctionElement<T, S> {
    return callFunction("abs", typeOf(element.node), [element.node]);
  },
  /** The first argument that is not NULL. */
  coalesce<T, S extends string, O extends readonly (NonNullable<T> | ColumnElement<T | null>)[]>(
    element: ColumnElement<T, S>,
    ...others: O
  ): FunctionElement<Coalesced<T, O>, never> {
    if (others.length === 0) throw new ArgumentError("func.coalesce() needs at least two values.");
    const nodes = others.map((other) => operandNode(other, element, "coalesce"));
    return callFunction("coalesce", typeOf(element.node), [element.node, ...nodes]);
  },
  /** The current moment. */
  now(): FunctionElement<Date, never> {
    return callFunction("now", { kind: "timestamp", timeZone: true, as: "date" }, []);
  },
  /** Any function by its SQL name; `type` says what comes back. Plain arguments are bound. */
  call<T>(name: string, type: SqlType, ...args: readonly unknown[]): FunctionElement<T, never> {
    if (!functionName.test(name)) throw new ArgumentError(`'${name}' is not the name of a SQL function.`);
    return callFunction(name, checkedType(type, "func.call"), argumentNodes(args));
  },
};
