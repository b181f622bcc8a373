/** The dialect that statements are shown in where none is named: the one that has a text for most of them. */
import type { Dialect } from "./dialect.ts";
import { postgresqlDialect } from "./postgresql/dialect.ts";

let standard: Dialect | undefined;

/** PostgreSQL's, made once. */
export function standardDialect(): Dialect {
  return (standard ??= postgresqlDialect());
}
