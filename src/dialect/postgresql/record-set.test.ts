/** Rows as arrays: the server finds every text in the array literal as it was. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchPostgresql, type Scratch } from "../../../test/support/scratch.ts";
import type { DriverValue } from "../../io/driver.ts";
import { recordSetArrays } from "./record-set.ts";

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchPostgresql();
});
afterAll(() => scratch.remove());

const lists: readonly (readonly [name: string, items: readonly DriverValue[], texts: readonly (string | null)[]])[] = [
  ["plain texts", ["a", "", null, "null", "NULL"], ["a", "", null, "null", "NULL"]],
  ["brackets and commas", ["{", "}", "{a,b}", ",", " a "], ["{", "}", "{a,b}", ",", " a "]],
  ["quotes and backslashes", ['"', "\\", '\\"', '{"a":"\\\\n"}'], ['"', "\\", '\\"', '{"a":"\\\\n"}']],
  [
    "what JSON escapes",
    ["a\nb", "\t", "\r\n", "\b\f", "\u0001", "\\n"],
    ["a\nb", "\t", "\r\n", "\b\f", "\u0001", "\\n"],
  ],
  ["other scripts", ["é", "汉", "😀", "\u2028"], ["é", "汉", "😀", "\u2028"]],
  ["numbers", [1, -1.5, 1e21, 10n, Number.NaN, -Infinity], ["1", "-1.5", "1e+21", "10", "NaN", "-Infinity"]],
  ["truth and bytes", [true, false, Uint8Array.of(0, 255)], ["true", "false", "\\x00ff"]],
];

test.each(lists)("%s", async (_, items, texts) => {
  const [literal = ""] = recordSetArrays(items.map((item) => [item]));
  const quoted = `'${literal.replaceAll("'", "''")}'`;
  const rows = await scratch.admin(`SELECT t FROM unnest(${quoted}::text[]) WITH ORDINALITY AS v (t, n) ORDER BY n`);
  expect(rows.map((row) => row[0])).toEqual(texts);
});

test("each column has an array of its own", () => {
  expect(
    recordSetArrays([
      [1, "a"],
      [2, null],
    ]),
  ).toEqual(['{"1","2"}', '{"a",null}']);
});
