/** Tells selects that may stand for a value from objects that look like them. */
import type { ScalarSelectable } from "./column-element.ts";

/** True for a select of one column. */
export function isScalarSelectable(value: unknown): value is ScalarSelectable<unknown> {
  return typeof value === "object" && value !== null && "subqueryNode" in value && isMarked(value);
}

const scalarSelects = new WeakSet<object>();

/** Mark `value` as a statement that may stand for a value; only statements made by this package are. */
export function markScalarSelectable(value: object): void {
  scalarSelects.add(value);
}

function isMarked(value: object): boolean {
  return scalarSelects.has(value);
}
