/** Equality of values that can be written in several ways. */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";
import { sameBytes } from "./text-value.ts";

/** True where `bind` makes the same driver value of both; a value it refuses equals only itself. */
export function sameWhenBound(bind: (value: unknown) => DriverValue): (left: unknown, right: unknown) => boolean {
  return (left, right) => {
    if (left === right) return true;
    try {
      const [a, b] = [bind(left), bind(right)];
      return a === b || sameBytes(a, b);
    } catch (error) {
      if (error instanceof ValueError) return false;
      throw error;
    }
  };
}
