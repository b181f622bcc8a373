/**
 * SQL types as data. A type says what a column holds; how a database spells it and how a driver's value is read
 * are questions for `dialect/<name>/type-compiler.ts` and `dialect/<name>/codecs.ts`.
 */

/** A type that every dialect must be able to spell, read and write. */
export type SqlType =
  | { readonly kind: "smallint" }
  | { readonly kind: "integer" }
  /** 64 bits: a JavaScript bigint, so that no digit is lost. `unsigned` only where the database has it. */
  | { readonly kind: "bigint" }
  /** Exact decimal, a string in JavaScript. */
  | { readonly kind: "numeric"; readonly precision?: number; readonly scale?: number }
  | { readonly kind: "real" }
  | { readonly kind: "double" }
  | { readonly kind: "boolean" }
  /** Character strings; without `length` unlimited text. `fixed` is CHAR(n). */
  | { readonly kind: "text"; readonly length?: number; readonly fixed?: boolean; readonly collation?: string }
  /** A calendar date, "2024-02-29" in JavaScript. */
  | { readonly kind: "date" }
  /** A time of day, "13:37:00.123456" in JavaScript. */
  | { readonly kind: "time"; readonly precision?: number }
  /** A moment (stored in UTC) where `timeZone`, else a wall-clock date and time. `as` is the JavaScript side. */
  | {
      readonly kind: "timestamp";
      readonly timeZone: boolean;
      readonly precision?: number;
      /** "date": a Date (milliseconds). "string": ISO 8601 with microseconds, ending in Z where `timeZone`. */
      readonly as: "date" | "string";
    }
  | { readonly kind: "uuid" }
  | { readonly kind: "json"; readonly binary: boolean }
  | { readonly kind: "bytes"; readonly length?: number }
  /** `name` is the type's name where the database has named enum types. */
  | { readonly kind: "enum"; readonly name?: string; readonly values: readonly string[]; readonly schema?: string }
  | { readonly kind: "array"; readonly item: SqlType }
  | CustomType
  /** NULL, and what nobody has typed: values are passed as they come. */
  | { readonly kind: "unknown" };

export type SqlTypeKind = SqlType["kind"];
export type SqlTypeOf<K extends SqlTypeKind> = Extract<SqlType, { readonly kind: K }>;

/**
 * A type of the program's own over a built-in one: SQLAlchemy's TypeDecorator.
 * `ddl` spells a column type the built-in ones lack, such as `vector(3)`; it comes from source code, never from input.
 */
export interface CustomType {
  readonly kind: "custom";
  readonly name: string;
  readonly impl: SqlType;
  readonly ddl?: string | { readonly [dialect: string]: string };
  /** The one dialect that has such a type; on others, a column of it is an error. */
  readonly only?: string;
  /** Program value to `impl`'s value. */
  bind(value: unknown): unknown;
  /** `impl`'s value to program value. */
  result(value: unknown): unknown;
  /** True where both are the same value; without it, values are compared by what `bind` makes of them. */
  equals?(left: unknown, right: unknown): boolean;
}
