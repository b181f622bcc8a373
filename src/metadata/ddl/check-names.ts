/** Finds names that would clash in the database, before it is asked. */
import { SchemaDefinitionError } from "../errors.ts";
import type { MetaData } from "../meta-data.ts";
import type { Table } from "../table.ts";
import type { DdlDialect } from "./ddl-dialect.ts";

/** @throws SchemaDefinitionError where two constraints of a table, or two indexes that must differ, have one name. */
export function checkNames(metadata: MetaData, dialect: DdlDialect): void {
  const { names } = dialect.ddl;
  const taken = new Map<string, string>();
  for (const table of metadata.tables) {
    const indexScope =
      dialect.capabilities.indexNames === "schema" ? `schema ${table.schema ?? ""}` : `table ${table.fullName}`;
    for (const index of table.indexes) claim(taken, indexScope, names.index(table, index, metadata), table);
    // Keys are indexes to the database, and named like them.
    for (const unique of table.uniques) claim(taken, indexScope, names.unique(table, unique, metadata), table);
    for (const exclusion of table.exclusions)
      claim(taken, indexScope, names.exclusion(table, exclusion, metadata), table);
    if (table.primaryKey.columns.length > 0 && dialect.capabilities.indexNames === "schema") {
      claim(taken, indexScope, names.primaryKey(table, metadata), table);
    }
    const constraintScope = `constraints of ${table.fullName}`;
    for (const key of table.foreignKeys) claim(taken, constraintScope, names.foreignKey(table, key, metadata), table);
    for (const check of table.checks) {
      const name = names.check(table, check, metadata);
      if (name !== undefined) claim(taken, constraintScope, name, table);
    }
  }
}

function claim(taken: Map<string, string>, scope: string, name: string, table: Table): void {
  const key = JSON.stringify([scope, name]);
  const owner = taken.get(key);
  if (owner !== undefined) {
    const where = owner === table.fullName ? `table '${owner}'` : `tables '${owner}' and '${table.fullName}'`;
    throw new SchemaDefinitionError(
      `Two constraints or indexes of ${where} are named '${name}'. Give one of them a name of its own.`,
    );
  }
  taken.set(key, table.fullName);
}
