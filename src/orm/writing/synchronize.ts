/**
 * Entities of the session follow a bulk UPDATE or DELETE: SQLAlchemy's `synchronize_session`. "evaluate" looks at the
 * condition in memory, "fetch" has the database say which rows it was. Called by `change-rows.ts`.
 */
import type { DriverValue } from "../../io/driver.ts";
import type { Synchronization } from "../../model/change.ts";
import { unloaded, type InstanceState, type SnapshotValue } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import type { DeleteNode, UpdateNode } from "../../sql/statement/node.ts";
import { SynchronizationError } from "../errors.ts";
import { expireState } from "../loading/lazy-loader.ts";
import type { SessionCore } from "../session-core.ts";
import { settleDelete } from "../settle.ts";
import { forgetComputed } from "../stale-expressions.ts";
import { EvaluatorCompiler, keepsValues, Unevaluable, type Evaluator } from "./evaluate.ts";

/** How the entities follow one statement. */
export type SynchronizationPlan =
  | { readonly how: "nothing" }
  | { readonly how: "fetch" }
  | { readonly how: "evaluate"; readonly matched: MatchedStates };

interface MatchedStates {
  /** Those the statement changes, with what it sets. */
  readonly sure: ReadonlyMap<InstanceState, ReadonlyMap<ColumnAttribute, unknown>>;
  /** Those of which not enough is known. */
  readonly doubtful: readonly InstanceState[];
}

/** The attributes that an UPDATE gives new values, and those that the database then changes by itself. */
export function changedAttributes(mapper: Mapper, node: UpdateNode): readonly ColumnAttribute[] {
  return mapper.attributes.filter(({ columns, computed, serverOnUpdate }) =>
    columns.some(
      ({ node: own }) =>
        own.from === node.table &&
        (computed || serverOnUpdate || node.set.some(({ column }) => column.name === own.name)),
    ),
  );
}

/** The session's entities that the statement may concern. */
export function candidates(session: SessionCore, mapper: Mapper): InstanceState[] {
  const found: InstanceState[] = [];
  for (const state of session.identityMap.of(mapper).values())
    if (state.mapper === mapper || mapper.selfAndDescendants.includes(state.mapper)) found.push(state);
  return found;
}

/** Decide before the statement is sent. @throws SynchronizationError */
export function planSynchronization(
  session: SessionCore,
  mapper: Mapper,
  node: UpdateNode | DeleteNode,
  wanted: Synchronization,
): SynchronizationPlan {
  if (wanted === false) return { how: "nothing" };
  const states = candidates(session, mapper);
  if (states.length === 0) return { how: "nothing" };
  const setsKey = node.kind === "update" && setsPrimaryKey(mapper, node);
  if (wanted === "fetch") {
    if (setsKey)
      throw new SynchronizationError(
        `update(${mapper.name})`,
        "rows whose key changes cannot be found again by it",
        'Use synchronize("evaluate"), or synchronize(false) and expireAll().',
      );
    return { how: "fetch" };
  }
  try {
    const evaluators = compileEvaluators(mapper, node);
    const isCertain =
      wanted === "evaluate" || states.every((state) => session.isFresh(state) && hasAll(state, evaluators.attributes));
    if (isCertain) return { how: "evaluate", matched: evaluate(session, states, evaluators) };
  } catch (error) {
    if (!(error instanceof Unevaluable)) throw error;
    if (wanted === "evaluate") {
      const call = node.kind === "update" ? "update" : "deleteFrom";
      throw new SynchronizationError(
        `${call}(${mapper.name}) with synchronize("evaluate")`,
        `the statement has ${error.what}, which cannot be evaluated in memory`,
        'Use synchronize("fetch").',
      );
    }
  }
  return { how: setsKey ? "nothing" : "fetch" };
}

function setsPrimaryKey(mapper: Mapper, node: UpdateNode): boolean {
  return mapper.primaryKey.some(({ columns }) =>
    columns.some(({ name }) => node.set.some(({ column }) => column.name === name)),
  );
}

interface Evaluators {
  readonly where: Evaluator;
  readonly set: ReadonlyMap<ColumnAttribute, Evaluator>;
  readonly attributes: ReadonlySet<ColumnAttribute>;
}

function compileEvaluators(mapper: Mapper, node: UpdateNode | DeleteNode): Evaluators {
  const others = node.kind === "update" ? node.from : node.using;
  if (others !== undefined && others.length > 0) throw new Unevaluable("other tables");
  const compiler = new EvaluatorCompiler(mapper);
  const where = node.where === undefined ? () => true : compiler.compile(node.where);
  const set = new Map<ColumnAttribute, Evaluator>();
  if (node.kind === "update") {
    for (const attribute of changedAttributes(mapper, node)) {
      const assignment = node.set.find(({ column }) => attribute.columns.some(({ name }) => name === column.name));
      if (assignment === undefined || attribute.serverOnUpdate)
        throw new Unevaluable(`'${attribute.key}', which the database computes`);
      if (!keepsValues(attribute.column.type)) throw new Unevaluable(`a value of type ${attribute.column.type.kind}`);
      set.set(attribute, compiler.compile(assignment.value));
    }
  }
  return { where, set, attributes: compiler.attributes };
}

