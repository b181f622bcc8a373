/** SQLite's names of types: the few that STRICT tables take. */
import type { TypeCompiler } from "../../sql/compiler/type-compiler.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { customTypeName } from "../custom-type-name.ts";

const storage = Object.freeze({
  smallint: "INTEGER",
  integer: "INTEGER",
  bigint: "INTEGER",
  boolean: "INTEGER",
  real: "REAL",
  double: "REAL",
  // Exact: compared and summed by the functions of decimal-functions.ts.
  numeric: "TEXT",
  text: "TEXT",
  date: "TEXT",
  time: "TEXT",
  timestamp: "TEXT",
  uuid: "TEXT",
  json: "TEXT",
  enum: "TEXT",
  array: "TEXT",
  bytes: "BLOB",
  unknown: "ANY",
} as const);

/** Spells types for SQLite. */
export class SqliteTypeCompiler implements TypeCompiler {
  columnType(type: SqlType): string {
    return type.kind === "custom" ? (customTypeName(type, "sqlite") ?? this.columnType(type.impl)) : storage[type.kind];
  }

  castType(type: SqlType): string {
    return this.columnType(type);
  }
}
