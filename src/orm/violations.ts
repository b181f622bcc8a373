/** Fills in what a database leaves out of a constraint violation, from the definition of the table. */
import { ForeignKeyViolation, UniqueViolation, type DatabaseErrorDetails } from "../dialect/database-error.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { foreignKeyText, uniqueText } from "../dialect/violation-text.ts";
import { ObjectNames } from "../metadata/ddl/object-names.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import type { Table } from "../metadata/table.ts";

interface NamedKey {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * The same error with both the constraint's name and its columns, where the table is one of `metadata` and only one of
 * the two was known: SQLite names columns, MySQL constraints.
 */
export function completeViolation(error: unknown, metadata: MetaData | undefined, dialect: Dialect): unknown {
  if (!(error instanceof UniqueViolation || error instanceof ForeignKeyViolation) || metadata === undefined)
    return error;
  if (error.columns.length > 0 && error.constraint !== undefined) return error;
  const table =
    error.table === undefined
      ? undefined
      : metadata.tables.find((candidate) => candidate.name === error.table || candidate.fullName === error.table);
  if (table === undefined) return error;
  const names = new ObjectNames(dialect.maxIdentifierLength);
  const keys =
    error instanceof UniqueViolation ? uniqueKeys(table, metadata, names) : foreignKeys(table, metadata, names);
  const key =
    keys.find(
      ({ name, columns }) =>
        name === error.constraint || (error.columns.length > 0 && sameNames(columns, error.columns)),
    ) ?? onlyKey(error, keys);
  if (key === undefined) return error;
  const details: DatabaseErrorDetails = {
    ...(error.sql === undefined ? {} : { sql: error.sql }),
    sqlState: error.sqlState,
    vendorCode: error.vendorCode,
    table: error.table,
    columns: key.columns,
    constraint: key.name,
    cause: error.cause,
  };
  if (error instanceof UniqueViolation) return new UniqueViolation(uniqueText(details), details);
  // A key that was named came with what is wrong with it: a row that is missing, or one that is still referred to.
  const text =
    error.constraint === undefined ? foreignKeyText(details, "missing") : error.message.replace(` [${error.code}]`, "");
  return new ForeignKeyViolation(text, details);
}

/** The key that an INSERT failed by, where the table has only one: SQLite names none. */
function onlyKey(error: UniqueViolation | ForeignKeyViolation, keys: readonly NamedKey[]): NamedKey | undefined {
  const isNamed = error.constraint !== undefined || error.columns.length > 0;
  if (isNamed || keys.length > 1 || error instanceof UniqueViolation || !/^insert/i.test(error.sql ?? ""))
    return undefined;
  return keys[0];
}

function uniqueKeys(table: Table, metadata: MetaData, names: ObjectNames): NamedKey[] {
  const primaryKey = table.primaryKey.columns;
  const indexes = table.indexes.filter((index) => index.unique);
  return [
    { name: names.primaryKey(table, metadata), columns: primaryKey },
    // MySQL gives every primary key this name.
    { name: "PRIMARY", columns: primaryKey },
    ...table.uniques.map((unique) => ({ name: names.unique(table, unique, metadata), columns: unique.columns })),
    ...indexes.map((index) => ({
      name: names.index(table, index, metadata),
      columns: index.columns.flatMap(({ expression }) => (expression.kind === "column" ? [expression.name] : [])),
    })),
  ];
}

function foreignKeys(table: Table, metadata: MetaData, names: ObjectNames): NamedKey[] {
  return table.foreignKeys.map((constraint) => ({
    name: names.foreignKey(table, constraint, metadata),
    columns: constraint.columns,
  }));
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}
