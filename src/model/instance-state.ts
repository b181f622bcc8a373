/**
 * What is known of one entity beside its own properties: its place in a session, the row it was loaded from, and its
 * relationships.
 *
 *   transient ──add──▶ pending ──flush──▶ persistent ──delete, flush──▶ deleted
 *       ▲                 │ expunge,            │ expunge, close            │ commit
 *       └─────────────────┘ rollback            ▼                           ▼
 *                                            detached ◀──────────────── detached
 *
 * Invariants: (1) `session` is set exactly in pending, persistent and deleted; (2) `row` is set from persistent on;
 * (3) `related[i]` is undefined exactly where relationship i is not loaded.
 */
import type { DriverValue } from "../io/driver.ts";
import { checkMember } from "./check-member.ts";
import { Collection } from "./collection.ts";
import { ColumnNotLoadedError, NotLoadedError, RelationshipValueError } from "./errors.ts";
import type { ColumnAttribute, ExpressionAttribute, Mapper, Relationship } from "./mapper.ts";
import { findState } from "./state-slot.ts";

export type EntityStatus = "transient" | "pending" | "persistent" | "deleted" | "detached";

/** The session as an entity's state knows it. */
export interface SessionLink {
  /** How to load in this kind of session, for messages: "session.load" or "await session.load". */
  readonly loadCall: string;
}

/** A value of `related`: undefined where not loaded. */
export type RelatedValue = Collection<object> | object | null | undefined;

/** Marks a snapshot's column that was not loaded. */
export const unloaded: unique symbol = Symbol("sqlmodel.unloaded");
export type SnapshotValue = DriverValue | typeof unloaded;

/** The entities that one result brought: what is loaded late for one is loaded for all of them. */
export interface LoadGroup {
  readonly states: InstanceState[];
}

export class InstanceState {
  readonly entity: object;
  readonly mapper: Mapper;
  status: EntityStatus = "transient";
  session: SessionLink | undefined = undefined;
  /** The row as the driver returned it or was given it, in the order of `mapper.attributes`. */
  row: readonly SnapshotValue[] | undefined = undefined;
  /** The identity map's key. */
  key: unknown = undefined;
  /** The transaction (session-wide number) in which `row` was last read or written. */
  freshIn = 0;
  group: LoadGroup | undefined = undefined;
  related: RelatedValue[] | undefined = undefined;
  /** For each loaded relationship, what the database holds: a copy of the collection's members, or the one target. */
  committed: (readonly object[] | object | null | undefined)[] | undefined = undefined;
  /** Members that came into a collection, since its owner is in a session, only because the other side was assigned. */
  backrefMembers: Set<object> | undefined = undefined;
  /** Its row was deleted by a flush: it cannot come back by being referred to. */
  isDeleted = false;
  /** What the constructor has checked, by attribute: a flush need not check it again where it is the same value. */
  checked: readonly unknown[] | undefined = undefined;
  /** Inserted by this session, and not loaded since: nothing refers to it but what the session knows. */
  isNewborn = false;
  /** Relationships whose loaded members are only some: a filter or a limit was given. */
  filtered: Set<Relationship> | undefined = undefined;
  /** Loaded for reading only: its changes are never written. */
  isReadOnly = false;
  /** True while some columns of `row` are `unloaded`. */
  isPartial = false;
  /** The values of the mapper's column properties, by index; undefined where one is not loaded, or not known any more. */
  expressions: unknown[] | undefined = undefined;

  constructor(entity: object, mapper: Mapper) {
    this.entity = entity;
    this.mapper = mapper;
  }

  /** "<Hero id=4>", for messages. */
  describe(): string {
    const keys = this.mapper.primaryKey.map((attribute) => `${attribute.key}=${shown(this.peek(attribute.key))}`);
    return `<${this.mapper.name} ${keys.join(" ")}>`;
  }

  /** A column's value as the entity holds it; undefined where it has none (expired, deferred, not yet generated). */
  peek(key: string): unknown {
    const property = Object.getOwnPropertyDescriptor(this.entity, key);
    return property?.value as unknown;
  }

