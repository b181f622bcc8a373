/** The Zod objects of a model: `schema`, `createSchema`, `updateSchema`, `publicSchema`. Called by table.ts. */
import { z } from "zod";
import * as core from "zod/v4/core";
import type { FieldDefinition } from "./field-definition.ts";
import { definitionOfSchema } from "./zod-schema.ts";

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

function travellingSchema({ schema, columnType }: FieldDefinition): core.$ZodType {
  if (columnType.direction === "forward") return withJsonSchema(schema);
  // What a codec makes exists in the program only; what it takes in is stored and travels.
  const made = copy(schema, schema._zod.def);
  made._zod.toJSONSchema = () => {
    const { $schema: _, "~standard": __, ...json } = core.toJSONSchema(schema, { io: "input" });
    return json;
  };
  return made;
}

/**
 * The same type, which `z.toJSONSchema` can describe: dates and 64 bit integers travel as text, where Zod would throw.
 * A copy, because the type is the program's and may be used elsewhere; its description and examples come along.
 */
function withJsonSchema(schema: core.$ZodType): core.$ZodType {
  const def = definitionOfSchema(schema);
  switch (def.type) {
    case "date":
      return described(schema, { type: "string", format: "date-time" });
    case "bigint":
      return described(schema, { type: "string", format: "int64" });
    case "custom":
      return schema._zod.bag.Class === Uint8Array
        ? described(schema, { type: "string", contentEncoding: "base64" })
        : schema;
    case "nullable":
    case "optional":
    case "default":
    case "prefault":
    case "catch":
    case "nonoptional":
    case "readonly": {
      const inner = withJsonSchema(def.innerType);
      return inner === def.innerType ? schema : copy(schema, Object.assign({}, def, { innerType: inner }));
    }
    default:
      return schema;
  }
}

function described(schema: core.$ZodType, json: core.JSONSchema.BaseSchema): core.$ZodType {
  const made = copy(schema, schema._zod.def);
  made._zod.toJSONSchema = () => ({ ...json });
  return made;
}

function copy(schema: core.$ZodType, def: core.$ZodTypeDef): core.$ZodType {
  return core.clone(schema, def, { parent: true });
}
