/** `sqlmodel/postgresql`: the PostgreSQL dialect on its own, to compile statements without a database. */
export { postgresqlDialect } from "./dialect/postgresql/dialect.ts";
