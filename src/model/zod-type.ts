/** Zod type → SQL type. What has no clear mapping is an error that names the way out, never a guess. */
import * as core from "zod/v4/core";
import type { SqlType } from "../sql/type/sql-type.ts";
import { bigint, customType, decimal } from "../sql/type/types.ts";
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import {
  boundsOf,
  checksOf,
  definitionOfSchema,
  formatOf,
  inspectSchema,
  isCodec,
  maximumLength,
  unwrap,
  type SchemaDefinition,
} from "./zod-schema.ts";

/** What a column's Zod type says. */
export interface ColumnType {
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  readonly hasCatch: boolean;
  /** How a value is checked: by parsing it, or, where a codec stands between program and database, by encoding it. */
  readonly direction: "forward" | "backward";
}

/** A Zod type that no column can have, or that needs help; `problem` is a sentence, `remedy` the next. */
export class UnmappedType {
  readonly problem: string;
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    this.problem = problem;
    this.remedy = remedy;
  }
}

const explicit = "Say which SQL type it is stored as: field(…, { type: … }).";
const codecRemedy = "Use z.codec(stored, program, { decode, encode }), which leads both ways.";

/** The column type of a Zod schema. `explicitType` is what `field` was told; `enumName` names an enum type. */
export function columnType(
  schema: core.$ZodType,
  explicitType: SqlType | undefined,
  enumName: string,
): ColumnType | UnmappedType {
  const { inner, nullable, optional, hasDefault, hasCatch } = unwrap(schema);
  const def = definitionOfSchema(inner);
  const { codec, transform } = inspectSchema(inner);
  if (transform) {
    return new UnmappedType("transforms its value one way, so that what is stored could not be read back", codecRemedy);
  }
  const stored = withoutNull(inner, def);
  if (stored === undefined) return new UnmappedType("has no value but null", "Give it a type.");
  const mayBeNull = nullable || stored.nullable;
  if (optional && !mayBeNull) {
    return new UnmappedType(
      "may be undefined, which no column can hold",
      "Use .nullable() in place of .optional(): a nullable column may be left out of the constructor.",
    );
  }
  const type = explicitType === undefined ? mapped(stored.schema, enumName) : fitted(stored.schema, explicitType);
  if (type instanceof UnmappedType) return type;
  return {
    type: codec ? codecType(stored.schema, type) : type,
    nullable: mayBeNull,
    hasDefault,
    hasCatch,
    direction: codec ? "backward" : "forward",
  };
}

/** A union without its null; undefined where nothing is left. */
function withoutNull(
  schema: core.$ZodType,
  def: SchemaDefinition,
): { schema: core.$ZodType; nullable: boolean } | undefined {
  if (def.type === "null") return undefined;
  if (def.type === "any" || def.type === "unknown") return { schema, nullable: true };
  if (def.type === "literal" && def.values.includes(null)) {
    const values = def.values.filter((value) => value !== null);
    if (values.length === 0) return undefined;
    return { schema: new core.$ZodLiteral({ type: "literal", values }), nullable: true };
  }
  if (def.type !== "union") return { schema, nullable: false };
  const options = def.options.filter((option) => definitionOfSchema(option).type !== "null");
  if (options.length === def.options.length)
    return { schema, nullable: def.options.some((option) => unwrap(option).nullable) };
  const [only] = options;
  if (only === undefined) return undefined;
  return {
    schema: options.length === 1 ? only : new core.$ZodUnion({ type: "union", options, inclusive: true }),
    nullable: true,
  };
}

function mapped(schema: core.$ZodType, enumName: string): SqlType | UnmappedType {
  const def = definitionOfSchema(schema);
  if (isCodec(def)) return mapped(unwrap(def.in).inner, enumName);
  switch (def.type) {
    case "string":
      return textType(def);
    case "template_literal":
      return { kind: "text" };
    case "number":
      return numberType(def);
    case "bigint":
      return formatOf(def) === "uint64" ? unsigned64 : { kind: "bigint" };
    case "boolean":
      return { kind: "boolean" };
    case "date":
      return { kind: "timestamp", timeZone: true, as: "date" };
    case "enum":
      return valuesType([...(schema._zod.values ?? [])], enumName);
    case "literal":
      return valuesType(def.values, enumName);
    case "union":
      return unionType(schema, def.options, enumName);
    case "array":
      return arrayType(schema, def.element, enumName);
    case "object":
    case "record":
    case "tuple":
    case "any":
    case "unknown":
    case "intersection":
      return jsonType(schema);
    case "pipe":
      return mapped(unwrap(def.out).inner, enumName);
    case "custom":
      return instanceType(schema);
    case "nullable":
    case "optional":
    case "default":
    case "prefault":
    case "catch":
    case "nonoptional":
    case "readonly":
    case "lazy":
      return mapped(unwrap(schema).inner, enumName);
    case "map":
    case "set":
      return new UnmappedType(
        `is a ${def.type === "map" ? "Map" : "Set"}, which JSON has not`,
        `Use ${def.type === "map" ? "z.record(…)" : "z.array(…)"}, or z.codec(…) between the two.`,
      );
    default:
      return new UnmappedType(`is a z.${def.type}(), for which there is no SQL type`, explicit);
  }
}

