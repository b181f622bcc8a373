/** DDL of a set of tables, as statements that can be printed without a connection. */
import type { ForeignKeyConstraint, Index } from "../metadata/constraint.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import type { Table } from "../metadata/table.ts";

/** One dialect's spelling of schema objects. `metadata/ddl/` decides order and what is needed. */
export interface DdlCompiler {
  /** CREATE SCHEMA, where the database has schemas. */
  createSchema(name: string): string[];
  /** What a table needs before it: named enum types. `existing` objects are kept. */
  createTypes(tables: readonly Table[]): string[];
  /** CREATE TABLE with all its constraints but the foreign keys in `deferred`, and its comments. */
  createTable(table: Table, metadata: MetaData, deferred: readonly ForeignKeyConstraint[]): string[];
  createIndex(table: Table, index: Index, metadata: MetaData): string[];
  addForeignKey(table: Table, constraint: ForeignKeyConstraint, metadata: MetaData): string[];
  dropForeignKey(table: Table, constraint: ForeignKeyConstraint, metadata: MetaData): string[];
  dropTable(table: Table): string[];
  dropTypes(tables: readonly Table[]): string[];
}
