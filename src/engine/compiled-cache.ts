/** Statements that were compiled before, found by their shape. */
import type { Codec } from "../dialect/codec.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { collectShape, type CollectedValue } from "../sql/compiler/collect-shape.ts";
import type { Statement } from "../sql/statement/node.ts";
import { isReused } from "../sql/statement/reused.ts";
import { LruCache } from "../util/lru-cache.ts";
import type { Reaction } from "../util/reaction.ts";
import { checkProducts } from "./product-check.ts";

/** A compiled statement with all that can be known before its values are. */
export interface CachedStatement {
  readonly compiled: Compiled;
  /** The codec of each parameter slot. */
  readonly codecs: readonly Codec[];
  readonly integers: "number" | "bigint";
  readonly secret: readonly number[] | undefined;
}

/** A statement's compiled form, and its values in the order that the form's slots count them. */
export interface KnownStatement {
  readonly cached: CachedStatement;
  readonly values: readonly CollectedValue[];
}

export class CompiledCache {
  readonly #entries: LruCache<string, CachedStatement>;
  readonly #onProduct: Reaction;
  /** Of statements that are executed again: they need not be walked again. */
  #known = new WeakMap<Statement, KnownStatement>();
  #generation = 0;

  /** @param onProduct - What is done about statements that combine each row of a table with each of another. */
  constructor(capacity: number, onProduct: Reaction = "ignore") {
    this.#entries = new LruCache(capacity);
    this.#onProduct = onProduct;
  }

  /**
   * The compiled form of `statement`, and its values in the order that the form's slots count them.
   * @throws CartesianProductError
   */
  lookUp(statement: Statement, dialect: Dialect): KnownStatement {
    const known = this.#known.get(statement);
    if (known !== undefined) return known;
    const { key, values } = collectShape(statement, dialect);
    let cached = this.#entries.get(key);
    if (cached === undefined) {
      cached = describeCompiled(dialect.compile(statement), dialect);
      checkProducts(cached.compiled, this.#onProduct);
      this.#entries.set(key, cached);
    }
    const found = { cached, values };
    if (isReused(statement)) this.#known.set(statement, found);
    return found;
  }

  /** The statements it holds, at most its capacity. */
  get size(): number {
    return this.#entries.size;
  }

  /** How often the cache was cleared: what was looked up before is not to be used after. */
  get generation(): number {
    return this.#generation;
  }

  /** Forget all: they were compiled for another dialect. */
  clear(): void {
    this.#generation += 1;
    this.#entries.clear();
    this.#known = new WeakMap();
  }
}

/** All that can be known of a compiled statement before its values are. */
export function describeCompiled(compiled: Compiled, dialect: Dialect): CachedStatement {
  const secret = compiled.slots.flatMap((slot, index) => (slot.secret ? [index] : []));
  return {
    compiled,
    codecs: compiled.slots.map((slot) => dialect.codec(slot.type)),
    integers: compiled.columns.some((column) => dialect.codec(column.type).wantsBigint === true) ? "bigint" : "number",
    secret: secret.length === 0 ? undefined : secret,
  };
}
