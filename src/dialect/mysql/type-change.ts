/**
 * What a change of a column's type would lose. MODIFY rounds, cuts fractions of seconds and forgets times of day without a word,
 * and stops at the first of the other rows; a query beforehand finds them all. Called by `operation-compiler.ts`.
 */
import { textLiteral } from "./literal.ts";
import { enumLabels, typeParts, type TypeParts } from "./type-reflection.ts";

type Family =
  | { readonly kind: "integer"; readonly least: bigint; readonly most: bigint }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number; readonly unsigned: boolean }
  | { readonly kind: "float"; readonly single: boolean }
  | { readonly kind: "text"; readonly length: number; readonly inBytes: boolean; readonly fixed: boolean }
  | { readonly kind: "bytes"; readonly length: number }
  | { readonly kind: "enum" | "set"; readonly labels: readonly string[] }
  | { readonly kind: "datetime" | "time"; readonly precision: number }
  | { readonly kind: "date" | "json" | "year" }
  | { readonly kind: "other" };

const integerBits: { readonly [name: string]: number } = {
  tinyint: 8,
  boolean: 8,
  bool: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  integer: 32,
  bigint: 64,
};
/** Bytes. */
const textLengths: { readonly [name: string]: number } = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: Infinity,
};
const bytesLengths: { readonly [name: string]: number } = {
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: Infinity,
};

/** The largest number of an integer type; undefined for other types. */
export function largestInteger(type: string): bigint | undefined {
  const family = familyOf(type);
  return family.kind === "integer" ? family.most : undefined;
}

function familyOf(type: string): Family {
  const parts = typeParts(type);
  if (parts === undefined) return { kind: "other" };
  const { name, numbers, rest, inside } = parts;
  const unsigned = rest.includes("unsigned");
  const bits = Object.hasOwn(integerBits, name) ? integerBits[name] : undefined;
  if (bits !== undefined) {
    const half = 1n << BigInt(bits - 1);
    return unsigned
      ? { kind: "integer", least: 0n, most: 2n * half - 1n }
      : { kind: "integer", least: -half, most: half - 1n };
  }
  switch (name) {
    case "decimal":
    case "numeric":
      return { kind: "decimal", precision: numbers[0] ?? 10, scale: numbers[1] ?? 0, unsigned };
    case "float":
    case "double":
    case "double precision":
      return { kind: "float", single: name === "float" };
    case "enum":
    case "set":
      return { kind: name, labels: enumLabels(inside ?? "") };
    case "datetime":
    case "timestamp":
      return { kind: "datetime", precision: numbers[0] ?? 0 };
    case "time":
      return { kind: "time", precision: numbers[0] ?? 0 };
    case "date":
    case "json":
    case "year":
      return { kind: name };
    default:
      return stringFamily(parts);
  }
}

function stringFamily({ name, numbers }: TypeParts): Family {
  const [length = 1] = numbers;
  if (name === "char" || name === "varchar") return { kind: "text", length, inBytes: false, fixed: name === "char" };
  if (name === "binary" || name === "varbinary") return { kind: "bytes", length };
  const text = Object.hasOwn(textLengths, name) ? textLengths[name] : undefined;
  if (text !== undefined) return { kind: "text", length: text, inBytes: true, fixed: false };
  const bytes = Object.hasOwn(bytesLengths, name) ? bytesLengths[name] : undefined;
  return bytes === undefined ? { kind: "other" } : { kind: "bytes", length: bytes };
}

/**
 * A condition that holds for the rows whose value would be lost or changed; undefined where there can be none.
 * @param column - The column's name, quoted.
 */
export function lossCondition(column: string, from: string, to: string): string | undefined {
  const conditions = lossesTo(column, familyOf(from), familyOf(to));
  return conditions.length === 0 ? undefined : `${column} IS NOT NULL AND (${conditions.join(" OR ")})`;
}

const everyRow = ["TRUE"];
const wholeNumber = "'^[[:space:]]*[-+]?[0-9]+[[:space:]]*$'";
const anyNumber = "'^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$'";
const exact = "DECIMAL(65, 30)";

function lossesTo(column: string, from: Family, to: Family): readonly string[] {
  switch (to.kind) {
    case "integer":
      return toInteger(column, from, to);
    case "decimal":
      return toDecimal(column, from, to);
    case "float":
      return toFloat(column, from, to.single);
    case "text":
      return toText(column, from, to);
    case "bytes":
      return from.kind === "bytes" && from.length <= to.length
        ? []
        : to.length === Infinity
          ? []
          : [`LENGTH(${column}) > ${String(to.length)}`];
    case "enum":
      return toEnum(column, from, to.labels);
    case "set":
      return from.kind !== "set"
        ? []
        : from.labels
            .filter((label) => !to.labels.includes(label))
            .map((label) => `FIND_IN_SET(${textLiteral(label)}, ${column}) > 0`);
    case "date":
      return toDate(column, from);
    case "datetime":
    case "time":
      return toMoment(column, from, to);
    case "json":
      return from.kind === "json" ? [] : [`NOT JSON_VALID(${isStringLike(from) ? column : `CAST(${column} AS CHAR)`})`];
    default:
      return [];
  }
}

function isStringLike({ kind }: Family): boolean {
  return kind === "text" || kind === "bytes" || kind === "json" || kind === "other";
}

/** What becomes a number that nobody means: an enum's position, a date's digits. */
function isNoNumber({ kind }: Family): boolean {
  return kind === "enum" || kind === "set" || kind === "date" || kind === "datetime" || kind === "time";
}

