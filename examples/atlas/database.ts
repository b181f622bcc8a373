/** Where the atlas is: in SQLite beside this file, or in the database of DATABASE_URL. */
import { fileURLToPath } from "node:url";
import type { AsyncEngine } from "sqlmodel";

export const databaseUrl =
  process.env["DATABASE_URL"] ?? `sqlite:${encodeURI(fileURLToPath(new URL("atlas.db", import.meta.url)))}`;

/**
 * The folder of the revisions for a kind of database: "sqlite", "postgresql" or "mysql". A revision says in one database's own
 * words what is there: an enum is a type on PostgreSQL, a column's type on MySQL, and a check on SQLite.
 */
export function migrationsOf({ dialect }: Pick<AsyncEngine, "dialect">): string {
  return fileURLToPath(new URL(`migrations/${dialect.name}`, import.meta.url));
}
