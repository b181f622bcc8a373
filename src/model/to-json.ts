/** An entity as JSON, and as text for a console. Called by the methods that table.ts gives every model. */
import { inspectMethod } from "../util/inspect-method.ts";
import * as core from "zod/v4/core";
import { Collection } from "./collection.ts";
import type { ModelAttribute } from "./configured-mapper.ts";
import type { InstanceState } from "./instance-state.ts";
import type { PropertyAttribute } from "./property-expression.ts";
import { findState } from "./state-slot.ts";

type JsonObject = { [key: string]: unknown };

/** Columns that are not hidden and relationships that are loaded; a way back to an object further up is left out. */
export function toJson(state: InstanceState, ancestors: ReadonlySet<object> = new Set()): JsonObject {
  const { entity, mapper } = state;
  const json: JsonObject = {};
  for (const attribute of mapper.attributes as readonly ModelAttribute[]) {
    if (attribute.hidden) continue;
    const value = state.peek(attribute.key);
    if (value !== undefined) json[attribute.key] = jsonValue(attribute.field, value);
  }
  for (const property of mapper.expressions as readonly PropertyAttribute[]) {
    const value = property.hidden ? undefined : state.peekExpression(property);
    if (value !== undefined) json[property.key] = jsonValue(property, value);
  }
  const path = new Set([...ancestors, entity]);
  for (const relationship of mapper.relationships) {
    const value = state.peekRelated(relationship);
    if (value === undefined) continue;
    if (value instanceof Collection) {
      const members = value.toArray().flatMap((member) => memberJson(member, path));
      // Nothing but the way back is no list to show.
      if (members.length > 0 || value.length === 0) json[relationship.key] = members;
    } else if (value === null) json[relationship.key] = null;
    else if (!path.has(value)) json[relationship.key] = memberJson(value, path)[0];
  }
  return json;
}

function memberJson(member: object, path: ReadonlySet<object>): readonly unknown[] {
  if (path.has(member)) return [];
  const state = findState(member);
  return state === undefined ? [] : [toJson(state, path)];
}

function jsonValue({ schema, columnType }: Pick<PropertyAttribute, "schema" | "columnType">, value: unknown): unknown {
  // What a codec stands before has a stored side, which is also how it travels.
  if (columnType.direction === "backward" && value !== null) return plainValue(core.encode(schema, value));
  return plainValue(value);
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return base64(value);
  return Array.isArray(value) ? value.map(plainValue) : value;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** What a console shows: columns, hidden ones without their values, and the keys of loaded objects. */
export function toInspected(state: InstanceState): JsonObject {
  const shown: JsonObject = {};
  for (const { key, hidden } of state.mapper.attributes) shown[key] = hidden ? new Words("[hidden]") : state.peek(key);
  for (const property of state.mapper.expressions)
    shown[property.key] = property.hidden ? new Words("[hidden]") : state.peekExpression(property);
  for (const relationship of state.mapper.relationships) {
    const value = state.peekRelated(relationship);
    if (value instanceof Collection) shown[relationship.key] = value.toArray().map(inspectedMember);
    else if (value !== undefined) shown[relationship.key] = value === null ? null : inspectedMember(value);
  }
  return shown;
}

function inspectedMember(member: object): unknown {
  return new Words(findState(member)?.describe() ?? "[object]");
}

/** Words that a console shows without quotes. */
class Words {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  [inspectMethod](): string {
    return this.#text;
  }
}
