/** Works out joins: along a relationship, on a condition, or on the only foreign key between two sides. Called by select.ts. */
import type { MetaData, ResolvedForeignKey } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import { AmbiguousForeignKeysError, ArgumentError, NoForeignKeysError } from "../sql/errors.ts";
import { flattenJunction } from "../sql/expression/flatten-junction.ts";
import { nextSourceId, type Expression, type FromClause } from "../sql/expression/node.ts";
import { fromClause } from "../sql/expression/operators.ts";
import { rebase } from "../sql/expression/rebase.ts";
import { addSources, type ExpressionSources } from "../sql/expression/sources.ts";
import { emptySelect, type JoinClause, type JoinKind } from "../sql/statement/node.ts";
import { allOf, columnEquality, one } from "./nodes.ts";
import { entitySource, type EntitySource } from "./entity-source.ts";
import { columnIn, tablesIn, type NamedSource } from "./named-source.ts";
import type { RelationshipHandle } from "./relationship-handle.ts";

/** A join that keeps every row of the left side, or of the right, or of both; or of neither. */
export type RowJoinKind = Exclude<JoinKind, "cross">;

/** What a statement reads from before a join. */
export interface PresentSources {
  readonly sources: readonly FromClause[];
  /** True where the entity to be joined is selected too: the tables of models below it are then joined as well. */
  readonly isSelected: boolean;
}

/** Joins along a relationship, through its link table where it has one. */
export function relationshipJoins(
  kind: RowJoinKind,
  handle: RelationshipHandle<unknown>,
  presentFor: (target: EntitySource) => PresentSources,
): { joins: JoinClause[]; target: EntitySource } {
  const { relationship, owner } = handle;
  const target = handle.alias ?? entitySource(relationship.target);
  const present = presentFor(target);
  // The owner is in the statement, even where the list of what is there leaves the join's own target out.
  const taken = { ...present, sources: [...present.sources, owner.from] };
  refuseTwice(target, taken, `${relationship.parent.name}.r.${relationship.key}.of(…)`);
  const { secondary } = relationship;
  if (secondary === undefined) {
    const on = relationship.pairs.map(({ local, remote }) =>
      columnEquality(owner.column(local), target.column(remote)),
    );
    return { joins: entityJoins(kind, target, on, present), target };
  }
  const isTaken = present.sources.includes(secondary.table);
  const link: FromClause = isTaken
    ? {
        kind: "alias",
        id: nextSourceId(),
        name: `${secondary.table.name}_${String(present.sources.length)}`,
        of: secondary.table,
      }
    : secondary.table;
  const linked = (column: Expression & { readonly kind: "column" }): Expression => ({ ...column, from: link });
  const toLink = allOf(
    secondary.parentPairs.map((pair) => columnEquality(owner.column(pair.attribute), linked(pair.link.node))),
  );
  const toTarget = secondary.targetPairs.map((pair) =>
    columnEquality(linked(pair.link.node), target.column(pair.attribute)),
  );
  return { joins: [{ kind, target: link, on: toLink }, ...entityJoins(kind, target, toTarget, present)], target };
}

/** Joins an entity on a condition, or on the only foreign key between it and what is there. */
export function conditionJoins(
  kind: RowJoinKind,
  target: EntitySource,
  on: Expression | undefined,
  present: PresentSources,
): JoinClause[] {
  refuseTwice(target, present, "");
  const condition = on ?? foreignKeyCondition(target, present.sources);
  const conditions =
    condition.kind === "junction" && condition.operator === "and" ? flattenJunction(condition) : [condition];
  return entityJoins(kind, target, conditions, present);
}

/** Every row of an entity beside every row that is there. */
export function crossJoins(target: EntitySource, present: PresentSources): JoinClause[] {
  const joins = conditionJoins("inner", target, always, present);
  const [only] = joins;
  const isBare = only !== undefined && joins.length === 1 && target.criterion === undefined;
  return isBare ? [{ kind: "cross", target: only.target, on: undefined }] : joins;
}

function refuseTwice(target: EntitySource, present: PresentSources, handle: string): void {
  if (!present.sources.includes(target.from)) return;
  const { name } = target.mapper;
  const remedy = handle === "" ? `join(alias(${name}, "other"), …)` : `join(${handle}) with alias(${name}, "other")`;
  throw new ArgumentError(`'${target.from.name}' is in the statement already. Join it under another name: ${remedy}.`);
}

/**
 * An entity of several tables, joined one after the other. The first is the one that the conditions speak of; for an
 * outer join it must itself hold only rows of the entity, because the others come after it.
 */
export function entityJoins(
  kind: RowJoinKind,
  target: EntitySource,
  conditions: readonly Expression[],
  present: PresentSources,
): JoinClause[] {
  const { mapper } = target;
  const [root] = mapper.tables;
  const all = target.criterion === undefined ? conditions : [...conditions, target.criterion];
  const below = present.isSelected ? target.joins.filter((join) => join.kind === "left") : [];
  if (mapper.tables.length === 1 || root === undefined || target.isDerived)
    return [{ kind, target: target.from, on: allOf(all) }, ...below];
  const mentioned = mapper.tables.filter((table) => all.some((condition) => reads(condition, target.sourceOf(table))));
  const first = mentioned.at(-1) ?? root;
  const [now, later] = [
    all.filter((condition) => isAbout(condition, target, first)),
    all.filter((condition) => !isAbout(condition, target, first)),
  ];
  if (kind !== "inner" && later.length > 0) {
    throw new ArgumentError(
      `An outer join of ${mapper.name} cannot have conditions on several of its tables. Join it by an inner join, or select from it first.`,
    );
  }
  const others = mapper.tables.filter((table) => table !== first);
  const start = kind === "inner" || first === mapper.table ? now : [...now, membership(target, first)];
  const rest = others.map((table) => target.keyJoin(table, kind === "inner" ? "inner" : "left", first));
  const last = rest.at(-1);
  if (last !== undefined && later.length > 0)
    rest[rest.length - 1] = { ...last, on: allOf([...(last.on === undefined ? [] : [last.on]), ...later]) };
  return [{ kind, target: target.sourceOf(first), on: allOf(start) }, ...rest, ...below];
}

