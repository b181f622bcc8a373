/** Constructors of SQL types, as users write them in `field(schema, { type: decimal(10, 2) })`. */
import { ArgumentError } from "../errors.ts";
import type { CustomType, SqlType, SqlTypeOf } from "./sql-type.ts";

/** SMALLINT: 16 bits. */
export function smallint(): SqlTypeOf<"smallint"> {
  return { kind: "smallint" };
}

/** INTEGER: 32 bits on PostgreSQL and MySQL, up to 53 bits safe on SQLite; a number. */
export function integer(): SqlTypeOf<"integer"> {
  return { kind: "integer" };
}

/** BIGINT: 64 bits, a JavaScript bigint. */
export function bigint(): SqlTypeOf<"bigint"> {
  return { kind: "bigint" };
}

/** DECIMAL(precision, scale): exact, a string in JavaScript. `precision` counts all digits, `scale` those after the point. */
export function decimal(precision?: number, scale?: number): SqlTypeOf<"numeric"> {
  if (precision !== undefined) wholeNumber("precision", precision, 1, 1000);
  if (scale !== undefined) wholeNumber("scale", scale, 0, precision ?? 1000);
  return {
    kind: "numeric",
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  };
}

/** REAL: single precision. */
export function real(): SqlTypeOf<"real"> {
  return { kind: "real" };
}

/** DOUBLE PRECISION: a JavaScript number. */
export function double(): SqlTypeOf<"double"> {
  return { kind: "double" };
}

/** BOOLEAN. */
export function boolean(): SqlTypeOf<"boolean"> {
  return { kind: "boolean" };
}

/** TEXT without a limit. */
export function text(): SqlTypeOf<"text"> {
  return { kind: "text" };
}

/** VARCHAR(length); `length` in characters. */
export function varchar(length: number): SqlTypeOf<"text"> {
  return { kind: "text", length: wholeNumber("length", length, 1, 10_485_760) };
}

/** CHAR(length), padded by the database. */
export function char(length: number): SqlTypeOf<"text"> {
  return { kind: "text", length: wholeNumber("length", length, 1, 10_485_760), fixed: true };
}

/** DATE: "2024-02-29". */
export function date(): SqlTypeOf<"date"> {
  return { kind: "date" };
}

/** TIME: "13:37:00.123456"; `precision` is the number of digits of a second's fraction. */
export function time(precision?: number): SqlTypeOf<"time"> {
  return precision === undefined
    ? { kind: "time" }
    : { kind: "time", precision: wholeNumber("precision", precision, 0, 6) };
}

/** TIMESTAMP. With `timeZone` (the default) a moment in UTC; `as: "string"` keeps microseconds. */
export function timestamp(options: TimestampOptions & { as: "string" }): TimestampType<"string">;
export function timestamp(options?: TimestampOptions & { as?: "date" }): TimestampType<"date">;
export function timestamp(options: TimestampOptions & { as?: "date" | "string" } = {}): SqlTypeOf<"timestamp"> {
  const { timeZone = true, precision, as = "date" } = options;
  if (precision !== undefined) wholeNumber("precision", precision, 0, 6);
  return { kind: "timestamp", timeZone, as, ...(precision === undefined ? {} : { precision }) };
}

interface TimestampOptions {
  timeZone?: boolean;
  precision?: number;
}
type TimestampType<As> = SqlTypeOf<"timestamp"> & { readonly as: As };

/** UUID; CHAR(36) where the database has no such type. */
export function uuid(): SqlTypeOf<"uuid"> {
  return { kind: "uuid" };
}

/** JSON as text. */
export function json(): SqlTypeOf<"json"> {
  return { kind: "json", binary: false };
}

/** JSONB where the database has it, else JSON. */
export function jsonb(): SqlTypeOf<"json"> {
  return { kind: "json", binary: true };
}

/** BYTEA, BLOB or VARBINARY(length): a Uint8Array. */
export function bytea(length?: number): SqlTypeOf<"bytes"> {
  return length === undefined
    ? { kind: "bytes" }
    : { kind: "bytes", length: wholeNumber("length", length, 1, 2 ** 31) };
}

/** An enum of text values; a named type where the database has those, else a CHECK or the column's own ENUM. */
export function enumType<const V extends string>(
  values: readonly V[],
  options: { name?: string; schema?: string } = {},
): SqlTypeOf<"enum"> & { readonly values: readonly V[] } {
  if (values.length === 0) throw new ArgumentError("An enum type needs at least one value.");
  return { kind: "enum", values: [...values], ...options };
}

/** An array of `item`; a JSON array where the database has no arrays. */
export function array<T extends SqlType>(item: T): SqlTypeOf<"array"> & { readonly item: T } {
  return { kind: "array", item };
}

/**
 * A type of your own: `bind` makes the value that `impl` stores, `result` makes yours of what was read.
 * SQLAlchemy's TypeDecorator.
 */
export function customType<T>(
  name: string,
  options: {
    impl: SqlType;
    bind: (value: T) => unknown;
    result: (value: unknown) => T;
    ddl?: string | { readonly [dialect: string]: string };
    only?: string;
    equals?: (left: T, right: T) => boolean;
  },
): CustomType {
  const { equals, ...rest } = options;
  const made: CustomType = {
    kind: "custom",
    name,
    ...rest,
    bind: (value) => options.bind(value as T),
    ...(equals === undefined ? {} : { equals: (left, right) => equals(left as T, right as T) }),
  };
  customTypes.add(made);
  return made;
}

const customTypes = new WeakSet<object>();

/** True for what `customType` made: a type's spelling is SQL, and no parsed object may bring one. */
export function isCustomType(type: CustomType): boolean {
  return customTypes.has(type);
}

function wholeNumber(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ArgumentError(`A type's ${what} must be a whole number from ${least} to ${most}, not ${String(value)}.`);
}