function textType(def: SchemaDefinition): SqlType | UnmappedType {
  for (const check of checksOf(def)) {
    if (check.check !== "string_format") continue;
    const { format } = check;
    if (format === "uuid" || format === "guid") return { kind: "uuid" };
    if (format === "date") return { kind: "date" };
    if (format === "time") return { kind: "time", ...fraction(check) };
    if (format === "datetime") {
      const local = "local" in check && check.local === true;
      return { kind: "timestamp", timeZone: !local, as: "string", ...fraction(check) };
    }
  }
  const length = maximumLength(def);
  return length === undefined || length < 1 || length > longestVarchar ? { kind: "text" } : { kind: "text", length };
}

const longestVarchar = 10_485_760;

/** Digits of a second's fraction; -1 is Zod's "no seconds". */
function fraction(check: object): { precision?: number } {
  const precision: unknown = "precision" in check ? check.precision : undefined;
  return typeof precision === "number" && precision >= 0 && precision <= 6 ? { precision } : {};
}

const int32 = { least: -2_147_483_648, most: 2_147_483_647 } as const;

function numberType(def: SchemaDefinition): SqlType {
  const format = formatOf(def);
  if (format === "float32") return { kind: "real" };
  if (format === "uint32") return safeInteger;
  if (format === "int32") return { kind: "integer" };
  const isWhole =
    format === "safeint" ||
    checksOf(def).some((check) => check.check === "multiple_of" && Number.isInteger(check.value));
  if (!isWhole) return { kind: "double" };
  const { least, most } = boundsOf(def);
  const exceeds = (least > -Infinity && least < int32.least) || (most < Infinity && most > int32.most);
  return exceeds ? safeInteger : { kind: "integer" };
}

/** Whole numbers beyond 32 bits, in a BIGINT, as JavaScript numbers: exact up to 2^53, refused beyond. */
const safeInteger = customType<number>("safe integer", {
  impl: bigint(),
  bind: (value: unknown) => {
    if (Number.isSafeInteger(value)) return BigInt(value as number);
    throw new ValueError(
      `This column takes whole numbers that a JavaScript number holds exactly, not ${describe(value)}.`,
    );
  },
  result: (value) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new ValueError(
      `${String(value)} is beyond the whole numbers that a JavaScript number holds exactly. Use z.bigint() for this column.`,
    );
  },
  equals: (left, right) => left === right,
});

/** Unsigned 64 bit integers: half of them do not fit a BIGINT. */
const unsigned64 = customType<bigint>("unsigned 64 bit integer", {
  impl: decimal(20, 0),
  bind: (value: unknown) => {
    if (typeof value === "bigint" && value >= 0n && value < 2n ** 64n) return value.toString();
    throw new ValueError(`This column takes a bigint of 64 bits without a sign, not ${describe(value)}.`);
  },
  result: (value) => BigInt(String(value)),
  equals: (left, right) => left === right,
});

function valuesType(values: readonly unknown[], enumName: string): SqlType | UnmappedType {
  if (values.every((value) => typeof value === "string")) return { kind: "enum", name: enumName, values };
  if (values.every((value) => Number.isSafeInteger(value))) {
    const fits = values.every((value) => (value as number) >= int32.least && (value as number) <= int32.most);
    return fits ? { kind: "integer" } : safeInteger;
  }
  if (values.every((value) => typeof value === "number")) return { kind: "double" };
  if (values.every((value) => typeof value === "boolean")) return { kind: "boolean" };
  if (values.every((value) => typeof value === "bigint")) return { kind: "bigint" };
  return new UnmappedType("has values of several types", explicit);
}

const structuredTypes: ReadonlySet<string> = new Set([
  "object",
  "record",
  "tuple",
  "array",
  "any",
  "unknown",
  "intersection",
]);

