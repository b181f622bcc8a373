/** The select-in strategy: one more query for each relationship, whatever the number of parents. */
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { entitySource, type EntitySource } from "../../model/entity-source.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Relationship } from "../../model/mapper.ts";
import { allOf, columnEquality } from "../../model/nodes.ts";
import { entityQuery, type LoadNode } from "../../model/query.ts";
import type { ColumnNode, Expression } from "../../sql/expression/node.ts";
import { emptySelect, type SelectNode } from "../../sql/statement/node.ts";
import { targetKey } from "../target-key.ts";
import { relationshipHistory } from "../unit-of-work/collect.ts";
import { valueKey } from "../value-key.ts";
import { distinctStates, type LoadContext } from "./load-context.ts";
import { limitPerParent } from "./limit-per-parent.ts";
import { chunksFor, keyCondition, keyPortions } from "./wanted-keys.ts";

/** Load these relationships, and those below them, for all of `states`. */
export function* loadTree(
  context: LoadContext,
  states: readonly InstanceState[],
  loads: readonly LoadNode[],
): Io<void> {
  for (const load of loads) {
    // With inheritance only some of the states may have the relationship.
    const owners = distinctStates(states).filter(
      (state) => state.mapper.relationships[load.relationship.index] === load.relationship,
    );
    if (owners.length > 0) yield* loadOne(context, owners, load);
  }
}

function* loadOne(context: LoadContext, owners: readonly InstanceState[], load: LoadNode): Io<void> {
  const { relationship } = load;
  yield* completeKeys(context, owners, relationship);
  if (relationship.direction === "manyToOne") yield* loadManyToOne(context, owners, load);
  else
    yield* loadFromKeys(
      context,
      owners,
      load,
      relationship.secondary === undefined ? oneToManySelect(load) : manyToManySelect(load, relationship),
    );
}

/** Read the columns that tie the relationship, where loadOnly(), defer() or expire() left them out. */
function* completeKeys(context: LoadContext, owners: readonly InstanceState[], relationship: Relationship): Io<void> {
  const { pairs, secondary } = relationship;
  const tied = secondary?.parentPairs.map(({ attribute }) => attribute) ?? pairs.map(({ local }) => local);
  const lacking = owners.filter((owner) => tied.some((attribute) => owner.lacks(attribute)));
  for (const mapper of new Set(lacking.map((owner) => owner.mapper))) {
    const source = entitySource(mapper);
    const own = lacking.filter((owner) => owner.mapper === mapper);
    const keys = own.map((owner) => mapper.primaryKey.map(({ key }) => owner.peek(key)));
    for (const values of chunksFor(context, keys, mapper.primaryKey.length)) {
      const where = keyCondition(
        mapper.primaryKey.map((attribute) => source.column(attribute)),
        values,
      );
      const node = { ...emptySelect, columns: source.selected, from: [source.from], joins: source.joins, where };
      yield* context.runEntities(entityQuery(source, node, { readOnly: context.readOnly }));
    }
  }
}

/** Targets of foreign keys: those the session has need no SQL. */
function* loadManyToOne(context: LoadContext, owners: readonly InstanceState[], load: LoadNode): Io<void> {
  const { relationship } = load;
  const { target } = relationship;
  const isWhole = load.where === undefined && !load.children.some((child) => child.strategy === "joined");
  const byKey = new Map<string, InstanceState>();
  const wanted = new Map<string, readonly unknown[]>();
  for (const owner of owners) {
    const values = relationship.pairs.map(({ local }) => owner.peek(local.key));
    const key = valueKey(values);
    if (key === undefined || byKey.has(key) || wanted.has(key)) continue;
    const known = isWhole ? knownTarget(context, owner, relationship) : undefined;
    if (known === undefined) wanted.set(key, values);
    else byKey.set(key, known);
  }
  const reused = [...byKey.values()];
  const source = entitySource(target);
  const keyColumns = relationship.pairs.map(({ remote }) => source.column(remote));
  const place = { columns: keyColumns, places: keyColumns.map((column) => placeOf(source, column)) };
  for (const { condition, keyOf } of keyPortions(context, wanted, place)) {
    const node = targetSelect(source, load, condition, []);
    const { states, rows } = yield* context.runEntities(
      entityQuery(source, node, { loads: load.children, ...flags(context) }),
    );
    for (let index = 0; index < states.length; index += 1) {
      const key = keyOf(rows[index] as readonly DriverValue[]);
      const state = states[index];
      if (state !== null && state !== undefined && key !== undefined) byKey.set(key, state);
    }
  }
  for (const owner of owners) {
    const key = valueKey(relationship.pairs.map(({ local }) => owner.peek(local.key)));
    if (relationshipHistory(owner, relationship).isChanged) continue;
    owner.setLoaded(
      relationship,
      key === undefined ? null : (byKey.get(key)?.entity ?? null),
      load.where !== undefined,
    );
  }
  if (load.children.length > 0 && reused.length > 0) yield* loadTree(context, reused, load.children);
}

function knownTarget(
  context: LoadContext,
  owner: InstanceState,
  relationship: Relationship,
): InstanceState | undefined {
  const key = targetKey(owner, relationship, context.session.codec(relationship.target));
  const state = key === undefined ? undefined : context.identityMap.get(relationship.target, key);
  return state !== undefined && state.isComplete && context.session.isFresh(state) && !context.populateExisting
    ? state
    : undefined;
}

