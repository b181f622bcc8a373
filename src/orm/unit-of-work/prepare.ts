/** Second step of a flush: complete the plan before any SQL, and refuse what cannot be written. */
import { ValidationError } from "../../model/errors.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, FieldProblem, Mapper } from "../../model/mapper.ts";
import { FlushError } from "../errors.ts";
import type { FlushPlan } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";
import { clearKey, copyKey } from "./key-sync.ts";

/** Copy keys that are known, apply defaults, validate, fold row switches. */
export function preparePlan(session: FlushSession, plan: FlushPlan): void {
  applyKnownKeys(plan);
  applyDefaults(plan);
  // Up to here nothing but the entities' own columns was touched: a refused flush can be mended and repeated.
  validatePlan(plan);
  switchRows(session, plan);
}

/** A new object with the key of one that is being deleted takes over its row: one UPDATE instead of DELETE and INSERT. */
function switchRows(session: FlushSession, plan: FlushPlan): void {
  for (const state of plan.inserts) {
    const codec = session.codec(state.mapper);
    const key = codec.entityKey(state);
    if (key === undefined) continue;
    const existing = session.identityMap.get(state.mapper, key);
    if (existing === undefined || existing === state) continue;
    if (!plan.deletes.has(existing) || existing.mapper !== state.mapper) throw FlushError.identityConflict(state);
    plan.inserts.delete(state);
    plan.deletes.delete(existing);
    session.takeOver(state, existing);
    const changed = codec.changedIndexes(state).map((index) => state.mapper.attributes[index] as ColumnAttribute);
    const synced = plan.syncs.get(state)?.flatMap(({ pairs }) => pairs.map(({ target }) => target)) ?? [];
    if (changed.length + synced.length > 0) plan.update(state, [...changed, ...synced]);
  }
}

/** Copy the keys of parents that have them already, so that unique values and unchanged rows are seen. */
function applyKnownKeys(plan: FlushPlan): void {
  for (const [child, syncs] of plan.syncs) {
    if (plan.deletes.has(child)) continue;
    for (const { parent, pairs } of syncs) {
      let written: readonly ColumnAttribute[] = pairs.map(({ target }) => target);
      if (parent === null) written = clearKey(child, pairs);
      else if (!plan.inserts.has(parent) || pairs.every(({ source }) => parent.peek(source.key) !== undefined))
        copyKey(parent, child, pairs);
      if (!plan.inserts.has(child)) plan.update(child, written);
    }
  }
}

function applyDefaults(plan: FlushPlan): void {
  for (const state of plan.inserts) {
    const { version } = state.mapper;
    if (version !== undefined && (state.peek(version.key) ?? null) === null) set(state, version, 1);
    for (const attribute of generated(state.mapper).onInsert) {
      if (attribute.makeDefault !== undefined && state.peek(attribute.key) === undefined)
        set(state, attribute, attribute.makeDefault());
    }
  }
  for (const [state, attributes] of plan.updates) {
    for (const attribute of generated(state.mapper).onUpdate) {
      if (attribute.makeOnUpdate === undefined || attributes.has(attribute)) continue;
      set(state, attribute, attribute.makeOnUpdate());
      attributes.add(attribute);
    }
  }
}

/** The attributes whose values the program makes. */
interface Generated {
  readonly onInsert: readonly ColumnAttribute[];
  readonly onUpdate: readonly ColumnAttribute[];
}

const generatedAttributes = new WeakMap<Mapper, Generated>();

function generated(mapper: Mapper): Generated {
  let known = generatedAttributes.get(mapper);
  if (known === undefined) {
    const onInsert = mapper.attributes.filter(({ makeDefault }) => makeDefault !== undefined);
    const onUpdate = mapper.attributes.filter(({ makeOnUpdate }) => makeOnUpdate !== undefined);
    generatedAttributes.set(mapper, (known = { onInsert, onUpdate }));
  }
  return known;
}

function validatePlan(plan: FlushPlan): void {
  for (const state of plan.inserts) {
    const waiting = plan.syncs.get(state)?.flatMap(({ pairs }) => pairs.map(({ target }) => target));
    refuse(
      state,
      waiting === undefined
        ? state.mapper.revalidate(state.entity, state.checked)
        : state.mapper.validate(state.entity, keysOf(state.mapper.attributes, waiting)),
    );
  }
  // Most updates of a flush are alike: the names are made once for those that follow each other.
  let attributes: ReadonlySet<ColumnAttribute> | undefined;
  let keys: ReadonlySet<string> | undefined;
  for (const [state, written] of plan.updates) {
    const waiting = plan.syncs
      .get(state)
      ?.flatMap(({ parent, pairs }) => (parent === null ? [] : pairs.map(({ target }) => target)));
    if (waiting !== undefined) {
      refuse(state, state.mapper.validate(state.entity, keysOf(written, waiting)));
      continue;
    }
    if (attributes === undefined || !sameAttributes(attributes, written)) {
      attributes = written;
      keys = keysOf(written, []);
    }
    refuse(state, state.mapper.validate(state.entity, keys));
  }
}

function keysOf(attributes: Iterable<ColumnAttribute>, without: readonly ColumnAttribute[]): ReadonlySet<string> {
  const keys = new Set(Array.from(attributes, ({ key }) => key));
  for (const { key } of without) keys.delete(key);
  return keys;
}

/** True where both sets hold the same attributes. */
export function sameAttributes(left: ReadonlySet<ColumnAttribute>, right: ReadonlySet<ColumnAttribute>): boolean {
  if (left.size !== right.size) return false;
  for (const attribute of left) if (!right.has(attribute)) return false;
  return true;
}

function refuse(state: InstanceState, problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new ValidationError(state.mapper.name, problems);
}

function set(state: InstanceState, attribute: ColumnAttribute, value: unknown): void {
  (state.entity as Record<string, unknown>)[attribute.key] = value;
}
