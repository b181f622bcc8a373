/** The joined strategy: related entities come in the same rows, by LEFT JOIN. */
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { entitySource, type EntitySource } from "../../model/entity-source.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import { entityJoins } from "../../model/join.ts";
import { allOf, columnEquality } from "../../model/nodes.ts";
import type { LoadNode, Query } from "../../model/query.ts";
import { rebase } from "../../sql/expression/rebase.ts";
import { nextSourceId, type ColumnNode, type Expression, type FromClause } from "../../sql/expression/node.ts";
import type { JoinClause, QueryNode } from "../../sql/statement/node.ts";
import { relationshipHistory } from "../unit-of-work/collect.ts";
import { EntityReader } from "./entity-reader.ts";
import type { LoadContext } from "./load-context.ts";

import { loadTree } from "./select-in-loader.ts";

/** One relationship that is read from the same rows. */
export interface JoinedLoad {
  readonly load: LoadNode;
  readonly source: EntitySource;
  /** Where its columns begin in a row. */
  readonly offset: number;
  readonly children: readonly JoinedLoad[];
  readonly later: readonly LoadNode[];
}

export interface JoinPlan {
  readonly node: QueryNode;
  readonly joined: readonly JoinedLoad[];
  /** What is loaded by queries of its own. */
  readonly later: readonly LoadNode[];
}

interface Draft {
  readonly joins: JoinClause[];
  readonly columns: Expression[];
  readonly orderBy: Expression[];
  /** LIMIT, OFFSET and DISTINCT count rows: a joined collection would multiply them. */
  readonly allowsMany: boolean;
}

/**
 * Add the joins that the query's loads ask for. A collection under LIMIT is loaded by select-in instead, and so is one whose rows
 * are read in portions: a portion could end within it.
 */
export function planJoins(query: Query, inPortions = false): JoinPlan {
  const { node, options } = query;
  const main = query.items.find((item) => item.kind === "entity");
  if (node.kind === "compound") {
    // A set operation has nothing to join to.
    return { node, joined: [], later: options.loads.map((load) => ({ ...load, strategy: "selectin" })) };
  }
  const later = options.loads.filter((load) => load.strategy !== "joined");
  if (later.length === options.loads.length || main?.kind !== "entity")
    return { node, joined: [], later: options.loads };
  const counts =
    node.limit !== undefined ||
    node.offset !== undefined ||
    node.distinct ||
    node.distinctOn !== undefined ||
    node.groupBy.length > 0;
  const draft: Draft = { joins: [], columns: [...node.columns], orderBy: [], allowsMany: !counts && !inPortions };
  const joined: JoinedLoad[] = [];
  for (const load of options.loads) if (load.strategy === "joined") addJoin(draft, main.source, load, joined, later);
  return {
    node: {
      ...node,
      columns: draft.columns,
      joins: [...node.joins, ...draft.joins],
      orderBy: [...node.orderBy, ...draft.orderBy],
    },
    joined,
    later,
  };
}

function addJoin(draft: Draft, owner: EntitySource, load: LoadNode, joined: JoinedLoad[], later: LoadNode[]): void {
  const { relationship } = load;
  // An outer join cannot have a condition on several tables of one entity.
  const isSplit = load.where !== undefined && relationship.target.tables.length > 1;
  if (load.limit !== undefined || isSplit || (relationship.isMany && !draft.allowsMany)) {
    later.push({ ...load, strategy: "selectin" });
    return;
  }
  const plain = entitySource(relationship.target);
  const source = entitySource(relationship.target, `${relationship.key}_${String(draft.joins.length + 1)}`);
  const replacements = new Map<FromClause, FromClause>(
    plain.columns.map((column, index) => [column.from, source.columns[index]?.from ?? column.from]),
  );
  const conditions = load.where === undefined ? [] : [rebase(load.where, replacements)];
  draft.joins.push(...loadJoins(owner, source, load, conditions));
  const offset = draft.columns.length;
  draft.columns.push(...source.selected);
  draft.orderBy.push(...(load.orderBy ?? relationship.orderBy).map((item) => rebase(item, replacements)));
  const children: JoinedLoad[] = [];
  const laterChildren: LoadNode[] = [];
  for (const child of load.children) {
    if (child.strategy === "joined") addJoin(draft, source, child, children, laterChildren);
    else laterChildren.push(child);
  }
  joined.push({ load, source, offset, children, later: laterChildren });
}

function loadJoins(
  owner: EntitySource,
  source: EntitySource,
  load: LoadNode,
  conditions: readonly Expression[],
): JoinClause[] {
  const { relationship } = load;
  const { secondary } = relationship;
  const present = { sources: [], isSelected: true };
  if (secondary === undefined) {
    const on = relationship.pairs.map(({ local, remote }) =>
      columnEquality(owner.column(local), source.column(remote)),
    );
    return entityJoins("left", source, [...on, ...conditions], present);
  }
  const link: FromClause = { kind: "alias", id: nextSourceId(), name: `${source.from.name}_link`, of: secondary.table };
  const linked = (column: ColumnNode): ColumnNode => ({ ...column, from: link });
  const toLink = secondary.parentPairs.map((pair) =>
    columnEquality(owner.column(pair.attribute), linked(pair.link.node)),
  );
  const toTarget = secondary.targetPairs.map((pair) =>
    columnEquality(linked(pair.link.node), source.column(pair.attribute)),
  );
  return [
    { kind: "left", target: link, on: allOf(toLink) },
    ...entityJoins("left", source, [...toTarget, ...conditions], present),
  ];
}

/** Reads one joined relationship from rows and hands it to its owners when all rows are read. */
export class JoinedReader {
  readonly #context: LoadContext;
  readonly #joined: JoinedLoad;
  readonly #reader: EntityReader;
  readonly #children: readonly JoinedReader[];
  readonly #members = new Map<InstanceState, Set<InstanceState>>();

  constructor(context: LoadContext, joined: JoinedLoad) {
    this.#context = context;
    this.#joined = joined;
    this.#reader = new EntityReader(context, joined.source, joined.offset);
    this.#children = joined.children.map((child) => new JoinedReader(context, child));
  }

  /** True where one owner may come in several rows. */
  get multiplies(): boolean {
    return this.#joined.load.relationship.isMany || this.#children.some((child) => child.multiplies);
  }

  read(owner: InstanceState, row: readonly DriverValue[]): void {
    let members = this.#members.get(owner);
    if (members === undefined) this.#members.set(owner, (members = new Set()));
    const target = this.#reader.read(row);
    if (target === null) return;
    members.add(target);
    for (const child of this.#children) child.read(target, row);
  }

  *finish(): Io<void> {
    const { relationship, where } = this.#joined.load;
    const targets: InstanceState[] = [];
    for (const [owner, members] of this.#members) {
      const found = [...members];
      targets.push(...found);
      if (relationshipHistory(owner, relationship).isChanged) continue;
      owner.setLoaded(
        relationship,
        relationship.isMany ? found.map((state) => state.entity) : (found[0]?.entity ?? null),
        where !== undefined,
      );
    }
    for (const child of this.#children) yield* child.finish();
    if (this.#joined.later.length > 0) yield* loadTree(this.#context, targets, this.#joined.later);
  }
}
