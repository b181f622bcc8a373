/** `jsonObject` and `jsonArray`: JSON made of expressions. */
import { ArgumentError } from "../errors.ts";
import type { SqlType } from "../type/sql-type.ts";
import { describe, type ColumnElement } from "./column-element.ts";
import { constructNode } from "./construct.ts";
import { JsonElement } from "./json-element.ts";
import { checkPath, pathNode } from "./json-path.ts";
import type { JsonOf } from "./json-types.ts";
import { jsonValueNode } from "./json-value-node.ts";

const JSON_TYPE: SqlType = { kind: "json", binary: true };

type ValueOfItem<I> = I extends ColumnElement<infer V> ? JsonOf<V> : I;

/** A JSON object: `jsonObject({ name: Hero.c.name, kind: "hero" })`. Expressions that are NULL become JSON's null. */
export function jsonObject<const O extends { readonly [name: string]: unknown }>(
  members: O,
): JsonElement<{ -readonly [K in keyof O]: ValueOfItem<O[K]> }> {
  if (typeof members !== "object" || members === null || Array.isArray(members)) {
    throw new ArgumentError(`jsonObject() takes an object of values and expressions, not ${describe(members)}.`);
  }
  const operands = Object.entries(members).flatMap(([name, value]) => [
    pathNode(checkPath([name], "jsonObject")),
    jsonValueNode(value, "jsonObject", false),
  ]);
  return new JsonElement(constructNode("json.object", JSON_TYPE, operands));
}

/** A JSON array: `jsonArray(Hero.c.name, Hero.c.age)`. */
export function jsonArray<const I extends readonly unknown[]>(
  ...items: I
): JsonElement<{ -readonly [K in keyof I]: ValueOfItem<I[K]> }> {
  const operands = items.map((item) => jsonValueNode(item, "jsonArray", false));
  return new JsonElement(constructNode("json.array", JSON_TYPE, operands));
}