function unionType(schema: core.$ZodType, options: readonly core.$ZodType[], enumName: string): SqlType | UnmappedType {
  if (options.some((option) => structuredTypes.has(definitionOfSchema(unwrap(option).inner).type)))
    return jsonType(schema);
  const types = options.map((option) => mapped(unwrap(option).inner, enumName));
  const [first, ...others] = types;
  if (first === undefined) return new UnmappedType("is a union of nothing", explicit);
  if (first instanceof UnmappedType) return first;
  if (first.kind === "enum" && others.every((type) => !(type instanceof UnmappedType) && type.kind === "enum")) {
    const values = types.flatMap((type) => ("values" in type ? type.values : []));
    return { kind: "enum", name: enumName, values: [...new Set(values)] };
  }
  const textual = types.every(
    (type) => !(type instanceof UnmappedType) && (type.kind === "text" || type.kind === "enum"),
  );
  if (textual) return { kind: "text" };
  const same = first.kind !== "custom" && types.every((type) => JSON.stringify(type) === JSON.stringify(first));
  return same ? first : new UnmappedType("is a union of several types", `${explicit} jsonb() holds any of them.`);
}

/** Types whose arrays are arrays of a database; what is structured itself, or may be, goes into JSON. */
const itemTypes: ReadonlySet<string> = new Set([
  "string",
  "number",
  "bigint",
  "boolean",
  "date",
  "enum",
  "literal",
  "template_literal",
  "custom",
]);

function arrayType(schema: core.$ZodType, element: core.$ZodType, enumName: string): SqlType | UnmappedType {
  const { inner, nullable, optional } = unwrap(element);
  if (nullable || optional || !itemTypes.has(definitionOfSchema(inner).type)) return jsonType(schema);
  const item = mapped(inner, enumName);
  if (item instanceof UnmappedType) return item;
  // An enum of a database belongs to one column; the members' own check is Zod's.
  if (item.kind === "enum") return { kind: "array", item: { kind: "text" } };
  return item.kind === "custom" ? jsonType(schema) : { kind: "array", item };
}

function jsonType(schema: core.$ZodType): SqlType | UnmappedType {
  const { notJson } = inspectSchema(schema);
  if (notJson === undefined) return { kind: "json", binary: true };
  return new UnmappedType(
    `has a z.${notJson}() inside JSON, which would come back as something else`,
    notJson === "date"
      ? "Use z.iso.datetime(), or z.codec(z.iso.datetime(), z.date(), …)."
      : notJson === "bigint"
        ? "Use z.string(), or a z.codec(z.string(), z.bigint(), …)."
        : codecRemedy,
  );
}

function instanceType(schema: core.$ZodType): SqlType | UnmappedType {
  const { Class } = schema._zod.bag;
  if (typeof Class === "function" && (Class === Uint8Array || Class.prototype instanceof Uint8Array))
    return { kind: "bytes" };
  if (Class === Date) return { kind: "timestamp", timeZone: true, as: "date" };
  return new UnmappedType(
    "is of a class or check of the program's own, for which there is no SQL type",
    `${explicit} customType(…) makes one.`,
  );
}

/** What a JavaScript value of this SQL type is; undefined where it may be anything. */
const valueKinds: { readonly [kind in SqlType["kind"]]?: string } = {
  smallint: "number",
  integer: "number",
  real: "number",
  double: "number",
  bigint: "bigint",
  numeric: "string",
  boolean: "boolean",
  text: "string",
  date: "string",
  time: "string",
  uuid: "string",
  enum: "string",
};

/** An explicit SQL type, checked against the Zod type and adapted to it. */
function fitted(schema: core.$ZodType, type: SqlType): SqlType | UnmappedType {
  const def = definitionOfSchema(schema);
  if (isCodec(def)) return fitted(unwrap(def.in).inner, type);
  const given = def.type === "template_literal" ? "string" : def.type;
  const scalar =
    given === "string" || given === "number" || given === "bigint" || given === "boolean" || given === "date";
  if (!scalar) return type;
  if (type.kind === "timestamp" && (given === "date" || given === "string")) return { ...type, as: given };
  if (type.kind === "bigint" && given === "number") return safeInteger;
  const expected = valueKinds[type.kind];
  if (expected === undefined || expected === given) return type;
  const remedy =
    type.kind === "numeric"
      ? "A decimal is a string in JavaScript, so that it loses no digit: use z.string(), or a z.codec(z.string(), …)."
      : `Use z.${expected}().`;
  return new UnmappedType(
    `is a z.${given}(), but the values of its SQL type '${type.kind}' are of type ${expected}`,
    remedy,
  );
}

/** Stored as what the codec takes in, held as what it puts out. */
function codecType(schema: core.$ZodType, impl: SqlType): SqlType {
  return customType<unknown>("codec", {
    impl,
    bind: (value) => {
      const encoded = core.safeEncode(schema, value);
      if (encoded.success) return encoded.data;
      const [issue] = encoded.error.issues;
      throw new ValueError(`The value is not what the column's codec takes: ${issue?.message ?? "it was refused"}.`);
    },
    result: (value) => core.decode(schema, value),
  });
}
