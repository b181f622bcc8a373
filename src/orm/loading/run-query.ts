/** Runs a query: statement, rows, entities, then the relationships it asks for. */
import { placedValues, type NamedValues, type Prepared } from "../../engine/prepared.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { Query, SelectItem } from "../../model/query.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { QueryNode } from "../../sql/statement/node.ts";
import type { SessionCore } from "../session-core.ts";
import { noteUnknownWrite } from "../stale-expressions.ts";
import { EntityReader } from "./entity-reader.ts";
import { JoinedReader, planJoins, type JoinPlan } from "./joined-loader.ts";
import { IdentityMap } from "../identity-map.ts";
import type { EntityRows, LoadContext } from "./load-context.ts";
import { loadTree } from "./select-in-loader.ts";

type Row = readonly DriverValue[];
type ItemReader = (row: Row) => unknown;

/** The context of a query with these options. */
export function queryContext(
  session: SessionCore,
  options: { readonly readOnly: boolean; readonly populateExisting: boolean },
  created?: LoadContext["created"],
): LoadContext {
  const context: LoadContext = {
    session,
    identityMap: options.readOnly ? new IdentityMap() : session.identityMap,
    readOnly: options.readOnly,
    populateExisting: options.populateExisting,
    ...(created === undefined ? {} : { created }),
    runEntities: (query) => readRows(context, query),
  };
  return context;
}

/** Run a query for its rows, in the shape its types promise. */
export function* runQuery(session: SessionCore, query: Query): Io<unknown[]> {
  yield* session.autoflushNow();
  const { values } = yield* readRows(queryContext(session, query.options), query, true);
  return values;
}

/** Run a prepared query: `plan` was made once. */
export function* runPreparedQuery(
  session: SessionCore,
  prepared: Prepared<unknown, object>,
  { query, plan }: { readonly query: Query; readonly plan: JoinPlan },
  given: NamedValues,
): Io<unknown[]> {
  yield* session.autoflushNow();
  const connection = yield* session.connection(false);
  const form = prepared.form(connection.engine, session.dialect, plan.node);
  const bound = placedValues(form, given);
  session.watch?.select(form.cached, bound, plan.node, query.options.populateExisting);
  const { rows } = yield* connection.executeCompiled(form.cached, bound);
  if (form.cached.compiled.writes) noteUnknownWrite(session);
  const { values } = yield* readPlanned(queryContext(session, query.options), query, plan, rows);
  return values;
}

/** @param isAsked - The program's own query, and none that follows from one. */
function* readRows(
  context: LoadContext,
  query: Query,
  isAsked = false,
): Io<EntityRows & { readonly values: unknown[] }> {
  const plan = planJoins(query);
  const rows = yield* fetchRows(context.session, plan.node, isAsked ? query.options : undefined);
  return yield* readPlanned(context, query, plan, rows);
}

/**
 * The raw rows of a select.
 * @param asked - The options of the query that the program wrote in these words; undefined for any other.
 */
export function* fetchRows(session: SessionCore, node: QueryNode, asked?: Query["options"]): Io<readonly Row[]> {
  const connection = yield* session.connection(false);
  const { cached, values: bound } = connection.engine.compiled.lookUp(node, session.dialect);
  if (asked !== undefined) session.watch?.select(cached, bound, node, asked.populateExisting);
  const { rows } = yield* connection.executeCompiled(cached, bound);
  // An INSERT, UPDATE or DELETE in its WITH.
  if (cached.compiled.writes) noteUnknownWrite(session);
  return rows;
}

/** Make of these rows what the query promises, and load what it includes. */
export function* readPlanned(
  context: LoadContext,
  query: Query,
  { joined, later }: JoinPlan,
  rows: readonly Row[],
): Io<EntityRows & { readonly values: unknown[] }> {
  const main = query.items.findIndex((item) => item.kind === "entity");
  const readers = itemReaders(context, query);
  const mainReader = readers[main];
  const joinedReaders = joined.map((load) => new JoinedReader(context, load));
  const states: (InstanceState | null)[] = [];
  const values: unknown[] = [];
  const isSingleEntity = query.shape.kind === "single" && main === 0;
  const seen =
    joinedReaders.some((reader) => reader.multiplies) && isSingleEntity ? new Set<InstanceState>() : undefined;
  for (const row of rows) {
    const state = mainReader === undefined ? null : (mainReader(row) as InstanceState | null);
    if (state !== null) for (const reader of joinedReaders) reader.read(state, row);
    if (seen !== undefined && state !== null) {
      if (seen.has(state)) continue;
      seen.add(state);
    }
    states.push(state);
    values.push(isSingleEntity ? (state?.entity ?? null) : shapeRow(query, readers, main, state, row));
  }
  for (const reader of joinedReaders) yield* reader.finish();
  if (later.length > 0)
    yield* loadTree(
      context,
      states.filter((state) => state !== null),
      later,
    );
  return { states, rows, values };
}

function itemReaders(context: LoadContext, query: Query): ItemReader[] {
  let offset = 0;
  let isMain = true;
  return query.items.map((item) => {
    const start = offset;
    if (item.kind === "column") {
      offset += 1;
      return columnReader(context.session, item, start);
    }
    const columns = isMain ? query.options.columns : undefined;
    isMain = false;
    const reader = new EntityReader(context, item.source, start, { columns });
    offset += reader.width;
    return (row) => reader.read(row);
  });
}

function columnReader(session: SessionCore, item: Extract<SelectItem, { kind: "column" }>, index: number): ItemReader {
  const { result } = session.dialect.codec(typeOf(item.expression));
  if (result === undefined) return (row) => row[index] ?? null;
  return (row) => {
    const raw = row[index] ?? null;
    return raw === null ? null : result(raw);
  };
}

function shapeRow(
  query: Query,
  readers: readonly ItemReader[],
  main: number,
  state: InstanceState | null,
  row: Row,
): unknown {
  const items = readers.map((reader, index) => {
    if (query.items[index]?.kind === "column") return reader(row);
    const found = index === main ? state : (reader(row) as InstanceState | null);
    return found?.entity ?? null;
  });
  switch (query.shape.kind) {
    case "single":
      return items[0];
    case "tuple":
      return items;
    default:
      return Object.fromEntries(query.shape.keys.map((key, index) => [key, items[index]]));
  }
}
