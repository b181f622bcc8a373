/** `param`: a value that a prepared statement is given by name. */
import { ArgumentError } from "../errors.ts";
import { checkedType } from "../type/check-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import { ColumnElement, describe } from "./column-element.ts";
import { NamedParameter } from "./parameter.ts";

declare const isParam: unique symbol;

/** The place of a named value; beside a typed expression it fits all types. */
export class Param<T = never> extends ColumnElement<T, never> {
  declare readonly [isParam]: true;
}

/**
 * A value that is given by name when a prepared statement is executed: `Hero.c.name.eq(param("name"))`.
 * @param type - Only where it stands alone: beside a column or another typed expression it takes the type from there.
 * @throws ArgumentError for a name that is no identifier
 */
export function param<T = never>(name: string, type?: SqlType): Param<T> {
  if (typeof name !== "string" || !/^[A-Za-z_$][\w$]*$/.test(name) || name === "__proto__")
    throw new ArgumentError(
      `param() takes a name of letters, digits, _ and $, not ${typeof name === "string" ? JSON.stringify(name) : describe(name)}.`,
    );
  const isTyped = type !== undefined;
  return new Param<T>({
    kind: "bind",
    value: new NamedParameter(name, isTyped),
    type: isTyped ? checkedType(type, "param") : { kind: "unknown" },
  });
}
