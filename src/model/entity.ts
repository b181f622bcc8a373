/** What stands for an entity in a statement: a model class, or an alias of one. */
import { ArgumentError } from "../sql/errors.ts";
import { describe, type ColumnElement } from "../sql/expression/column-element.ts";
import { fromClause } from "../sql/expression/operators.ts";
import type { FromClause } from "../sql/expression/node.ts";
import { typedElement } from "../sql/expression/typed-element.ts";
import type { AnyModel } from "./any.ts";
import { subclassElement } from "./column-elements.ts";
import { mapperOf } from "./configure.ts";
import { findDefinition } from "./definition.ts";
import { aliasSource, entitySource, findAlias, type EntitySource } from "./entity-source.ts";
import type { Alias } from "./model-class.ts";
import { relationshipHandles, type RelationshipHandle } from "./relationship-handle.ts";

/** A model under another name in a statement. Made by `alias`. */
class AliasedModel {
  readonly tableName: string;
  readonly [aliasSource]: EntitySource;
  readonly c: { readonly [key: string]: ColumnElement<unknown> };
  readonly r: { readonly [key: string]: RelationshipHandle<unknown> };

  constructor(name: string, source: EntitySource) {
    this.tableName = name;
    this[aliasSource] = source;
    const elements = Object.create(null) as { [key: string]: ColumnElement<unknown> };
    for (const attribute of source.mapper.attributes) {
      const node = source.column(attribute);
      const isOwn = source.mapper.parent === undefined;
      elements[attribute.key] = isOwn ? typedElement(node) : subclassElement(node, () => source);
    }
    this.c = Object.freeze(elements);
    this.r = relationshipHandles(source.mapper, source);
  }

  get [fromClause](): FromClause {
    return this[aliasSource].from;
  }
}

/** A model under another name, so that a statement can read its table twice. */
export function alias<M extends AnyModel, const Name extends string>(model: M, name: Name): Alias<M, Name> {
  if (typeof name !== "string" || name === "")
    throw new ArgumentError("alias() takes a model and a name for it in the statement.");
  const aliased: unknown = new AliasedModel(name, entitySource(mapperOf(model), name));
  return aliased as Alias<M, Name>;
}

/** The entity that a model class or an alias stands for, or undefined for any other value. */
export function findEntity(value: unknown): EntitySource | undefined {
  const aliased = findAlias(value);
  if (aliased !== undefined) return aliased;
  return findDefinition(value) === undefined ? undefined : entitySource(mapperOf(value as AnyModel));
}

/** The same. @throws ArgumentError for any other value */
export function entityOf(value: unknown, call: string): EntitySource {
  const found = findEntity(value);
  if (found !== undefined) return found;
  throw new ArgumentError(`${call}() takes a model or an alias of one, not ${describe(value)}.`);
}