  /** True where nothing of its row is left to be read. */
  get isComplete(): boolean {
    if (this.isPartial) return false;
    const { expressions, mapper } = this;
    return mapper.expressions.length === 0 || (expressions !== undefined && !expressions.includes(undefined));
  }

  /** A column property's value; undefined where it is not loaded. */
  peekExpression(attribute: ExpressionAttribute): unknown {
    return this.expressions?.[attribute.index];
  }

  /** What a column property reads. @throws ColumnNotLoadedError */
  readExpression(attribute: ExpressionAttribute): unknown {
    const value = this.expressions?.[attribute.index];
    if (value === undefined) throw ColumnNotLoadedError.ofProperty(this, attribute.key);
    return value;
  }

  /** Set a column property to what was loaded. */
  setExpression(attribute: ExpressionAttribute, value: unknown): void {
    this.expressions ??= new Array<undefined>(this.mapper.expressions.length).fill(undefined);
    this.expressions[attribute.index] = value;
  }

  /** Forget the column properties for which `isStale` holds: they must be loaded again. */
  forgetExpressions(isStale: (attribute: ExpressionAttribute) => boolean): void {
    const { expressions } = this;
    if (expressions === undefined) return;
    for (const attribute of this.mapper.expressions)
      if (expressions[attribute.index] !== undefined && isStale(attribute)) expressions[attribute.index] = undefined;
  }

  /** True where this relationship's value is known. */
  isLoaded(relationship: Relationship): boolean {
    return this.related?.[relationship.index] !== undefined;
  }

  /** The loaded value, or undefined. */
  peekRelated(relationship: Relationship): RelatedValue {
    return this.related?.[relationship.index];
  }

  /** What the property reads: the value, or an error that says how to load it. @throws NotLoadedError */
  readRelated(relationship: Relationship): Collection<object> | object | null {
    const value = this.related?.[relationship.index];
    if (value !== undefined) return value;
    const isNew = this.status === "transient" || this.status === "pending" || this.isNewborn;
    if (relationship.isMany && isNew) return this.makeCollection(relationship, []);
    if (!relationship.isMany && (isNew || relationship.direction === "manyToOne") && this.refersToNothing(relationship))
      return null;
    throw new NotLoadedError(this, relationship);
  }

  /** What the property writes. Keeps the other side of `backPopulates` in step, in memory. */
  writeRelated(relationship: Relationship, value: unknown): void {
    if (!relationship.isMany) {
      this.#writeOne(relationship, value);
      return;
    }
    if (!Array.isArray(value)) throw RelationshipValueError.notACollection(this, relationship, value);
    const members = value.map((member: unknown) => checkMember(this, relationship, member));
    const current = this.related?.[relationship.index];
    if (current instanceof Collection) current.replace(members);
    else if (this.status === "transient" || this.status === "pending" || this.isNewborn)
      this.makeCollection(relationship, []).replace(members);
    // Replacing what is not loaded would leave its old members behind without anybody knowing.
    else throw new NotLoadedError(this, relationship);
  }

  /** True where the loaded members are only some of those in the database. */
  isFiltered(relationship: Relationship): boolean {
    return this.filtered?.has(relationship) === true;
  }

  /** Set what was loaded: `value` is what the database holds. */
  setLoaded(relationship: Relationship, value: object | null | readonly object[], isFiltered = false): void {
    if (isFiltered) (this.filtered ??= new Set()).add(relationship);
    else this.filtered?.delete(relationship);
    if (relationship.isMany) {
      this.makeCollection(relationship, value as readonly object[]);
      return;
    }
    this.#slots()[relationship.index] = value;
    this.#committedSlots()[relationship.index] = value;
  }

  /** Forget a relationship's value: it must be loaded again. */
  unload(relationship: Relationship): void {
    if (this.related !== undefined) this.related[relationship.index] = undefined;
    if (this.committed !== undefined) this.committed[relationship.index] = undefined;
    // The session no longer knows all that refers to it: a new collection would begin without the members forgotten here.
    if (relationship.direction !== "manyToOne") this.isNewborn = false;
  }

