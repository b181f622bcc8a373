/** The Zod objects of a model: `schema`, `createSchema`, `updateSchema`, `publicSchema`. Called by table.ts. */
import { z } from "zod";
import * as core from "zod/v4/core";
import type { FieldDefinition } from "./field-definition.ts";
import type { PropertyDefinition } from "./property-definition.ts";
import { definitionOfSchema, unwrap } from "./zod-schema.ts";

/** The four Zod objects of a model. */
export interface ZodObjects {
  readonly schema: z.ZodObject;
  readonly createSchema: z.ZodObject;
  readonly updateSchema: z.ZodObject;
  readonly publicSchema: z.ZodObject;
}

type ReadProperty = FieldDefinition | PropertyDefinition;

/** Make them of all columns and column properties of a model, its parents' first. Nobody writes the latter. */
export function zodObjects(fields: readonly FieldDefinition[], properties: readonly PropertyDefinition[]): ZodObjects {
  const all: readonly ReadProperty[] = [...fields, ...properties];
  const travelling = new Map(all.map((field) => [field, travellingSchema(field)]));
  const whole = (field: ReadProperty): core.$ZodType => travelling.get(field) ?? field.schema;
  const read = (some: readonly ReadProperty[]): z.ZodObject =>
    z.object(Object.fromEntries(some.map((field) => [field.key, whole(field)])));
  const written = (
    wanted: (field: FieldDefinition) => boolean,
    wrap: (field: FieldDefinition) => core.$ZodType,
  ): z.ZodObject => z.object(Object.fromEntries(fields.filter(wanted).map((field) => [field.key, wrap(field)])));
  return {
    schema: read(all),
    createSchema: written(
      (field) => !isComputed(field) && !isManaged(field),
      (field) => (isOptional(field) ? z.exactOptional(whole(field)) : whole(field)),
    ),
    updateSchema: written(
      (field) => !isComputed(field) && !isManaged(field) && field.options.primaryKey !== true,
      (field) => z.exactOptional(withoutDefault(whole(field))),
    ),
    publicSchema: read(all.filter((field) => !isHidden(field))),
  };
}

function isHidden(field: ReadProperty): boolean {
  return "options" in field ? field.options.hidden === true : field.hidden;
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
function travellingSchema({ schema, columnType }: ReadProperty): core.$ZodType {
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
