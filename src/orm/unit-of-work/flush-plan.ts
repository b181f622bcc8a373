/** What a flush is going to write, as data: who is inserted, updated, deleted, and which keys follow which parents. */
import type { Column } from "../../metadata/column.ts";
import type { MetaData } from "../../metadata/meta-data.ts";
import type { Table } from "../../metadata/table.ts";
import type { AnyModel } from "../../model/any.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Relationship } from "../../model/mapper.ts";

/** The key of `parent` (null: NULL) goes into columns of `child` before the child is written. */
export interface KeySync {
  readonly child: InstanceState;
  readonly parent: InstanceState | null;
  readonly pairs: readonly { readonly source: ColumnAttribute; readonly target: ColumnAttribute }[];
}

/** One row of a many-to-many table, by the entities at its ends. */
export interface LinkRow {
  /** The link model. */
  readonly model: AnyModel;
  readonly ends: readonly {
    readonly state: InstanceState;
    readonly attribute: ColumnAttribute;
    readonly link: Column;
  }[];
}

/** One thing to do, in order. */
export type FlushStep =
  | { readonly kind: "insert" | "update" | "delete"; readonly table: Table; readonly states: readonly InstanceState[] }
  /** Give up a unique value for now, so that another row can take it. */
  | {
      readonly kind: "park";
      readonly table: Table;
      readonly states: readonly InstanceState[];
      readonly attribute: ColumnAttribute;
    }
  /** Columns that were inserted as NULL because their target did not exist yet; or set to NULL before a delete. */
  | { readonly kind: "postUpdate" | "detach"; readonly table: Table; readonly states: readonly InstanceState[] }
  | { readonly kind: "link" | "unlink"; readonly table: Table; readonly rows: readonly LinkRow[] };

export class FlushPlan {
  readonly inserts = new Set<InstanceState>();
  /** Persistent entities with the attributes to write. */
  readonly updates = new Map<InstanceState, Set<ColumnAttribute>>();
  readonly deletes = new Set<InstanceState>();
  readonly syncs = new Map<InstanceState, KeySync[]>();
  /** Entities with a relationship that differs from what the database holds. */
  readonly related = new Set<InstanceState>();
  readonly #links = new Map<Table, Map<string, LinkRow>>();
  readonly #unlinks = new Map<Table, Map<string, LinkRow>>();
  /** Attributes to insert as NULL and to update once their targets exist. */
  readonly deferred = new Map<InstanceState, Set<ColumnAttribute>>();
  /** Written by steps of their own, because a unique value changes hands. */
  readonly updatedEarly = new Set<InstanceState>();
  readonly deletedEarly = new Set<InstanceState>();
  /** Foreign keys to set to NULL before the rows are deleted, because they refer to each other. */
  readonly detached = new Map<InstanceState, Set<ColumnAttribute>>();
  readonly #numbers = new Map<InstanceState, number>();

  get isEmpty(): boolean {
    return this.inserts.size + this.updates.size + this.deletes.size + this.#links.size + this.#unlinks.size === 0;
  }

  /** Have `child`'s foreign key follow `parent`. A parent wins over NULL, whichever side said it. */
  sync(relationship: Relationship, child: InstanceState, parent: InstanceState | null): void {
    const isToOne = relationship.direction === "manyToOne";
    const pairs = relationship.pairs.map(({ local, remote }) =>
      isToOne ? { source: remote, target: local } : { source: local, target: remote },
    );
    const existing = this.syncs.get(child) ?? [];
    // Composite keys may share columns: only the same columns are the same foreign key.
    const sameTarget = existing.findIndex(
      (sync) =>
        sync.pairs.length === pairs.length && sync.pairs.every(({ target }, index) => target === pairs[index]?.target),
    );
    const added: KeySync = { child, parent, pairs };
    if (sameTarget < 0) existing.push(added);
    else if (parent !== null) existing[sameTarget] = added;
    this.syncs.set(child, existing);
  }

  /** Add or remove a row of a many-to-many table; both sides of `backPopulates` name the same row, it is written once. */
  link(kind: "link" | "unlink", relationship: Relationship, parent: InstanceState, target: InstanceState): void {
    const { secondary } = relationship;
    if (secondary === undefined) return;
    const ends = [
      ...secondary.parentPairs.map(({ attribute, link }) => ({ state: parent, attribute, link })),
      ...secondary.targetPairs.map(({ attribute, link }) => ({ state: target, attribute, link })),
    ].sort((left, right) => left.link.index - right.link.index);
    const byTable = kind === "link" ? this.#links : this.#unlinks;
    let rows = byTable.get(secondary.table);
    if (rows === undefined) byTable.set(secondary.table, (rows = new Map()));
    rows.set(ends.map(({ state }) => String(this.#number(state))).join(":"), { model: secondary.model, ends });
  }

  links(kind: "link" | "unlink", table: Table): readonly LinkRow[] {
    return [...((kind === "link" ? this.#links : this.#unlinks).get(table)?.values() ?? [])];
  }

  get linkTables(): Iterable<Table> {
    return new Set([...this.#links.keys(), ...this.#unlinks.keys()]);
  }

  /** Write these attributes of a persistent entity. */
  update(state: InstanceState, attributes: Iterable<ColumnAttribute>): void {
    let known = this.updates.get(state);
    if (known === undefined) this.updates.set(state, (known = new Set()));
    for (const attribute of attributes) known.add(attribute);
  }

  /** Set a foreign key to NULL before its row is deleted. */
  detachBeforeDelete(state: InstanceState, attributes: Iterable<ColumnAttribute>): void {
    let known = this.detached.get(state);
    if (known === undefined) this.detached.set(state, (known = new Set()));
    for (const attribute of attributes) known.add(attribute);
  }

  #number(state: InstanceState): number {
    let number = this.#numbers.get(state);
    if (number === undefined) this.#numbers.set(state, (number = this.#numbers.size));
    return number;
  }
}

/** The set of tables that a plan writes to. */
export function metadataOf(plan: FlushPlan): MetaData | undefined {
  for (const state of [...plan.inserts, ...plan.updates.keys(), ...plan.deletes]) return state.mapper.metadata;
  return undefined;
}

/** A step in words, for logs and tests: "insert hero ×3". */
export function describeStep(step: FlushStep): string {
  const count = "rows" in step ? step.rows.length : step.states.length;
  return `${step.kind} ${step.table.fullName} ×${String(count)}`;
}
