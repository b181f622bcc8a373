/** What stands for an entity in a statement: a model class, or an alias of one. */
import { ArgumentError } from "../sql/errors.ts";
import { describe, type ColumnElement } from "../sql/expression/column-element.ts";
import { fromClause } from "../sql/expression/operators.ts";
import type { FromClause } from "../sql/expression/node.ts";
import { typedElement } from "../sql/expression/typed-element.ts";
import type { AnyModel } from "./any.ts";
import { addProperties, subclassElement } from "./column-elements.ts";
import { mapperOf } from "./configure.ts";
import { findDefinition } from "./definition.ts";
import { aliasSource, derivedEntitySource, entitySource, findAlias, type EntitySource } from "./entity-source.ts";
import type { Mapper } from "./mapper.ts";
import type { Alias } from "./model-class.ts";
import { columnIn, NamedSource, propertyIn } from "./named-source.ts";
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
    addProperties(elements, source.mapper.expressionByKey.keys(), () => source);
    this.c = Object.freeze(elements);
    this.r = relationshipHandles(source.mapper, source);
  }

  get [fromClause](): FromClause {
    return this[aliasSource].from;
  }
}

/**
 * A model under another name, so that a statement can read its table twice: `alias(Hero, "boss")`. With a subquery or a common
 * table expression instead of a name, the model's entities are read from that: `alias(Hero, select(Hero).limit(3).subquery("top"))`.
 * @throws ArgumentError where the subquery lacks one of the model's columns
 */
export function alias<M extends AnyModel, const Name extends string>(model: M, name: Name): Alias<M, Name>;
export function alias<M extends AnyModel, Name extends string>(
  model: M,
  source: NamedSource<Name, unknown>,
): Alias<M, Name>;
export function alias(model: AnyModel, named: unknown): unknown {
  if (NamedSource.isSource(named)) return new AliasedModel(named.name, entityIn(mapperOf(model), named));
  if (typeof named !== "string" || named === "")
    throw new ArgumentError("alias() takes a model, and a name for it in the statement or a subquery that selects it.");
  return new AliasedModel(named, entitySource(mapperOf(model), named));
}

/** The entity that `source` was given as. */
export function aliased(name: string, source: EntitySource): unknown {
  return new AliasedModel(name, source);
}

function entityIn(mapper: Mapper, source: NamedSource<string, unknown>): EntitySource {
  const from = source[fromClause];
  const missing = (what: string): ArgumentError =>
    new ArgumentError(
      `'${source.name}' has no ${what}, so ${mapper.name} cannot be read from it. Select the whole model: select(${mapper.name}).subquery("${source.name}").`,
    );
  return derivedEntitySource(mapper, from, {
    column: (column) => {
      const found = columnIn(from, column);
      if (found !== undefined) return found;
      throw missing(`column '${column.name}' of '${column.from.name}'`);
    },
    expression: (attribute) => {
      const found = propertyIn(from, attribute);
      if (found !== undefined) return found;
      throw missing(`column property '${attribute.key}'`);
    },
  });
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
