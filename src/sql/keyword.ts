/** Words of SQL that a program names: only what a frozen map holds becomes text. */
import { ArgumentError } from "./errors.ts";

/** `map[key]`, for keys that come from a program: only what is written in the map is accepted. */
export function keyword<T extends object>(map: T, key: PropertyKey, what: string): T[keyof T] {
  if (Object.hasOwn(map, key)) return map[key as keyof T];
  throw new ArgumentError(`'${String(key)}' is not ${what}. Use one of: ${Object.keys(map).join(", ")}.`);
}
