/** Reads Zod schemas: their wrappers, their checks, whether JSON can hold what they accept. Called by zod-type.ts. */
import type * as core from "zod/v4/core";

/** Any schema's definition, with the parts that this folder reads. */
export type SchemaDefinition = core.$ZodTypes["_zod"]["def"];

/** The definition of a schema, as a union to switch on. */
export function definitionOfSchema(schema: core.SomeType): SchemaDefinition {
  return schema._zod.def as SchemaDefinition;
}

/** What is around the type that holds the value. */
export interface Wrapping {
  readonly inner: core.$ZodType;
  readonly nullable: boolean;
  /** Undefined is accepted, and stays undefined. */
  readonly optional: boolean;
  /** Undefined becomes a value. */
  readonly hasDefault: boolean;
  readonly hasCatch: boolean;
}

/** Take off nullable, optional, default, catch, readonly, lazy and preprocess. */
export function unwrap(schema: core.$ZodType): Wrapping {
  let inner = schema;
  let [nullable, optional, hasDefault, hasCatch] = [false, false, false, false];
  for (;;) {
    const def = definitionOfSchema(inner);
    switch (def.type) {
      case "nullable":
        nullable = true;
        inner = def.innerType;
        break;
      case "optional":
        optional = !hasDefault;
        inner = def.innerType;
        break;
      case "default":
      case "prefault":
        hasDefault = true;
        optional = false;
        inner = def.innerType;
        break;
      case "catch":
        hasCatch = true;
        inner = def.innerType;
        break;
      case "nonoptional":
      case "readonly":
        inner = def.innerType;
        break;
      case "lazy":
        inner = def.getter();
        break;
      case "pipe":
        if (definitionOfSchema(def.in).type !== "transform") return { inner, nullable, optional, hasDefault, hasCatch };
        inner = def.out;
        break;
      default:
        return { inner, nullable, optional, hasDefault, hasCatch };
    }
  }
}

/** True for a codec: a pipe that leads both ways. */
export function isCodec(def: SchemaDefinition): def is core.$ZodCodecDef {
  return def.type === "pipe" && "reverseTransform" in def && def.reverseTransform !== undefined;
}

type CheckDefinition = core.$ZodChecks["_zod"]["def"];

/** The definitions of a schema's checks; a format is one too. */
export function checksOf(def: SchemaDefinition): CheckDefinition[] {
  const own: object[] = "check" in def ? [def] : [];
  return [...own, ...(def.checks ?? []).map((check): object => check._zod.def)] as CheckDefinition[];
}

/** The first format among the checks: "uuid", "email", "safeint" … */
export function formatOf(def: SchemaDefinition): string | undefined {
  for (const check of checksOf(def)) {
    if (check.check === "string_format" || check.check === "number_format" || check.check === "bigint_format")
      return check.format;
  }
  return undefined;
}

/** Bounds of numbers as checks state them; a format's own are not among them. */
export function boundsOf(def: SchemaDefinition): { readonly least: number; readonly most: number } {
  let [least, most] = [-Infinity, Infinity];
  for (const check of checksOf(def)) {
    if (check.check === "greater_than") least = Math.max(least, Number(check.value));
    if (check.check === "less_than") most = Math.min(most, Number(check.value));
  }
  return { least, most };
}

/** The greatest length that the checks let a text have. */
export function maximumLength(def: SchemaDefinition): number | undefined {
  let most: number | undefined;
  for (const check of checksOf(def)) {
    const length =
      check.check === "max_length" ? check.maximum : check.check === "length_equals" ? check.length : undefined;
    if (length !== undefined) most = Math.min(most ?? Infinity, length);
  }
  return most;
}

/** What a schema's value, somewhere within it, is. */
export interface Findings {
  /** A codec, so that what is stored is not what the program holds. */
  codec: boolean;
  /** A one-way transform. */
  transform: boolean;
  /** A type that JSON cannot hold, by its Zod name. */
  notJson: string | undefined;
}

/** Look through a schema on its stored side. */
export function inspectSchema(schema: core.$ZodType): Findings {
  const findings: Findings = { codec: false, transform: false, notJson: undefined };
  visit(schema, findings, new Set());
  return findings;
}

const notJsonTypes: ReadonlySet<string> = new Set([
  "bigint",
  "date",
  "map",
  "set",
  "symbol",
  "function",
  "promise",
  "file",
  "nan",
  "custom",
]);

function visit(schema: core.$ZodType, findings: Findings, seen: Set<core.$ZodType>): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  const def = definitionOfSchema(schema);
  if (notJsonTypes.has(def.type)) findings.notJson ??= def.type;
  if (def.type === "transform") findings.transform = true;
  if (isCodec(def)) {
    findings.codec = true;
    visit(def.in, findings, seen);
    return;
  }
  for (const child of childrenOf(def)) visit(child, findings, seen);
}

function childrenOf(def: SchemaDefinition): readonly core.$ZodType[] {
  switch (def.type) {
    case "object":
      return [...Object.values(def.shape), ...(def.catchall === undefined ? [] : [def.catchall])];
    case "array":
      return [def.element];
    case "record":
      return [def.valueType];
    case "tuple":
      return def.rest === null ? def.items : [...def.items, def.rest];
    case "union":
      return def.options;
    case "intersection":
      return [def.left, def.right];
    case "pipe":
      return [def.in, def.out];
    case "lazy":
      return [def.getter()];
    case "nullable":
    case "optional":
    case "default":
    case "prefault":
    case "catch":
    case "nonoptional":
    case "readonly":
      return [def.innerType];
    default:
      return [];
  }
}
