/** For each column of `Everything` the values that it must keep, in their order, and a generator of more. */
import fc from "fast-check";
import { nastyLabels, type Key } from "./everything.ts";

/** What is known of one column. */
export interface ColumnCase {
  readonly key: Key;
  /** Values that come back as they are. */
  readonly values: readonly unknown[];
  /** Makes more of them. */
  readonly arbitrary: fc.Arbitrary<unknown>;
  /** What is read for what was given; the same where nothing is said. */
  readonly read?: (given: unknown) => unknown;
  /** The order of the column's values; undefined where databases disagree or have none. */
  readonly compare?: (left: never, right: never) => number;
  /** False where `=` does not work on every database. */
  readonly hasEquality?: false;
}

const ordered = <T>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);
const byTime = (left: Date, right: Date): number => left.getTime() - right.getTime();
const tenDigits = (given: unknown): string => withScale(given, 10);
const byDecimal = (left: string, right: string): number => ordered(units(left), units(right));

function units(written: string): bigint {
  return BigInt(withScale(written, 10).replace(".", ""));
}

function withScale(given: unknown, scale: number): string {
  const [whole = "", fraction = ""] = String(given).split(".");
  return `${whole}.${fraction.padEnd(scale, "0")}`;
}

function decimalOf(digits: number, scale: number): fc.Arbitrary<string> {
  const most = 10n ** BigInt(digits) - 1n;
  return fc.bigInt({ min: -most, max: most }).map((number) => {
    const sign = number < 0n ? "-" : "";
    const written = (number < 0n ? -number : number).toString().padStart(scale + 1, "0");
    return `${sign}${written.slice(0, -scale)}.${written.slice(-scale)}`;
  });
}

const anyText = fc.string({ unit: "grapheme-composite", maxLength: 40 }).filter((made) => !made.includes("\0"));
const nastyText = fc.string({
  unit: fc.constantFrom(
    "'",
    '"',
    "`",
    "\\",
    "%",
    "_",
    "$1",
    "?",
    ":a",
    ";",
    "--",
    "/*",
    "\n",
    "\r",
    "\t",
    "\u2028",
    "é",
    "🦸",
    " ",
    "{",
    "}",
    ",",
    "NULL",
  ),
  maxLength: 20,
});
const someText = fc.oneof(anyText, nastyText);
const years = {
  min: new Date("0001-01-02T00:00:00.000Z"),
  max: new Date("9999-12-30T23:59:59.999Z"),
  noInvalidDate: true,
} as const;
const anyMoment = fc.date(years);
const anyDay = anyMoment.map((moment) => moment.toISOString().slice(0, 10));
const micros = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, "0"));
const anyInstant = fc.tuple(anyMoment, micros).map(([moment, more]) => moment.toISOString().replace("Z", `${more}Z`));
const anyInt = fc.integer({ min: -2_147_483_648, max: 2_147_483_647 });
const anyBig = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number));
const anyBytes = fc.uint8Array({ maxLength: 60 }).map((made) => Uint8Array.from(made));
const listOf = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 6 });
const jsonText = fc.oneof(anyText, fc.constantFrom("__proto__", "constructor", "toString", "", "a.b", "$"));
const anyJson = fc
  .letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      jsonText,
      anyDouble,
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("node"), { maxLength: 4 }),
      fc.array(fc.tuple(jsonText, tie("node")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  }))
  .node.filter((made) => made !== null);

/** Texts that break what is not bound or not escaped. */
export const nastyTexts: readonly string[] = [
  "",
  " leading and trailing ",
  "it's",
  'say "hi"',
  "`tick`",
  "back\\slash\\",
  "\\'",
  "100%",
  "under_score",
  "line\nbreak\r\ttab",
  "\u2028\u2029\u0085\u00a0\ufeff",
  "ünï©ødé",
  "日本語テキスト",
  "🦸🏽‍♀️ 👩‍👩‍👧‍👦 𝕏",
  "e\u0301 is not \u00e9",
  "NULL",
  "$1 $2 ? :name @p1 {0} ${x}",
  "'; DROP TABLE everything; --",
  "/* comment */ -- comment # comment",
  '{"json": [1]}',
  '{a,"b",NULL}',
  "x".repeat(10_000),
];

