/** The array behind a to-many relationship: changes are passed on to the other side of `backPopulates`. */
import { checkMember } from "./check-member.ts";
import type { InstanceState } from "./instance-state.ts";
import type { Relationship } from "./mapper.ts";
import { findState } from "./state-slot.ts";

/**
 * An array that knows whose it is. Methods that change it keep the other side in step at once; `collection[i] = x`
 * cannot be seen and is noticed at the next flush. What `map`, `filter` and the like return are plain arrays.
 */
export class Collection<T extends object> extends Array<T> {
  readonly #owner: InstanceState;
  readonly #relationship: Relationship;

  constructor(owner: InstanceState, relationship: Relationship, members: readonly T[]) {
    super();
    this.#owner = owner;
    this.#relationship = relationship;
    for (let index = 0; index < members.length; index += 1) this[index] = members[index] as T;
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** The members in a plain array. */
  toArray(): T[] {
    return Array.from<T>(this);
  }

  override push(...items: T[]): number {
    for (const item of this.#checked(items)) {
      this.addQuietly(item);
      this.#joined(item);
    }
    return this.length;
  }

  override pop(): T | undefined {
    return this.#change(() => super.pop());
  }

  override shift(): T | undefined {
    return this.#change(() => super.shift());
  }

  override unshift(...items: T[]): number {
    this.#change(() => super.unshift(...this.#checked(items)));
    return this.length;
  }

  override splice(start: number, deleteCount?: number, ...items: T[]): T[] {
    return this.#change(() => super.splice(start, deleteCount ?? this.length - start, ...this.#checked(items)));
  }

  override fill(value: T, start?: number, end?: number): this {
    return this.#change(() => super.fill(checkMember(this.#owner, this.#relationship, value) as T, start, end));
  }

  override copyWithin(target: number, start: number, end?: number): this {
    return this.#change(() => super.copyWithin(target, start, end));
  }

  /** Take one member out; false where it was none. */
  remove(item: T): boolean {
    const index = this.indexOf(item);
    if (index < 0) return false;
    this.splice(index, 1);
    return true;
  }

  /** Have exactly these members. */
  replace(members: readonly T[]): void {
    this.splice(0, this.length, ...members);
  }

  /** Add without telling the other side, which knows. */
  addQuietly(item: T): void {
    this[this.length] = item;
  }

  /** Remove without telling the other side, which knows. */
  removeQuietly(item: T): void {
    const index = this.indexOf(item);
    if (index >= 0) super.splice(index, 1);
  }

  #checked(items: readonly T[]): T[] {
    return items.map((item) => checkMember(this.#owner, this.#relationship, item) as T);
  }

  #change<R>(change: () => R): R {
    const { reverse } = this.#relationship;
    if (reverse === undefined) return change();
    const before = new Set<T>(this);
    const result = change();
    const after = new Set<T>(this);
    for (const item of before) if (!after.has(item)) this.#left(item, reverse);
    for (const item of after) if (!before.has(item)) this.#joined(item);
    return result;
  }

  #joined(item: T): void {
    const { reverse } = this.#relationship;
    if (reverse !== undefined) findState(item)?.addFromBackref(reverse, this.#owner.entity);
  }

  #left(item: T, reverse: Relationship): void {
    this.#owner.backrefMembers?.delete(item);
    findState(item)?.removeFromBackref(reverse, this.#owner.entity);
  }
}
