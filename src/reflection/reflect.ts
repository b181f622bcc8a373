/** A database's tables as `MetaData`, the same kind of thing that models make. SQLAlchemy's MetaData.reflect. */
import type { AsyncConnection } from "../engine/async-connection.ts";
import type { AsyncEngine } from "../engine/async-engine.ts";
import type { ConnectionCore } from "../engine/connection.ts";
import type { Engine } from "../engine/engine.ts";
import type { Connection } from "../engine/sync-connection.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { FullTextDefinition } from "../dialect/migration-dialect.ts";
import type { Io } from "../io/io.ts";
import type {
  Catalog,
  CatalogColumn,
  CatalogEnum,
  CatalogExclusion,
  CatalogForeignKey,
  CatalogIdentity,
  CatalogIndex,
  CatalogSequence,
  CatalogTable,
} from "../metadata/catalog.ts";
import { displayName, nameKey } from "../metadata/catalog.ts";
import type { ColumnOptions, Identity } from "../metadata/column.ts";
import type { ExclusionConstraint, ForeignKeyConstraint, Index } from "../metadata/constraint.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { nextValue, Sequence } from "../metadata/sequence.ts";
import { Table } from "../metadata/table.ts";
import type { Expression } from "../sql/expression/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import type { InspectSchemas } from "./inspector.ts";

/**
 * Read the tables of a database: their columns, keys, constraints, indexes and comments; and its sequences.
 * What `MetaData` has no word for (partitions, triggers, options of tables, directions and collations of unique keys, a sequence's
 * type) is left out; `inspect` has it all.
 * @returns A promise where the engine is asynchronous.
 */
export function reflect(engine: AsyncEngine | AsyncConnection, options?: InspectSchemas): Promise<MetaData>;
export function reflect(engine: Engine | Connection, options?: InspectSchemas): MetaData;
export function reflect(
  engine: Engine | Connection | AsyncEngine | AsyncConnection,
  options: InspectSchemas = {},
): MetaData | Promise<MetaData> {
  const read = function* ({ dialect, driverConnection }: ConnectionCore): Io<MetaData> {
    return metaDataOf(yield* dialect.migrations.inspect(driverConnection, options), dialect);
  };
  return (engine as Engine).run(read);
}

/** What database objects beside tables the definition of a column refers to. */
interface Named {
  readonly dialect: Dialect;
  /** By their displayed names. */
  readonly enums: ReadonlyMap<string, CatalogEnum>;
  /** By their keys. */
  readonly sequences: ReadonlyMap<string, Sequence>;
}

/** The tables and sequences of a catalog that was read from `dialect`. */
export function metaDataOf(catalog: Catalog, dialect: Dialect): MetaData {
  const metadata = new MetaData();
  const enums = new Map(catalog.enums.map((type) => [displayName(type), type]));
  const sequences = new Map(catalog.sequences.map((sequence) => [nameKey(sequence), sequenceOf(sequence, metadata)]));
  const named: Named = { dialect, enums, sequences };
  for (const table of catalog.tables) {
    if (table.kind === "table" || table.kind === "partitioned") metadata.add(tableOf(table, named));
  }
  return metadata;
}

function sequenceOf({ name, schema, cycle, ...numbers }: CatalogSequence, metadata: MetaData): Sequence {
  const [start, increment, minValue, maxValue] = [
    numbers.start,
    numbers.increment,
    numbers.minValue,
    numbers.maxValue,
  ].map(BigInt);
  // MariaDB's NOCACHE is 0: it takes a number at a time, as 1 does.
  const cache = numbers.cache === "0" ? 1n : BigInt(numbers.cache);
  return new Sequence(name, { schema, start, increment, minValue, maxValue, cache, cycle, metadata });
}

function tableOf(table: CatalogTable, named: Named): Table {
  const keys = new Set(table.primaryKey?.columns);
  const made = new Table({
    name: table.name,
    schema: table.schema,
    columns: table.columns.map((column) => columnOf(column, keys.has(column.name), named)),
    primaryKey: { kind: "primaryKey", name: table.primaryKey?.name, columns: table.primaryKey?.columns ?? [] },
    uniques: table.uniques.map(({ name, columns, nullsNotDistinct }) => ({
      kind: "unique",
      name,
      columns,
      ...(nullsNotDistinct === undefined ? {} : { nullsNotDistinct }),
    })),
    foreignKeys: table.foreignKeys.map(foreignKeyOf),
    comment: table.comment,
  });
  made.define({
    checks: table.checks.map(({ name, expression }) => ({
      kind: "check",
      name,
      // The database's name is whole: no convention completes it.
      isWholeName: true,
      condition: textNode(expression),
    })),
    exclusions: table.exclusions.flatMap((exclusion) => exclusionOf(exclusion, made, named.dialect)),
    indexes: table.indexes.map((index) => indexOf(index, made, named.dialect)),
  });
  return made;
}

