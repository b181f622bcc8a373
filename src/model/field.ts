/** `field`, `primaryKey`, `generated`, `version`: what a model says of a column beyond its Zod type. */
import { z } from "zod";
import type * as core from "zod/v4/core";
import type { Identity } from "../metadata/column.ts";
import type { ForeignKeyAction } from "../metadata/constraint.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import { func } from "../sql/expression/functions.ts";
import type { SqlType } from "../sql/type/sql-type.ts";

/**
 * What the types know of a column. "optional": may be left out of the constructor. "reference": so may this one, because
 * a related object can bring the key. "computed": the database makes it.
 * "managed": no business of an API's client, so not in `createSchema`. "key": part of the primary key. "hidden": not in
 * `publicSchema` nor in JSON. "expression": no column, but a column property.
 */
export type FieldFlag = StoredFlag | "expression";
/** The flags that a column may have. */
export type StoredFlag = "optional" | "reference" | "computed" | "managed" | "key" | "hidden";

declare const flags: unique symbol;

/** A column of a model: its Zod type and its options. Made by `field` and its kin. */
export class Field<S extends core.$ZodType, Flags extends FieldFlag = never> {
  declare readonly [flags]: Flags;
  readonly #brand = true;
  readonly schema: S;
  readonly options: ColumnFieldOptions;

  constructor(schema: S, options: ColumnFieldOptions) {
    this.schema = schema;
    this.options = options;
  }

