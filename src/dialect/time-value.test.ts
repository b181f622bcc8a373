/** Texts of dates and times as databases return them, by position and without the process's time zone. */
import { describe, expect, test } from "vitest";
import { ValueError } from "../sql/errors.ts";
import { date, time, timestamp } from "../sql/type/types.ts";
import { checkDate, checkTimeOf, readDate, readTime, readTimestampOf, timestampTextOf } from "./time-value.ts";

const read = readTimestampOf(timestamp());
const readText = readTimestampOf(timestamp({ as: "string" }));

describe("moments", () => {
  test.each([
    ["2024-02-29 13:37:00+00", "2024-02-29T13:37:00.000Z"],
    ["2024-02-29 13:37:00.1+00", "2024-02-29T13:37:00.100Z"],
    ["2024-02-29 13:37:00.123456+00", "2024-02-29T13:37:00.123Z"],
    ["2024-02-29 13:37:00", "2024-02-29T13:37:00.000Z"],
    ["2024-02-29T13:37:00.007000", "2024-02-29T13:37:00.007Z"],
    ["0001-01-01 00:00:00.000001", "0001-01-01T00:00:00.000Z"],
    ["0099-12-31 23:59:59.999", "0099-12-31T23:59:59.999Z"],
    ["9999-12-31 23:59:59.999999+00", "9999-12-31T23:59:59.999Z"],
  ])("%s", (text, iso) => {
    expect((read(text) as Date).toISOString()).toBe(iso);
  });

  test("T08 as a string, microseconds are kept", () => {
    expect(readText("2024-02-29 13:37:00.123456+00")).toBe("2024-02-29T13:37:00.123456Z");
    expect(readText("2024-02-29 13:37:00+00")).toBe("2024-02-29T13:37:00.000000Z");
    expect(readTimestampOf(timestamp({ as: "string", timeZone: false, precision: 0 }))("2024-02-29 13:37:00")).toBe(
      "2024-02-29T13:37:00",
    );
  });

  test.each([
    "infinity",
    "-infinity",
    "0044-03-15 12:00:00+00 BC",
    "0000-00-00 00:00:00",
    "10000-01-01 00:00:00+00",
    "2024-02-29 13:37:00+02",
    "2024-02-29",
    "",
  ])("T08 %j is no moment that can be read", (text) => {
    expect(() => read(text)).toThrow(ValueError);
    expect(() => readText(text)).toThrow(ValueError);
  });

  test("offsets are taken into UTC", () => {
    const bind = timestampTextOf(timestamp({ as: "string" }));
    expect(bind("2024-03-01T00:30:00+02:00")).toBe("2024-02-29 22:30:00.000000");
    expect(bind("2024-02-29T22:30:00.5-0130")).toBe("2024-03-01 00:00:00.500000");
    expect(bind("2024-02-29 22:30Z")).toBe("2024-02-29 22:30:00.000000");
    for (const text of [
      "2024-02-29T22:30:00",
      "2024-02-30T00:00:00Z",
      "2024-02-29T24:00:00Z",
      "2024-02-29T00:00:00.1234567Z",
      "0001-01-01T00:00:00+01:00",
      "2024-02-29T00:00:00+99:00",
    ]) {
      expect(() => bind(text), text).toThrow(ValueError);
    }
    expect(() => timestampTextOf(timestamp({ as: "string", timeZone: false }))("2024-02-29T22:30:00Z")).toThrow(
      ValueError,
    );
  });

  test("years and fractions that a column would change are refused", () => {
    const bind = timestampTextOf(timestamp());
    expect(bind(new Date("0001-01-01T00:00:00Z"))).toBe("0001-01-01 00:00:00.000000");
    expect(() => bind(new Date(-1, 0))).toThrow(ValueError);
    expect(() => bind(new Date("+010000-01-01T00:00:00Z"))).toThrow(ValueError);
    expect(() => timestampTextOf(timestamp({ precision: 0 }))(new Date(1))).toThrow(
      /has 3 digits after the second's point, and the column takes 0/,
    );
  });
});

test("dates are those of the calendar", () => {
  for (const text of ["2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"]) expect(checkDate(text)).toBe(text);
  for (const text of [
    "2023-02-29",
    "1900-02-29",
    "2024-13-01",
    "2024-00-01",
    "2024-04-31",
    "0000-01-01",
    "2024-2-9",
    "2024-02-29T00:00:00Z",
  ]) {
    expect(() => checkDate(text), text).toThrow(ValueError);
  }
  expect(() => checkDate(new Date(0))).toThrow(
    "A date column takes a string such as '2024-02-29', not a Date. Use value.toISOString().slice(0, 10). [E203]",
  );
  expect(readDate("2024-02-29")).toBe("2024-02-29");
  for (const text of ["infinity", "0044-03-15 BC", "0000-00-00"])
    expect(() => readDate(text), text).toThrow(ValueError);
  expect(date().kind).toBe("date");
});

test("times of day end before midnight", () => {
  const bind = checkTimeOf({ kind: "time" });
  expect(bind("13:37")).toBe("13:37:00");
  expect(bind("13:37:00.120000")).toBe("13:37:00.12");
  expect(readTime("13:37:00.120000")).toBe("13:37:00.12");
  expect(readTime("13:37:00.000000")).toBe("13:37:00");
  for (const text of ["24:00:00", "13:60:00", "1:37:00", "13:37:00Z"])
    expect(() => bind(text), text).toThrow(ValueError);
  expect(() => checkTimeOf({ kind: "time", precision: 1 })("13:37:00.12")).toThrow(ValueError);
  expect(time(3)).toEqual({ kind: "time", precision: 3 });
});
