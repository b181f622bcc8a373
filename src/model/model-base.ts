/** The classes behind every model: its statics, its constructor, the accessors of its relationships. Called by table.ts. */
import type { Table } from "../metadata/table.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import { fromClause } from "../sql/expression/operators.ts";
import { required } from "../util/assert-never.ts";
import type { AnyModel } from "./any.ts";
import { columnElements } from "./column-elements.ts";
import { mapperOf } from "./configure.ts";
import { construct } from "./construct.ts";
import { definitionOf, lineage, type ModelDefinition } from "./definition.ts";
import { entitySource } from "./entity-source.ts";
import { ReadOnlyPropertyError } from "./errors.ts";
import type { InstanceState } from "./instance-state.ts";
import type { ExpressionAttribute, Relationship } from "./mapper.ts";
import { relationshipHandles } from "./relationship-handle.ts";
import { findState } from "./state-slot.ts";
import { standardProps } from "./standard-schema.ts";
import { inspectMethod } from "../util/inspect-method.ts";
import { toInspected, toJson } from "./to-json.ts";
import { zodObjects, type ZodObjects } from "./zod-objects.ts";

interface Caches {
  relationships?: ReturnType<typeof relationshipHandles>;
  columns?: { readonly [key: string]: ColumnElement<unknown> };
  zod?: ZodObjects;
}

const caches = new WeakMap<ModelDefinition, Caches>();

function cacheOf(definition: ModelDefinition): Caches {
  let cache = caches.get(definition);
  if (cache === undefined) caches.set(definition, (cache = {}));
  return cache;
}

/** What all models share. Statics read the class they are called on, and so learn of it. */
class Model {
  constructor(init?: unknown) {
    construct(this, new.target, init);
  }

  static get tableName(): string {
    return definitionOf(this).table.name;
  }
  static get table(): Table {
    return definitionOf(this).table;
  }
  static get [fromClause](): Table {
    return definitionOf(this).table;
  }
  static get c(): { readonly [key: string]: ColumnElement<unknown> } {
    const definition = definitionOf(this);
    const cache = cacheOf(definition);
    cache.columns ??= columnElements(definition);
    return cache.columns;
  }
  static get r(): object {
    const cache = cacheOf(definitionOf(this));
    if (cache.relationships === undefined) {
      const mapper = mapperOf(this as AnyModel);
      cache.relationships = relationshipHandles(mapper, entitySource(mapper));
    }
    return cache.relationships;
  }
  static get schema(): ZodObjects["schema"] {
    return zodOf(this).schema;
  }
  static get createSchema(): ZodObjects["createSchema"] {
    return zodOf(this).createSchema;
  }
  static get updateSchema(): ZodObjects["updateSchema"] {
    return zodOf(this).updateSchema;
  }
  static get publicSchema(): ZodObjects["publicSchema"] {
    return zodOf(this).publicSchema;
  }
  static get "~standard"(): object {
    return standardProps(this, zodOf(this));
  }

  toJSON(): object {
    return toJson(stateOf(this));
  }

  [inspectMethod](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    const state = findState(this);
    if (state === undefined) return this.constructor.name;
    return `${this.constructor.name} ${inspect(toInspected(state), options)}`;
  }
}

function zodOf(model: unknown): ZodObjects {
  const definition = definitionOf(model);
  const cache = cacheOf(definition);
  cache.zod ??= zodObjects(
    lineage(definition).flatMap(({ fields }) => fields),
    lineage(definition).flatMap(({ properties }) => properties),
  );
  return cache.zod;
}

function stateOf(entity: object): InstanceState {
  return required(findState(entity), "state of an entity");
}

/** The properties of a model that are no columns. */
export interface AccessorNames {
  readonly relationships: readonly string[];
  readonly properties: readonly string[];
}

/** The class that `table` returns. */
export function makeBaseClass(names: AccessorNames): AnyModel {
  class Base extends Model {}
  defineAccessors(Base.prototype, names);
  return Base;
}

/** The class that `inherit` returns. */
export function makeSubclass(parent: AnyModel, names: AccessorNames): AnyModel {
  const Parent = parent as new (init?: unknown) => object;
  class Base extends Parent {}
  defineAccessors(Base.prototype, names);
  return Base;
}

function defineAccessors(prototype: object, { relationships, properties }: AccessorNames): void {
  for (const name of properties) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: object): unknown {
        const state = findState(this);
        return state === undefined ? undefined : state.readExpression(expressionOf(state, name));
      },
      set(this: object): void {
        throw new ReadOnlyPropertyError(stateOf(this), name);
      },
    });
  }
  for (const name of relationships) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: object): unknown {
        const state = findState(this);
        // The prototype itself, as a debugger or a mock reads it.
        return state === undefined ? undefined : state.readRelated(relationshipOf(state, name));
      },
      set(this: object, value: unknown): void {
        const state = stateOf(this);
        state.writeRelated(relationshipOf(state, name), value);
      },
    });
  }
}

function expressionOf(state: InstanceState, name: string): ExpressionAttribute {
  return required(state.mapper.expressionByKey.get(name), `column property '${name}'`);
}

function relationshipOf(state: InstanceState, name: string): Relationship {
  return required(state.mapper.relationshipByKey.get(name), `relationship '${name}'`);
}
