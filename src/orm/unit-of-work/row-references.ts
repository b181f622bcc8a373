/** Which rows of a flush refer to which others; only needed where tables refer to each other in a circle. */
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { valueKey } from "../value-key.ts";
import type { FlushPlan } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";

export interface RowReference {
  readonly target: InstanceState;
  /** The foreign key's columns, as attributes of the referring entity. */
  readonly attributes: readonly ColumnAttribute[];
}

export class RowReferences {
  readonly #byState = new Map<InstanceState, RowReference[]>();

  of(state: InstanceState): readonly RowReference[] {
    return this.#byState.get(state) ?? [];
  }

  targets(state: InstanceState): readonly InstanceState[] {
    // A row may refer to itself: that needs no order.
    return this.of(state)
      .map((reference) => reference.target)
      .filter((target) => target !== state);
  }

  add(state: InstanceState, reference: RowReference): void {
    const known = this.#byState.get(state);
    if (known === undefined) this.#byState.set(state, [reference]);
    else known.push(reference);
  }

  drop(state: InstanceState, reference: RowReference): void {
    this.#byState.set(
      state,
      this.of(state).filter((known) => known !== reference),
    );
  }
}

/** References among `states`: by objects (key syncs) and by foreign key values. */
export function groupReferences(
  session: FlushSession,
  plan: FlushPlan,
  states: readonly InstanceState[],
  kind: "inserts" | "deletes",
): RowReferences {
  const references = new RowReferences();
  const members = new Set(states);
  if (kind === "inserts") {
    for (const state of states) {
      for (const { parent, pairs } of plan.syncs.get(state) ?? []) {
        if (parent !== null && members.has(parent))
          references.add(state, { target: parent, attributes: pairs.map(({ target }) => target) });
      }
    }
  }
  for (const state of states) {
    for (const foreignKey of foreignKeysOf(state.mapper)) {
      const target = findByValue(session, foreignKey, state, states, kind);
      if (target === undefined || references.of(state).some((known) => known.target === target)) continue;
      references.add(state, { target, attributes: foreignKey.attributes });
      // A row that refers to itself by a key it does not have yet is inserted with NULL first.
    }
  }
  return references;
}

interface MappedForeignKey {
  readonly attributes: readonly ColumnAttribute[];
  readonly referredTableId: number;
  readonly referredColumns: readonly string[];
}

const mapped = new WeakMap<Mapper, readonly MappedForeignKey[]>();

function foreignKeysOf(mapper: Mapper): readonly MappedForeignKey[] {
  let known = mapped.get(mapper);
  if (known !== undefined) return known;
  known = mapper.tables.flatMap((table) =>
    mapper.metadata.foreignKeysOf(table).flatMap(({ pairs, referredTable }): MappedForeignKey[] => {
      if (
        mapper.tables.includes(referredTable) &&
        pairs.every(({ column, referred }) => column.primaryKey && referred.primaryKey)
      )
        return [];
      const attributes = pairs.flatMap(({ column }) =>
        mapper.attributes.filter((attribute) => attribute.columns.includes(column)),
      );
      if (attributes.length !== pairs.length) return [];
      return [
        { attributes, referredTableId: referredTable.id, referredColumns: pairs.map(({ referred }) => referred.name) },
      ];
    }),
  );
  mapped.set(mapper, known);
  return known;
}

const indexes = new WeakMap<readonly InstanceState[], Map<string, Map<string, InstanceState>>>();

/** The state among `states` whose referred columns hold what `state`'s foreign key holds. */
function findByValue(
  session: FlushSession,
  foreignKey: MappedForeignKey,
  state: InstanceState,
  states: readonly InstanceState[],
  kind: "inserts" | "deletes",
): InstanceState | undefined {
  const wanted = valueKey(foreignKey.attributes.map((attribute) => valueOf(session, state, attribute, kind)));
  if (wanted === undefined) return undefined;
  let byKey = indexes.get(states);
  if (byKey === undefined) indexes.set(states, (byKey = new Map()));
  const name = `${String(foreignKey.referredTableId)}:${foreignKey.referredColumns.join(",")}`;
  let index = byKey.get(name);
  if (index === undefined) {
    index = new Map();
    for (const candidate of states) {
      const attributes = referredAttributes(candidate.mapper, foreignKey);
      if (attributes === undefined) continue;
      const key = valueKey(attributes.map((attribute) => valueOf(session, candidate, attribute, kind)));
      if (key !== undefined) index.set(key, candidate);
    }
    byKey.set(name, index);
  }
  return index.get(wanted);
}

function referredAttributes(mapper: Mapper, foreignKey: MappedForeignKey): readonly ColumnAttribute[] | undefined {
  const table = mapper.tables.find((candidate) => candidate.id === foreignKey.referredTableId);
  if (table === undefined) return undefined;
  const attributes = foreignKey.referredColumns.flatMap((name) =>
    mapper.attributes.filter((attribute) =>
      attribute.columns.some((column) => column.name === name && column.node.from === table),
    ),
  );
  return attributes.length === foreignKey.referredColumns.length ? attributes : undefined;
}

/** What matters for an insert is what will be written, for a delete what the row holds. */
function valueOf(
  session: FlushSession,
  state: InstanceState,
  attribute: ColumnAttribute,
  kind: "inserts" | "deletes",
): unknown {
  if (kind === "inserts" || state.row === undefined) return state.peek(attribute.key);
  const raw = state.row[attribute.index];
  return typeof raw === "symbol" || raw === undefined
    ? undefined
    : session.codec(state.mapper).decode(attribute.index, raw);
}
