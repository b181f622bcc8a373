/**
 * The catalog that the models describe, in the words of the database: they are created in a scratch place and read back. Names
 * of scratch schemas are then replaced by the real ones, in names and in texts.
 */
import type { Dialect } from "../dialect/dialect.ts";
import type { SchemaMap } from "../dialect/migration-dialect.ts";
import { ConnectionCore } from "../engine/connection.ts";
import type { EngineCore } from "../engine/engine-core.ts";
import type { Io } from "../io/io.ts";
import type { Catalog } from "../metadata/catalog.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import { quoteIdentifier } from "../sql/compiler/identifier.ts";
import { CompileError } from "../sql/errors.ts";
import { inSchemas, schemasOf } from "./metadata-in-schemas.ts";

/** Where canonical catalogs are kept between runs: a file of the CLI's, a Map. */
export interface CatalogCache {
  get(key: string): string | undefined;
  set(key: string, text: string): void;
}

/** Changes whenever inspectors print something differently than before. */
const inspectorVersion = 1;

/** A cache, and what the server holds of which models may make use. */
export interface KeptCatalogs {
  readonly cache: CatalogCache;
  readonly existing: Catalog;
}

/**
 * The catalog of `metadata`, by way of `connection`'s server, outside of a transaction.
 * @param kept - Where it may be kept already.
 */
export function* desiredCatalog(connection: ConnectionCore, metadata: MetaData, kept?: KeptCatalogs): Io<Catalog> {
  const { dialect } = connection;
  const { scratch } = dialect.migrations;
  if (scratch === undefined) return yield* inEmptyDatabase(connection.engine, metadata);
  const key = kept === undefined ? undefined : yield* cacheKey(connection, metadata, kept.existing);
  const known = key === undefined ? undefined : kept?.cache.get(key);
  if (known !== undefined) return JSON.parse(known) as Catalog;
  const catalog = yield* scratch(connection, [undefined, ...schemasOf(metadata)], (schemas) =>
    createAndInspect(connection, metadata, schemas),
  );
  if (key !== undefined) kept?.cache.set(key, JSON.stringify(catalog));
  return catalog;
}

/** All that a canonical catalog depends on; undefined where that cannot be told. */
function* cacheKey(connection: ConnectionCore, metadata: MetaData, existing: Catalog): Io<string | undefined> {
  const { dialect, engine } = connection;
  const { scratchSettings } = dialect.migrations;
  if (scratchSettings === undefined) return undefined;
  const { rows } = yield* connection.executeRaw({ sql: scratchSettings, returnsRows: true });
  const settings = rows.map((row) => row.map(String));
  // Types and functions that the models call may be the database's own; indexes and defaults are printed by what they are.
  const { enums, domains, routines, extensions } = existing;
  const statements = metadata.createStatements(dialect);
  return JSON.stringify([
    inspectorVersion,
    dialect.name,
    engine.address,
    settings,
    schemasOf(metadata),
    statements,
    { enums, domains, routines, extensions },
  ]);
}

function* createAndInspect(connection: ConnectionCore, metadata: MetaData, schemas: SchemaMap): Io<Catalog> {
  const { dialect } = connection;
  const statements = inSchemas(metadata, dialect, schemas).createStatements(dialect);
  for (const sql of statements) yield* connection.executeRaw({ sql });
  const names = schemasOf(metadata).flatMap((name) => schemas.get(name) ?? []);
  const catalog = yield* dialect.migrations.inspect(connection.driverConnection, { schemas: names });
  return withRealSchemas(catalog, schemas, yield* printedNames(connection, schemas));
}

/** Names of schemas inside texts, as databases without backticks print them. */
function* printedNames(connection: ConnectionCore, schemas: SchemaMap): Io<ReadonlyMap<string, string>> {
  const { printedName } = connection.dialect.migrations;
  const printed = new Map<string, string>();
  for (const name of schemas.keys()) {
    if (name === undefined) continue;
    const text = printedName === undefined ? quoteIdentifier(name, '"') : yield* printedName(connection, name);
    printed.set(name, text);
  }
  return printed;
}

/** Embedded databases: another one, in memory. */
function* inEmptyDatabase(engine: EngineCore, metadata: MetaData): Io<Catalog> {
  const core = engine.scratch();
  if (core === undefined)
    throw CompileError.unsupported(
      engine.dialect.name,
      "a scratch database with this driver",
      "Pass `scratch`, an engine of an empty database of the same kind.",
    );
  try {
    const connection = yield* ConnectionCore.open(core);
    try {
      for (const sql of metadata.createStatements(connection.dialect)) yield* connection.executeRaw({ sql });
      return yield* inspectOwn(connection.dialect, connection);
    } finally {
      yield* connection.close();
    }
  } finally {
    void core.pool.dispose();
  }
}

function* inspectOwn(dialect: Dialect, connection: ConnectionCore): Io<Catalog> {
  return yield* dialect.migrations.inspect(connection.driverConnection, {});
}

/** The catalog with each scratch schema called as the one that it stands for. */
function withRealSchemas(catalog: Catalog, schemas: SchemaMap, printed: ReadonlyMap<string, string>): Catalog {
  const real = new Map(
    [...schemas].flatMap(([name, scratch]) => (scratch === undefined ? [] : [[scratch, name] as const])),
  );
  if (real.size === 0) return catalog;
  const pattern = new RegExp(`(\`?)\\b(${[...real.keys()].join("|")})\\b(\\.)?`, "g");
  const inText = (text: string): string =>
    text.replace(pattern, (_whole, backtick: string, scratch: string, dot: string | undefined) => {
      const name = real.get(scratch);
      if (name === undefined) return dot === undefined ? "" : backtick;
      return `${backtick}${backtick === "" ? (printed.get(name) ?? name) : name.replaceAll("`", "``")}${dot ?? ""}`;
    });
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      return (key === "schema" || key === "name") && real.has(value) ? real.get(value) : inText(value);
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, ""));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name)]));
  };
  const { schemas: found, ...rest } = catalog;
  return {
    ...(walk(rest, "") as Omit<Catalog, "schemas">),
    schemas: found.flatMap((schema) => {
      const name = real.has(schema.name) ? real.get(schema.name) : schema.name;
      return name === undefined ? [] : [{ ...schema, name }];
    }),
  };
}
