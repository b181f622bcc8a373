/** The language of formats: what it knows, and what it refuses. */
import { expect, test } from "vitest";
import { ArgumentError } from "../errors.ts";
import { dateFormatFields, dateFormatParts } from "./date-format.ts";

test("fields, signs and texts", () => {
  expect(dateFormatParts("YYYY-MM [o'clock]hh[]")).toEqual([
    { field: "YYYY" },
    { text: "-" },
    { field: "MM" },
    { text: " " },
    { text: "o'clock" },
    { field: "hh" },
    { text: "" },
  ]);
  for (const field of dateFormatFields) expect(dateFormatParts(field)).toEqual([{ field }]);
});

test.each(["YYY", "yyyy", "Q", "SSS", "HH:MM:SS", "T", "[open", "close]", "", 5, null])("%j is refused", (format) => {
  expect(() => dateFormatParts(format)).toThrow(ArgumentError);
});

test("a field that there is not is named, with those that there are", () => {
  expect(() => dateFormatParts("YYYY-mm-dd")).toThrow(
    /knows no field 'dd'\. There are: YYYY, YY, MMMM, .*\[brackets\]/,
  );
});