  /** A collection with these members, known to be what the database holds. */
  makeCollection(relationship: Relationship, members: readonly object[]): Collection<object> {
    const collection = new Collection<object>(this, relationship, members);
    this.#slots()[relationship.index] = collection;
    this.#committedSlots()[relationship.index] = members;
    return collection;
  }

  /** What the database holds of a relationship, as far as known. */
  committedRelated(relationship: Relationship): readonly object[] | object | null | undefined {
    return this.committed?.[relationship.index];
  }

  /** Take the present values as what the database holds, after a flush. */
  commitRelated(): void {
    const { related } = this;
    if (related === undefined) return;
    const committed = this.#committedSlots();
    for (let index = 0; index < related.length; index += 1) {
      const value = related[index];
      committed[index] = value instanceof Collection ? value.toArray() : value;
    }
    this.backrefMembers = undefined;
  }

  /** Take `target` in, because its own side was assigned. */
  addFromBackref(relationship: Relationship, target: object): void {
    if (!relationship.isMany) {
      this.#replaceOne(relationship, target);
      return;
    }
    const current = this.related?.[relationship.index];
    const isNew = this.status === "transient" || this.status === "pending" || this.isNewborn;
    // A collection that is not loaded stays so: the flush writes the other side, and a later load finds it.
    const collection =
      current instanceof Collection ? current : isNew ? this.makeCollection(relationship, []) : undefined;
    if (collection === undefined || collection.includes(target)) return;
    collection.addQuietly(target);
    if (this.session === undefined) return;
    this.backrefMembers ??= new Set();
    this.backrefMembers.add(target);
  }

  /** Let `target` go, because its own side was assigned. */
  removeFromBackref(relationship: Relationship, target: object): void {
    const current = this.related?.[relationship.index];
    if (current instanceof Collection) {
      current.removeQuietly(target);
      this.backrefMembers?.delete(target);
    } else if (current === target) this.#slots()[relationship.index] = null;
  }

  /** Let go of an entity whose row is gone: neither present value nor what the database holds has it any more. */
  dropDeleted(relationship: Relationship, target: object): void {
    const current = this.related?.[relationship.index];
    if (current === undefined) return;
    this.removeFromBackref(relationship, target);
    const slots = this.#committedSlots();
    const before = slots[relationship.index];
    if (Array.isArray(before))
      slots[relationship.index] = (before as readonly object[]).filter((member) => member !== target);
    else if (before === target) slots[relationship.index] = null;
  }

  /** True where this column was left out or expired, and has not been set since: its value is not known. */
  lacks(attribute: ColumnAttribute): boolean {
    return this.row?.[attribute.index] === unloaded && this.peek(attribute.key) === undefined;
  }

  /** True where the columns that tie `relationship` hold no key. */
  refersToNothing(relationship: Relationship): boolean {
    if (relationship.direction !== "manyToOne") return true;
    return relationship.pairs.some(({ local }) => !this.lacks(local) && (this.peek(local.key) ?? null) === null);
  }

  #writeOne(relationship: Relationship, value: unknown): void {
    const target = value === null || value === undefined ? null : checkMember(this, relationship, value);
    const old = this.related?.[relationship.index];
    if (old === target) return;
    this.#slots()[relationship.index] = target;
    const { reverse } = relationship;
    if (reverse === undefined) return;
    if (old !== undefined && old !== null) findState(old)?.removeFromBackref(reverse, this.entity);
    if (target !== null) findState(target)?.addFromBackref(reverse, this.entity);
  }

  #replaceOne(relationship: Relationship, target: object): void {
    const old = this.related?.[relationship.index];
    if (old === target) return;
    this.#slots()[relationship.index] = target;
    const { reverse } = relationship;
    if (reverse !== undefined && old !== undefined && old !== null)
      findState(old)?.removeFromBackref(reverse, this.entity);
  }

  #slots(): RelatedValue[] {
    this.related ??= new Array<RelatedValue>(this.mapper.relationships.length).fill(undefined);
    return this.related;
  }

  #committedSlots(): (readonly object[] | object | null | undefined)[] {
    this.committed ??= new Array<undefined>(this.mapper.relationships.length).fill(undefined);
    return this.committed;
  }
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "?";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
