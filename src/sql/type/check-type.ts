/** Types that a program hands over: what `types.ts` makes, and nothing that merely looks like it. */
import { ArgumentError } from "../errors.ts";
import { didYouMean } from "../../util/closest-name.ts";
import type { SqlType, SqlTypeKind } from "./sql-type.ts";
import { isCustomType } from "./types.ts";

const kinds: { readonly [K in SqlTypeKind]: true } = Object.freeze({
  smallint: true,
  integer: true,
  bigint: true,
  numeric: true,
  real: true,
  double: true,
  boolean: true,
  text: true,
  date: true,
  time: true,
  timestamp: true,
  uuid: true,
  json: true,
  bytes: true,
  enum: true,
  array: true,
  custom: true,
  unknown: true,
});

/** `type`, checked: numbers that are written into SQL are numbers, and spellings come from `customType`. @throws ArgumentError */
export function checkedType(type: SqlType, call: string): SqlType {
  const given: unknown = type;
  if (typeof given !== "object" || given === null || !("kind" in given) || typeof given.kind !== "string") {
    throw new ArgumentError(`${call}() takes a SQL type such as integer() or varchar(20), not ${typeof given}.`);
  }
  if (!Object.hasOwn(kinds, given.kind)) {
    throw new ArgumentError(
      `${call}() was given a type that does not exist.${didYouMean(given.kind, Object.keys(kinds))}`,
    );
  }
  if (type.kind === "custom" && !isCustomType(type)) {
    throw new ArgumentError(`${call}() was given a type that looks like one of customType(…), and is none.`);
  }
  if (type.kind === "array") checkedType(type.item, call);
  for (const key of ["length", "precision", "scale"]) {
    const value = (given as Record<string, unknown>)[key];
    if (value !== undefined && !Number.isSafeInteger(value)) {
      throw new ArgumentError(`${call}() was given a type whose ${key} is no whole number.`);
    }
  }
  return type;
}
