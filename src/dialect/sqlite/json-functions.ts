/** Functions that compare JSON documents inside SQLite, which each connection is given by `session.ts`. */
import type { DriverValue, FunctionDefinition } from "../../io/driver.ts";
import { sameJson } from "../json-value.ts";

/** 1 or 0 for two documents; NULL where one is NULL or JSON's null. */
function compared(
  test: (left: unknown, right: unknown) => boolean,
): (left: DriverValue, right: DriverValue) => DriverValue {
  return (left, right) => {
    if (left === null || right === null) return null;
    const [a, b]: [unknown, unknown] = [JSON.parse(String(left)), JSON.parse(String(right))];
    return a === null || b === null ? null : test(a, b) ? 1 : 0;
  };
}

/** True where all of `part` is in `whole`: members by name, items of arrays in any order. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return false;
    return part.every((item) => whole.some((other) => contains(other, item)));
  }
  if (typeof part !== "object" || part === null) return whole === part;
  if (typeof whole !== "object" || whole === null || Array.isArray(whole)) return false;
  return Object.entries(part).every(
    ([name, value]) => Object.hasOwn(whole, name) && contains((whole as Record<string, unknown>)[name], value),
  );
}

/** The array with the only item of `items` before the item at `index`, which counts from 0, or from -1 at the end. */
function inserted(array: DriverValue, index: DriverValue, items: DriverValue): DriverValue {
  const [list, added] = [JSON.parse(String(array)), JSON.parse(String(items))] as [unknown[], unknown[]];
  return JSON.stringify(list.toSpliced(Number(index), 0, ...added));
}

/** The functions, for `DriverConnection.createFunction`. */
export const jsonFunctions: readonly FunctionDefinition[] = Object.freeze([
  { name: "json_same", parameters: 2, call: compared(sameJson) },
  { name: "json_contains", parameters: 2, call: compared(contains) },
  { name: "json_inserted", parameters: 3, call: inserted },
]);
