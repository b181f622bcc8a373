/** Turns what a model says of a column into the column's definition, and refuses what cannot work. Called by table.ts. */
import type * as core from "zod/v4/core";
import type { ColumnOptions } from "../metadata/column.ts";
import { foreignKeyActions, type ForeignKeyConstraint } from "../metadata/constraint.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import type { Expression } from "../sql/expression/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { didYouMean } from "../util/closest-name.ts";
import { snakeCase } from "../util/snake-case.ts";
import { uuidv7 } from "../util/uuid.ts";
import { ModelDefinitionError } from "./errors.ts";
import { Field, type ColumnFieldOptions } from "./field.ts";
import type { FieldProblem } from "./mapper.ts";
import { ValueCheck } from "./value-check.ts";
import { columnType, UnmappedType, type ColumnType } from "./zod-type.ts";
import { definitionOfSchema, unwrap } from "./zod-schema.ts";

/** One column of a model, ready for its table. */
export interface FieldDefinition {
  readonly key: string;
  readonly schema: core.$ZodType;
  readonly options: ColumnFieldOptions;
  readonly columnType: ColumnType;
  readonly column: ColumnOptions;
  readonly makeDefault: (() => unknown) | undefined;
}

/** Reads the columns of one table; messages name it. */
export class FieldReader {
  readonly #table: string;

  constructor(table: string) {
    this.#table = table;
  }

  /** The definition of one column. @throws ModelDefinitionError */
  read(key: string, entry: unknown): FieldDefinition {
    checkKey(key, this.#table);
    const { schema, options } = this.#schemaAndOptions(key, entry);
    this.#checkOptions(key, options);
    const name = options.name ?? snakeCase(key);
    const found = columnType(schema, options.type, `${this.#table}_${name}`);
    if (found instanceof UnmappedType) throw this.#error(key, `${found.problem}. ${found.remedy}`);
    this.#checkNullability(key, options, found);
    const { makeDefault, isIdentity } = this.#generation(key, schema, options, found);
    return {
      key,
      schema,
      options,
      columnType: found,
      makeDefault,
      column: columnOptions(key, name, options, found, isIdentity),
    };
  }

  #schemaAndOptions(key: string, entry: unknown): { schema: core.$ZodType; options: ColumnFieldOptions } {
    if (Field.isField(entry)) return { schema: entry.schema, options: entry.options };
    if (typeof entry === "object" && entry !== null && "_zod" in entry)
      return { schema: entry as core.$ZodType, options: {} };
    throw this.#error(
      key,
      "is neither a Zod type nor a field(…). Relationships go into the third argument of table(…).",
    );
  }

  #checkOptions(key: string, options: ColumnFieldOptions): void {
    for (const name of Object.keys(options)) {
      if (!knownOptions.has(name))
        throw this.#error(key, `has an option '${name}' that field() does not know.${didYouMean(name, knownOptions)}`);
    }
    if (options.name === "")
      throw this.#error(key, "has an empty column name. Leave the option 'name' out, or give a name.");
    if (
      options.index !== undefined &&
      options.index !== false &&
      options.unique !== undefined &&
      options.unique !== false
    ) {
      throw this.#error(
        key,
        "has both 'index' and 'unique'. A unique constraint is an index already: leave 'index' out.",
      );
    }
    if (typeof options.foreignKey !== "string") {
      const orphan =
        options.onDelete !== undefined ? "onDelete" : options.deferrable !== undefined ? "deferrable" : undefined;
      const given = orphan ?? (typeof options.onUpdate === "string" ? "onUpdate" : undefined);
      if (given !== undefined)
        throw this.#error(
          key,
          `has '${given}' but no foreign key. Add foreignKey: "table.column", or leave '${given}' out.`,
        );
      return;
    }
    if (!/^[^.]+(\.[^.]+){1,2}$/.test(options.foreignKey)) {
      throw this.#error(
        key,
        `has the foreign key '${options.foreignKey}'. Write it as "table.column" or "schema.table.column".`,
      );
    }
    for (const action of [options.onDelete, options.onUpdate]) {
      if (typeof action === "string" && !foreignKeyActions.includes(action)) {
        throw this.#error(
          key,
          `has the foreign key action '${action}', which is none of ${foreignKeyActions.join(", ")}.${didYouMean(action, foreignKeyActions)}`,
        );
      }
    }
  }

  #checkNullability(key: string, options: ColumnFieldOptions, { nullable }: ColumnType): void {
    if (options.primaryKey === true && nullable) {
      throw this.#error(key, "is nullable, but part of the primary key. Leave .nullable() out.");
    }
    if ((options.onDelete === "SET NULL" || options.onUpdate === "SET NULL") && !nullable) {
      throw this.#error(
        key,
        "has SET NULL, but cannot be null. Make its Zod type .nullable(), or choose CASCADE or RESTRICT.",
      );
    }
    if (
      (options.onDelete === "SET DEFAULT" || options.onUpdate === "SET DEFAULT") &&
      options.serverDefault === undefined
    ) {
      throw this.#error(key, "has SET DEFAULT, but no default in the database. Add serverDefault.");
    }
  }

  /** Who makes the value of a row that has none. */
  #generation(
    key: string,
    schema: core.$ZodType,
    options: ColumnFieldOptions,
    found: ColumnType,
  ): { makeDefault: (() => unknown) | undefined; isIdentity: boolean } {
    const hasDefault = options.default !== undefined || options.serverDefault !== undefined;
    if (options.identity !== undefined && hasDefault) {
      throw this.#error(key, "is counted by the database and has a default. Leave one of them out.");
    }
    if (options.default !== undefined)
      return { makeDefault: this.#defaultMaker(key, schema, found, options.default), isIdentity: false };
    if (options.generatedKey !== true || options.serverDefault !== undefined)
      return { makeDefault: undefined, isIdentity: false };
    const { type } = found;
    const stored = type.kind === "custom" ? type.impl : type;
    if (stored.kind === "integer" || stored.kind === "bigint" || stored.kind === "smallint")
      return { makeDefault: undefined, isIdentity: true };
    if (options.identity !== undefined)
      throw this.#error(key, "has identity options, but is no integer. Leave 'identity' out.");
    return { makeDefault: type.kind === "uuid" ? this.#uuidMaker(key, schema) : undefined, isIdentity: false };
  }

  #uuidMaker(key: string, schema: core.$ZodType): () => unknown {
    const def = definitionOfSchema(unwrap(schema).inner);
    const wanted = "version" in def && typeof def.version === "string" ? def.version : "v7";
    if (wanted === "v7") return uuidv7;
    if (wanted === "v4") return () => crypto.randomUUID();
    throw this.#error(
      key,
      `is a UUID of version ${wanted.slice(1)}, which this package does not make. Give it a default: a function that makes one.`,
    );
  }

  #defaultMaker(key: string, schema: core.$ZodType, type: ColumnType, given: unknown): () => unknown {
    if (typeof given === "function") return given as () => unknown;
    if (ColumnElement.isElement(given))
      throw this.#error(key, "has SQL as its default. An expression of the database goes into serverDefault.");
    const problems: FieldProblem[] = [];
    new ValueCheck(key, schema, type).check(given, problems);
    const [problem] = problems;
    if (problem !== undefined)
      throw this.#error(key, `has a default that its own Zod type refuses: ${problem.message}.`);
    // A copy for each row: one row's change to an array or object must not show in the next.
    return typeof given === "object" && given !== null ? () => structuredClone(given) : () => given;
  }

  #error(key: string, problem: string): ModelDefinitionError {
    return new ModelDefinitionError(`Field '${key}' of table '${this.#table}' ${problem}`);
  }
}

