/** PostgreSQL's values: the server's text format in both directions, bytes as bytes. */
import type { DriverValue } from "../../io/driver.ts";
import { ValueError } from "../../sql/errors.ts";
import { describe } from "../../sql/expression/column-element.ts";
import type { SqlType, SqlTypeOf } from "../../sql/type/sql-type.ts";
import type { Codec } from "../codec.ts";
import { CodecRegistry, type BuiltInType } from "../codec-registry.ts";
import { checkDecimalOf, readDecimalOf, sameDecimal } from "../decimal-value.ts";
import { bytesToHex, hexToBytes } from "../hex.ts";
import { jsonText, sameJson } from "../json-value.ts";
import {
  checkBigint,
  checkBoolean,
  checkDouble,
  checkInteger,
  checkReal,
  readBigint,
  readBoolean,
  readDouble,
  readInteger,
  sameReal,
} from "../number-value.ts";
import { sameWhenBound } from "../same-value.ts";
import { checkBytesOf, checkEnumOf, checkTextOf, checkUuid, sameBytes, sameUuid } from "../text-value.ts";
import {
  checkDate,
  checkTimeOf,
  readDate,
  readTime,
  readTimestampOf,
  sameMoment,
  timestampTextOf,
} from "../time-value.ts";
import { readArrayLiteral, writeArrayLiteral, type ArrayItems } from "./array-literal.ts";

/** The codecs of a PostgreSQL dialect. */
export function postgresqlCodecs(): CodecRegistry {
  return new CodecRegistry(makeCodec);
}

function makeCodec(type: BuiltInType, registry: CodecRegistry): Codec {
  switch (type.kind) {
    case "smallint":
      return integerCodec(-32_768, 32_767);
    case "integer":
      return integerCodec(-2_147_483_648, 2_147_483_647);
    case "bigint":
      return { bind: (value) => String(checkBigint(value)), result: readBigint, equals: undefined };
    case "numeric":
      return { bind: checkDecimalOf(type), result: readDecimalOf(type), equals: sameDecimal };
    case "real":
      return { bind: (value) => String(checkReal(value)), result: readDouble, equals: sameReal };
    case "double":
      return { bind: (value) => String(checkDouble(value)), result: readDouble, equals: undefined };
    case "boolean":
      return { bind: (value) => (checkBoolean(value) ? "true" : "false"), result: readBoolean, equals: undefined };
    case "text":
      return textCodec(type);
    case "enum":
      return { bind: checkEnumOf(type), result: undefined, equals: undefined };
    case "uuid":
      return { bind: checkUuid, result: undefined, equals: sameUuid };
    case "json":
      return { bind: jsonText, result: (raw) => JSON.parse(String(raw)) as unknown, equals: sameJson };
    case "bytes":
      return { bind: checkBytesOf(type), result: readBytes, equals: sameBytes };
    case "array":
      return arrayCodec(type, registry);
    default:
      return timeCodec(type);
  }
}

function integerCodec(least: number, most: number): Codec {
  return { bind: (value) => String(checkInteger(value, least, most)), result: readInteger, equals: undefined };
}

function textCodec(type: SqlTypeOf<"text">): Codec {
  const bind = checkTextOf(type);
  // CHAR comes back padded to its length.
  return { bind, result: type.fixed === true ? (raw) => String(raw).trimEnd() : undefined, equals: undefined };
}

function timeCodec(type: SqlTypeOf<"date" | "time" | "timestamp">): Codec {
  if (type.kind === "date") return { bind: checkDate, result: readDate, equals: undefined };
  if (type.kind === "time") {
    const bind = checkTimeOf(type);
    return { bind, result: readTime, equals: sameWhenBound(bind) };
  }
  const text = timestampTextOf(type);
  const bind = type.timeZone ? (value: unknown) => `${text(value)}+00` : text;
  return { bind, result: readTimestampOf(type), equals: type.as === "date" ? sameMoment : sameWhenBound(bind) };
}

function readBytes(raw: DriverValue): Uint8Array {
  if (raw instanceof Uint8Array) return new Uint8Array(raw);
  const text = String(raw);
  if (!text.startsWith("\\x"))
    throw new ValueError(
      "The database returned bytes in the escape format. Connections of this package use hex: do not change bytea_output.",
    );
  return hexToBytes(text.slice(2));
}

function arrayCodec(type: SqlTypeOf<"array">, registry: CodecRegistry): Codec {
  const bind = (value: unknown): string => {
    if (!Array.isArray(value)) throw new ValueError(`An array column takes an array, not ${describe(value)}.`);
    return arrayLiteral(value, type.item, registry);
  };
  const leaf = registry.codec(leafType(type.item));
  return { bind, result: (raw) => readItems(readArrayLiteral(String(raw)), leaf), equals: sameWhenBound(bind) };
}

function leafType(type: SqlType): SqlType {
  return type.kind === "array" ? leafType(type.item) : type;
}

function readItems(items: ArrayItems, codec: Codec): unknown[] {
  return items.map((item) => {
    if (item === null) return null;
    if (typeof item !== "string") return readItems(item, codec);
    return codec.result === undefined ? item : codec.result(item);
  });
}

/** `values` as an array literal whose items are of `type`; null items are NULL. */
export function arrayLiteral(values: readonly unknown[], type: SqlType, registry: CodecRegistry): string {
  return writeArrayLiteral(arrayItems(values, type, registry));
}

function arrayItems(values: readonly unknown[], type: SqlType, registry: CodecRegistry): ArrayItems {
  if (type.kind === "array") return rectangularItems(values, type, registry);
  const codec = registry.codec(type);
  return values.map((value) => (value === null ? null : itemText(codec.bind(value))));
}

function rectangularItems(values: readonly unknown[], type: SqlTypeOf<"array">, registry: CodecRegistry): ArrayItems {
  const [first] = values;
  const length = Array.isArray(first) ? first.length : 0;
  return values.map((value) => {
    if (!Array.isArray(value) || value.length !== length || length === 0) {
      throw new ValueError(
        "An array of arrays must hold arrays of one length that are not empty: PostgreSQL's arrays are rectangular. Use jsonb() for others.",
      );
    }
    return arrayItems(value, type.item, registry);
  });
}

/** A bound value in the server's text format. */
function itemText(bound: DriverValue): string | null {
  if (bound === null) return null;
  return bound instanceof Uint8Array ? `\\x${bytesToHex(bound)}` : String(bound);
}