const moments = [
  "0001-01-01T00:00:00.000Z",
  "0099-12-31T23:59:59.999Z",
  "1582-10-10T12:00:00.000Z",
  "1969-12-31T23:59:59.999Z",
  "1970-01-01T00:00:00.000Z",
  "2024-02-29T13:37:00.001Z",
  "2024-03-10T02:30:00.000Z",
  "2024-03-31T01:30:00.000Z",
  "2024-11-03T01:30:00.000Z",
  "2038-01-19T03:14:08.000Z",
  "9999-12-31T23:59:59.999Z",
].map((written) => new Date(written));
const json1 = JSON.parse(
  '{"__proto__": {"admin": true}, "constructor": 1, "toString": [], "a.b": {"": null}, "$": "x"}',
) as unknown;
const jsonValues: readonly unknown[] = [
  "text",
  "",
  0,
  -1.5,
  1e21,
  5e-324,
  true,
  false,
  [],
  {},
  [null, [[]], {}],
  { nested: { deep: [1, { null: null }] } },
  json1,
  nastyTexts,
  "null",
  [1, "1", true],
];

export const columnCases: readonly ColumnCase[] = [
  {
    key: "small",
    values: [-32_768, -1, 0, 1, 32_767],
    arbitrary: fc.integer({ min: -32_768, max: 32_767 }),
    compare: ordered,
  },
  { key: "int", values: [-2_147_483_648, -1, 0, 1, 2_147_483_647], arbitrary: anyInt, compare: ordered },
  {
    key: "safe",
    values: [Number.MIN_SAFE_INTEGER, -2_147_483_649, 0, 4_294_967_296, Number.MAX_SAFE_INTEGER],
    arbitrary: fc.maxSafeInteger().map((number) => (number === 0 ? 0 : number)),
    compare: ordered,
  },
  {
    key: "big",
    values: [-(2n ** 63n), -(2n ** 53n) - 1n, -1n, 0n, 2n ** 53n + 1n, 2n ** 63n - 1n],
    arbitrary: anyBig,
    compare: ordered,
  },
  {
    key: "unsigned",
    values: [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
    arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    compare: ordered,
  },
  {
    key: "decimal",
    values: [
      "0",
      "1",
      "-1",
      "10",
      "9",
      "-9",
      "-10",
      "0.1",
      "0.0000000001",
      "-0.0000000001",
      "12345678901234567890.1234567891",
      "9999999999999999999999999999.9999999999",
      "-9999999999999999999999999999.9999999999",
      "1.5",
      "-1.5",
    ],
    arbitrary: decimalOf(38, 10),
    read: tenDigits,
    compare: byDecimal,
  },
  { key: "money", values: ["0.00", "19.99", "-0.01", "99999999.99"], arbitrary: decimalOf(10, 2), compare: byDecimal },
  {
    key: "real",
    values: [0, 0.1, -1.5, 3.402823e38, 1.17549435e-38, 16_777_216],
    arbitrary: fc
      .float({ noNaN: true, noDefaultInfinity: true })
      .map((number) => (Math.abs(number) < 1.2e-38 ? 0 : number)),
    read: (given) => Math.fround(given as number),
    compare: ordered,
  },
  {
    key: "double",
    values: [
      0,
      0.1,
      -1.5,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      2.2250738585072014e-308,
      2 ** 60,
      1 / 3,
      1e21,
      123456789.12345679,
    ],
    arbitrary: anyDouble.map((number) => (Math.abs(number) < 2.3e-308 ? 0 : number)),
    compare: ordered,
  },
  { key: "flag", values: [true, false], arbitrary: fc.boolean(), compare: ordered },
  { key: "text", values: nastyTexts, arbitrary: someText },
  {
    key: "short",
    values: ["", "x", "0123456789", "日本語テキスト日本語", "'\"`\\%_;--"],
    arbitrary: fc.string({ unit: "binary-ascii", maxLength: 10 }).filter((made) => !made.includes("\0")),
  },
  { key: "fixed", values: ["", "a", "abcde", " ab"], arbitrary: fc.stringMatching(/^[a-z]{0,5}$/) },
  {
    key: "day",
    values: ["0001-01-01", "1582-10-10", "1900-02-28", "2000-02-29", "2024-02-29", "2024-03-31", "9999-12-31"],
    arbitrary: anyDay,
    compare: ordered,
  },
  {
    key: "clock",
    values: ["00:00:00", "02:30:00", "13:37:00.5", "23:59:59.999999"],
    arbitrary: fc
      .tuple(anyMoment, micros)
      .map(([moment, more]) =>
        `${moment.toISOString().slice(11, 23)}${more}`.replace(/\.?0+$/, (end) => (end.startsWith(".") ? "" : "")),
      )
      .filter((made) => /^\d\d:\d\d:\d\d(\.\d*[1-9])?$/.test(made)),
    compare: ordered,
  },
  {
    key: "minute",
    values: ["00:00:00", "23:59:59"],
    arbitrary: anyMoment.map((moment) => moment.toISOString().slice(11, 19)),
    compare: ordered,
  },
  { key: "moment", values: moments, arbitrary: anyMoment, compare: byTime },
  {
    key: "second",
    values: [new Date("2024-02-29T13:37:00.000Z")],
    arbitrary: anyMoment.map((moment) => new Date(Math.floor(moment.getTime() / 1000) * 1000)),
    compare: byTime,
  },
  {
    key: "instant",
    values: ["0001-01-01T00:00:00.000000Z", "2024-02-29T13:37:00.123456Z", "9999-12-31T23:59:59.999999Z"],
    arbitrary: anyInstant,
    compare: ordered,
  },
  {
    key: "wall",
    values: ["2024-03-10T02:30:00.000000", "2024-03-31T02:30:00.123456"],
    arbitrary: anyInstant.map((written) => written.slice(0, -1)),
    compare: ordered,
  },
  {
    key: "uuid",
    values: [
      "00000000-0000-0000-0000-000000000000",
      "018f3f5e-6c2a-7b3d-9d6e-2f1a4b5c6d7e",
      "ffffffff-ffff-ffff-ffff-ffffffffffff",
      "018F3F5E-6C2A-7B3D-9D6E-2F1A4B5C6D7F",
    ],
    arbitrary: fc.uuid(),
    read: (given) => String(given).toLowerCase(),
    compare: ordered,
  },
  { key: "json", values: jsonValues, arbitrary: anyJson, hasEquality: false },
  { key: "plainJson", values: jsonValues, arbitrary: anyJson, hasEquality: false },
  {
    key: "bytes",
    values: [
      new Uint8Array(),
      Uint8Array.of(0),
      Uint8Array.of(255, 0, 39, 92, 34),
      Uint8Array.from({ length: 256 }, (_, index) => index),
    ],
    arbitrary: anyBytes,
    compare: (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right),
  },
  {
    key: "hash",
    values: [Uint8Array.from({ length: 32 }, (_, index) => 255 - index)],
    arbitrary: fc.uint8Array({ maxLength: 32 }).map((made) => Uint8Array.from(made)),
    compare: (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right),
  },
  { key: "label", values: nastyLabels, arbitrary: fc.constantFrom(...nastyLabels) },
  { key: "level", values: [1, 2, 3], arbitrary: fc.constantFrom(1, 2, 3), compare: ordered },
  {
    key: "texts",
    values: [[], [""], ["NULL", "null", "{}", "a,b", '"', "\\", " "], [...nastyTexts]],
    arbitrary: listOf(someText),
    hasEquality: false,
  },
  { key: "ints", values: [[], [0], [-2_147_483_648, 2_147_483_647]], arbitrary: listOf(anyInt), hasEquality: false },
  {
    key: "bigs",
    values: [[], [0n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n]],
    arbitrary: listOf(anyBig),
    hasEquality: false,
  },
  { key: "doubles", values: [[], [0.1, -1e300, 1e-300]], arbitrary: listOf(anyDouble), hasEquality: false },
  { key: "flags", values: [[], [true, false]], arbitrary: listOf(fc.boolean()), hasEquality: false },
  { key: "days", values: [[], ["0001-01-01", "9999-12-31"]], arbitrary: listOf(anyDay), hasEquality: false },
  { key: "moments", values: [[], moments], arbitrary: listOf(anyMoment), hasEquality: false },
  {
    key: "uuids",
    values: [[], ["00000000-0000-0000-0000-000000000000"]],
    arbitrary: listOf(fc.uuid()),
    hasEquality: false,
  },
  {
    key: "decimals",
    values: [[], ["1.5000", "-9999999999999999.9999"]],
    arbitrary: listOf(decimalOf(20, 4)),
    hasEquality: false,
  },
  {
    key: "blobs",
    values: [[], [new Uint8Array(), Uint8Array.of(0, 255, 92)]],
    arbitrary: listOf(anyBytes),
    hasEquality: false,
  },
  {
    key: "matrix",
    values: [
      [
        ["a", ""],
        ["NULL", "\\"],
      ],
    ],
    arbitrary: fc.tuple(someText, someText, someText, someText).map(([a, b, c, d]) => [
      [a, b],
      [c, d],
    ]),
    hasEquality: false,
  },
  {
    key: "tags",
    values: [new Set(), new Set(["a", "b'\\"])],
    arbitrary: listOf(someText).map((made) => new Set(made)),
    hasEquality: false,
  },
  { key: "encoded", values: [new Date("2024-02-29T13:37:00.123Z")], arbitrary: anyMoment, compare: byTime },
  {
    key: "huge",
    values: [0n, 10n ** 60n, -(10n ** 60n)],
    arbitrary: fc.bigInt({ min: -(10n ** 80n), max: 10n ** 80n }),
  },
  { key: "place", values: [{ x: 1, y: -2.5 }], arbitrary: fc.record({ x: anyInt, y: anyInt }) },
];

/** What is read where `given` was stored. */
export function expected({ read }: ColumnCase, given: unknown): unknown {
  return read === undefined ? given : read(given);
}
