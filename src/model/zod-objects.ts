/** The Zod objects of a model: `schema`, `createSchema`, `updateSchema`, `publicSchema`. Called by table.ts. */
import { z } from "zod";
import * as core from "zod/v4/core";
import type { FieldDefinition } from "./field-definition.ts";
import { definitionOfSchema, unwrap } from "./zod-schema.ts";

/** The four Zod objects of a model. */
export interface ZodObjects {
  readonly schema: z.ZodObject;
  readonly createSchema: z.ZodObject;
  readonly updateSchema: z.ZodObject;
  readonly publicSchema: z.ZodObject;
}

/** Make them of all columns of a model, its parents' first. */
export function zodObjects(fields: readonly FieldDefinition[]): ZodObjects {
  const of = (
    wanted: (field: FieldDefinition) => boolean,
    wrap: (field: FieldDefinition) => core.$ZodType,
  ): z.ZodObject => z.object(Object.fromEntries(fields.filter(wanted).map((field) => [field.key, wrap(field)])));
  const travelling = new Map(fields.map((field) => [field, travellingSchema(field)]));
  const whole = (field: FieldDefinition): core.$ZodType => travelling.get(field) ?? field.schema;
  return {
    schema: of(() => true, whole),
    createSchema: of(
      (field) => !isComputed(field) && !isManaged(field),
      (field) => (isOptional(field) ? z.exactOptional(whole(field)) : whole(field)),
    ),
    updateSchema: of(
      (field) => !isComputed(field) && !isManaged(field) && field.options.primaryKey !== true,
      (field) => z.exactOptional(withoutDefault(whole(field))),
    ),
    publicSchema: of((field) => field.options.hidden !== true, whole),
  };
}

function isComputed(field: FieldDefinition): boolean {
  return field.options.computed !== undefined;
}

/** What no client gives: keys that are generated, the version, the discriminator. */
function isManaged({ options, column, makeDefault }: FieldDefinition): boolean {
  if (options.version === true || options.discriminator === true) return true;
  return (
    options.generatedKey === true &&
    (column.identity !== undefined || makeDefault !== undefined || column.serverDefault !== undefined)
  );
}

function isOptional({ columnType, makeDefault, column }: FieldDefinition): boolean {
  return (
    columnType.nullable || columnType.hasDefault || makeDefault !== undefined || column.serverDefault !== undefined
  );
}

/** An update that leaves a column out must not set it to its default. */
function withoutDefault(schema: core.$ZodType): core.$ZodType {
  const def = definitionOfSchema(schema);
  return def.type === "default" || def.type === "prefault" ? withoutDefault(def.innerType) : schema;
}

/**
 * The column's Zod type, as `z.toJSONSchema` can describe it: dates and 64 bit integers travel as text, where Zod would
 * throw, and what a codec makes as what it was made of. A copy, because the type is the program's and may be used
 * elsewhere.
 */
function travellingSchema({ schema, columnType }: FieldDefinition): core.$ZodType {
  if (columnType.direction === "backward") return described(schema, { io: "input" });
  const { inner } = unwrap(schema);
  const json = travellingJson(inner);
  if (json === undefined) return schema;
  return described(schema, {
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === inner) Object.assign(jsonSchema, json);
    },
  });
}

/** How a value travels that JSON does not have; undefined for all others. */
function travellingJson(inner: core.$ZodType): core.JSONSchema.BaseSchema | undefined {
  switch (definitionOfSchema(inner).type) {
    case "date":
      return { type: "string", format: "date-time" };
    case "bigint":
      return { type: "string", format: "int64" };
    case "custom":
      return inner._zod.bag["Class"] === Uint8Array ? { type: "string", contentEncoding: "base64" } : {};
    default:
      return undefined;
  }
}

function described(schema: core.$ZodType, options: core.ToJSONSchemaParams): core.$ZodType {
  const copy = core.clone(schema, schema._zod.def);
  const meta = core.globalRegistry.get(schema);
  if (meta !== undefined) {
    const { id: _, ...rest } = meta;
    core.globalRegistry.add(copy, rest);
  }
  copy._zod.toJSONSchema = () => {
    const { $schema: _, "~standard": __, ...json } = core.toJSONSchema(schema, options);
    return json;
  };
  return copy;
}
