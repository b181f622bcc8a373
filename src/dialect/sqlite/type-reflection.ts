/** Types as SQLite's tables declare them, read. */
import { bigint, bytea, customType, double, integer, text as textType } from "../../sql/type/types.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";

const known: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ["INTEGER", integer()],
  ["REAL", double()],
  ["TEXT", textType()],
  ["BLOB", bytea()],
  ["ANY", { kind: "unknown" }],
]);

/** The type that `text` spells; it is spelled so again. */
export function reflectType(text: string): SqlType {
  return (
    known.get(text) ??
    customType(text, { impl: storedAs(text), bind: (value) => value, result: (value) => value, ddl: text })
  );
}

/** What SQLite stores in a column that is declared so: its rules of affinity. */
function storedAs(declared: string): SqlType {
  switch (affinity(declared)) {
    case "INTEGER":
      return bigint();
    case "TEXT":
      return textType();
    case "REAL":
      return double();
    default:
      return { kind: "unknown" };
  }
}

export type Affinity = "INTEGER" | "TEXT" | "BLOB" | "REAL" | "NUMERIC";

/** The storage class that a column of the declared type prefers. */
export function affinity(declared: string): Affinity {
  const type = declared.toUpperCase();
  if (type.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(type)) return "TEXT";
  if (type === "" || type.includes("BLOB")) return "BLOB";
  return /REAL|FLOA|DOUB/.test(type) ? "REAL" : "NUMERIC";
}
