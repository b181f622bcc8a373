/** V27: what does not fit into one message of a wire protocol is refused before it is sent. Called by `connection.ts`. */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";

/** Lengths on the wire are signed numbers of 32 bits; half of that is what PostgreSQL, MySQL and SQLite take at most. */
const mostBytes = 2 ** 30;
/** A JavaScript character is at most so many bytes of UTF-8. */
const widest = 3;

/** @throws ValueError where `parameters` have a gibibyte or more together. */
export function checkSize(parameters: readonly DriverValue[]): void {
  let length = 0;
  for (const value of parameters) {
    if (typeof value === "string") length += value.length;
    else if (typeof value === "object" && value !== null) length += value.byteLength;
  }
  if (length * widest < mostBytes) return;
  const bytes = parameters.reduce<number>((sum, value) => sum + byteLength(value), 0);
  if (bytes < mostBytes) return;
  throw new ValueError(
    `The values of this statement have ${String(Math.floor(bytes / 2 ** 20))} MiB together, and a statement can have less than 1024. Send rows in several statements, and store larger values in parts or outside of the database.`,
  );
}

function byteLength(value: DriverValue): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  return typeof value === "object" && value !== null ? value.byteLength : 0;
}
