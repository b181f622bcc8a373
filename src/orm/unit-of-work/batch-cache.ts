/** Batches by table and columns: their texts are made once for each shape of rows. Used by `insert.ts`, `update.ts` and `delete.ts`. */
import type { BatchWriter, Dialect, InsertBatch } from "../../dialect/dialect.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";
import { LruCache } from "../../util/lru-cache.ts";

/** Shapes kept for each dialect; an application has a few for each of its tables. */
const capacity = 2000;

class BatchCache {
  readonly #dialect: Dialect;
  readonly #inserts = new LruCache<string, InsertBatch>(capacity);
  readonly #writers = new LruCache<string, BatchWriter>(capacity);

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  insert(table: Table, columns: readonly Column[], returning: readonly Column[]): InsertBatch {
    const key = shapeKey(table, columns, returning);
    let batch = this.#inserts.get(key);
    if (batch === undefined) this.#inserts.set(key, (batch = this.#dialect.insertBatch(table, columns, returning)));
    return batch;
  }

  update(
    table: Table,
    columns: readonly Column[],
    match: readonly Column[],
    returning: readonly Column[],
  ): BatchWriter {
    const key = `u${shapeKey(table, columns, match, returning)}`;
    let batch = this.#writers.get(key);
    if (batch === undefined)
      this.#writers.set(key, (batch = this.#dialect.updateBatch(table, columns, match, returning)));
    return batch;
  }

  delete(table: Table, match: readonly Column[]): BatchWriter {
    const key = `d${shapeKey(table, match)}`;
    let batch = this.#writers.get(key);
    if (batch === undefined) this.#writers.set(key, (batch = this.#dialect.deleteBatch(table, match)));
    return batch;
  }
}

function shapeKey(table: Table, ...lists: readonly (readonly Column[])[]): string {
  let key = String(table.id);
  for (const columns of lists) {
    key += "|";
    for (const column of columns) key += `${String(column.index)},`;
  }
  return key;
}

const caches = new WeakMap<Dialect, BatchCache>();

/** The batches of a dialect. */
export function batchesOf(dialect: Dialect): BatchCache {
  let cache = caches.get(dialect);
  if (cache === undefined) caches.set(dialect, (cache = new BatchCache(dialect)));
  return cache;
}
