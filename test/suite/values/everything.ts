/** One nullable column of every type. Used by the cases on values and on bad input. */
import {
  array,
  bytea,
  char,
  customType,
  decimal,
  field,
  json,
  primaryKey,
  smallint,
  table,
  text,
  time,
  timestamp,
  varchar,
  type ColumnElement,
} from "sqlmodel";
import { z } from "zod";

/** A type of the program's own: a point, kept as "x;y". */
export interface Point {
  readonly x: number;
  readonly y: number;
}
const point = customType<Point>("point", {
  impl: varchar(60),
  bind: ({ x, y }) => `${String(x)};${String(y)}`,
  result: (stored) => {
    const [x, y] = String(stored).split(";").map(Number);
    return { x: x ?? Number.NaN, y: y ?? Number.NaN };
  },
});

/** Labels of an enum that would hurt where they are not quoted. */
export const nastyLabels = [
  "plain",
  "",
  "it's",
  'say "hi"',
  "back\\slash",
  "comma, space",
  "$1 ? :x",
  "ünï©ødé 🦸",
  "'; DROP TABLE everything; --",
] as const;

const set = z.codec(z.array(z.string()), z.set(z.string()), {
  decode: (members) => new Set(members),
  encode: (members) => [...members],
});
const instantCodec = z.codec(z.iso.datetime(), z.date(), {
  decode: (written) => new Date(written),
  encode: (moment) => moment.toISOString(),
});
const hugeCodec = z.codec(z.string(), z.bigint(), {
  decode: (written) => BigInt(written),
  encode: (number) => number.toString(),
});
const bytes = z.instanceof(Uint8Array);

export class Everything extends table("everything", {
  id: primaryKey(),
  small: field(z.int().nullable(), { type: smallint() }),
  int: z.int().nullable(),
  safe: z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).nullable(),
  big: z.bigint().nullable(),
  unsigned: z.uint64().nullable(),
  decimal: field(z.string().nullable(), { type: decimal(38, 10) }),
  money: field(z.string().nullable(), { type: decimal(10, 2) }),
  real: z.float32().nullable(),
  double: z.number().nullable(),
  flag: z.boolean().nullable(),
  text: z.string().nullable(),
  short: z.string().max(10).nullable(),
  fixed: field(z.string().nullable(), { type: char(5) }),
  day: z.iso.date().nullable(),
  clock: z.iso.time().nullable(),
  minute: field(z.iso.time().nullable(), { type: time(0) }),
  moment: z.date().nullable(),
  second: field(z.date().nullable(), { type: timestamp({ precision: 0 }) }),
  instant: z.iso.datetime({ offset: true }).nullable(),
  wall: z.iso.datetime({ local: true }).nullable(),
  uuid: z.uuid().nullable(),
  json: z.unknown(),
  plainJson: field(z.unknown(), { type: json() }),
  bytes: bytes.nullable(),
  hash: field(bytes.nullable(), { type: bytea(32) }),
  label: z.enum(nastyLabels).nullable(),
  level: z.literal([1, 2, 3]).nullable(),
  texts: z.array(z.string()).nullable(),
  ints: z.array(z.int()).nullable(),
  bigs: z.array(z.bigint()).nullable(),
  doubles: z.array(z.number()).nullable(),
  flags: z.array(z.boolean()).nullable(),
  days: z.array(z.iso.date()).nullable(),
  moments: z.array(z.date()).nullable(),
  uuids: z.array(z.uuid()).nullable(),
  decimals: field(z.array(z.string()).nullable(), { type: array(decimal(20, 4)) }),
  blobs: z.array(bytes).nullable(),
  matrix: field(z.array(z.array(z.string())).nullable(), { type: array(array(text())) }),
  tags: set.nullable(),
  encoded: instantCodec.nullable(),
  huge: hugeCodec.nullable(),
  place: field(z.custom<Point>().nullable(), { type: point }),
}) {}

export type Key = Exclude<keyof typeof Everything.c, "id">;

/** The column of a case, whatever its type. */
export function columnOf(key: Key): ColumnElement<NonNullable<unknown>> {
  return Everything.c[key] as ColumnElement<NonNullable<unknown>>;
}

/** An object with this one column set. */
export function holding(key: Key, value: unknown): Everything {
  return new Everything({ [key]: value });
}