function columnOf(column: CatalogColumn, primaryKey: boolean, named: Named): ColumnOptions {
  const { name, type, nullable, identity, computed, collation, comment } = column;
  return {
    name,
    type: typeOf(type, named.dialect, named.enums),
    nullable,
    primaryKey,
    ...(identity === undefined ? {} : { identity: identityOf(identity) }),
    ...(computed === undefined
      ? {}
      : { computed: { expression: textNode(computed.expression), stored: computed.stored } }),
    ...(column.default === undefined ? {} : { serverDefault: defaultOf(column.default, named) }),
    ...(collation === undefined ? {} : { collation }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** A default that draws from a sequence of the database says so: it is created before the table. */
function defaultOf(text: string, { dialect, sequences }: Named): Expression {
  const name = dialect.migrations.drawnSequence?.(text);
  const sequence = name === undefined ? undefined : sequences.get(nameKey(name));
  return sequence === undefined ? textNode(text) : nextValue(sequence).node;
}

/** A named enum is one with its values; everything else is what its name says. */
function typeOf(text: string, dialect: Dialect, enums: ReadonlyMap<string, CatalogEnum>): SqlType {
  const item = text.endsWith("[]") ? typeOf(text.slice(0, -2), dialect, enums) : undefined;
  if (item?.kind === "enum") return { kind: "array", item };
  const named = enums.get(text.replaceAll('"', ""));
  if (named === undefined) return dialect.migrations.reflectType(text);
  const { schema, name, values } = named;
  return { kind: "enum", name, values, ...(schema === undefined ? {} : { schema }) };
}

function identityOf({ always, start, increment }: CatalogIdentity): Identity {
  return {
    always,
    ...(start === undefined ? {} : { start: Number(start) }),
    ...(increment === undefined ? {} : { increment: Number(increment) }),
  };
}

function foreignKeyOf(key: CatalogForeignKey): ForeignKeyConstraint {
  const { name, columns, referred, referredColumns, onDelete, onUpdate, deferrable } = key;
  return {
    kind: "foreignKey",
    name,
    columns,
    referredTable: displayName(referred),
    referredColumns,
    onDelete,
    onUpdate,
    deferrable,
  };
}

function indexOf(index: CatalogIndex, table: Table, dialect: Dialect): Index {
  const words = dialect.migrations.reflectFullText(index);
  if (words !== undefined) return fullTextIndexOf(words, table);
  const { name, columns, unique, method, where, include = [], nullsNotDistinct, options } = index;
  return {
    kind: "index",
    name,
    unique,
    method,
    where: where === undefined ? undefined : textNode(where),
    include,
    nullsNotDistinct,
    storage: options,
    columns: columns.map(({ column, expression, descending, nulls, operatorClass, length }) => ({
      expression: column === undefined ? textNode(expression ?? "") : table.column(column).node,
      direction: descending === true ? "desc" : "asc",
      nulls,
      operatorClass,
      length,
    })),
  };
}

function exclusionOf({ name, definition }: CatalogExclusion, table: Table, dialect: Dialect): ExclusionConstraint[] {
  const reflected = dialect.migrations.reflectExclusion?.(definition);
  if (reflected === undefined) return [];
  const { method, elements, where, deferrable } = reflected;
  return [
    {
      kind: "exclusion",
      name,
      method,
      elements: elements.map(({ expression, operator }) => ({ expression: columnOrText(expression, table), operator })),
      where: where === undefined ? undefined : textNode(where),
      deferrable,
    },
  ];
}

/** A column where the text is a column's name, quoted or not. */
function columnOrText(text: string, table: Table): Expression {
  const name = text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
  return table.findColumn(name)?.node ?? textNode(text);
}

function fullTextIndexOf({ columns, ...fullText }: FullTextDefinition, table: Table): Index {
  return {
    kind: "index",
    name: fullText.name,
    unique: false,
    method: "fulltext",
    where: undefined,
    include: [],
    columns: columns.map((name) => ({ expression: table.column(name).node, direction: "asc", nulls: undefined })),
    fullText,
  };
}

/** What the database printed, as an expression. */
function textNode(text: string): Expression {
  return { kind: "template", parts: [text], expressions: [], type: { kind: "unknown" } };
}
