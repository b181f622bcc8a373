/**
 * Exact decimals inside SQLite, which has none: functions that each connection is given by `session.ts`.
 * `decimal_add`, `decimal_sub`, `decimal_mul` and `decimal_sum` are those of SQLite's own decimal extension;
 * `decimal_key` makes a text that sorts as its number does, `decimal_value` is its inverse, `decimal_cast` rounds.
 */
import type { AggregateFunction, DriverValue, FunctionDefinition } from "../../io/driver.ts";
import { formatDecimal, parseDecimal } from "../decimal-value.ts";

/** A number as digits before and after the point: `units` × 10^-`scale`. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

function scaled(value: DriverValue): Scaled | undefined {
  if (value === null || value instanceof Uint8Array || typeof value === "boolean") return undefined;
  const text = String(value);
  const decimal = parseDecimal(text);
  if (decimal === undefined) return scaledFromExponent(text);
  const units = BigInt(decimal.whole + decimal.fraction);
  return { units: decimal.negative ? -units : units, scale: decimal.fraction.length };
}

/** "1.5e-7", as REAL values are written. */
function scaledFromExponent(text: string): Scaled | undefined {
  const [, mantissa = "", exponent = ""] = /^(-?\d+(?:\.\d+)?)e([+-]?\d{1,3})$/i.exec(text) ?? [];
  const base = mantissa === "" ? undefined : scaled(mantissa);
  if (base === undefined) return undefined;
  const scale = base.scale - Number(exponent);
  return scale >= 0 ? { units: base.units, scale } : { units: base.units * 10n ** BigInt(-scale), scale: 0 };
}

function write({ units, scale }: Scaled): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${negative ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(digits.length - scale)}`}`;
}

function align(left: Scaled, right: Scaled): { a: bigint; b: bigint; scale: number } {
  const scale = Math.max(left.scale, right.scale);
  return {
    a: left.units * 10n ** BigInt(scale - left.scale),
    b: right.units * 10n ** BigInt(scale - right.scale),
    scale,
  };
}

function calculate(
  operation: (left: Scaled, right: Scaled) => Scaled,
): (left: DriverValue, right: DriverValue) => DriverValue {
  return (left, right) => {
    const [a, b] = [scaled(left), scaled(right)];
    return a === undefined || b === undefined ? null : write(operation(a, b));
  };
}

function add(left: Scaled, right: Scaled): Scaled {
  const { a, b, scale } = align(left, right);
  return { units: a + b, scale };
}

function subtract(left: Scaled, right: Scaled): Scaled {
  return add(left, { units: -right.units, scale: right.scale });
}

function multiply(left: Scaled, right: Scaled): Scaled {
  return { units: left.units * right.units, scale: left.scale + right.scale };
}

/** `value` rounded half away from zero to `scale` digits, as the other databases do. */
function cast(value: DriverValue, scale: DriverValue): DriverValue {
  const number = scaled(value);
  if (number === undefined) return null;
  const wanted = scale === null ? number.scale : Number(scale);
  if (number.scale <= wanted)
    return write({ units: number.units * 10n ** BigInt(wanted - number.scale), scale: wanted });
  const divisor = 10n ** BigInt(number.scale - wanted);
  const half = (number.units < 0n ? -divisor : divisor) / 2n;
  return write({ units: (number.units + half) / divisor, scale: wanted });
}

/** `value` cut to `scale` digits; `toward` says which whole number is taken where digits are lost. */
function cut(value: DriverValue, scale: DriverValue, toward: "zero" | "below" | "above"): DriverValue {
  const number = scaled(value);
  if (number === undefined) return null;
  const wanted = scale === null ? 0 : Number(scale);
  if (number.scale <= wanted) return write(number);
  const divisor = 10n ** BigInt(number.scale - wanted);
  const units = number.units / divisor;
  const isCut = units * divisor !== number.units;
  if (isCut && toward === "below" && number.units < 0n) return write({ units: units - 1n, scale: wanted });
  if (isCut && toward === "above" && number.units > 0n) return write({ units: units + 1n, scale: wanted });
  return write({ units, scale: wanted });
}

const lengthDigits = 4;
const most = 9999;
const complement = (digits: string): string => digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
// Sorts after all digits: of two negative numbers with the same beginning, the shorter is the greater.
const negativeEnd = "~";

/** Sign, number of digits, digits; all turned round where negative. */
function sortKey(value: DriverValue): DriverValue {
  const number = scaled(value);
  const decimal = number === undefined ? undefined : parseDecimal(write(number));
  if (decimal === undefined) return null;
  const { whole, fraction, negative } = decimal;
  if (!negative) return `1${String(whole.length).padStart(lengthDigits, "0")}${whole}.${fraction}`;
  return `0${String(most - whole.length).padStart(lengthDigits, "0")}${complement(whole)}.${complement(fraction)}${negativeEnd}`;
}

function keyValue(key: DriverValue): DriverValue {
  if (typeof key !== "string") return null;
  const negative = key.startsWith("0");
  const body = key.slice(1 + lengthDigits, negative ? -1 : undefined);
  const [whole = "0", fraction = ""] = (negative ? complement(body) : body).split(".");
  return formatDecimal({ negative, whole, fraction });
}

/** The sum so far; NULL where it is that of no numbers. */
interface Sum {
  readonly count: number;
  readonly total: Scaled;
}

const decimalSum: AggregateFunction<Sum> = {
  name: "decimal_sum",
  parameters: 1,
  start: () => ({ count: 0, total: { units: 0n, scale: 0 } }),
  step: (sum, value) => {
    const added = scaled(value);
    return added === undefined ? sum : { count: sum.count + 1, total: add(sum.total, added) };
  },
  inverse: (sum, value) => {
    const gone = scaled(value);
    return gone === undefined ? sum : { count: sum.count - 1, total: subtract(sum.total, gone) };
  },
  result: (sum) => (sum.count === 0 ? null : write(sum.total)),
};

/** The functions, for `DriverConnection.createFunction`. */
export const decimalFunctions: readonly FunctionDefinition[] = Object.freeze([
  { name: "decimal_key", parameters: 1, call: sortKey },
  { name: "decimal_value", parameters: 1, call: keyValue },
  { name: "decimal_add", parameters: 2, call: calculate(add) },
  { name: "decimal_sub", parameters: 2, call: calculate(subtract) },
  { name: "decimal_mul", parameters: 2, call: calculate(multiply) },
  { name: "decimal_cast", parameters: 2, call: cast },
  decimalSum,
  { name: "decimal_trunc", parameters: 2, call: (value, scale) => cut(value, scale, "zero") },
  { name: "decimal_floor", parameters: 1, call: (value) => cut(value, 0, "below") },
  { name: "decimal_ceil", parameters: 1, call: (value) => cut(value, 0, "above") },
]);
