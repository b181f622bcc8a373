/** Reads the columns of one entity out of rows: finds it in the identity map, or makes it. */
import type { DriverValue } from "../../io/driver.ts";
import type { Codec } from "../../dialect/codec.ts";
import {
  rowAttributes,
  selectedAttributes,
  selectedExpressions,
  type EntitySource,
} from "../../model/entity-source.ts";
import { InstanceState, unloaded, type LoadGroup, type SnapshotValue } from "../../model/instance-state.ts";
import type { ExpressionAttribute, Mapper } from "../../model/mapper.ts";
import { attachState } from "../../model/state-slot.ts";
import type { EntityCodec } from "../entity-codec.ts";
import { SessionError } from "../errors.ts";
import { guardMissing } from "./guard.ts";
import { newGroup, type LoadContext } from "./load-context.ts";

type Row = readonly DriverValue[];

/** How rows of one concrete mapper lie in the result. */
interface Layout {
  readonly mapper: Mapper;
  readonly codec: EntityCodec;
  /** For each attribute of the mapper its place after `offset`; undefined where they lie one after the other. */
  readonly places: readonly number[] | undefined;
  readonly expressions: readonly ExpressionPlace[];
}

/** Where a column property lies in the rows of the result, and how it is read. */
interface ExpressionPlace {
  readonly attribute: ExpressionAttribute;
  readonly place: number;
  readonly result: Codec["result"];
}

/** What else is known of the rows. */
interface ReaderOptions {
  /** Keys of the columns and column properties to be loaded; undefined: all. */
  readonly columns?: ReadonlySet<string> | undefined;
  /** Rows that a statement has written and returned: they have no column properties, and those known are not those of the row. */
  readonly isReturned?: boolean;
}

export class EntityReader {
  readonly #context: LoadContext;
  readonly #mapper: Mapper;
  /** Where the entity begins in the rows of the result. */
  readonly #begin: number;
  /** Where it begins in the rows that are read. */
  readonly #offset: number;
  readonly #states: Map<unknown, InstanceState>;
  readonly #group: LoadGroup = newGroup();
  readonly #plain: Layout;
  readonly #layouts: ReadonlyMap<unknown, Layout> | undefined;
  readonly #missing: ReadonlySet<number> | undefined;
  /** For each column that the entity would take, its place after `offset`, or -1 where it was left out; undefined where none was. */
  readonly #selected: readonly number[] | undefined;
  readonly #isReturned: boolean;
  readonly #created: ((state: InstanceState) => void) | undefined;
  /** Number of columns the entity takes. */
  readonly width: number;

  constructor(context: LoadContext, source: EntitySource, offset: number, options: ReaderOptions = {}) {
    const { mapper } = source;
    const { columns, isReturned = false } = options;
    this.#context = context;
    this.#mapper = mapper;
    this.#begin = offset;
    this.#offset = columns === undefined ? offset : 0;
    const selected = columns === undefined ? undefined : selectedAttributes(mapper, columns);
    const expressions = isReturned ? [] : selectedExpressions(mapper, columns);
    const columnCount = selected?.length ?? source.columns.length;
    this.width = columnCount + expressions.length;
    this.#selected = selected && rowAttributes(mapper).map((attribute) => selected.indexOf(attribute));
    this.#isReturned = isReturned;
    this.#states = context.identityMap.of(mapper);
    const codec = context.session.codec(mapper);
    const places = expressions.map((attribute, index): ExpressionPlace => {
      const { result } = context.session.dialect.codec(attribute.type);
      return { attribute, place: offset + columnCount + index, result };
    });
    this.#plain = { mapper, codec, places: undefined, expressions: ofMapper(places, mapper) };
    this.#layouts =
      mapper.selfAndDescendants.length > 1 || mapper.polymorphicOn !== undefined
        ? polymorphicLayouts(context, mapper, places)
        : undefined;
    this.#missing = columns === undefined ? undefined : missingIndexes(mapper, columns);
    this.#created = createdIn(context);
  }

  /** The state of the row's entity; null where an outer join found none. */
  read(result: Row): InstanceState | null {
    const row = this.#completed(result);
    const offset = this.#offset;
    const key = this.#plain.codec.rowKey(row, offset);
    if (key === undefined) return null;
    const existing = this.#states.get(key);
    if (existing !== undefined) {
      this.#update(existing, row, result);
      return existing;
    }
    return this.#create(row, key, result);
  }

