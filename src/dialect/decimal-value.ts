/** Exact decimals as text: checked, written in one way, compared and read. */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { SqlTypeOf } from "../sql/type/sql-type.ts";

const decimalPattern = /^-?\d+(?:\.\d+)?$/;

/** A decimal without needless zeros: "12.5", "-0.001", "0". */
export interface Decimal {
  readonly negative: boolean;
  /** Digits before the point; "0" where there are none. */
  readonly whole: string;
  /** Digits after the point, without trailing zeros; "" where there are none. */
  readonly fraction: string;
}

/** The decimal that `text` writes, or undefined where it writes none. */
export function parseDecimal(text: string): Decimal | undefined {
  if (!decimalPattern.test(text)) return undefined;
  const negative = text.startsWith("-");
  const point = text.indexOf(".");
  let start = negative ? 1 : 0;
  const wholeEnd = point < 0 ? text.length : point;
  while (start < wholeEnd - 1 && text[start] === "0") start += 1;
  let end = point < 0 ? wholeEnd : text.length;
  while (end > wholeEnd + 1 && text[end - 1] === "0") end -= 1;
  const whole = text.slice(start, wholeEnd);
  const fraction = text.slice(wholeEnd + 1, end);
  return { negative: negative && !(whole === "0" && fraction === ""), whole, fraction };
}

/** `decimal` as text with at least `scale` digits after the point. */
export function formatDecimal(decimal: Decimal, scale = 0): string {
  const fraction = decimal.fraction.padEnd(scale, "0");
  return `${decimal.negative ? "-" : ""}${decimal.whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A decimal that fits a column of `type`: a string of digits, a bigint or a whole number. */
export function checkDecimalOf(type: SqlTypeOf<"numeric">): (value: unknown) => string {
  const { precision, scale = precision === undefined ? undefined : 0 } = type;
  return (value) => {
    const decimal = parseDecimal(decimalText(value));
    if (decimal === undefined) {
      throw new ValueError("The text is not a decimal such as '-12.50': digits, with one point and no exponent.");
    }
    if (scale !== undefined && decimal.fraction.length > scale) {
      throw new ValueError(
        `The decimal has ${String(decimal.fraction.length)} digits after the point, and the column takes ${String(scale)}. Round it first.`,
      );
    }
    const room = precision === undefined ? undefined : precision - (scale ?? 0);
    if (room !== undefined && decimal.whole !== "0" && decimal.whole.length > room) {
      throw new ValueError(
        `The decimal has ${String(decimal.whole.length)} digits before the point, and the column takes ${String(room)}.`,
      );
    }
    return formatDecimal(decimal, scale);
  };
}

function decimalText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (typeof value === "number") {
    throw new ValueError(
      "A decimal column takes no fractional numbers: they are not exact. Write the value as a string such as '12.50'.",
    );
  }
  throw new ValueError(`A decimal column takes a string such as '12.50', not ${describe(value)}.`);
}

/** Reader of decimals: with the column's digits after the point (more where an expression made more), else without needless zeros. */
export function readDecimalOf(type: SqlTypeOf<"numeric">): (raw: DriverValue) => string {
  const { scale } = type;
  return (raw) => {
    const text = String(raw);
    const decimal = parseDecimal(text);
    // NaN and Infinity of PostgreSQL, and exponents: the database's own text says more than any of ours.
    return decimal === undefined ? text : formatDecimal(decimal, scale);
  };
}

/** True where both write the same decimal. */
export function sameDecimal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  const [a, b] = [parseDecimal(String(left)), parseDecimal(String(right))];
  return a !== undefined && b !== undefined && formatDecimal(a) === formatDecimal(b);
}
