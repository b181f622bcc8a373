/** Rows of `values` are checked against the types of their columns. */
import { expect, test } from "vitest";
import { ValueError } from "../sql/errors.ts";
import { rangeType } from "../sql/type/range-types.ts";
import {
  array,
  bigint,
  boolean,
  bytea,
  date,
  decimal,
  double,
  enumType,
  integer,
  json,
  real,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from "../sql/type/types.ts";
import { values } from "./values.ts";

test.each([
  [integer(), "1", "An integer column takes a number, not a string."],
  [integer(), 1.5, "An integer column takes whole numbers. Round the value, or use double() or decimal()."],
  [smallint(), 40_000, "An integer column of this type takes numbers from -32768 to 32767. Use bigint() for more."],
  [bigint(), 1, "A bigint column takes a bigint, not a number. Use BigInt(value), or write 1n."],
  [decimal(4, 2), "1.234", "."],
  [real(), 1e300, "The number is too large for single precision. Use double()."],
  [double(), Number.NaN, "NaN and Infinity cannot be stored on every database. Use null for what is not known."],
  [boolean(), 1, "A boolean column takes true or false, not a number."],
  [text(), 1, "A text column takes a string, not a number."],
  [varchar(2), "abc", "The text has 3 characters, and the column takes at most 2."],
  [uuid(), "x", "The text is not a UUID such as '018f3f5e-6c2a-7b3d-9d6e-2f1a4b5c6d7e'."],
  [date(), "2024-02-30", "The text is not a date of the calendar such as '2024-02-29'."],
  [time(), "25:00", "The text is not a time of day such as '13:37:00'"],
  [timestamp(), "yesterday", "."],
  [timestamp({ as: "string" }), "yesterday", "."],
  [json(), { a: 1n }, "."],
  [bytea(), "x", "."],
  [enumType(["a", "b"]), "c", "."],
  [array(integer()), [1, "2"], "An integer column takes a number, not a string."],
  [array(integer()), 1, "An array column takes an array, not a number."],
  [rangeType("int4range"), { lower: "1", upper: null }, "."],
])("a value that does not fit its column is refused by row and column: %j", (type, value, problem) => {
  const rows = [
    { name: "a", given: null },
    { name: "b", given: value },
  ];
  const refused = (): unknown => values({ name: text(), given: type }, rows as never);
  expect(refused).toThrow(ValueError);
  expect(refused).toThrow(`values(): row 2, 'given': `);
  expect(refused).toThrow(problem);
});

test("what fits is taken as it is, NULL in every column", () => {
  const types = {
    i: integer(),
    b: bigint(),
    d: decimal(4, 2),
    t: timestamp(),
    k: enumType(["a"]),
    l: array(integer()),
    j: json(),
    u: uuid(),
  };
  const none = { i: null, b: null, d: null, t: null, k: null, l: null, j: null, u: null };
  const some = {
    i: 1,
    b: 1n,
    d: "1.50",
    t: new Date(),
    k: "a",
    l: [1, null],
    j: { a: [1] },
    u: "018f3f5e-6c2a-7b3d-9d6e-2f1a4b5c6d7e",
  } as const;
  expect(() => values(types, [none, some])).not.toThrow();
});
