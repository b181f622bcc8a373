/** Paths as SQLite, MySQL and MariaDB write them: `$."name"[0]`. Always a bound value. */
import type { JsonLeg } from "../sql/expression/json-path.ts";

/** `legs` as a path; `fromEnd` writes an index that counts from the end. */
export function jsonPathText(legs: readonly JsonLeg[], fromEnd: (index: number) => string): string {
  return `$${legs.map((leg) => (typeof leg === "string" ? `.${JSON.stringify(leg)}` : itemText(leg, fromEnd))).join("")}`;
}

function itemText(index: number, fromEnd: (index: number) => string): string {
  return `[${index < 0 ? fromEnd(index) : String(index)}]`;
}
