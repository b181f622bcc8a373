/** Translation of one type's values between the program and one database's driver. */
import type { DriverValue } from "../io/driver.ts";

/**
 * Laws, held by property tests: `result(bind(v))` equals `v`, and so does `result(raw)` for what the database returns
 * for it. NULL never reaches a codec.
 */
export interface Codec {
  /**
   * Program value to parameter.
   * @throws ValueError where the value is of another type or would be stored otherwise than it is.
   */
  bind(value: unknown): DriverValue;
  /** Driver value (or what `bind` made) to program value; undefined where they are the same value. */
  readonly result: ((raw: DriverValue) => unknown) | undefined;
  /** Equality of two program values that are not null; undefined where `===` says it. */
  readonly equals: ((left: unknown, right: unknown) => boolean) | undefined;
  /** True where `raw` is for sure what `bind(value)` gives: what compares without decoding. False says nothing. */
  readonly holds?: (raw: DriverValue, value: unknown) => boolean;
  /** True where SQLite must deliver integers as bigint to be exact. */
  readonly wantsBigint?: boolean;
}
