/** What an UPDATE or a DELETE reads beside its own table: `from()` and `using()`. */
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { Expression, FromClause } from "../sql/expression/node.ts";
import { fromClause } from "../sql/expression/operators.ts";
import type { AnyModel } from "./any.ts";
import { findEntity } from "./entity.ts";
import type { EntitySource } from "./entity-source.ts";
import { relationshipJoins } from "./join.ts";
import type { Mapper } from "./mapper.ts";
import { RelationshipHandle } from "./relationship-handle.ts";

/** A model, an alias, a relationship to join along, or a subquery. */
export type SourceItem = AnyModel | RelationshipHandle<unknown> | { readonly [fromClause]: FromClause };

/** Sources, and the conditions that tie them to the statement. */
export interface OtherSources {
  readonly sources: readonly FromClause[];
  readonly conditions: readonly Expression[];
}

export const noSources: OtherSources = Object.freeze({ sources: [], conditions: [] });

/** `before` with `items` added. @throws ArgumentError */
export function otherSources(
  mapper: Mapper,
  before: OtherSources,
  items: readonly unknown[],
  call: string,
): OtherSources {
  return items.reduce<OtherSources>((found, item) => {
    const added = readSource(mapper, found, item, call);
    const present: readonly FromClause[] = [mapper.table, ...found.sources];
    const twice = added.sources.find((source) => present.includes(source));
    if (twice !== undefined)
      throw new ArgumentError(
        `'${twice.name}' is in the statement already. Read it under another name: ${call}(alias(${mapper.name}, "other")).`,
      );
    return {
      sources: [...found.sources, ...added.sources],
      conditions: [...found.conditions, ...added.conditions],
    };
  }, before);
}

function readSource(mapper: Mapper, before: OtherSources, item: unknown, call: string): OtherSources {
  if (RelationshipHandle.isHandle(item)) return along(mapper, before, item, call);
  const entity = findEntity(item);
  if (entity !== undefined) return entitySources(entity);
  if (((typeof item === "object" && item !== null) || typeof item === "function") && fromClause in item)
    return { sources: [(item as { readonly [fromClause]: FromClause })[fromClause]], conditions: [] };
  throw new ArgumentError(`${call}() takes models, aliases, relationships and subqueries, not ${describe(item)}.`);
}

function along(mapper: Mapper, before: OtherSources, handle: RelationshipHandle<unknown>, call: string): OtherSources {
  const sources: readonly FromClause[] = [...mapper.tables, ...before.sources];
  if (!sources.includes(handle.owner.from))
    throw new ArgumentError(
      `${call}() along '${handle.relationship.key}' starts from '${handle.owner.from.name}', which the statement does not read.`,
    );
  const { joins } = relationshipJoins("inner", handle, () => ({ sources, isSelected: false }));
  return {
    sources: joins.map(({ target }) => target),
    conditions: joins.flatMap(({ on }) => (on === undefined ? [] : [on])),
  };
}

/** All tables that a row of the entity is in, and what ties them. */
function entitySources({ from, joins, criterion }: EntitySource): OtherSources {
  const inner = joins.filter(({ kind }) => kind === "inner");
  return {
    sources: [from, ...inner.map(({ target }) => target)],
    conditions: [...inner.flatMap(({ on }) => (on === undefined ? [] : [on])), ...(criterion ? [criterion] : [])],
  };
}