function hasAll(state: InstanceState, attributes: ReadonlySet<ColumnAttribute>): boolean {
  if (!state.isPartial) return true;
  for (const attribute of attributes) if (state.lacks(attribute)) return false;
  return true;
}

function evaluate(session: SessionCore, states: readonly InstanceState[], evaluators: Evaluators): MatchedStates {
  const sure = new Map<InstanceState, ReadonlyMap<ColumnAttribute, unknown>>();
  const doubtful: InstanceState[] = [];
  for (const state of states) {
    if (!hasAll(state, evaluators.attributes)) {
      doubtful.push(state);
      continue;
    }
    const codec = session.codec(state.mapper);
    const read = (attribute: ColumnAttribute): unknown => codec.valueOf(state, own(state, attribute));
    if (evaluators.where(read) !== true) continue;
    const values = new Map<ColumnAttribute, unknown>();
    for (const [attribute, value] of evaluators.set) values.set(attribute, value(read));
    sure.set(state, values);
  }
  return { sure, doubtful };
}

/** The attribute as the state's own class has it: places are the same in all classes below. */
function own(state: InstanceState, attribute: ColumnAttribute): ColumnAttribute {
  return state.mapper.attributes[attribute.index] ?? attribute;
}

/** The statement was sent: the entities follow. */
export function followEvaluated(session: SessionCore, node: UpdateNode | DeleteNode, matched: MatchedStates): void {
  if (node.kind === "delete") {
    for (const state of matched.sure.keys()) forgetDeleted(session, state);
    // Whether their rows are there is found out by the next query.
    for (const state of matched.doubtful) state.freshIn = 0;
    return;
  }
  for (const [state, values] of matched.sure) {
    const codec = session.codec(state.mapper);
    const row = new Map<ColumnAttribute, DriverValue>();
    for (const [attribute, value] of values)
      row.set(attribute, value === null ? null : (codec.codecs[attribute.index]?.bind(value) ?? null));
    followUpdate(session, state, row);
  }
  for (const state of matched.doubtful) {
    const changed = changedAttributes(state.mapper, node);
    forgetComputed(state, changed);
    expireState(state, new Set(changed.map(({ key }) => key)));
    state.freshIn = 0;
  }
}

/** An entity's row has these values now. What the program had changed in the same attributes, and not flushed, is dropped. */
export function followUpdate(
  session: SessionCore,
  state: InstanceState,
  values: ReadonlyMap<ColumnAttribute, DriverValue>,
): void {
  const { row, mapper } = state;
  if (row === undefined) return;
  session.remember(state);
  forgetComputed(state, values.keys());
  const codec = session.codec(mapper);
  const changed = new Set(codec.changedIndexes(state));
  const next: SnapshotValue[] = [...row];
  const dropped = new Set<string>();
  const written: SnapshotValue[] = new Array<SnapshotValue>(row.length).fill(unloaded);
  for (const [{ index, key }, raw] of values) {
    if (next[index] === unloaded) continue;
    next[index] = raw;
    if (changed.has(index)) dropped.add(key);
    else written[index] = raw;
  }
  const keyChanges = mapper.primaryKey.some((attribute) => written[attribute.index] !== unloaded);
  if (keyChanges) session.identityMap.remove(state);
  codec.overwrite(state, written, 0);
  state.row = next;
  if (dropped.size > 0) expireState(state, dropped);
  if (keyChanges) {
    state.key = codec.entityKey(state);
    session.identityMap.add(state);
  }
  for (const relationship of mapper.relationships) {
    if (relationship.direction !== "manyToOne" || !state.isLoaded(relationship)) continue;
    // A foreign key that was set by value says nothing of the object that is loaded.
    if (relationship.pairs.some(({ local }) => written[local.index] !== unloaded)) {
      session.rememberRelated([state]);
      state.unload(relationship);
    }
  }
}

/** An entity's row is gone. */
export function forgetDeleted(session: SessionCore, state: InstanceState): void {
  settleDelete(session, state);
}

/** Rows of other tables that referred to deleted ones may have gone or changed with them: the next query reads those anew. */
export function markDependents(session: SessionCore, mapper: Mapper): void {
  for (const states of session.identityMap.maps()) {
    const [first] = states.values();
    if (first === undefined || !refersTo(first.mapper.root, mapper)) continue;
    for (const state of states.values()) state.freshIn = 0;
  }
}

function refersTo(root: Mapper, mapper: Mapper): boolean {
  const tables = new Set(root.selfAndDescendants.flatMap(({ tables: own }) => own));
  for (const table of tables) {
    if (root.metadata.foreignKeysOf(table).some(({ referredTable }) => mapper.tables.includes(referredTable)))
      return true;
  }
  return false;
}
