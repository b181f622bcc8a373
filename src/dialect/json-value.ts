/** JSON values: what can be written without loss, and equality. */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import { isWellFormed } from "../util/well-formed.ts";

/** `value` as JSON text. @throws ValueError for what JSON would drop or change. */
export function jsonText(value: unknown): string {
  if (isJson(value, [])) {
    const text = JSON.stringify(value);
    // NUL and halves of surrogate pairs are written as escapes; without one there are none.
    if (!text.includes("\\u")) return text;
  }
  checkJson(value, "", new Set());
  return JSON.stringify(value);
}

/** True where `raw` is the text that `jsonText(value)` gives. */
export function holdsJson(raw: DriverValue, value: unknown): boolean {
  return isJson(value, []) && JSON.stringify(value) === raw;
}

/** Deeper values are left to the walk that knows where it is. */
const deepest = 20;

/** True where `checkJson` could only find fault with texts; false says nothing. */
function isJson(value: unknown, parents: object[]): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || isJsonObject(value, parents);
    default:
      return false;
  }
}

function isJsonObject(value: object, parents: object[]): boolean {
  if (parents.length >= deepest || parents.includes(value)) return false;
  parents.push(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) if (!isJson(value[index], parents)) return false;
  } else {
    if (Object.getPrototypeOf(value) !== Object.prototype || "toJSON" in value) return false;
    for (const key of Object.keys(value)) if (!isJson((value as Record<string, unknown>)[key], parents)) return false;
  }
  parents.pop();
  return true;
}

function checkJson(value: unknown, path: string, parents: Set<object>): void {
  switch (typeof value) {
    case "string":
      return checkJsonText(value, path);
    case "boolean":
      return;
    case "number":
      if (Number.isFinite(value)) return;
      throw new ValueError(`JSON has no NaN and no Infinity, but the value has one${at(path)}.`);
    case "object":
      return value === null ? undefined : checkJsonObject(value, path, parents);
    default:
      throw new ValueError(
        `JSON cannot hold ${describe(value)}${at(path)}.${typeof value === "bigint" ? " Use a string." : ""}`,
      );
  }
}

function checkJsonText(value: string, path: string): void {
  if (!value.includes("\0") && isWellFormed(value)) return;
  throw new ValueError(
    `A text in the JSON value contains NUL or half of a surrogate pair${at(path)}, which databases cannot store.`,
  );
}

function checkJsonObject(value: object, path: string, parents: Set<object>): void {
  if (parents.has(value)) throw new ValueError(`The JSON value contains itself${at(path)}.`);
  parents.add(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) checkJson(value[index], `${path}[${String(index)}]`, parents);
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    // An object of another realm has another Object.prototype, whose own prototype is null like ours.
    const isPlain = prototype === null || (Object.getPrototypeOf(prototype) === null && !("toJSON" in value));
    if (!isPlain) {
      throw new ValueError(
        `JSON cannot hold ${describe(value)}${at(path)}: it would come back as something else. Turn it into plain objects, arrays, strings and numbers.`,
      );
    }
    for (const key of Object.keys(value)) {
      checkJsonText(key, path);
      checkJson((value as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`, parents);
    }
  }
  parents.delete(value);
}

function at(path: string): string {
  return path === "" ? "" : ` at '${path}'`;
}

/** Deep equality of JSON values; the order of an object's keys does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      sameJson((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  );
}
