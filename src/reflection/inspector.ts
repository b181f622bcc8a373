/** `Inspector`: what a database holds, asked for by name. SQLAlchemy's inspect(engine). */
import type { AsyncEngine } from "../engine/async-engine.ts";
import type { AsyncConnection } from "../engine/async-connection.ts";
import type { ConnectionCore } from "../engine/connection.ts";
import type { Engine } from "../engine/engine.ts";
import type { Connection } from "../engine/sync-connection.ts";
import type { Io } from "../io/io.ts";
import {
  displayName,
  nameKey,
  type Catalog,
  type CatalogCheck,
  type CatalogColumn,
  type CatalogEnum,
  type CatalogExclusion,
  type CatalogForeignKey,
  type CatalogIndex,
  type CatalogKey,
  type CatalogTable,
  type CatalogView,
} from "../metadata/catalog.ts";
import { MissingObjectError } from "../metadata/errors.ts";
import { didYouMean } from "../util/closest-name.ts";

export interface InspectSchemas {
  /** Schemas to read beside the connection's own; "all" are those that are not the database's own. */
  readonly schemas?: readonly string[] | "all";
}

/**
 * Read the whole catalog, in a number of queries that does not depend on how many tables there are.
 * @returns A promise where the engine is asynchronous.
 */
export function inspect(engine: AsyncEngine | AsyncConnection, options?: InspectSchemas): Promise<Inspector>;
export function inspect(engine: Engine | Connection, options?: InspectSchemas): Inspector;
export function inspect(
  engine: Engine | Connection | AsyncEngine | AsyncConnection,
  options: InspectSchemas = {},
): Inspector | Promise<Inspector> {
  const read = function* (connection: ConnectionCore): Io<Inspector> {
    return new Inspector(yield* connection.dialect.migrations.inspect(connection.driverConnection, options));
  };
  return (engine as Engine).run(read);
}

/** Answers questions about a catalog that was read once. Names without a schema are those of the connection's own. */
export class Inspector {
  /** All that was read, as data. */
  readonly catalog: Catalog;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** Names of the schemas that were read, beside the connection's own. */
  getSchemaNames(): string[] {
    return this.catalog.schemas.map(({ name }) => name);
  }

  getTableNames(schema?: string): string[] {
    return this.catalog.tables.filter((table) => table.schema === schema).map(({ name }) => name);
  }

  getViewNames(schema?: string): string[] {
    return this.#views(schema, false).map(({ name }) => name);
  }

  getMaterializedViewNames(schema?: string): string[] {
    return this.#views(schema, true).map(({ name }) => name);
  }

  /** The statement that creates a view. @throws MissingObjectError */
  getViewDefinition(name: string, schema?: string): string {
    const views = this.catalog.views.filter((view) => view.schema === schema);
    const found = views.find((view) => view.name === name);
    if (found !== undefined) return found.definition;
    throw this.#missing("view", name, schema, views);
  }

  hasTable(name: string, schema?: string): boolean {
    return this.#find(name, schema) !== undefined;
  }

  /** @throws MissingObjectError */
  getTable(name: string, schema?: string): CatalogTable {
    const found = this.#find(name, schema);
    if (found !== undefined) return found;
    throw this.#missing("table", name, schema, this.catalog.tables);
  }

  getColumns(table: string, schema?: string): readonly CatalogColumn[] {
    return this.getTable(table, schema).columns;
  }

  getPrimaryKey(table: string, schema?: string): CatalogKey | undefined {
    return this.getTable(table, schema).primaryKey;
  }

  getForeignKeys(table: string, schema?: string): readonly CatalogForeignKey[] {
    return this.getTable(table, schema).foreignKeys;
  }

  getUniqueConstraints(table: string, schema?: string): readonly CatalogKey[] {
    return this.getTable(table, schema).uniques;
  }

  getCheckConstraints(table: string, schema?: string): readonly CatalogCheck[] {
    return this.getTable(table, schema).checks;
  }

  getExclusionConstraints(table: string, schema?: string): readonly CatalogExclusion[] {
    return this.getTable(table, schema).exclusions;
  }

  getIndexes(table: string, schema?: string): readonly CatalogIndex[] {
    return this.getTable(table, schema).indexes;
  }

  getTableComment(table: string, schema?: string): string | undefined {
    return this.getTable(table, schema).comment;
  }

  getEnums(schema?: string): readonly CatalogEnum[] {
    return this.catalog.enums.filter((type) => type.schema === schema);
  }

  getSequenceNames(schema?: string): string[] {
    return this.catalog.sequences.filter((sequence) => sequence.schema === schema).map(({ name }) => name);
  }

  #views(schema: string | undefined, materialized: boolean): readonly CatalogView[] {
    return this.catalog.views.filter((view) => view.schema === schema && view.materialized === materialized);
  }

  #find(name: string, schema: string | undefined): CatalogTable | undefined {
    const key = nameKey({ schema, name });
    return this.catalog.tables.find((table) => nameKey(table) === key);
  }

  #missing(
    kind: string,
    name: string,
    schema: string | undefined,
    known: readonly { readonly name: string; readonly schema?: string | undefined }[],
  ): MissingObjectError {
    const hint = didYouMean(displayName({ schema, name }), known.map(displayName));
    return new MissingObjectError(`The database has no ${kind} '${displayName({ schema, name })}'.${hint}`);
  }
}
