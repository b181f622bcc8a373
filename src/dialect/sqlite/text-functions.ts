/** What SQLite's texts lack: functions that each connection is given by `session.ts`. */
import { ValueError } from "../../sql/errors.ts";
import { LruCache } from "../../util/lru-cache.ts";
import type { DriverValue, FunctionDefinition } from "../../io/driver.ts";

const ofText =
  (change: (text: string) => string) =>
  (value: DriverValue): DriverValue =>
    value === null || value instanceof Uint8Array ? null : change(String(value));

const compiled = new LruCache<string, RegExp>(100);

function regularExpression(pattern: string, flags: string): RegExp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  try {
    const made = new RegExp(pattern, flags);
    compiled.set(key, made);
    return made;
  } catch (error) {
    throw new ValueError(
      "The pattern is not a regular expression of JavaScript, whose language SQLite's are in here.",
      {
        cause: error,
      },
    );
  }
}

const matches =
  (flags: string) =>
  (text: DriverValue, pattern: DriverValue): DriverValue =>
    text === null || pattern === null ? null : regularExpression(String(pattern), flags).test(String(text)) ? 1n : 0n;

function replaced(text: DriverValue, pattern: DriverValue, by: DriverValue): DriverValue {
  if (text === null || pattern === null || by === null) return null;
  return String(text).replace(regularExpression(String(pattern), "gu"), () => String(by));
}

/** The functions, for `DriverConnection.createFunction`. */
export const textFunctions: readonly FunctionDefinition[] = Object.freeze([
  { name: "text_reverse", parameters: 1, call: ofText((text) => Array.from(text).reverse().join("")) },
  { name: "text_matches", parameters: 2, call: matches("u") },
  { name: "text_imatches", parameters: 2, call: matches("iu") },
  { name: "text_regexp_replace", parameters: 3, call: replaced },
]);
