/** A model class as a Standard Schema (V1) and a Standard JSON Schema. Called by table.ts. */
import { z } from "zod";
import type * as core from "zod/v4/core";
import type { AnyModel } from "./any.ts";
import { ValidationError } from "./errors.ts";
import type { ZodObjects } from "./zod-objects.ts";

/** What `~standard` of a model is: input as its `createSchema` takes it, output a new object of the model. */
export type ModelStandardProps<Input, Output> = core.$ZodStandardSchema<core.$ZodType<Output, Input>> & {
  /** JSON Schema of what the model takes in, and of what it gives out: `publicSchema`. */
  readonly jsonSchema: {
    readonly [io in "input" | "output"]: (options: { readonly target: string }) => Record<string, unknown>;
  };
};

/** The Standard Schema properties of `model`. */
export function standardProps(
  model: AnyModel,
  { createSchema, publicSchema }: ZodObjects,
): ModelStandardProps<unknown, object> {
  const describe = (schema: z.ZodObject, io: "input" | "output") => (options: { readonly target: string }) => {
    const target = jsonSchemaTargets[options.target];
    if (target === undefined)
      throw new TypeError(
        `JSON Schema target '${options.target}' is not one of ${Object.keys(jsonSchemaTargets).join(", ")}.`,
      );
    return { ...z.toJSONSchema(schema, { target, io }) };
  };
  return {
    version: 1,
    vendor: "sqlmodel",
    validate: (value) => {
      const parsed = createSchema.safeParse(value);
      if (!parsed.success) return { issues: parsed.error.issues };
      try {
        return { value: new model(parsed.data) as object };
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        return { issues: error.problems.map(({ field, message }) => ({ message, path: field.split(".") })) };
      }
    },
    jsonSchema: { input: describe(createSchema, "input"), output: describe(publicSchema, "output") },
  };
}

const jsonSchemaTargets: { readonly [target: string]: "draft-2020-12" | "draft-07" | "draft-04" | "openapi-3.0" } = {
  "draft-2020-12": "draft-2020-12",
  "draft-07": "draft-07",
  "draft-04": "draft-04",
  "openapi-3.0": "openapi-3.0",
};
