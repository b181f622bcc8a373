/** The built-in type under types of the program's own. */
import type { SqlType } from "./sql-type.ts";

/** The built-in type that `type` is stored as. */
export function storedType(type: SqlType): Exclude<SqlType, { kind: "custom" }> {
  let stored = type;
  while (stored.kind === "custom") stored = stored.impl;
  return stored;
}
