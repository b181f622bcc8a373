/** Creates and drops all tables of a MetaData through a connection. */
import type { DriverConnection } from "../../io/driver.ts";
import { execute, type Io } from "../../io/io.ts";
import type { MetaData } from "../meta-data.ts";
import { createStatements, dropStatements, type ExistingObjects } from "./create-statements.ts";
import { namedEnums } from "./ddl-compiler.ts";
import type { DdlDialect } from "./ddl-dialect.ts";

/** Create the tables that do not exist; those that do are left as they are. */
export function* createAllIo(metadata: MetaData, dialect: DdlDialect, connection: DriverConnection): Io<void> {
  const existing = yield* existingObjects(metadata, dialect, connection);
  yield* run(connection, createStatements(metadata, dialect, { existing }));
}

/** Drop the tables that exist. */
export function* dropAllIo(metadata: MetaData, dialect: DdlDialect, connection: DriverConnection): Io<void> {
  const existing = yield* existingObjects(metadata, dialect, connection);
  yield* run(connection, dropStatements(metadata, dialect, { existing }));
}

/** The DDL of `createAllIo` on an empty database, as one text. */
export function printCreateAll(metadata: MetaData, dialect: DdlDialect): string {
  return createStatements(metadata, dialect)
    .map((statement) => `${statement};\n`)
    .join("\n");
}

function* existingObjects(metadata: MetaData, dialect: DdlDialect, connection: DriverConnection): Io<ExistingObjects> {
  const tables = new Set<string>();
  const types = new Set<string>();
  for (const schema of new Set(metadata.tables.map((table) => table.schema))) {
    for (const name of yield* dialect.tableNames(connection, schema)) tables.add(fullName(schema, name));
  }
  for (const schema of new Set(namedEnums(metadata.tables).map((type) => type.schema))) {
    for (const name of yield* dialect.enumNames(connection, schema)) types.add(fullName(schema, name));
  }
  return { tables, types };
}

function fullName(schema: string | undefined, name: string): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

function* run(connection: DriverConnection, statements: readonly string[]): Io<void> {
  for (const sql of statements) {
    yield* execute(connection, { sql, parameters: [], returnsRows: false, reusable: false, integers: "number" });
  }
}