  /** The row with NULL where columns were left out. */
  #completed(row: Row): Row {
    return this.#selected?.map((place) => (place < 0 ? null : (row[this.#begin + place] ?? null))) ?? row;
  }

  #create(row: Row, key: unknown, result: Row): InstanceState {
    const { readOnly, session } = this.#context;
    const layout = this.#layouts === undefined ? this.#plain : this.#layoutOf(row);
    const { mapper, codec, places } = layout;
    const own = this.#ownRow(row, places, mapper.attributes.length);
    const entity = codec.hydrate(own as Row, 0);
    const state = new InstanceState(entity, mapper);
    state.row = own;
    state.key = key;
    state.freshIn = session.transactionNumber;
    state.group = this.#group;
    if (this.#missing !== undefined) this.#leaveOut(state);
    if (layout.expressions.length > 0) this.#readExpressions(state, layout, result, false);
    if (readOnly) {
      state.status = "detached";
      state.isReadOnly = true;
    } else {
      state.status = "persistent";
      state.session = session;
    }
    attachState(entity, state);
    this.#states.set(key, state);
    this.#group.states.push(state);
    this.#created?.(state);
    return state;
  }

  /** The part of the row that is this entity's, in the order of its attributes; the row itself where it is all of it. */
  #ownRow(row: Row, places: readonly number[] | undefined, length: number): Row {
    const offset = this.#offset;
    if (places !== undefined) return places.map((place) => row[offset + place] ?? null);
    return offset === 0 && row.length === length ? row : row.slice(offset, offset + length);
  }

  #update(state: InstanceState, row: Row, result: Row): void {
    const { session, populateExisting } = this.#context;
    this.#group.states.push(state);
    state.group = this.#group;
    const isKnown = !populateExisting && !state.isPartial && session.isFresh(state);
    if (isKnown && state.isComplete) return;
    const layout = this.#layouts === undefined ? this.#plain : this.#layoutOf(row);
    this.#readExpressions(state, layout, result, isKnown);
    if (isKnown) return;
    const codec = session.codec(state.mapper);
    const own = this.#ownRow(row, layout.places, layout.mapper.attributes.length);
    const fresh: SnapshotValue[] = state.mapper.attributes.map((_, index) =>
      this.#missing?.has(index) === true ? unloaded : (own[index] ?? null),
    );
    refreshState(state, codec, fresh, populateExisting);
    state.freshIn = session.transactionNumber;
  }

  /** Read the column properties; only those that are not known, where the row is known already. */
  #readExpressions(state: InstanceState, { expressions }: Layout, result: Row, onlyMissing: boolean): void {
    if (this.#isReturned) state.forgetExpressions(() => true);
    for (const { attribute, place, result: decode } of expressions) {
      if (onlyMissing && state.peekExpression(attribute) !== undefined) continue;
      const raw = result[place] ?? null;
      state.setExpression(attribute, raw === null || decode === undefined ? raw : decode(raw));
    }
  }

  #leaveOut(state: InstanceState): void {
    const missing = this.#missing ?? new Set<number>();
    state.row = (state.row ?? []).map((raw, index) => (missing.has(index) ? unloaded : raw));
    state.isPartial = true;
    guardMissing(state, missing);
  }

  #layoutOf(row: Row): Layout {
    const { polymorphicOn, name } = this.#mapper;
    if (polymorphicOn === undefined) return this.#plain;
    const identity = this.#plain.codec.decode(polymorphicOn.index, row[this.#offset + polymorphicOn.index] ?? null);
    const layout = this.#layouts?.get(identity);
    if (layout !== undefined) return layout;
    throw new SessionError(
      `A row of ${name} has ${polymorphicOn.key} = ${JSON.stringify(identity)}, which is the identity of no model below ${name}. Import that model, or correct the row.`,
    );
  }
}

/** Who is to be told of each entity that is made. */
function createdIn({ session, created }: LoadContext): ((state: InstanceState) => void) | undefined {
  if (!session.events.has("load")) return created;
  return (state) => {
    created?.(state);
    session.events.emit("load", state.entity);
  };
}

function ofMapper(places: readonly ExpressionPlace[], mapper: Mapper): readonly ExpressionPlace[] {
  return places.filter(({ attribute }) => mapper.expressions.includes(attribute));
}

function polymorphicLayouts(
  context: LoadContext,
  mapper: Mapper,
  expressions: readonly ExpressionPlace[],
): Map<unknown, Layout> {
  const places = new Map(rowAttributes(mapper).map((attribute, index) => [attribute.columns[0], index]));
  return new Map(
    mapper.selfAndDescendants.map((below) => [
      below.polymorphicIdentity,
      {
        mapper: below,
        codec: context.session.codec(below),
        expressions: ofMapper(expressions, below),
        places:
          below === mapper && mapper.selfAndDescendants.length === 1
            ? undefined
            : below.attributes.map((attribute) => places.get(attribute.columns[0]) ?? 0),
      },
    ]),
  );
}

function missingIndexes(mapper: Mapper, columns: ReadonlySet<string>): ReadonlySet<number> {
  const missing = mapper.attributes.filter(
    (attribute) => !columns.has(attribute.key) && !mapper.primaryKey.includes(attribute),
  );
  return new Set(missing.map((attribute) => attribute.index));
}

/** Give a loaded entity what was read now; changes that are not flushed stay, unless `force` says otherwise. */
export function refreshState(
  state: InstanceState,
  codec: EntityCodec,
  fresh: readonly SnapshotValue[],
  force: boolean,
): void {
  const changed = force ? new Set<number>() : new Set(codec.changedIndexes(state));
  const old = state.row ?? [];
  // A change is measured against what is in the database now; only the value stays.
  const row = fresh.map((raw, index) => (raw === unloaded ? (old[index] ?? unloaded) : raw));
  codec.overwrite(
    state,
    row.map((raw, index) => (changed.has(index) ? unloaded : raw)),
    0,
  );
  state.row = row;
  state.isPartial = row.includes(unloaded);
}
