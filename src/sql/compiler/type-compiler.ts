/** How a dialect spells types; one implementation in each `dialect/<name>/type-compiler.ts`. */
import type { SqlType } from "../type/sql-type.ts";

/** Names of types. */
export interface TypeCompiler {
  /** The type of a column, in DDL. */
  columnType(type: SqlType): string;
  /** The target of CAST. */
  castType(type: SqlType): string;
}

/** The built-in type that `type` is stored as. */
export function storedType(type: SqlType): Exclude<SqlType, { kind: "custom" }> {
  let stored = type;
  while (stored.kind === "custom") stored = stored.impl;
  return stored;
}
