/**
 * Unique values that change hands within one flush. A row that takes a value must be written after the row that gives
 * it up; where that is impossible (two rows swap, a row to be deleted is still referred to), the holder first gives it
 * up for a value of no meaning: it is "parked".
 */
import type { Table } from "../../metadata/table.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute } from "../../model/mapper.ts";
import { topologicalSort } from "../../util/topological-sort.ts";
import { FlushError } from "../errors.ts";
import { foldedKey } from "../value-key.ts";
import type { FlushPlan, FlushStep } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";
import { attributesIn } from "./table-order.ts";

interface Conflict {
  readonly holder: InstanceState;
  readonly taker: InstanceState;
  readonly set: readonly ColumnAttribute[];
}

/** Steps to run before the ordinary ones of `table`; what they write or delete is taken out of the plan's ordinary steps. */
export function separateUniqueConflicts(
  session: FlushSession,
  plan: FlushPlan,
  table: Table,
  referred: (table: Table) => readonly Table[],
): FlushStep[] {
  const conflicts = findConflicts(session, plan, table);
  if (conflicts.length === 0) return [];
  const steps: FlushStep[] = [];
  const isReferred = refersTo(plan, table, referred);
  const parked = new Set<InstanceState>();
  for (const { holder, set } of conflicts) {
    if (!plan.deletes.has(holder) || parked.has(holder)) continue;
    parked.add(holder);
    if (isReferred || holder.mapper.tables.length > 1) steps.push(park(table, holder, set));
    else {
      plan.deletedEarly.add(holder);
      steps.push({ kind: "delete", table, states: [holder] });
    }
  }
  const between = conflicts.filter(({ holder, taker }) => plan.updates.has(holder) && plan.updates.has(taker));
  const takersOf = groupByTaker(between);
  const members = new Set(between.flatMap(({ holder, taker }) => [holder, taker]));
  const dependencies = (state: InstanceState): InstanceState[] =>
    (takersOf.get(state) ?? []).map(({ holder }) => holder).filter((holder) => !parked.has(holder));
  for (const group of topologicalSort(members, dependencies)) {
    if (!group.isCycle) continue;
    // Parking all but one breaks every circle of the group.
    for (const holder of group.nodes.slice(1)) {
      const set = between.find((conflict) => conflict.holder === holder)?.set;
      if (set === undefined) continue;
      parked.add(holder);
      steps.push(park(table, holder, set));
    }
  }
  for (const { nodes } of topologicalSort(members, dependencies)) {
    for (const state of nodes) {
      plan.updatedEarly.add(state);
      steps.push({ kind: "update", table, states: [state] });
    }
  }
  return steps;
}

function groupByTaker(conflicts: readonly Conflict[]): Map<InstanceState, Conflict[]> {
  const groups = new Map<InstanceState, Conflict[]>();
  for (const conflict of conflicts) {
    const group = groups.get(conflict.taker);
    if (group === undefined) groups.set(conflict.taker, [conflict]);
    else group.push(conflict);
  }
  return groups;
}

function findConflicts(session: FlushSession, plan: FlushPlan, table: Table): Conflict[] {
  const holders = [...plan.deletes, ...plan.updates.keys()].filter(
    ({ row, mapper }) => row !== undefined && mapper.uniqueSets.length > 0 && mapper.tables.includes(table),
  );
  if (holders.length === 0) return [];
  const byValue = new Map<string, { state: InstanceState; set: readonly ColumnAttribute[] }[]>();
  for (const state of holders) {
    for (const set of uniqueSetsIn(state, table)) {
      if (!plan.deletes.has(state) && !set.some((attribute) => plan.updates.get(state)?.has(attribute) === true))
        continue;
      const key = conflictKey(set, (attribute) => stored(session, state, attribute));
      if (key === undefined) continue;
      // Where case counts, several rows may hold the value in different spellings.
      const holding = byValue.get(key);
      if (holding === undefined) byValue.set(key, [{ state, set }]);
      else holding.push({ state, set });
    }
  }
  if (byValue.size === 0) return [];
  const takers = [...plan.inserts, ...plan.updates.keys()].filter((state) => state.mapper.tables.includes(table));
  return takers.flatMap((taker) =>
    uniqueSetsIn(taker, table).flatMap((set): Conflict[] => {
      const key = conflictKey(set, (attribute) => taker.peek(attribute.key));
      const held = key === undefined ? [] : (byValue.get(key) ?? []);
      return held
        .filter(({ state }) => state !== taker)
        .map(({ state, set: freed }) => ({ holder: state, taker, set: freed }));
    }),
  );
}

