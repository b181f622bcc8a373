/** Tells selects that may stand for a value from objects that look like them. */
import type { ScalarSelectable } from "./column-element.ts";

/** What all statements that may stand for a value extend. */
export abstract class ScalarSelect {
  // A private brand: no parsed or cloned object can pass for a statement.
  readonly #brand = true;

  static isSelect(value: unknown): boolean {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** True for a select of one column. */
export function isScalarSelectable(value: unknown): value is ScalarSelectable<unknown> {
  return ScalarSelect.isSelect(value);
}
