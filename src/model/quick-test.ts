/** Tells without Zod that Zod would accept a value, where a schema has no checks, transforms or refinements. Called by value-check.ts. */
import type * as core from "zod/v4/core";
import { definitionOfSchema, type SchemaDefinition } from "./zod-schema.ts";

/** True for what Zod would accept for sure; false says nothing. */
export type QuickTest = (value: unknown) => boolean;

export interface QuickTests {
  /** For schemas that give back an accepted value as it is. */
  readonly keeps: QuickTest | undefined;
  /** Also for those that give back a copy, as objects and arrays do. */
  readonly accepts: QuickTest | undefined;
}

/** The tests of a schema; undefined where only Zod can say. */
export function quickTests(schema: core.$ZodType): QuickTests {
  const keeps = keepingTest(schema);
  return { keeps, accepts: keeps ?? copyingTest(schema, []) };
}

function keepingTest(schema: core.$ZodType): QuickTest | undefined {
  const def = definitionOfSchema(schema);
  switch (def.type) {
    case "string":
    case "number":
    case "boolean":
    case "date":
      return isBare(schema, def) ? scalarTest(def) : undefined;
    case "enum": {
      const { values } = schema._zod;
      return isBare(schema, def) && values !== undefined ? (value) => values.has(value as string) : undefined;
    }
    case "nullable": {
      const test = keepingTest(def.innerType);
      return test === undefined ? undefined : (value) => value === null || test(value);
    }
    case "default":
    case "optional":
      // undefined never passes a test: what it becomes is for Zod to say.
      return keepingTest(def.innerType);
    default:
      return undefined;
  }
}

function scalarTest(def: Extract<SchemaDefinition, { type: "string" | "number" | "boolean" | "date" }>): QuickTest {
  switch (def.type) {
    case "string":
      return (value) => typeof value === "string";
    case "number":
      return "format" in def && def.format === "safeint" ? Number.isSafeInteger : Number.isFinite;
    case "boolean":
      return (value) => typeof value === "boolean";
    default:
      return (value) => value instanceof Date && !Number.isNaN(value.getTime());
  }
}

/** True where nothing but the type itself decides; of formats, only that of whole numbers is known here. */
function isBare(schema: core.$ZodType, def: SchemaDefinition): boolean {
  const isCoerced = "coerce" in def && def.coerce === true;
  const isWhole = def.type === "number" && "format" in def && def.format === "safeint";
  const hasFormat = "check" in def && !isWhole;
  return (
    !isCoerced && !hasFormat && (def.checks ?? []).length === 0 && (isWhole || schema._zod.run === schema._zod.parse)
  );
}

/** @param around - The schemas that `schema` is within: one that contains itself has no test. */
function copyingTest(schema: core.$ZodType, around: readonly core.$ZodType[]): QuickTest | undefined {
  if (around.includes(schema)) return undefined;
  const def = definitionOfSchema(schema);
  const within = [...around, schema];
  const acceptingTest = (part: core.$ZodType): QuickTest | undefined => keepingTest(part) ?? copyingTest(part, within);
  switch (def.type) {
    case "object":
      return def.catchall === undefined && isBare(schema, def) ? objectTest(def.shape, acceptingTest) : undefined;
    case "array": {
      const test = isBare(schema, def) ? acceptingTest(def.element) : undefined;
      return test === undefined ? undefined : arrayTest(test);
    }
    case "nullable": {
      const test = copyingTest(def.innerType, within);
      return test === undefined ? undefined : (value) => value === null || test(value);
    }
    case "readonly":
      return acceptingTest(def.innerType);
    default:
      return undefined;
  }
}

function arrayTest(test: QuickTest): QuickTest {
  return (value) => {
    if (!Array.isArray(value)) return false;
    // Not every(), which skips holes.
    for (let index = 0; index < value.length; index += 1) if (!test(value[index])) return false;
    return true;
  };
}

function objectTest(
  shape: Readonly<Record<string, core.$ZodType>>,
  testOf: (schema: core.$ZodType) => QuickTest | undefined,
): QuickTest | undefined {
  const members: { readonly key: string; readonly test: QuickTest }[] = [];
  for (const [key, schema] of Object.entries(shape)) {
    const test = testOf(schema);
    if (test === undefined) return undefined;
    members.push({ key, test });
  }
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    for (const { key, test } of members) if (!test((value as Record<string, unknown>)[key])) return false;
    return true;
  };
}