  static isField(value: unknown): value is Field<core.$ZodType, FieldFlag> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** Options that say nothing to the type checker. */
interface PlainOptions {
  /** The column's name; the property's in snake_case where there is none. */
  name?: string;
  /** The column's SQL type, where the Zod type does not say it or says another. */
  type?: SqlType;
  /** An index of this column, or its name. */
  index?: boolean | string;
  /** A unique constraint on this column, or its name. */
  unique?: boolean | string;
  onDelete?: ForeignKeyAction;
  /** When the foreign key's check may wait until COMMIT. */
  deferrable?: "immediate" | "deferred";
  /** True where the database changes the value on UPDATE (a trigger): it is read back. */
  serverOnUpdate?: boolean;
  comment?: string;
  collation?: string;
}

/** What `field` takes beside the Zod type. `T` is the property's type; the others are inferred. */
export interface FieldOptions<T, Default, ServerDefault, Hidden, Key, Reference> extends PlainOptions {
  /**
   * "table.column" or "schema.table.column": a string, as in SQLModel, so that tables may refer to each other and to
   * themselves. `true`: part of a composite key, which `foreignKey([…], …)` of the tableArgs declares.
   */
  foreignKey?: Reference;
  primaryKey?: Key;
  /** Left out of `publicSchema` and of JSON. */
  hidden?: Hidden;
  /** The value where the constructor is given none: the value itself, or a function that makes it. */
  default?: Default;
  /** The DEFAULT clause: a value, or an expression such as `now()`. The column is read back after INSERT. */
  serverDefault?: ServerDefault;
  /** A function that makes the value of every UPDATE that sets none; or, of a foreign key, its ON UPDATE. */
  onUpdate?: (() => T) | ForeignKeyAction;
}

/** The same, as the table is built from them. */
export interface ColumnFieldOptions extends FieldOptions<unknown, unknown, unknown, boolean, boolean, string | true> {
  readonly identity?: Identity;
  readonly computed?: { readonly expression: ComputedExpression; readonly stored: boolean };
  readonly version?: boolean;
  readonly discriminator?: boolean;
  /** Made by `primaryKey`: counted by the database or made by the program, as its type says. */
  readonly generatedKey?: boolean;
}

type FlagsFor<Default, ServerDefault, Hidden, Key, Reference> =
  | ([Default | ServerDefault] extends [never] ? never : "optional")
  | ([Reference] extends [never] ? never : "reference")
  | (Hidden extends true ? "hidden" : never)
  | (Key extends true ? "key" : never);

/** A column with options: `field(z.string().max(50), { index: true })`. */
export function field<
  S extends core.$ZodType,
  Default extends core.output<S> | (() => core.output<S>) = never,
  ServerDefault extends core.output<S> | ColumnElement<unknown> = never,
  Hidden extends boolean = false,
  Key extends boolean = false,
  Reference extends string | true = never,
>(
  schema: S,
  options: FieldOptions<core.output<S>, Default, ServerDefault, Hidden, Key, Reference> = {},
): Field<S, FlagsFor<Default, ServerDefault, Hidden, Key, Reference>> {
  return new Field(schema, options);
}

/** What `primaryKey` takes beside the Zod type. */
export interface PrimaryKeyOptions<Default> {
  name?: string;
  type?: SqlType;
  /** A function that makes the key: `uuidv7`, which uuid keys have without being told. */
  default?: Default;
  serverDefault?: ColumnElement<unknown>;
  /** Options of the integer key that the database counts up. */
  identity?: { always?: boolean; start?: number; increment?: number };
  comment?: string;
}

/** Integers are counted by the database and uuids made by the program; other keys are the program's own. */
type KeyFlags<S, Default> =
  | "key"
  | (core.output<S> extends number | bigint
      ? "optional" | "managed"
      : S extends core.$ZodUUID
        ? "optional" | "managed"
        : [Default] extends [never]
          ? never
          : "optional" | "managed");

/**
 * The primary key. Without a Zod type an integer that the database counts up; `primaryKey(z.uuid())` makes UUIDv7s;
 * any other type is a key that the program gives.
 */
export function primaryKey(): Field<z.ZodInt, "optional" | "managed" | "key">;
export function primaryKey<S extends core.$ZodType, Default extends () => core.output<S> = never>(
  schema: S,
  options?: PrimaryKeyOptions<Default>,
): Field<S, KeyFlags<S, Default>>;
export function primaryKey(
  schema: core.$ZodType = z.int(),
  options: PrimaryKeyOptions<unknown> = {},
): Field<core.$ZodType, FieldFlag> {
  const { identity, ...rest } = options;
  return new Field(schema, {
    ...rest,
    primaryKey: true,
    generatedKey: true,
    ...(identity === undefined ? {} : { identity: { always: false, ...identity } }),
  });
}

/** The expression of a generated column: SQL, or a function that makes it of the table's own columns. */
export type ComputedExpression =
  ColumnElement<unknown> | ((columns: { readonly [key: string]: ColumnElement<unknown> }) => ColumnElement<unknown>);

/** A column the database computes: `generated(z.string(), (c) => sql\`lower(${c.name})\`)`. Never written, always read back. */
export function generated<S extends core.$ZodType>(
  schema: S,
  expression: ComputedExpression,
  options: { stored?: boolean; name?: string; type?: SqlType; index?: boolean | string; comment?: string } = {},
): Field<S, "computed" | "optional"> {
  const { stored = true, ...rest } = options;
  return new Field(schema, { ...rest, computed: { expression, stored } });
}

/**
 * An optimistic lock: 1 in a new row, one more with every UPDATE, which fails with StaleDataError where another
 * transaction was quicker.
 */
export function version(options: { name?: string; comment?: string } = {}): Field<z.ZodInt, "optional" | "managed"> {
  return new Field(z.int(), { ...options, version: true, default: 1 });
}

/**
 * The column that says of which class a row is; set by the program, which never gives it. The class at the top of an
 * inheritance tree has one.
 */
export function discriminator(
  options: { name?: string; comment?: string } = {},
): Field<z.ZodString, "optional" | "managed"> {
  return new Field(z.string(), { ...options, discriminator: true });
}

/** The moment of the statement, for `serverDefault`. */
export function now(): ColumnElement<Date, never> {
  return func.now();
}
