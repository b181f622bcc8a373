/** Conditions on relationships: what `any`, `has`, `contains`, `eq` and `withParent` ask. Called by relationship-handle.ts. */
import { ArgumentError } from "../sql/errors.ts";
import { describe, type ColumnElement } from "../sql/expression/column-element.ts";
import {
  nextSourceId,
  type AliasSource,
  type ColumnNode,
  type Expression,
  type FromClause,
} from "../sql/expression/node.ts";
import { conjunction } from "../sql/expression/operators.ts";
import { syntaxIn, type Syntax } from "../sql/expression/parts.ts";
import { rebase } from "../sql/expression/rebase.ts";
import { emptySelect, type SelectNode } from "../sql/statement/node.ts";
import { subclassElement } from "./column-elements.ts";
import { entitySource, type EntitySource } from "./entity-source.ts";
import type { ColumnAttribute, Mapper, Relationship, Secondary } from "./mapper.ts";
import { allOf, columnEquality, one } from "./nodes.ts";
import { findState } from "./state-slot.ts";

/** A relationship, where it starts, and the alias it leads to. */
export interface RelationshipPath {
  readonly relationship: Relationship;
  readonly owner: EntitySource;
  readonly alias: EntitySource | undefined;
}

/** True where a related object fulfils all conditions, which speak of the target model's own columns. */
export function someRelated(
  path: RelationshipPath,
  conditions: readonly ColumnElement<boolean>[],
  call: string,
): Expression {
  const given = conjunction(undefined, conditions, call);
  return correlated(path, existing(path, given === undefined ? [] : [given]));
}

/** True where the one related object is `entity`; never NULL, so that its negation holds where there is none. */
export function isRelated(path: RelationshipPath, entity: unknown): Expression {
  const { relationship } = path;
  const state = stateOf(entity, relationship.target, `${nameOf(relationship)}.eq`);
  if (relationship.direction !== "manyToOne") return correlated(path, existing(path, keyEqualities(path, state)));
  return allOf(
    relationship.pairs.flatMap(({ local, remote }) => known(ownColumn(path.owner, local), local, state(remote))),
  );
}

/** True where there is no related object. */
export function hasNone(path: RelationshipPath): Expression {
  const { relationship } = path;
  if (relationship.direction !== "manyToOne") return { kind: "not", operand: someRelated(path, [], "isNull") };
  // A composite key with one NULL refers to nothing.
  const operands = relationship.pairs.map(({ local }): Expression => ({
    kind: "isNull",
    operand: ownColumn(path.owner, local),
    negated: false,
  }));
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind: "junction", operator: "or", operands };
}

/** True where `entity` is in the collection. */
export function containsEntity(path: RelationshipPath, entity: unknown): Expression {
  const { relationship, owner } = path;
  const state = stateOf(entity, relationship.target, `${nameOf(relationship)}.contains`);
  const { secondary } = relationship;
  if (secondary === undefined) return correlated(path, existing(path, keyEqualities(path, state)));
  const conditions = (link: FromClause): Expression[] => [
    ...secondary.parentPairs.map((pair) =>
      columnEquality(owner.column(pair.attribute), { ...pair.link.node, from: link }),
    ),
    ...secondary.targetPairs.map((pair) => equalTo({ ...pair.link.node, from: link }, state(pair.attribute))),
  ];
  return correlated(path, linkExists(secondary, conditions));
}

/** True for the rows of the target that belong to `parent` by the relationship. */
export function isChildOf(path: RelationshipPath, parent: unknown): Expression {
  const { relationship, alias } = path;
  const state = stateOf(parent, relationship.parent, "withParent");
  const target = alias ?? entitySource(relationship.target);
  const { secondary } = relationship;
  if (secondary !== undefined) {
    return linkExists(secondary, (link) => [
      ...secondary.parentPairs.map((pair) => equalTo({ ...pair.link.node, from: link }, state(pair.attribute))),
      ...secondary.targetPairs.map((pair) =>
        columnEquality({ ...pair.link.node, from: link }, target.column(pair.attribute)),
      ),
    ]);
  }
  const nullable = relationship.direction === "manyToOne";
  const values = relationship.pairs.map(({ local }) => state(local, nullable));
  // A reference that is NULL has no parent.
  if (values.includes(null)) return { kind: "junction", operator: "or", operands: [] };
  return allOf(
    relationship.pairs.flatMap(({ remote }, index) => known(ownColumn(target, remote), remote, values[index])),
  );
}

/** `column = value`; where the column may be NULL, false there and not NULL. */
function known(column: ColumnNode, attribute: ColumnAttribute, value: unknown): Expression[] {
  const equality = equalTo(column, value);
  return attribute.column.nullable ? [equality, { kind: "isNull", operand: column, negated: true }] : [equality];
}

function equalTo(column: ColumnNode, value: unknown): Expression {
  const { type, secret } = column;
  return columnEquality(
    column,
    secret === true ? { kind: "bind", value, type, secret } : { kind: "bind", value, type },
  );
}

