/** PostgreSQL's range types. */
import { ArgumentError, ValueError } from "../errors.ts";
import type { CustomType, SqlType } from "./sql-type.ts";
import { bigint, customType, date, decimal, integer, text, timestamp } from "./types.ts";

/** A range of values; null is no bound on that side. `bounds` says which ends belong to it, `"[)"` where it is left out. */
export interface BoundedRange<T> {
  readonly lower: T | null;
  readonly upper: T | null;
  readonly bounds?: RangeBounds;
}
export type RangeBounds = "[)" | "[]" | "(]" | "()";
/** A range, or the one with nothing in it. */
export type Range<T> = BoundedRange<T> | "empty";

/** What each range type's bounds are: their SQL type, and how they are written and read. */
interface RangeKind {
  readonly bound: SqlType;
  write(value: unknown): string;
  read(text: string): unknown;
}

function fail(value: unknown, what: string): never {
  throw new ValueError(`The bound of a range is ${what}, not a ${value === null ? "null" : typeof value}.`);
}
const whole = (value: unknown): string => (Number.isSafeInteger(value) ? String(value) : fail(value, "a whole number"));
const big = (value: unknown): string => (typeof value === "bigint" ? String(value) : fail(value, "a bigint"));
const digits = (value: unknown): string =>
  typeof value === "string" && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value) ? value : fail(value, "a decimal as a string");
const day = (value: unknown): string =>
  typeof value === "string" && /^\d{4,6}-\d\d-\d\d$/.test(value) ? value : fail(value, "a date as 'YYYY-MM-DD'");
const moment = (value: unknown): string =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : fail(value, "a Date");
const wallClock = (value: unknown): string =>
  typeof value === "string" && /^\d{4,6}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/.test(value)
    ? value.replace("T", " ")
    : fail(value, "a wall-clock time as 'YYYY-MM-DDTHH:MM:SS'");

const kinds = Object.freeze({
  int4range: { bound: integer(), write: whole, read: Number },
  int8range: { bound: bigint(), write: big, read: BigInt },
  numrange: { bound: decimal(), write: digits, read: String },
  daterange: { bound: date(), write: day, read: String },
  tsrange: {
    bound: timestamp({ timeZone: false, as: "string" }),
    write: wallClock,
    read: (text: string) => text.replace(" ", "T"),
  },
  tstzrange: { bound: timestamp(), write: moment, read: (text: string) => new Date(isoMoment(text)) },
} satisfies { readonly [name: string]: RangeKind });

/** The names of range types, and the TypeScript type of their bounds. */
export interface RangeTypes {
  int4range: number;
  int8range: bigint;
  numrange: string;
  daterange: string;
  tsrange: string;
  tstzrange: Date;
}

/** "2024-01-01 10:00:00.5+00" as ISO 8601. */
function isoMoment(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

const boundTypes = new WeakMap<object, SqlType>();
const byName = new Map<string, CustomType>();

/** A range type of PostgreSQL; other databases have none, which CREATE TABLE says. */
export function rangeType(name: keyof RangeTypes): CustomType {
  if (!Object.hasOwn(kinds, name)) {
    throw new ArgumentError(`'${String(name)}' is no range type. Use one of: ${Object.keys(kinds).join(", ")}.`);
  }
  let type = byName.get(name);
  if (type === undefined) {
    const kind: RangeKind = kinds[name];
    type = customType<Range<unknown>>(name, {
      impl: text(),
      ddl: { postgresql: name },
      only: "postgresql",
      bind: (value) => writeRange(value, kind),
      result: (value) => readRange(String(value), kind),
    });
    boundTypes.set(type, kind.bound);
    byName.set(name, type);
  }
  return type;
}

/** The type of a range type's bounds; undefined for all other types. */
export function boundTypeOf(type: SqlType): SqlType | undefined {
  return boundTypes.get(type);
}

function writeRange(value: unknown, kind: RangeKind): string {
  if (value === "empty") return "empty";
  if (typeof value !== "object" || value === null || !("lower" in value) || !("upper" in value)) {
    throw new ValueError(`A range is { lower, upper } or "empty", not a ${typeof value}.`);
  }
  const bounds: unknown = "bounds" in value && value.bounds !== undefined ? value.bounds : "[)";
  if (typeof bounds !== "string" || !/^[[(][\])]$/.test(bounds)) {
    throw new ValueError("A range's bounds are one of: [) [] (] ().");
  }
  const [lower, upper] = [value.lower, value.upper].map((bound) => (bound === null ? "" : `"${kind.write(bound)}"`));
  return `${bounds.charAt(0)}${lower ?? ""},${upper ?? ""}${bounds.charAt(1)}`;
}

const rangeText = /^([[(])("[^"]*"|[^,"]*),("[^"]*"|[^\])"]*)([\])])$/;

function readRange(stored: string, kind: RangeKind): Range<unknown> {
  if (stored === "empty") return "empty";
  const parts = rangeText.exec(stored);
  if (parts === null) throw new ValueError("The database returned something else than a range.");
  const [, open = "[", lower = "", upper = "", close = ")"] = parts;
  const bound = (part: string): unknown => (part === "" ? null : kind.read(part.replaceAll('"', "")));
  return { lower: bound(lower), upper: bound(upper), bounds: `${open}${close}` as RangeBounds };
}
