/** What a SQL type takes on any database, asked before a database is known: by lists of values. */
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { checkDecimalOf } from "./decimal-value.ts";
import { jsonText } from "./json-value.ts";
import { checkBigint, checkBoolean, checkDouble, checkInteger, checkReal } from "./number-value.ts";
import { checkBytesOf, checkEnumOf, checkTextOf, checkUuid } from "./text-value.ts";
import { checkDate, checkTimeOf, timestampTextOf } from "./time-value.ts";

/** A check that throws ValueError for what no column of `type` takes; a database may take less. NULL is not asked about. */
export function storableCheck(type: SqlType): (value: unknown) => unknown {
  switch (type.kind) {
    case "smallint":
      return (value) => checkInteger(value, -32_768, 32_767);
    case "integer":
      return (value) => checkInteger(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case "bigint":
      return checkBigint;
    case "numeric":
      return checkDecimalOf(type);
    case "real":
      return checkReal;
    case "double":
      return checkDouble;
    case "boolean":
      return checkBoolean;
    case "text":
      return checkTextOf(type);
    case "enum":
      return checkEnumOf(type);
    case "uuid":
      return checkUuid;
    case "json":
      return jsonText;
    case "bytes":
      return checkBytesOf(type);
    case "date":
      return checkDate;
    case "time":
      return checkTimeOf(type);
    case "timestamp":
      return timestampTextOf(type);
    case "array":
      return arrayCheck(storableCheck(type.item));
    case "custom": {
      const check = storableCheck(type.impl);
      return (value) => {
        const made = type.bind(value);
        return made === null ? null : check(made);
      };
    }
    case "unknown":
      return (value) => value;
  }
}

function arrayCheck(check: (value: unknown) => unknown): (value: unknown) => void {
  return (value) => {
    if (!Array.isArray(value)) throw new ValueError(`An array column takes an array, not ${describe(value)}.`);
    for (const item of value as readonly unknown[]) if (item !== null) check(item);
  };
}
