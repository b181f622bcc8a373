/** SQLite's values: integers, doubles, text and BLOBs; everything else is text in a form that sorts. */
import { ValueError } from "../../sql/errors.ts";
import type { SqlTypeOf } from "../../sql/type/sql-type.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Codec } from "../codec.ts";
import { CodecRegistry, type BuiltInType } from "../codec-registry.ts";
import { jsonArrayCodec } from "../json-array-codec.ts";
import { checkDecimalOf, readDecimalOf, sameDecimal } from "../decimal-value.ts";
import { holdsJson, jsonText, sameJson } from "../json-value.ts";
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

/** The codecs of a SQLite dialect. */
export function sqliteCodecs(): CodecRegistry {
  return new CodecRegistry(makeCodec);
}

function makeCodec(type: BuiltInType, registry: CodecRegistry): Codec {
  switch (type.kind) {
    case "smallint":
      return integerCodec(-32_768, 32_767);
    case "integer":
      return integerCodec(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case "bigint":
      return { bind: checkBigint, result: readBigint, equals: undefined, wantsBigint: true };
    case "numeric":
      return { bind: checkDecimalOf(type), result: readDecimalOf(type), equals: sameDecimal, wantsBigint: true };
    case "real":
      return { bind: checkReal, result: readDouble, equals: sameReal };
    case "double":
      return { bind: checkDouble, result: readDouble, equals: undefined };
    case "boolean":
      return { bind: (value) => (checkBoolean(value) ? 1 : 0), result: readBoolean, equals: undefined };
    case "text":
      return { bind: checkTextOf(type), result: undefined, equals: undefined };
    case "enum":
      return { bind: checkEnumOf(type), result: undefined, equals: undefined };
    case "uuid":
      return { bind: checkUuid, result: undefined, equals: sameUuid };
    case "json":
      return {
        bind: jsonText,
        result: (raw) => JSON.parse(String(raw)) as unknown,
        equals: sameJson,
        holds: holdsJson,
      };
    case "bytes":
      return { bind: checkBytesOf(type), result: readBytes, equals: sameBytes };
    case "array":
      return jsonArrayCodec(type, registry);
    default:
      return timeCodec(type);
  }
}

function integerCodec(least: number, most: number): Codec {
  return { bind: (value) => checkInteger(value, least, most), result: readInteger, equals: undefined };
}

function timeCodec(type: SqlTypeOf<"date" | "time" | "timestamp">): Codec {
  if (type.kind === "date") return { bind: checkDate, result: readDate, equals: undefined };
  if (type.kind === "time") {
    const bind = checkTimeOf(type);
    return { bind, result: readTime, equals: sameWhenBound(bind) };
  }
  const bind = timestampTextOf(type);
  return { bind, result: readTimestampOf(type), equals: type.as === "date" ? sameMoment : sameWhenBound(bind) };
}

function readBytes(raw: DriverValue): Uint8Array {
  if (raw instanceof Uint8Array) return new Uint8Array(raw);
  throw new ValueError("The database returned something else than a BLOB for a binary column.");
}
