/** MySQL's names of types. */
import { CompileError } from "../../sql/errors.ts";
import { storedType, type TypeCompiler } from "../../sql/compiler/type-compiler.ts";
import type { SqlType, SqlTypeOf } from "../../sql/type/sql-type.ts";
import { customTypeName } from "../custom-type-name.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { bareLiteral } from "./literal.ts";

const simpleNames = Object.freeze({
  smallint: "SMALLINT",
  integer: "INT",
  bigint: "BIGINT",
  real: "FLOAT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  date: "DATE",
  // Characters of one byte, compared as bytes: an index entry takes 36 bytes instead of 144.
  uuid: "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin",
  json: "JSON",
  array: "JSON",
  unknown: "LONGTEXT",
} as const);

/** A row holds 65,535 bytes, and a character takes up to 4. */
const longestVarchar = 16_383;
const longestChar = 255;
const longestVarbinary = 65_535;
/** What an index can hold of a column whose length nobody gave. */
export const defaultKeyLength = 255;

/** Spells types for MySQL. */
export class MysqlTypeCompiler implements TypeCompiler {
  readonly #flavour: MysqlFlavour;

  constructor(flavour: MysqlFlavour) {
    this.#flavour = flavour;
  }

  columnType(type: SqlType): string {
    switch (type.kind) {
      case "numeric":
        return decimalName(type);
      case "text":
        return textName(type);
      case "bytes":
        return type.length === undefined || type.length > longestVarbinary
          ? "LONGBLOB"
          : `VARBINARY(${String(type.length)})`;
      case "time":
        return `TIME${fraction(type.precision)}`;
      case "timestamp":
        return `DATETIME${fraction(type.precision)}`;
      case "enum":
        return `ENUM(${enumValues(type).map(bareLiteral).join(", ")})`;
      case "custom":
        return customTypeName(type, "mysql") ?? this.columnType(type.impl);
      default:
        return simpleNames[type.kind];
    }
  }

  /** The type of a column that is part of a key: text and bytes need a length there. */
  keyColumnType(type: SqlType): string {
    if (type.kind === "custom") return customTypeName(type, "mysql") ?? this.keyColumnType(type.impl);
    const needsLength = (type.kind === "text" || type.kind === "bytes") && type.length === undefined;
    return this.columnType(needsLength ? { ...type, length: defaultKeyLength } : type);
  }

  castType(type: SqlType): string {
    const stored = storedType(type);
    switch (stored.kind) {
      case "smallint":
      case "integer":
      case "bigint":
      case "boolean":
        return "SIGNED";
      case "real":
      case "double":
        return "DOUBLE";
      case "numeric":
        return decimalName(stored);
      case "date":
        return "DATE";
      case "time":
      case "timestamp":
        return this.columnType(stored);
      case "bytes":
        return "BINARY";
      case "json":
      case "array":
        // MariaDB's JSON is text with a check.
        return this.#flavour.isMariaDb ? "CHAR" : "JSON";
      case "text":
        return stored.length === undefined ? "CHAR" : `CHAR(${String(stored.length)})`;
      default:
        return "CHAR";
    }
  }

  /** The type in a JSON_TABLE that holds what the codec binds, to be compared with a column of `type`. */
  jsonTableType(type: SqlType): string {
    const stored = storedType(type);
    switch (stored.kind) {
      case "smallint":
      case "integer":
      case "bigint":
        return "BIGINT";
      case "boolean":
        return "TINYINT";
      case "real":
      case "double":
        return "DOUBLE";
      case "numeric":
        return decimalName(stored);
      case "date":
      case "time":
      case "timestamp":
        return this.columnType(stored);
      case "uuid":
        return simpleNames.uuid;
      default:
        return `LONGTEXT CHARACTER SET utf8mb4 COLLATE ${this.#flavour.collation}`;
    }
  }
}

/** DECIMAL without a size would be DECIMAL(10, 0): the largest there is. */
function decimalName(type: SqlTypeOf<"numeric">): string {
  const { precision = 65, scale = type.precision === undefined ? 30 : 0 } = type;
  if (precision > 65 || scale > 30) {
    throw new CompileError(
      `MySQL's decimals have at most 65 digits, 30 of them after the point, not (${String(precision)}, ${String(scale)}).`,
    );
  }
  return `DECIMAL(${String(precision)}, ${String(scale)})`;
}

/** @throws CompileError for values that MySQL would change. */
function enumValues(type: SqlTypeOf<"enum">): readonly string[] {
  const cut = type.values.find((value) => value.endsWith(" "));
  if (cut === undefined) return type.values;
  throw new CompileError(
    `The enum value '${cut}' ends with a space, which MySQL would cut off. Use another value, or field(…, { type: varchar(…) }).`,
  );
}

function textName(type: SqlTypeOf<"text">): string {
  const { length } = type;
  if (length === undefined || length > longestVarchar) return "LONGTEXT";
  return `${type.fixed === true && length <= longestChar ? "CHAR" : "VARCHAR"}(${String(length)})`;
}

/** Without a precision, seconds would have no fraction. */
function fraction(precision: number | undefined): string {
  return precision === 0 ? "" : `(${String(precision ?? 6)})`;
}