const knownOptions: ReadonlySet<string> = new Set([
  "name",
  "type",
  "primaryKey",
  "index",
  "unique",
  "foreignKey",
  "onDelete",
  "onUpdate",
  "deferrable",
  "hidden",
  "default",
  "serverDefault",
  "serverOnUpdate",
  "comment",
  "collation",
  "identity",
  "computed",
  "version",
  "generatedKey",
  "discriminator",
]);

// Names that every object has, or that JSON and `await` look for.
const reservedKeys: ReadonlySet<string> = new Set([
  "constructor",
  "prototype",
  "__proto__",
  "toJSON",
  "then",
  "toString",
  "valueOf",
  "hasOwnProperty",
]);

/** Refuse a property name that would break the object. @throws ModelDefinitionError */
export function checkKey(key: string, table: string): void {
  if (reservedKeys.has(key)) {
    throw new ModelDefinitionError(
      `Table '${table}' has a property '${key}', which is reserved. Choose another, and keep the column's name by field(…, { name: "${snakeCase(key)}" }).`,
    );
  }
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) {
    throw new ModelDefinitionError(
      `Table '${table}' has a property '${key}', which is no identifier. Choose another, and keep the column's name by field(…, { name: "…" }).`,
    );
  }
}

function columnOptions(
  key: string,
  name: string,
  options: ColumnFieldOptions,
  found: ColumnType,
  isIdentity: boolean,
): ColumnOptions {
  const { primaryKey = false, serverDefault, serverOnUpdate, comment, collation, identity, hidden = false } = options;
  return {
    key,
    name,
    type: found.type,
    nullable: found.nullable,
    primaryKey,
    ...(isIdentity ? { identity: identity ?? { always: false } } : {}),
    ...(serverDefault === undefined ? {} : { serverDefault: defaultExpression(serverDefault, found.type) }),
    ...(serverOnUpdate === undefined ? {} : { serverOnUpdate }),
    ...(comment === undefined ? {} : { comment }),
    ...(collation === undefined ? {} : { collation }),
    ...(hidden ? { secret: true } : {}),
  };
}

function defaultExpression(value: unknown, type: SqlType): Expression {
  return ColumnElement.isElement(value) ? value.node : { kind: "bind", value, type };
}

/** The foreign key that a field declares on its own. */
export function foreignKeyOf(field: FieldDefinition): ForeignKeyConstraint | undefined {
  const { foreignKey, onDelete, onUpdate, deferrable } = field.options;
  if (typeof foreignKey !== "string") return undefined;
  const dot = foreignKey.lastIndexOf(".");
  return {
    kind: "foreignKey",
    name: undefined,
    columns: [field.column.name],
    referredTable: foreignKey.slice(0, dot),
    referredColumns: [foreignKey.slice(dot + 1)],
    onDelete,
    onUpdate: typeof onUpdate === "string" ? onUpdate : undefined,
    deferrable,
  };
}
