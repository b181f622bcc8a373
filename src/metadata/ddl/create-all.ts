/** Creates and drops all tables of a MetaData through a connection. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { MetaData } from "../meta-data.ts";
import { createStatements, dropStatements, type ExistingObjects } from "./create-statements.ts";
import { namedEnums } from "./ddl-compiler.ts";
import type { DdlDialect } from "./ddl-dialect.ts";

/** A connection as DDL needs it; `ConnectionCore` in `engine/` is one. */
export interface SchemaConnection {
  readonly dialect: DdlDialect;
  readonly driverConnection: DriverConnection;
  executeRaw(statement: { readonly sql: string }): Io<unknown>;
  begin(options: { readonly write: boolean }): Io<void>;
  commit(): Io<void>;
  rollback(): Io<void>;
}

/** Create the tables that do not exist; those that do are left as they are. */
export function* createAllIo(metadata: MetaData, connection: SchemaConnection): Io<void> {
  const existing = yield* existingObjects(metadata, connection);
  yield* run(connection, createStatements(metadata, connection.dialect, { existing }));
}

/** Drop the tables that exist. */
export function* dropAllIo(metadata: MetaData, connection: SchemaConnection): Io<void> {
  const existing = yield* existingObjects(metadata, connection);
  yield* run(connection, dropStatements(metadata, connection.dialect, { existing }));
}

function* existingObjects(metadata: MetaData, { dialect, driverConnection }: SchemaConnection): Io<ExistingObjects> {
  const find = function* (
    objects: readonly { readonly schema: string | undefined }[],
    namesIn: DdlDialect["tableNames"] | undefined,
  ): Io<ReadonlySet<string>> {
    const found = new Set<string>();
    if (namesIn === undefined) return found;
    for (const schema of new Set(objects.map((object) => object.schema))) {
      for (const name of yield* namesIn(driverConnection, schema)) found.add(fullName(schema, name));
    }
    return found;
  };
  return {
    tables: yield* find(metadata.tables, dialect.tableNames.bind(dialect)),
    types: yield* find(namedEnums(metadata.tables), dialect.enumNames?.bind(dialect)),
    sequences: yield* find(metadata.sequences, dialect.sequenceNames?.bind(dialect)),
  };
}

function fullName(schema: string | undefined, name: string): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** All or nothing, where the database has transactions for DDL. */
function* run(connection: SchemaConnection, statements: readonly string[]): Io<void> {
  if (!connection.dialect.capabilities.transactionalDdl) {
    for (const sql of statements) yield* connection.executeRaw({ sql });
    return;
  }
  yield* connection.begin({ write: true });
  try {
    for (const sql of statements) yield* connection.executeRaw({ sql });
    yield* connection.commit();
  } catch (error) {
    yield* connection.rollback();
    throw error;
  }
}
