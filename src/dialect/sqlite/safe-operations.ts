/** Operations in the form that locks nobody out of SQLite for long. */
import type { Catalog } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

/** The operations themselves: SQLite has one writer, whatever is done, and its rebuilds are safe already. */
export function safeOperations(operations: readonly Operation[], _catalog: Catalog): readonly Operation[] {
  return operations;
}