function uniqueSetsIn(state: InstanceState, table: Table): readonly (readonly ColumnAttribute[])[] {
  if (state.mapper.uniqueSets.length === 0) return [];
  const inTable = new Set(attributesIn(state.mapper, table).map(({ attribute }) => attribute));
  return state.mapper.uniqueSets.filter((set) => set.every((attribute) => inTable.has(attribute)));
}

/** Set and values as one text, the same for what some collation takes for equal: order never hurts. */
function conflictKey(
  set: readonly ColumnAttribute[],
  value: (attribute: ColumnAttribute) => unknown,
): string | undefined {
  const key = foldedKey(set.map(value));
  return key === undefined ? undefined : `${set.map((attribute) => attribute.key).join(",")}=${key}`;
}

function stored(session: FlushSession, state: InstanceState, attribute: ColumnAttribute): unknown {
  const raw = state.row?.[attribute.index];
  return typeof raw === "symbol" || raw === undefined
    ? undefined
    : session.codec(state.mapper).decode(attribute.index, raw);
}

/** True where other rows of this flush may still refer to rows of `table`, so that none can go early. */
function refersTo(plan: FlushPlan, table: Table, referred: (table: Table) => readonly Table[]): boolean {
  const states = [...plan.updates.keys(), ...plan.deletes];
  return (
    states.some((state) => state.mapper.tables.some((other) => referred(other).includes(table))) ||
    [...plan.linkTables].some((other) => referred(other).includes(table))
  );
}

function park(table: Table, holder: InstanceState, set: readonly ColumnAttribute[]): FlushStep {
  const free = set.filter((attribute) => !attribute.column.primaryKey);
  const attribute =
    free.find((candidate) => candidate.column.nullable) ??
    free.find((candidate) => parkingValue(candidate) !== undefined);
  if (attribute === undefined) {
    const names = set.map((candidate) => candidate.key).join(", ");
    throw new FlushError(
      `${holder.describe()} must give up its unique (${names}) to another object in the same flush, and none of these columns can hold an interim value. Flush the change in two steps.`,
    );
  }
  return { kind: "park", table, states: [holder], attribute };
}

let lastParked = 0;

/** A value that no row is likely to have; NULL where the column may be NULL, undefined where the type has none to spare. */
export function parkingValue(attribute: ColumnAttribute): unknown {
  const { type, nullable } = attribute.column;
  if (nullable) return null;
  lastParked = (lastParked + 1) % 30_000;
  const random = crypto.getRandomValues(new Uint32Array(2));
  switch (type.kind) {
    case "text":
      return `${(random[0] ?? 0).toString(36)}${(random[1] ?? 0).toString(36)}${String(lastParked)}`.slice(
        0,
        type.length ?? 40,
      );
    case "smallint":
      return -1 - lastParked;
    case "integer":
      return -1 - ((random[0] ?? 0) % 2_000_000_000);
    case "bigint":
      return -1n - BigInt(random[0] ?? 0) * 1_000_003n - BigInt(random[1] ?? 0);
    case "double":
      return -1 - (random[0] ?? 0);
    case "uuid":
      return crypto.randomUUID();
    default:
      return undefined;
  }
}
