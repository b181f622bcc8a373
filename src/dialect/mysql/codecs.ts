/** MySQL's values: decimals and times as text, so that neither the driver nor the protocol rounds them. */
import type { DriverValue } from "../../io/driver.ts";
import { ValueError } from "../../sql/errors.ts";
import type { SqlTypeOf } from "../../sql/type/sql-type.ts";
import type { Codec } from "../codec.ts";
import { CodecRegistry, type BuiltInType } from "../codec-registry.ts";
import { jsonArrayCodec } from "../json-array-codec.ts";
import { checkDecimalOf, readDecimalOf, sameDecimal } from "../decimal-value.ts";
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
  shortestReal,
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

/** The codecs of a MySQL or MariaDB dialect. */
export function mysqlCodecs(): CodecRegistry {
  return new CodecRegistry(makeCodec);
}

function makeCodec(type: BuiltInType, registry: CodecRegistry): Codec {
  switch (type.kind) {
    case "smallint":
      return integerCodec(-32_768, 32_767);
    case "integer":
      return integerCodec(-2_147_483_648, 2_147_483_647);
    case "bigint":
      return { bind: checkBigint, result: readBigint, equals: undefined };
    case "numeric":
      return { bind: checkDecimalOf(type), result: readDecimalOf(type), equals: sameDecimal };
    case "real":
      // A FLOAT column is compared as the double it widens to: 0.1 would equal none.
      return {
        bind: (value) => Math.fround(checkReal(value)),
        result: (raw) => shortestReal(readDouble(raw)),
        equals: sameReal,
      };
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
      return { bind: jsonText, result: (raw) => JSON.parse(String(raw)) as unknown, equals: sameJson };
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
  throw new ValueError("The database returned something else than bytes for a binary column.");
}
