/** How a dialect spells types; one implementation in each `dialect/<name>/type-compiler.ts`. */
import type { SqlType } from "../type/sql-type.ts";

export { storedType } from "../type/stored-type.ts";

/** Names of types. */
export interface TypeCompiler {
  /** The type of a column, in DDL. */
  columnType(type: SqlType): string;
  /** The target of CAST. */
  castType(type: SqlType): string;
}
