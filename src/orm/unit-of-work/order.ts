/**
 * Third step of a flush: put the plan in an order that constraints allow.
 * Tables are sorted by their foreign keys; only where tables refer to each other (or to themselves) are rows sorted.
 */
import type { Table } from "../../metadata/table.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { topologicalSort } from "../../util/topological-sort.ts";
import { FlushError } from "../errors.ts";
import type { FlushPlan, FlushStep } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";
import { groupReferences, type RowReferences } from "./row-references.ts";
import { attributesIn, referredTables, sortTables } from "./table-order.ts";
import { separateUniqueConflicts } from "./unique-conflicts.ts";

/** The steps of a flush, in order. */
export function orderPlan(session: FlushSession, plan: FlushPlan): FlushStep[] {
  const mappers = new Set<Mapper>();
  for (const states of [plan.inserts, plan.updates.keys(), plan.deletes])
    for (const { mapper } of states) mappers.add(mapper);
  const tables = new Set<Table>([...[...mappers].flatMap((mapper) => mapper.tables), ...plan.linkTables]);
  const [first] = mappers;
  const metadata = first?.metadata;
  if (metadata === undefined) return linkSteps(plan, tables);
  const groups = sortTables(tables, metadata);
  const steps: FlushStep[] = [];
  for (const group of groups) {
    const late = group.isCycle ? refersToNewRows(plan, group.nodes) : new Set<InstanceState>();
    for (const table of group.nodes) {
      steps.push(...separateUniqueConflicts(session, plan, table, (other) => referredTables(other, metadata)));
      steps.push(...updateSteps(plan, table, late, false));
    }
    steps.push(...linkSteps(plan, group.nodes));
    steps.push(...(group.isCycle ? cyclicInserts(session, plan, group.nodes) : plainInserts(plan, group.nodes)));
    for (const table of group.nodes) steps.push(...updateSteps(plan, table, late, true));
  }
  for (const group of groups.toReversed()) steps.push(...deleteSteps(session, plan, group.nodes, group.isCycle));
  return steps;
}

function linkSteps(plan: FlushPlan, tables: Iterable<Table>): FlushStep[] {
  const steps: FlushStep[] = [];
  for (const kind of ["unlink", "link"] as const) {
    for (const table of tables) {
      const rows = plan.links(kind, table);
      if (rows.length > 0) steps.push({ kind, table, rows });
    }
  }
  return steps;
}

/** Changed rows that will refer to rows inserted in the same group of tables: their UPDATE must wait. */
function refersToNewRows(plan: FlushPlan, tables: readonly Table[]): Set<InstanceState> {
  const late = new Set<InstanceState>();
  for (const state of plan.updates.keys()) {
    const isLate = plan.syncs
      .get(state)
      ?.some(
        ({ parent }) =>
          parent !== null && plan.inserts.has(parent) && parent.mapper.tables.some((table) => tables.includes(table)),
      );
    if (isLate === true) late.add(state);
  }
  return late;
}

/** Updates of the rows among `late`, or of all others. */
function updateSteps(plan: FlushPlan, table: Table, late: ReadonlySet<InstanceState>, isLate: boolean): FlushStep[] {
  if (isLate && late.size === 0) return [];
  const states: InstanceState[] = [];
  for (const [state, attributes] of plan.updates) {
    if (late.has(state) !== isLate || plan.updatedEarly.has(state)) continue;
    if (touches(state.mapper, attributes, table)) states.push(state);
  }
  return states.length === 0 ? [] : [{ kind: "update", table, states }];
}

function touches(mapper: Mapper, attributes: ReadonlySet<ColumnAttribute>, table: Table): boolean {
  return (
    mapper.tables.includes(table) && attributesIn(mapper, table).some(({ attribute }) => attributes.has(attribute))
  );
}

function plainInserts(plan: FlushPlan, tables: readonly Table[]): FlushStep[] {
  return tables.flatMap((table): FlushStep[] => {
    const states = [...plan.inserts].filter((state) => state.mapper.tables.includes(table));
    return states.length === 0 ? [] : [{ kind: "insert", table, states }];
  });
}

