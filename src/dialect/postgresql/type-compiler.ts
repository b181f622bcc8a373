/** PostgreSQL's names of types. */
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import type { TypeCompiler } from "../../sql/compiler/type-compiler.ts";
import type { SqlType, SqlTypeOf } from "../../sql/type/sql-type.ts";
import { customTypeName } from "../custom-type-name.ts";

const simpleNames = Object.freeze({
  smallint: "smallint",
  integer: "integer",
  bigint: "bigint",
  real: "real",
  double: "double precision",
  boolean: "boolean",
  date: "date",
  uuid: "uuid",
  bytes: "bytea",
  unknown: "text",
} as const);

/** Spells types for PostgreSQL. */
export class PostgresqlTypeCompiler implements TypeCompiler {
  columnType(type: SqlType): string {
    switch (type.kind) {
      case "numeric":
        return `numeric${numericSize(type)}`;
      case "text":
        if (type.length === undefined) return "text";
        return `${type.fixed === true ? "char" : "varchar"}(${String(type.length)})`;
      case "time":
        return `time${precision(type.precision)}`;
      case "timestamp":
        return `timestamp${precision(type.precision)} ${type.timeZone ? "with" : "without"} time zone`;
      case "json":
        return type.binary ? "jsonb" : "json";
      case "enum":
        return enumTypeName(type);
      case "array":
        return `${this.columnType(type.item)}[]`;
      case "custom":
        return customTypeName(type, "postgresql") ?? this.columnType(type.impl);
      default:
        return simpleNames[type.kind];
    }
  }

  castType(type: SqlType): string {
    return this.columnType(type);
  }

  /** The type of a parameter: without the limits of `castType`, which would cut a value instead of refusing it. */
  parameterType(type: SqlType): string {
    switch (type.kind) {
      case "text":
        return "text";
      case "numeric":
        return "numeric";
      case "time":
        return "time";
      case "timestamp":
        return type.timeZone ? "timestamptz" : "timestamp";
      case "double":
        return "float8";
      case "array":
        return `${this.parameterType(type.item)}[]`;
      case "custom":
        return customTypeName(type, "postgresql") ?? this.parameterType(type.impl);
      default:
        return this.columnType(type);
    }
  }
}

/** The name of an enum's type; without one of its own, the enum is text with a CHECK. */
export function enumTypeName(type: SqlTypeOf<"enum">): string {
  if (type.name === undefined) return "text";
  const name = quoteIdentifier(type.name, '"');
  return type.schema === undefined ? name : `${quoteIdentifier(type.schema, '"')}.${name}`;
}

function numericSize(type: SqlTypeOf<"numeric">): string {
  if (type.precision === undefined) return "";
  return `(${String(type.precision)}${type.scale === undefined ? "" : `, ${String(type.scale)}`})`;
}

function precision(digits: number | undefined): string {
  return digits === undefined ? "" : `(${String(digits)})`;
}
