/** Checks of numbers and booleans on their way into a database, and readers of what comes back. */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";

/** A whole number from `least` to `most`; -0 is 0, its equal. */
export function checkInteger(value: unknown, least: number, most: number): number {
  if (typeof value !== "number") {
    const hint = typeof value === "bigint" ? " Use Number(value), or the type bigint()." : "";
    throw new ValueError(`An integer column takes a number, not ${describe(value)}.${hint}`);
  }
  if (!Number.isInteger(value))
    throw new ValueError("An integer column takes whole numbers. Round the value, or use double() or decimal().");
  if (value < least || value > most) {
    throw new ValueError(
      `An integer column of this type takes numbers from ${String(least)} to ${String(most)}. Use bigint() for more.`,
    );
  }
  return value === 0 ? 0 : value;
}

const leastInt64 = -(2n ** 63n);
const mostInt64 = 2n ** 63n - 1n;

/** A bigint of 64 bits. */
export function checkBigint(value: unknown): bigint {
  if (typeof value !== "bigint")
    throw new ValueError(`A bigint column takes a bigint, not ${describe(value)}. Use BigInt(value), or write 1n.`);
  if (value < leastInt64 || value > mostInt64)
    throw new ValueError("A bigint column takes values of 64 bits. Use decimal() for more.");
  return value;
}

/** A number that is finite; -0 is 0, its equal. */
export function checkDouble(value: unknown): number {
  if (typeof value !== "number")
    throw new ValueError(`A floating-point column takes a number, not ${describe(value)}.`);
  if (!Number.isFinite(value))
    throw new ValueError("NaN and Infinity cannot be stored on every database. Use null for what is not known.");
  return value === 0 ? 0 : value;
}

/** A number in the range of single precision. */
export function checkReal(value: unknown): number {
  const number = checkDouble(value);
  if (!Number.isFinite(Math.fround(number)))
    throw new ValueError("The number is too large for single precision. Use double().");
  // Below single precision's least number some databases fail and some store 0.
  return Math.fround(number) === 0 ? 0 : number;
}

/** True where both are the same number in single precision. */
export function sameReal(left: unknown, right: unknown): boolean {
  return typeof left === "number" && typeof right === "number" && Math.fround(left) === Math.fround(right);
}

/** The shortest decimal that single precision cannot tell from `value`: 0.1, not 0.10000000149011612. */
export function shortestReal(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}

/** True or false, not what is like it. */
export function checkBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ValueError(`A boolean column takes true or false, not ${describe(value)}.`);
}

/** What a driver gives for an integer, as a number that holds all its digits. */
export function readInteger(raw: DriverValue): number {
  const value = typeof raw === "number" ? raw : Number(raw);
  if (Number.isSafeInteger(value)) return value;
  throw new ValueError(
    "The database returned something that is not a whole number JavaScript can hold exactly. Use the type bigint() for the column, or cast(…, bigint()) for the expression.",
  );
}

/** What a driver gives for a 64 bit integer. */
export function readBigint(raw: DriverValue): bigint {
  if (typeof raw === "bigint") return raw;
  if (typeof raw === "string") return BigInt(raw);
  if (typeof raw === "number" && Number.isSafeInteger(raw)) return BigInt(raw);
  throw new ValueError("The database returned something else than a whole number for a bigint.");
}

/** What a driver gives for a floating-point number. */
export function readDouble(raw: DriverValue): number {
  return typeof raw === "number" ? raw : Number(raw);
}

/** What a driver gives for a boolean: a boolean, 0 and 1, or PostgreSQL's letters. */
export function readBoolean(raw: DriverValue): boolean {
  if (typeof raw === "boolean") return raw;
  if (typeof raw === "string") return raw === "t" || raw === "true" || raw === "1";
  return raw === 1 || raw === 1n;
}
