/**
 * `ModelDefinition`: what `table` and `inherit` were given, and the class that extends what they returned. JavaScript
 * tells nobody of a subclass, so the class is discovered by its first use: a static, `new`, a statement, a relationship.
 */
import type { ForeignKeyConstraint } from "../metadata/constraint.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import type { Table } from "../metadata/table.ts";
import type { AnyModel } from "./any.ts";
import { ModelDefinitionError } from "./errors.ts";
import type { FieldDefinition } from "./field-definition.ts";
import type { ConfiguredMapper } from "./configured-mapper.ts";
import type { PropertyDefinition } from "./property-definition.ts";

export interface ModelDefinition {
  /** The class that `table` or `inherit` returned. */
  readonly base: AnyModel;
  readonly parent: ModelDefinition | undefined;
  readonly root: ModelDefinition;
  readonly metadata: MetaData;
  /** The model's own table; its parent's for single-table inheritance. */
  readonly table: Table;
  readonly ownsTable: boolean;
  /** Its own columns, without those of its parent. */
  readonly fields: readonly FieldDefinition[];
  /** Its own column properties, without those of its parent. */
  readonly properties: readonly PropertyDefinition[];
  /** Its own relationships, without those of its parent: functions to be called when all classes are there. */
  readonly relationships: { readonly [name: string]: () => unknown };
  readonly children: ModelDefinition[];
  /** The key by which its table continues its parent's, with joined-table inheritance. */
  readonly inheritanceKey: ForeignKeyConstraint | undefined;
  /** The class that extends `base`; undefined until it is discovered. */
  model: AnyModel | undefined;
  /** True once the class's `tableArgs` were read, or could have been. */
  isComplete: boolean;
  /** What its `tableArgs` say of inheritance. */
  inheritance: { readonly on?: string; readonly identity?: unknown };
  mapper: ConfiguredMapper | undefined;
}

const byClass = new WeakMap<object, ModelDefinition>();

/** Register what `table` or `inherit` made. */
export function addDefinition(definition: ModelDefinition): void {
  byClass.set(definition.base, definition);
  definition.parent?.children.push(definition);
}

/** The definition of a model class, and note that the class exists. @throws ModelDefinitionError for any other value */
export function definitionOf(model: unknown): ModelDefinition {
  if (typeof model !== "function") throw notAModel(model);
  const known = byClass.get(model);
  if (known?.model !== undefined) return known;
  return discover(model as unknown as AnyModel); // a class of whatever kind: only its prototype chain is read
}

/** The definition of a model class, or undefined for any other value. */
export function findDefinition(value: unknown): ModelDefinition | undefined {
  if (typeof value !== "function") return undefined;
  for (let step: unknown = value; typeof step === "function"; step = Object.getPrototypeOf(step)) {
    if (byClass.has(step)) return definitionOf(value);
  }
  return undefined;
}

/** The model's name for messages: its class's, or its table's where the class is not known yet. */
export function nameOf(definition: ModelDefinition): string {
  const { model, table } = definition;
  return model === undefined || model.name === "" ? `the model of table '${table.name}'` : model.name;
}

/** A definition with those above it, the top first. */
export function lineage(definition: ModelDefinition): ModelDefinition[] {
  return definition.parent === undefined ? [definition] : [...lineage(definition.parent), definition];
}

function discover(model: AnyModel): ModelDefinition {
  let below = model;
  for (let step = model; typeof step === "function"; step = Object.getPrototypeOf(step) as AnyModel) {
    const definition = byClass.get(step);
    if (definition !== undefined) {
      // A class between `base` and `model` is the model; `model` is then a subclass of the program's own.
      if (step === definition.base) adopt(definition, step === model ? model : below);
      byClass.set(model, definition);
      return definition;
    }
    below = step;
  }
  throw notAModel(model);
}

function adopt(definition: ModelDefinition, model: AnyModel): void {
  if (definition.model === model) return;
  if (definition.model !== undefined) {
    throw new ModelDefinitionError(
      `${definition.model.name} and ${model.name} both extend one table("${definition.table.name}", …). Call table() for each, or make one inherit from the other: inherit(${definition.model.name}, …).`,
    );
  }
  definition.model = model;
  byClass.set(model, definition);
  if (definition.isComplete && Object.hasOwn(model, "tableArgs")) {
    throw new ModelDefinitionError(
      `Table '${definition.table.name}' was used before its model ${model.name} was known, so its tableArgs were not read. Name the model first: metadata.createAll(engine, { models: [${model.name}] }), or registerModels(${model.name}).`,
    );
  }
}

function notAModel(value: unknown): ModelDefinitionError {
  const shown =
    typeof value === "function" && value.name !== ""
      ? `the function or class ${value.name}`
      : `a value of type ${typeof value}`;
  return new ModelDefinitionError(`Expected a model, a class that extends table(…), not ${shown}.`);
}

/**
 * Name models whose tables are about to be used, where nothing else has touched their classes yet: their `tableArgs`
 * are read, and rows of a subclass become its objects.
 */
export function registerModels(...models: readonly AnyModel[]): void {
  for (const model of models) definitionOf(model);
}
