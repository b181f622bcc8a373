/** Runs an UPDATE or a DELETE of the program's own, with entities that follow and RETURNING where there is none. Called by `execute-write.ts`. */
import type { ConnectionCore } from "../../engine/connection.ts";
import type { StatementResult } from "../../engine/compiled-result.ts";
import type { Io } from "../../io/io.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Change } from "../../model/change.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { allOf } from "../../model/nodes.ts";
import { CompileError } from "../../sql/errors.ts";
import type { ColumnNode, Expression, FromClause } from "../../sql/expression/node.ts";
import { addSources, type ExpressionSources } from "../../sql/expression/sources.ts";
import { emptySelect, type DeleteNode, type SelectNode, type UpdateNode } from "../../sql/statement/node.ts";
import type { SessionCore } from "../session-core.ts";
import { atomically } from "./atomically.ts";
import { keyCondition } from "./insert-rows.ts";
import { joinResults, readReturned, type WrittenRows } from "./returned-rows.ts";
import {
  candidates,
  changedAttributes,
  followEvaluated,
  followUpdate,
  forgetDeleted,
  markDependents,
  planSynchronization,
} from "./synchronize.ts";

type ChangeNode = UpdateNode | DeleteNode;
type Row = readonly DriverValue[];

/** One run of a statement: what it needs, and what it says of keys. */
interface Run {
  readonly session: SessionCore;
  readonly connection: ConnectionCore;
  readonly mapper: Mapper;
  readonly node: ChangeNode;
  /** The key's columns in the table that is changed. */
  readonly keys: readonly ColumnNode[];
  /** What an UPDATE changes, where entities are to follow it. */
  readonly changed: readonly ColumnAttribute[];
}

/** Keys looked up, and rows changed by them, at a time. */
const mostKeys = 10_000;

/** Change the rows; entities of the session follow as the statement says. */
export function* changeRows(
  session: SessionCore,
  connection: ConnectionCore,
  statement: Change<unknown>,
  filled?: ChangeNode,
): Io<WrittenRows> {
  const mapper = statement.mapper;
  const node = filled ?? statement.toStatement();
  const query = statement.toReturning();
  const plan = planSynchronization(session, mapper, node, statement.synchronization);
  const isEntity = query?.items[0]?.kind === "entity";
  // Entities that are returned are read from their rows anyway.
  const fetches = plan.how === "fetch" && !isEntity;
  const run: Run = {
    session,
    connection,
    mapper,
    node,
    keys: mapper.primaryKey.map((attribute) => keyColumn(attribute, node)),
    changed: node.kind === "update" && fetches ? changedAttributes(mapper, node) : [],
  };
  const written = node.returning.length > 0 || fetches ? yield* changeAndTell(run, fetches) : yield* changeOnly(run);
  if (plan.how === "evaluate") followEvaluated(session, node, plan.matched);
  if (plan.how === "nothing") for (const state of candidates(session, mapper)) state.freshIn = 0;
  if (node.kind === "delete") markDependents(session, mapper);
  return {
    rows: readReturned(session, query, written.rows, written.columns, false),
    rowCount: written.rowCount,
  };
}

interface Told {
  readonly rows: readonly Row[];
  readonly rowCount: number;
  readonly columns: StatementResult["compiled"]["columns"];
}

function keyColumn(attribute: ColumnAttribute, node: ChangeNode): ColumnNode {
  const column = attribute.columns.find(({ node: own }) => own.from === node.table) ?? attribute.column;
  return column.node;
}

function* changeOnly({ connection, node }: Run): Io<Told> {
  const result = yield* connection.execute(node);
  return { rows: [], rowCount: result.rowCount, columns: [] };
}

/** Change, and learn which rows it was. */
function* changeAndTell(run: Run, fetches: boolean): Io<Told> {
  const { connection, node } = run;
  const { updateReturning, deleteReturning, multiTableDeleteReturning } = connection.dialect.capabilities;
  const usesOthers = node.kind === "delete" && node.using !== undefined && node.using.length > 0;
  const canReturn =
    node.kind === "update" ? updateReturning : deleteReturning && (!usesOthers || multiTableDeleteReturning);
  if (canReturn) {
    const extra = fetches ? [...run.keys, ...run.changed.map((attribute) => changedColumn(attribute, node))] : [];
    const result = yield* connection.execute({ ...node, returning: [...node.returning, ...extra] });
    if (fetches)
      follow(
        run,
        result.rows.map((row) => row.slice(node.returning.length)),
      );
    return joinResults([result]);
  }
  return yield* atomically(connection, () =>
    node.kind === "update" ? updateByKeys(run, node, fetches) : deleteByKeys(run, node, fetches),
  );
}

function changedColumn(attribute: ColumnAttribute, node: ChangeNode): ColumnNode {
  return keyColumn(attribute, node);
}

