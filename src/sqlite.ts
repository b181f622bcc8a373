/** `sqlmodel/sqlite`: the SQLite dialect on its own, to compile statements without a database. */
export { sqliteDialect } from "./dialect/sqlite/dialect.ts";