function toInteger(column: string, from: Family, to: Extract<Family, { kind: "integer" }>): readonly string[] {
  const range = (value: string) => `${value} NOT BETWEEN ${String(to.least)} AND ${String(to.most)}`;
  if (from.kind === "integer") return from.least >= to.least && from.most <= to.most ? [] : [range(column)];
  if (from.kind === "decimal" || from.kind === "float") return [`${column} <> ROUND(${column})`, range(column)];
  if (isNoNumber(from)) return everyRow;
  return from.kind === "year"
    ? [range(column)]
    : isStringLike(from)
      ? [`${column} NOT REGEXP ${wholeNumber}`, range(`CAST(${column} AS DECIMAL(65, 0))`)]
      : [];
}

function toDecimal(column: string, from: Family, to: Extract<Family, { kind: "decimal" }>): readonly string[] {
  const whole = to.precision - to.scale;
  const size = (value: string) => [
    `ABS(ROUND(${value}, ${String(to.scale)})) >= 1${"0".repeat(whole)}`,
    ...(to.unsigned ? [`${value} < 0`] : []),
  ];
  const rounded = (value: string) => `${value} <> ROUND(${value}, ${String(to.scale)})`;
  if (isNoNumber(from)) return everyRow;
  if (from.kind === "integer") {
    const most = from.most > -from.least ? from.most : -from.least;
    const fits = most < 10n ** BigInt(whole) && (!to.unsigned || from.least >= 0n);
    return fits ? [] : size(column);
  }
  if (from.kind === "decimal") {
    const fits = to.scale >= from.scale && whole >= from.precision - from.scale && (!to.unsigned || from.unsigned);
    return fits ? [] : [rounded(column), ...size(column)];
  }
  const value = `CAST(${column} AS ${exact})`;
  if (from.kind === "float") return [rounded(value), ...size(value)];
  return isStringLike(from) ? [`${column} NOT REGEXP ${anyNumber}`, rounded(value), ...size(value)] : [];
}

function toFloat(column: string, from: Family, single: boolean): readonly string[] {
  if (isNoNumber(from)) return everyRow;
  const changed = single
    ? [`CAST(CAST(${column} AS FLOAT) AS DOUBLE) <> ${column}`]
    : [`CAST(CAST(${column} AS DOUBLE) AS ${exact}) <> ${column}`];
  switch (from.kind) {
    case "float":
      return single && !from.single ? changed : [];
    case "integer":
      return from.most <= (single ? 1n << 24n : 1n << 53n) ? [] : changed;
    case "decimal":
      return changed;
    default:
      return isStringLike(from) ? [`${column} NOT REGEXP ${anyNumber}`] : [];
  }
}

/** The longest text that a value of another type has. */
function longestText(from: Family): number {
  switch (from.kind) {
    case "integer":
      return Math.max(String(from.least).length, String(from.most).length);
    case "decimal":
      return from.precision + 2;
    case "enum":
      return Math.max(...from.labels.map((label) => label.length));
    case "date":
      return 10;
    case "datetime":
      return 26;
    case "time":
      return 17;
    case "year":
      return 4;
    default:
      return Infinity;
  }
}

function toText(column: string, from: Family, to: Extract<Family, { kind: "text" }>): readonly string[] {
  const value = isStringLike(from) ? column : `CAST(${column} AS CHAR)`;
  const padded = to.fixed && from.kind === "text" && !from.fixed ? [`${column} REGEXP ' $'`] : [];
  if (to.length === Infinity) return [];
  const isShorter =
    from.kind === "text"
      ? from.length * (from.inBytes || !to.inBytes ? 1 : 4) > to.length
      : longestText(from) > to.length;
  const measure = to.inBytes ? "LENGTH" : "CHAR_LENGTH";
  return isShorter ? [`${measure}(${value}) > ${String(to.length)}`, ...padded] : padded;
}

function toEnum(column: string, from: Family, labels: readonly string[]): readonly string[] {
  if (from.kind === "enum" && from.labels.every((label) => labels.includes(label))) return [];
  const value = isStringLike(from) || from.kind === "enum" ? column : `CAST(${column} AS CHAR)`;
  return [`${value} NOT IN (${labels.map(textLiteral).join(", ")})`];
}

function toDate(column: string, from: Family): readonly string[] {
  switch (from.kind) {
    case "date":
      return [];
    case "datetime":
      return [`${column} <> DATE(${column})`];
    case "text":
      return [`CAST(${column} AS DATE) IS NULL`, `CAST(${column} AS DATETIME(6)) <> CAST(${column} AS DATE)`];
    default:
      return from.kind === "other" ? [] : everyRow;
  }
}

function toMoment(column: string, from: Family, to: Extract<Family, { kind: "datetime" | "time" }>): readonly string[] {
  const name = to.kind.toUpperCase();
  const cut = (value: string) =>
    to.precision === 6 ? [] : [`${value} <> CAST(${value} AS ${name}(${String(to.precision)}))`];
  if (from.kind === to.kind) return from.precision <= to.precision ? [] : cut(column);
  if (from.kind === "date" && to.kind === "datetime") return [];
  if (from.kind === "text") {
    const value = `CAST(${column} AS ${name}(6))`;
    return [`${value} IS NULL`, ...cut(value)];
  }
  return from.kind === "other" ? [] : everyRow;
}