/** A select whose rows carry the key of the parent they belong to. */
interface KeyedSelect {
  readonly source: EntitySource;
  /** Where the parent's key is read from. */
  readonly keyColumns: readonly ColumnNode[];
  /** Attributes of the parent, in the same order. */
  readonly parentAttributes: readonly ColumnAttribute[];
  /** Where the key is found in a row: the place after the entity's columns, or within them. */
  readonly keyAt: readonly number[];
  node(condition: Expression): SelectNode;
}

function oneToManySelect(load: LoadNode): KeyedSelect {
  const { relationship } = load;
  const source = entitySource(relationship.target);
  const keyColumns = relationship.pairs.map(({ remote }) => source.column(remote));
  return {
    source,
    keyColumns,
    parentAttributes: relationship.pairs.map(({ local }) => local),
    keyAt: keyColumns.map((column) => placeOf(source, column)),
    node: (condition) => limitPerParent(targetSelect(source, load, condition, []), load, source, keyColumns),
  };
}

function manyToManySelect(load: LoadNode, relationship: Relationship): KeyedSelect {
  const source = entitySource(relationship.target);
  const secondary = relationship.secondary;
  const parentPairs = secondary?.parentPairs ?? [];
  const keyColumns = parentPairs.map(({ link }) => link.node);
  const on = allOf(
    (secondary?.targetPairs ?? []).map(({ attribute, link }) => columnEquality(link.node, source.column(attribute))),
  );
  return {
    source,
    keyColumns,
    parentAttributes: parentPairs.map(({ attribute }) => attribute),
    keyAt: keyColumns.map((_, index) => source.selected.length + index),
    node: (condition) => {
      const node = targetSelect(source, load, condition, keyColumns);
      const link = parentPairs[0]?.link.node.from;
      const joined: SelectNode =
        link === undefined ? node : { ...node, joins: [{ kind: "inner", target: link, on }, ...node.joins] };
      return limitPerParent(joined, load, source, keyColumns);
    },
  };
}

function* loadFromKeys(
  context: LoadContext,
  owners: readonly InstanceState[],
  load: LoadNode,
  select: KeyedSelect,
): Io<void> {
  const { relationship } = load;
  const { source, keyColumns, parentAttributes, keyAt } = select;
  const members = new Map<string, object[]>();
  const wanted = new Map<string, readonly unknown[]>();
  for (const owner of owners) {
    const values = parentAttributes.map((attribute) => owner.peek(attribute.key));
    const key = valueKey(values);
    if (key === undefined) continue;
    wanted.set(key, values);
    members.set(key, []);
  }
  for (const { condition, keyOf } of keyPortions(context, wanted, { columns: keyColumns, places: keyAt })) {
    const { states, rows } = yield* context.runEntities(
      entityQuery(source, select.node(condition), { loads: load.children, ...flags(context) }),
    );
    for (let index = 0; index < states.length; index += 1) {
      const key = keyOf(rows[index] as readonly DriverValue[]);
      const state = states[index];
      if (state !== null && state !== undefined && key !== undefined) members.get(key)?.push(state.entity);
    }
  }
  const { reverse } = relationship;
  for (const owner of owners) {
    const key = valueKey(parentAttributes.map((attribute) => owner.peek(attribute.key)));
    const found = (key === undefined ? undefined : members.get(key)) ?? [];
    assignMembers(owner, load, found);
    if (reverse !== undefined && reverse.direction === "manyToOne") tieBack(context, reverse, owner, found);
  }
}

/** Set what was loaded; changes that are not flushed stay. */
function assignMembers(owner: InstanceState, load: LoadNode, found: readonly object[]): void {
  const { relationship } = load;
  if (relationshipHistory(owner, relationship).isChanged) return;
  const isFiltered = load.where !== undefined || load.limit !== undefined;
  owner.setLoaded(relationship, relationship.isMany ? found : (found[0] ?? null), isFiltered);
}

/** The children's side of the relationship is known as well. */
function tieBack(context: LoadContext, reverse: Relationship, owner: InstanceState, found: readonly object[]): void {
  for (const member of found) {
    const state = context.session.stateOf(member, "load");
    if (!state.isLoaded(reverse)) state.setLoaded(reverse, owner.entity);
  }
}

/** SELECT the target's columns, and `extra` ones, under a condition. */
function targetSelect(
  source: EntitySource,
  load: LoadNode,
  condition: Expression,
  extra: readonly ColumnNode[],
): SelectNode {
  const operands = [condition, load.where, source.criterion].filter((operand) => operand !== undefined);
  return {
    ...emptySelect,
    columns: [...source.selected, ...extra],
    from: [source.from],
    joins: source.joins,
    where: allOf(operands),
    orderBy: load.orderBy ?? load.relationship.orderBy,
  };
}

/** Where the source's rows hold a column. */
function placeOf(source: EntitySource, column: ColumnNode): number {
  return source.columns.findIndex((candidate) => candidate.name === column.name && candidate.from === column.from);
}

function flags(context: LoadContext): { readOnly: boolean; populateExisting: boolean } {
  return { readOnly: context.readOnly, populateExisting: context.populateExisting };
}