function reads(condition: Expression, source: FromClause): boolean {
  const found: ExpressionSources = { needed: new Set(), named: new Set() };
  addSources(condition, found);
  return found.needed.has(source);
}

/** True where `condition` speaks of no other table of the entity than `first`. */
function isAbout(condition: Expression, target: EntitySource, first: Table): boolean {
  return target.mapper.tables.every((table) => table === first || !reads(condition, target.sourceOf(table)));
}

/** The rows of `table` that go on in the entity's own table. */
function membership(target: EntitySource, table: Table): Expression {
  const { on } = target.keyJoin(target.mapper.table, "inner", table);
  const inner = {
    kind: "alias",
    id: nextSourceId(),
    name: `${target.mapper.table.name}_member`,
    of: target.mapper.table,
  } as const;
  const outer = target.sourceOf(target.mapper.table);
  return {
    kind: "exists",
    negated: false,
    statement: {
      ...emptySelect,
      columns: [one],
      from: [inner],
      where: on === undefined ? undefined : rebase(on, new Map<FromClause, FromClause>([[outer, inner]])),
    },
  };
}

/** Joins a subquery or another source with a name. */
export function sourceJoin(
  kind: RowJoinKind,
  target: NamedSource<string, unknown>,
  on: Expression | undefined,
  present: PresentSources,
  metadata: MetaData | undefined,
): JoinClause {
  const from = target[fromClause];
  if (present.sources.includes(from)) {
    throw new ArgumentError(
      `'${target.name}' is in the statement already. Give it another name to join it twice, or use its alias(…).`,
    );
  }
  return { kind, target: from, on: on ?? sourceCondition(target, present.sources, metadata) };
}

/** Every row beside every other. */
export const always: Expression = Object.freeze({ kind: "junction", operator: "and", operands: [] });

function sourceCondition(
  target: NamedSource<string, unknown>,
  sources: readonly FromClause[],
  metadata: MetaData | undefined,
): Expression {
  const from = target[fromClause];
  // What reads the rows beside it has its condition within.
  if (from.kind === "tableFunction" || (from.kind === "subquery" && from.lateral === true)) return always;
  const found = metadata === undefined ? [] : sources.flatMap((source) => keysBetween(source, from, metadata));
  return onlyCondition(found, target.name, `${target.name}, condition`, "give the condition", sources);
}

/** The condition of the only foreign key between the target and one of `sources`. */
function foreignKeyCondition(target: EntitySource, sources: readonly FromClause[]): Expression {
  const { mapper } = target;
  const own = [...new Set(mapper.tables.map((table) => target.sourceOf(table)))];
  const found = sources.flatMap((source) => own.flatMap((to) => keysBetween(source, to, mapper.metadata)));
  const remedy = `join along a relationship (${mapper.name}.r…), or give the condition`;
  return onlyCondition(found, target.from.name, `${mapper.name}, condition`, remedy, sources);
}

function onlyCondition(
  found: readonly KeyCondition[],
  target: string,
  call: string,
  remedy: string,
  sources: readonly FromClause[],
): Expression {
  const [only] = found;
  if (only === undefined) {
    const names = sources.map((source) => `'${source.name}'`).join(", ");
    throw new NoForeignKeysError(
      `There is no foreign key between '${target}' and ${names === "" ? "what the statement reads from" : names}. Say how to join: join(${call}), or join along a relationship.`,
    );
  }
  if (found.length === 1) return only.condition;
  throw new AmbiguousForeignKeysError(
    `'${target}' could be joined by any of ${String(found.length)} foreign keys: ${found.map(({ label }) => label).join(" and ")}. Say which: ${remedy}.`,
  );
}

interface KeyCondition {
  readonly label: string;
  readonly condition: Expression;
}

/** The foreign keys between two sources, in either direction. */
function keysBetween(left: FromClause, right: FromClause, metadata: MetaData): KeyCondition[] {
  return [...keysFrom(left, right, metadata), ...keysFrom(right, left, metadata)];
}

function keysFrom(child: FromClause, parent: FromClause, metadata: MetaData): KeyCondition[] {
  const referred = tablesIn(parent);
  return tablesIn(child).flatMap((table) => {
    if (!(table instanceof Table)) return [];
    const keys = metadata.foreignKeysOf(table).filter((key) => referred.includes(key.referredTable));
    return keys.flatMap((key) => keyCondition(key, child, parent) ?? []);
  });
}

/** Undefined where a query does not select all columns of the key. */
function keyCondition(key: ResolvedForeignKey, child: FromClause, parent: FromClause): KeyCondition | undefined {
  const conditions: Expression[] = [];
  for (const { column, referred } of key.pairs) {
    const [from, to] = [columnIn(child, column.node), columnIn(parent, referred.node)];
    if (from === undefined || to === undefined) return undefined;
    conditions.push(columnEquality(from, to));
  }
  const label = `${child.name}(${key.pairs.map(({ column }) => column.name).join(", ")})`;
  return { label, condition: allOf(conditions) };
}
