/** The DDL that makes or removes a set of tables, as a list of statements in an order that works. */
import { topologicalSort, type SortedGroup } from "../../util/topological-sort.ts";
import type { ForeignKeyConstraint } from "../constraint.ts";
import type { MetaData } from "../meta-data.ts";
import type { Table } from "../table.ts";
import type { DdlDialect } from "./ddl-dialect.ts";
import { namedEnums, type NamedEnum } from "./ddl-compiler.ts";
import { checkNames } from "./check-names.ts";

/** What is already there, and so is neither created nor, where it is missing, dropped. */
export interface ExistingObjects {
  /** Full names of tables. */
  readonly tables: ReadonlySet<string>;
  /** Full names of enum types. */
  readonly types: ReadonlySet<string>;
  /** Full names of sequences. */
  readonly sequences: ReadonlySet<string>;
}

/** The statements that create the tables of `metadata` that are not among `existing`. */
export function createStatements(
  metadata: MetaData,
  dialect: DdlDialect,
  options: { readonly existing?: ExistingObjects } = {},
): string[] {
  checkNames(metadata, dialect);
  const { existing } = options;
  const tables = metadata.tables.filter((table) => existing?.tables.has(table.fullName) !== true);
  const enums = dialect.capabilities.namedEnums
    ? namedEnums(tables).filter((type) => existing?.types.has(enumName(type)) !== true)
    : [];
  const sequences = metadata.sequences.filter((sequence) => existing?.sequences.has(sequence.fullName) !== true);
  const groups = sortTables(tables, metadata);
  const deferred = dialect.capabilities.addConstraint
    ? cyclicForeignKeys(groups, metadata)
    : new Map<Table, Set<ForeignKeyConstraint>>();
  const { ddl } = dialect;
  return [
    ...schemaNames(tables, [...enums, ...sequences]).flatMap((name) => ddl.createSchema(name)),
    ...enums.flatMap((type) => ddl.createEnum(type)),
    ...sequences.flatMap((sequence) => ddl.createSequence(sequence)),
    ...groups.flatMap(({ nodes }) =>
      nodes.flatMap((table) => [
        ...ddl.createTable(table, metadata, deferred.get(table)),
        ...table.indexes.flatMap((index) => ddl.createIndex(table, index, metadata)),
      ]),
    ),
    ...[...deferred].flatMap(([table, constraints]) =>
      [...constraints].flatMap((constraint) => ddl.addForeignKey(table, constraint, metadata)),
    ),
  ];
}

/** The statements that drop the tables of `metadata` that are among `existing` (all, where nothing is said). */
export function dropStatements(
  metadata: MetaData,
  dialect: DdlDialect,
  options: { readonly existing?: ExistingObjects } = {},
): string[] {
  const { existing } = options;
  const tables = metadata.tables.filter((table) => existing?.tables.has(table.fullName) !== false);
  const enums = dialect.capabilities.namedEnums
    ? namedEnums(tables).filter((type) => existing?.types.has(enumName(type)) !== false)
    : [];
  const sequences = metadata.sequences.filter((sequence) => existing?.sequences.has(sequence.fullName) !== false);
  const groups = sortTables(tables, metadata);
  const { ddl } = dialect;
  const { addConstraint } = dialect.capabilities;
  const cyclic = addConstraint ? cyclicForeignKeys(groups, metadata) : new Map<Table, Set<ForeignKeyConstraint>>();
  return [
    ...[...cyclic].flatMap(([table, constraints]) =>
      [...constraints].flatMap((constraint) => ddl.dropForeignKey(table, constraint, metadata)),
    ),
    ...groups
      .toReversed()
      .flatMap(({ nodes }) => [
        ...(nodes.length > 1 && !addConstraint ? ddl.emptyCycle(nodes) : []),
        ...nodes.toReversed().flatMap((table) => ddl.dropTable(table)),
      ]),
    ...sequences.flatMap((sequence) => ddl.dropSequence(sequence)),
    ...enums.flatMap((type) => ddl.dropEnum(type)),
  ];
}

/** "schema.name" or "name". */
export function enumName(type: NamedEnum): string {
  return type.schema === undefined ? type.name : `${type.schema}.${type.name}`;
}

/** Tables after those they refer to; tables that refer to each other in one group. */
function sortTables(tables: readonly Table[], metadata: MetaData): SortedGroup<Table>[] {
  return topologicalSort(tables, (table) => metadata.foreignKeysOf(table).map(({ referredTable }) => referredTable));
}

/** Foreign keys that refer to a table of the same group which is created later. */
function cyclicForeignKeys(
  groups: readonly SortedGroup<Table>[],
  metadata: MetaData,
): Map<Table, Set<ForeignKeyConstraint>> {
  const found = new Map<Table, Set<ForeignKeyConstraint>>();
  for (const { nodes } of groups) {
    for (const [position, table] of nodes.entries()) {
      const late = metadata.foreignKeysOf(table).filter(({ referredTable }) => nodes.indexOf(referredTable) > position);
      if (late.length > 0) found.set(table, new Set(late.map(({ constraint }) => constraint)));
    }
  }
  return found;
}

function schemaNames(tables: readonly Table[], others: readonly { readonly schema: string | undefined }[]): string[] {
  const names = [...tables, ...others].flatMap(({ schema }) => (schema === undefined ? [] : [schema]));
  return [...new Set(names)];
}
