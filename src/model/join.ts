/** Works out joins: along a relationship, on a condition, or on the only foreign key between two sides. Called by select.ts. */
import type { ResolvedForeignKey } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import { AmbiguousForeignKeysError, ArgumentError, NoForeignKeysError } from "../sql/errors.ts";
import { flattenJunction } from "../sql/expression/flatten-junction.ts";
import { nextSourceId, type Expression, type FromClause } from "../sql/expression/node.ts";
import { rebase } from "../sql/expression/rebase.ts";
import { addSources, type ExpressionSources } from "../sql/expression/sources.ts";
import { emptySelect, type JoinClause, type JoinKind } from "../sql/statement/node.ts";
import { allOf, columnEquality, one } from "./nodes.ts";
import { entitySource, type EntitySource } from "./entity-source.ts";
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
  if (mapper.tables.length === 1 || root === undefined)
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

/** The condition of the only foreign key between the target and one of `sources`. */
function foreignKeyCondition(target: EntitySource, sources: readonly FromClause[]): Expression {
  const { mapper } = target;
  const found = sources.flatMap((source) => keysBetween(source, target));
  const [only] = found;
  if (only === undefined) {
    const names = sources.map((source) => `'${source.name}'`).join(", ");
    throw new NoForeignKeysError(
      `There is no foreign key between '${target.from.name}' and ${names === "" ? "what the statement reads from" : names}. Say how to join: join(${mapper.name}, condition), or join along a relationship.`,
    );
  }
  if (found.length === 1) return only.condition;
  throw new AmbiguousForeignKeysError(
    `'${target.from.name}' could be joined by any of ${String(found.length)} foreign keys: ${found.map(({ label }) => label).join(" and ")}. Say which: join along a relationship (${mapper.name}.r…), or give the condition.`,
  );
}

interface KeyCondition {
  readonly label: string;
  readonly condition: Expression;
}

function keysBetween(source: FromClause, target: EntitySource): KeyCondition[] {
  const table = tableOf(source);
  if (table === undefined) return [];
  const { metadata, tables } = target.mapper;
  const from = metadata
    .foreignKeysOf(table)
    .filter((key) => tables.includes(key.referredTable))
    .map((key) => keyCondition(key, source, target.sourceOf(key.referredTable)));
  const to = tables.flatMap((own) =>
    metadata
      .foreignKeysOf(own)
      .filter((key) => key.referredTable === table)
      .map((key) => keyCondition(key, target.sourceOf(own), source)),
  );
  return [...from, ...to];
}

function keyCondition(key: ResolvedForeignKey, child: FromClause, parent: FromClause): KeyCondition {
  const label = `${child.name}(${key.pairs.map(({ column }) => column.name).join(", ")})`;
  return {
    label,
    condition: allOf(
      key.pairs.map(({ column, referred }) =>
        columnEquality({ ...column.node, from: child }, { ...referred.node, from: parent }),
      ),
    ),
  };
}

function tableOf(source: FromClause): Table | undefined {
  const table = source.kind === "alias" ? source.of : source;
  return table instanceof Table ? table : undefined;
}