/** A column that limits the statement to the owner's rows, where a table holds those of other models too. */
function ownColumn(source: EntitySource, attribute: ColumnAttribute): ColumnNode {
  const node = source.column(attribute);
  return source.mapper.parent === undefined ? node : (subclassElement(node, () => source).node as ColumnNode);
}

/**
 * `condition`, which reads the owner inside an EXISTS. A subclass's own tables are joined for columns that the statement itself
 * names; so one is named that says nothing new.
 */
function correlated({ owner, relationship }: RelationshipPath, condition: Expression): Expression {
  if (owner.mapper.parent === undefined) return condition;
  const local = relationship.pairs[0]?.local ?? relationship.secondary?.parentPairs[0]?.attribute;
  if (local === undefined) return condition;
  return allOf([{ kind: "isNull", operand: ownColumn(owner, local), negated: true }, condition]);
}

type StateReader = (attribute: ColumnAttribute, nullable?: boolean) => unknown;

/** Reads an entity's columns. @throws ArgumentError for what is no entity of `mapper`, and for keys that it does not have yet */
function stateOf(entity: unknown, mapper: Mapper, call: string): StateReader {
  const state = typeof entity === "object" && entity !== null ? findState(entity) : undefined;
  if (state === undefined || !mapper.selfAndDescendants.includes(state.mapper))
    throw new ArgumentError(`${call}() takes an object of ${mapper.name}, not ${describe(entity)}.`);
  return (attribute, nullable = false) => {
    const value = state.peek(attribute.key);
    if (value === null && nullable) return null;
    if (value !== undefined && value !== null) return value;
    throw new ArgumentError(
      `${call}() was given ${state.describe()}, whose '${attribute.key}' is not known. Flush the session first, or refresh the object.`,
    );
  };
}

function keyEqualities({ relationship, alias }: RelationshipPath, state: StateReader): Expression[] {
  const target = alias ?? entitySource(relationship.target);
  return relationship.target.primaryKey.map((key) => equalTo(target.column(key), state(key)));
}

function linkExists(secondary: Secondary, conditions: (link: FromClause) => Expression[]): Expression {
  // Under a name of its own: the statement around may have joined the link table.
  const { table } = secondary;
  const link: AliasSource = { kind: "alias", id: nextSourceId(), name: `${table.name}_link`, of: table };
  return {
    kind: "exists",
    negated: false,
    statement: { ...emptySelect, columns: [one], from: [link], where: allOf(conditions(link)) },
  };
}

/** EXISTS over the related objects; `conditions` speak of the target's own tables, or of the alias. */
function existing(path: RelationshipPath, conditions: readonly Expression[]): Expression {
  const { relationship, owner, alias } = path;
  const isSelf = relationship.target.root === relationship.parent.root;
  const target =
    alias ??
    (isSelf
      ? entitySource(relationship.target, freeName(relationship.key, [...conditions, owner.from]))
      : entitySource(relationship.target));
  const replacements = new Map<FromClause, FromClause>(
    relationship.target.tables.map((table) => [table, target.sourceOf(table)]),
  );
  const own = alias === undefined ? conditions.map((condition) => rebase(condition, replacements)) : conditions;
  const { from, joins, on } = relatedFrom(relationship, owner, target);
  const operands = [...on, ...(target.criterion === undefined ? [] : [target.criterion]), ...own];
  return {
    kind: "exists",
    negated: false,
    statement: {
      ...emptySelect,
      columns: [one],
      from: [from],
      joins,
      where: { kind: "junction", operator: "and", operands },
    },
  };
}

/** A name that no alias in `parts` has: an EXISTS inside the condition may go along the same relationship. */
function freeName(key: string, parts: readonly Syntax[]): string {
  const aliases = syntaxIn(parts).filter((part) => part.kind === "alias");
  const names = new Set(aliases.map(({ name }) => name));
  let number = 1;
  while (names.has(`${key}_${String(number)}`)) number += 1;
  return `${key}_${String(number)}`;
}

/** What an EXISTS over a relationship reads from, and what ties it to the row outside. */
function relatedFrom(
  relationship: Relationship,
  owner: EntitySource,
  target: EntitySource,
): Pick<SelectNode, "joins"> & { from: FromClause; on: Expression[] } {
  const tables = (target.isDerived ? [] : target.mapper.tables.slice(1)).map((table) => target.keyJoin(table, "inner"));
  const { secondary } = relationship;
  if (secondary === undefined) {
    const on = relationship.pairs.map(({ local, remote }) =>
      columnEquality(owner.column(local), target.column(remote)),
    );
    return { from: target.from, joins: tables, on };
  }
  const on = secondary.parentPairs.map(({ attribute, link }) => columnEquality(owner.column(attribute), link.node));
  const toTarget = secondary.targetPairs.map(({ attribute, link }) =>
    columnEquality(link.node, target.column(attribute)),
  );
  const link = { kind: "inner", target: secondary.table, on: allOf(toTarget) } as const;
  return { from: target.from, joins: [...tables, link], on };
}

/** "Team.r.heroes", for messages. */
export function nameOf({ parent, key }: Relationship): string {
  return `${parent.name}.r.${key}`;
}
