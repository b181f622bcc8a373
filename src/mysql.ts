/** `sqlmodel/mysql`: the dialect of MySQL and MariaDB on its own, to compile statements without a database. */
export { mysqlDialect } from "./dialect/mysql/dialect.ts";