/** Inserts into tables that refer to each other: rows level by level, circles broken by a later UPDATE. */
function cyclicInserts(session: FlushSession, plan: FlushPlan, tables: readonly Table[]): FlushStep[] {
  const states = [...plan.inserts].filter((state) => state.mapper.tables.some((table) => tables.includes(table)));
  if (states.length === 0) return [];
  const references = groupReferences(session, plan, states, "inserts");
  breakCircles(plan, states, references);
  const steps: FlushStep[] = [];
  for (const level of levelsOf(states, references)) {
    for (const table of parentsFirst(tables, level)) {
      const rows = level.filter((state) => state.mapper.tables.includes(table));
      if (rows.length > 0) steps.push({ kind: "insert", table, states: rows });
    }
  }
  for (const table of tables) {
    const late = states.filter((state) => {
      const deferred = plan.deferred.get(state);
      return deferred !== undefined && touches(state.mapper, deferred, table);
    });
    if (late.length > 0) steps.push({ kind: "postUpdate", table, states: late });
  }
  return steps;
}

/** Drop references by nullable columns until no circle is left; those columns are written afterwards. */
function breakCircles(plan: FlushPlan, states: readonly InstanceState[], references: RowReferences): void {
  for (const group of topologicalSort(states, (state) => references.targets(state))) {
    if (!group.isCycle) continue;
    const members = new Set(group.nodes);
    let dropped = false;
    for (const state of group.nodes) {
      for (const reference of references.of(state)) {
        if (!members.has(reference.target) || !reference.attributes.every((attribute) => attribute.column.nullable))
          continue;
        let deferred = plan.deferred.get(state);
        if (deferred === undefined) plan.deferred.set(state, (deferred = new Set()));
        for (const attribute of reference.attributes) deferred.add(attribute);
        references.drop(state, reference);
        dropped = true;
      }
    }
    if (!dropped) throw FlushError.cycle(group.nodes);
    breakCircles(plan, group.nodes, references);
  }
}

/** Rows in waves: each refers only to rows of earlier waves. */
function levelsOf(states: readonly InstanceState[], references: RowReferences): InstanceState[][] {
  const level = new Map<InstanceState, number>();
  const levels: InstanceState[][] = [];
  for (const { nodes } of topologicalSort(states, (state) => references.targets(state))) {
    for (const state of nodes) {
      let depth = 0;
      for (const target of references.targets(state))
        if (target !== state) depth = Math.max(depth, (level.get(target) ?? -1) + 1);
      level.set(state, depth);
      (levels[depth] ??= []).push(state);
    }
  }
  return levels;
}

/** The tables with those of parent models before those of their subclasses. */
function parentsFirst(tables: readonly Table[], states: readonly InstanceState[]): Table[] {
  const depth = new Map<Table, number>();
  for (const { mapper } of states)
    for (const [position, table] of mapper.tables.entries())
      depth.set(table, Math.max(position, depth.get(table) ?? 0));
  return [...tables].sort((left, right) => (depth.get(left) ?? 0) - (depth.get(right) ?? 0));
}

function deleteSteps(session: FlushSession, plan: FlushPlan, tables: readonly Table[], isCycle: boolean): FlushStep[] {
  const states = [...plan.deletes].filter(
    (state) =>
      state.row !== undefined &&
      !plan.deletedEarly.has(state) &&
      state.mapper.tables.some((table) => tables.includes(table)),
  );
  if (states.length === 0) return [];
  const waves = isCycle ? deleteWaves(session, plan, states) : [states];
  return [
    ...detachSteps(plan, tables, states),
    ...waves.flatMap((wave) =>
      parentsFirst(tables, wave)
        .toReversed()
        .flatMap((table): FlushStep[] => {
          const rows = wave.filter((state) => state.mapper.tables.includes(table));
          return rows.length === 0 ? [] : [{ kind: "delete", table, states: rows }];
        }),
    ),
  ];
}

function detachSteps(plan: FlushPlan, tables: readonly Table[], states: readonly InstanceState[]): FlushStep[] {
  return tables.flatMap((table): FlushStep[] => {
    const rows = states.filter((state) => {
      const attributes = plan.detached.get(state);
      return attributes !== undefined && touches(state.mapper, attributes, table);
    });
    return rows.length === 0 ? [] : [{ kind: "detach", table, states: rows }];
  });
}

function deleteWaves(session: FlushSession, plan: FlushPlan, states: readonly InstanceState[]): InstanceState[][] {
  const references = groupReferences(session, plan, states, "deletes");
  const circles = topologicalSort(states, (state) => references.targets(state)).filter(
    (group) => group.isCycle && group.nodes.length > 1,
  );
  for (const { nodes } of circles) {
    for (const state of nodes) {
      for (const reference of references.of(state)) {
        if (!nodes.includes(reference.target) || !reference.attributes.every((attribute) => attribute.column.nullable))
          continue;
        plan.detachBeforeDelete(state, reference.attributes);
        references.drop(state, reference);
      }
    }
  }
  return levelsOf(states, references).toReversed();
}
