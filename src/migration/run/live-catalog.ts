/** The catalog as it is now, and its fingerprint: how a resumed run finds out whether a statement took effect. */
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import { nameKey, type Catalog, type CatalogIndex, type QualifiedName } from "../../metadata/catalog.ts";
import { SQLModelError } from "../../util/coded-error.ts";
import { fingerprint } from "../../util/fingerprint.ts";

/** Read the catalog. Errors come translated. */
export function* inspectNow(connection: ConnectionCore, schemas: readonly string[]): Io<Catalog> {
  const { dialect, driverConnection } = connection;
  try {
    return yield* dialect.migrations.inspect(driverConnection, { schemas });
  } catch (error) {
    throw error instanceof SQLModelError ? error : dialect.translateError(error, { sql: "" });
  }
}

/** An index that a failed CREATE INDEX CONCURRENTLY left. */
export interface InvalidIndex {
  readonly table: QualifiedName;
  readonly name: string;
}

/** What is written down before a statement outside of transactions. */
export interface BeforeStatement {
  readonly hash: string;
  readonly invalid: readonly InvalidIndex[];
}

/**
 * @param own - The bookkeeping table, which changes on its own.
 * An index that is not valid counts as not there: what left it has not happened.
 */
export function describeCatalog(catalog: Catalog, own: QualifiedName): BeforeStatement {
  const invalid: InvalidIndex[] = [];
  const valid = (table: QualifiedName, indexes: readonly CatalogIndex[]): readonly CatalogIndex[] =>
    indexes.filter(({ name, invalid: isInvalid }) => {
      if (isInvalid === true) invalid.push({ table: { schema: table.schema, name: table.name }, name });
      return isInvalid !== true;
    });
  const tables = catalog.tables
    .filter((table) => nameKey(table) !== nameKey(own))
    .map((table) => ({ ...table, indexes: valid(table, table.indexes) }));
  const views = catalog.views.map((view) => ({ ...view, indexes: valid(view, view.indexes) }));
  return { hash: fingerprint(JSON.stringify({ ...catalog, tables, views })), invalid };
}

/** Those of `now` that were not there `before`. */
export function leftovers(before: readonly InvalidIndex[], now: readonly InvalidIndex[]): readonly InvalidIndex[] {
  const known = new Set(before.map(indexKey));
  return now.filter((index) => !known.has(indexKey(index)));
}

function indexKey({ table, name }: InvalidIndex): string {
  return JSON.stringify([nameKey(table), name]);
}
