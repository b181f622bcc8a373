/** Names of the prepared statements of one PostgreSQL connection: bounded, and never used twice. */
import { LruCache } from "../util/lru-cache.ts";

/** So many forgotten statements are deallocated together, that the round trip for it is rare. */
const deallocationBatch = 16;

export class StatementNames {
  readonly #names: LruCache<string, string>;
  readonly #prefix: string;
  #evicted: string[] = [];
  #count = 0;

  constructor(capacity: number, prefix: string) {
    this.#prefix = prefix;
    this.#names = new LruCache(capacity, (name) => this.#evicted.push(name));
  }

  /** The name for this text, and whether the server has seen it under that name. */
  nameOf(sql: string): { readonly name: string; readonly isNew: boolean } {
    const known = this.#names.get(sql);
    if (known !== undefined) return { name: known, isNew: false };
    this.#count += 1;
    const name = `${this.#prefix}${String(this.#count)}`;
    this.#names.set(sql, name);
    return { name, isNew: true };
  }

  /** Give up a name: its statement failed to be prepared, or its plan no longer fits. */
  forget(sql: string): void {
    const name = this.#names.get(sql);
    if (name === undefined) return;
    this.#names.delete(sql);
    this.#evicted.push(name);
  }

  /** True where names wait to be deallocated. */
  get hasEvicted(): boolean {
    return this.#evicted.length >= deallocationBatch;
  }

  /** The names to deallocate now; empty until there are enough of them. */
  takeEvicted(): readonly string[] {
    if (!this.hasEvicted) return [];
    const evicted = this.#evicted;
    this.#evicted = [];
    return evicted;
  }
}