/** Entities follow rows of their keys and, after an UPDATE, of what it changed. */
function follow(run: Run, rows: readonly Row[]): void {
  const { session, mapper, keys, changed, node } = run;
  const codec = session.codec(mapper);
  for (const row of rows) {
    const key = codec.keyOf(
      mapper.primaryKey.map((attribute, index) => codec.decode(attribute.index, row[index] ?? null)),
    );
    const state: InstanceState | undefined = session.identityMap.get(mapper, key);
    if (state === undefined) continue;
    if (node.kind === "delete") forgetDeleted(session, state);
    else
      followUpdate(
        session,
        state,
        new Map(changed.map((attribute, index) => [attribute, row[keys.length + index] ?? null])),
      );
  }
}

/** UPDATE … RETURNING where there is none: lock the rows, change them by their keys, read them. */
function* updateByKeys(run: Run, node: UpdateNode, fetches: boolean): Io<Told> {
  const { connection, keys } = run;
  refuseOtherSources(run, node);
  if (node.set.some(({ column }) => keys.some(({ name }) => name === column.name)))
    refuse(run, "RETURNING for an UPDATE of the primary key");
  const found = yield* lockKeys(run, node.from);
  const results: StatementResult[] = [];
  let rowCount = 0;
  for (const some of chunks(found)) {
    const byKey = keyCondition(keys, some);
    const result = yield* connection.execute({ ...node, where: withKeys(node.where, byKey), returning: [] });
    rowCount += result.rowCount;
    const extra = fetches ? [...keys, ...run.changed.map((attribute) => changedColumn(attribute, node))] : [];
    const columns = [...node.returning, ...extra];
    const rows = yield* connection.execute({ ...emptySelect, columns, from: [node.table], where: byKey });
    results.push(rows);
    if (fetches)
      follow(
        run,
        rows.rows.map((row) => row.slice(node.returning.length)),
      );
  }
  return { ...joinResults(results), rowCount };
}

/** DELETE … RETURNING where there is none: read and lock the rows, then delete them by their keys. */
function* deleteByKeys(run: Run, node: DeleteNode, fetches: boolean): Io<Told> {
  const { connection, keys } = run;
  refuseOtherSources(run, node);
  const found = yield* lockKeys(run, node.using);
  const results: StatementResult[] = [];
  let rowCount = 0;
  for (const some of chunks(found)) {
    const where = keyCondition(keys, some);
    if (node.returning.length > 0)
      results.push(yield* connection.execute({ ...emptySelect, columns: node.returning, from: [node.table], where }));
    const { kind, table } = node;
    const result = yield* connection.execute({ kind, table, where, returning: [] });
    rowCount += result.rowCount;
  }
  if (fetches) follow(run, encoded(run, found));
  return { ...joinResults(results), rowCount };
}

/** Keys as the driver has them, which is how rows are followed. */
function encoded(run: Run, keys: readonly (readonly unknown[])[]): Row[] {
  const codec = run.session.codec(run.mapper);
  return keys.map((key) =>
    key.map((value, index) => codec.codecs[run.mapper.primaryKey[index]?.index ?? -1]?.bind(value) ?? null),
  );
}

/** The keys of the rows that the statement is about, locked until the transaction ends. */
function* lockKeys(run: Run, others: readonly FromClause[] = []): Io<unknown[][]> {
  const { connection, node, keys, session, mapper } = run;
  const select: SelectNode = {
    ...emptySelect,
    columns: keys,
    from: [node.table, ...others],
    where: node.where,
    // A row that several others fit is one row.
    distinct: false,
    ...(connection.dialect.capabilities.rowLocks ? { forUpdate: { strength: "update", wait: "wait" } } : {}),
  };
  const { rows } = yield* connection.execute(select);
  const codec = session.codec(mapper);
  const unique = new Map<unknown, unknown[]>();
  for (const row of rows) {
    const values = mapper.primaryKey.map((attribute, index) => codec.decode(attribute.index, row[index] ?? null));
    unique.set(codec.keyOf(values), values);
  }
  return [...unique.values()];
}

function withKeys(where: Expression | undefined, byKey: Expression): Expression {
  return where === undefined ? byKey : allOf([where, byKey]);
}

/** What is returned is read by a select of the one table. */
function refuseOtherSources(run: Run, node: ChangeNode): void {
  const found: ExpressionSources = { needed: new Set(), named: new Set() };
  for (const column of node.returning) addSources(column, found);
  for (const source of found.needed) if (source !== node.table) refuse(run, `RETURNING from '${source.name}'`);
}

function refuse({ connection }: Run, construct: string): never {
  throw CompileError.unsupported(connection.dialect.name, construct, "Leave it out, and select the rows afterwards.");
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += mostKeys) yield items.slice(start, start + mostKeys);
}
