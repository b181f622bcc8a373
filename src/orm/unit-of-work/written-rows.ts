/** What INSERT and UPDATE steps have in common. Called by `insert.ts` and `update.ts`. */
import type { BatchWriter } from "../../dialect/dialect.ts";
import type { ConnectionCore, RawStatement } from "../../engine/connection.ts";
import type { DriverResult, DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Table } from "../../metadata/table.ts";
import type { InstanceState, SnapshotValue } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import type { EntityCodec } from "../entity-codec.ts";
import type { FlushPlan } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";
import { copyKey } from "./key-sync.ts";
import { attributesIn } from "./table-order.ts";

export interface Writer {
  readonly session: FlushSession;
  readonly plan: FlushPlan;
  readonly connection: ConnectionCore;
}

export type OwnedColumn = ReturnType<typeof attributesIn>[number];

/** Keys of parents that were inserted earlier in this flush. */
export function copyParentKeys(plan: FlushPlan, state: InstanceState, table: Table): void {
  const syncs = plan.syncs.get(state);
  if (syncs === undefined) return;
  for (const { parent, pairs } of syncs) {
    const concerned = pairs.some(({ target }) => target.columns.some((column) => column.node.from === table));
    if (parent === null || !concerned || pairs.every(({ target }) => plan.deferred.get(state)?.has(target) === true))
      continue;
    copyKey(parent, state, pairs);
  }
}

/** A part of a batch that was sent: the rows from `start` on, and what came back for them. */
export interface Sent {
  readonly start: number;
  readonly rows: readonly (readonly DriverValue[])[];
  readonly result: DriverResult;
}

/**
 * Send a batch in as few statements as it can be. Values of hidden columns are kept out of logs. Where `isExact`, a
 * statement that did not change as many rows as it was given is the last.
 */
export function* sendBatch(
  connection: ConnectionCore,
  batch: BatchWriter,
  columns: readonly OwnedColumn[],
  rows: readonly (readonly DriverValue[])[],
  options: { readonly integers: "number" | "bigint"; readonly isExact: boolean },
): Io<readonly Sent[]> {
  const isSecret = columns.some(({ attribute }) => attribute.hidden);
  const statementFor = (some: readonly (readonly DriverValue[])[]): RawStatement => {
    const { sql, parameters, returnsRows, reusable } = batch.statement(some);
    const statement = { sql, parameters, returnsRows, reusable, integers: options.integers };
    return isSecret ? { ...statement, secret: [...parameters.keys()] } : statement;
  };
  if (batch.maxRows === 1 && rows.length > 1) {
    const statement = statementFor(rows.slice(0, 1));
    const results = yield* connection.executeEach(statement, rows, options.isExact ? 1 : undefined);
    return results.map((result, start) => ({ start, rows: [rows[start] ?? []], result }));
  }
  const sent: Sent[] = [];
  for (let start = 0; start < rows.length; start += batch.maxRows) {
    const some = rows.slice(start, start + batch.maxRows);
    const result = yield* connection.executeRaw(statementFor(some));
    sent.push({ start, rows: some, result });
    if (options.isExact && result.rowCount !== some.length) break;
  }
  return sent;
}

/** How integers of these columns must be read. */
export function integerMode(
  codec: EntityCodec,
  columns: readonly { readonly attribute: ColumnAttribute }[],
): "number" | "bigint" {
  return columns.some(({ attribute }) => codec.codecs[attribute.index]?.wantsBigint === true) ? "bigint" : "number";
}

/** Take what the database generated for an entity. */
export function recordGenerated(
  codec: EntityCodec,
  state: InstanceState,
  columns: readonly OwnedColumn[],
  values: readonly DriverValue[],
): void {
  const row = state.row as SnapshotValue[];
  for (let index = 0; index < columns.length; index += 1) {
    const { attribute } = columns[index] as OwnedColumn;
    const raw = values[index] ?? null;
    row[attribute.index] = raw;
    (state.entity as Record<string, unknown>)[attribute.key] = codec.decode(attribute.index, raw);
  }
}

/** SELECT what the database generated, where it could not return it. */
export function* readBack(
  writer: Writer,
  mapper: Mapper,
  states: readonly InstanceState[],
  attributes: readonly ColumnAttribute[],
): Io<void> {
  const { session, connection } = writer;
  const codec = session.codec(mapper);
  const tables = new Set(attributes.map((attribute) => attribute.columns[0]?.node.from));
  for (const from of tables) {
    const table = mapper.tables.find((candidate) => candidate === from);
    if (table === undefined) continue;
    const owned = attributesIn(mapper, table);
    const keys = owned.filter(({ column }) => column.primaryKey);
    const wanted = owned.filter(({ attribute }) => attributes.includes(attribute) && !attribute.column.primaryKey);
    if (wanted.length === 0) continue;
    const byKey = new Map<unknown, InstanceState>();
    for (const state of states) byKey.set(codec.entityKey(state), state);
    for (const chunk of chunks(states, 500)) {
      const keyRows = chunk.map((state) => keys.map(({ attribute }) => codec.bind(state, attribute) ?? null));
      const query = session.dialect.selectByKeys(
        table,
        [...keys, ...wanted].map(({ column }) => column),
        keys.map(({ column }) => column),
        keyRows,
      );
      const result = yield* connection.executeRaw({ ...query, integers: integerMode(codec, [...keys, ...wanted]) });
      for (const row of result.rows) {
        const state = byKey.get(
          codec.keyOf(keys.map(({ attribute }, index) => codec.decode(attribute.index, row[index] ?? null))),
        );
        if (state !== undefined) recordGenerated(codec, state, wanted, row.slice(keys.length));
      }
    }
  }
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
