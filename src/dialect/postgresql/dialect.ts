/** PostgreSQL, from 13, embedded PGlite included. */
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import type { Dialect } from "../dialect.ts";
import { deleteBatch, insertBatch, selectByKeys, updateBatch } from "./batch.ts";
import { postgresqlCapabilities } from "./capabilities.ts";
import { arrayLiteral, postgresqlCodecs } from "./codecs.ts";
import { PostgresqlDdlCompiler } from "./ddl-compiler.ts";
import { translateError } from "./error-codes.ts";
import { postgresqlExplainer } from "./explain.ts";
import { ddlLiteral } from "./literal.ts";
import {
  begin,
  enumNames,
  limitStatements,
  needsTransaction,
  sequenceNames,
  setUpConnection,
  tableNames,
} from "./session.ts";
import { postgresqlMigrationDialect } from "./migration-dialect.ts";
import { PostgresqlSqlCompiler } from "./sql-compiler.ts";
import { PostgresqlTypeCompiler } from "./type-compiler.ts";

/** NAMEDATALEN - 1: longer names are cut without a word. */
const maxIdentifierLength = 63;

/** The dialect of PostgreSQL. */
export function postgresqlDialect(): Dialect {
  const codecs = postgresqlCodecs();
  const types = new PostgresqlTypeCompiler();
  const shaper = {
    // ANY of an array of arrays compares the items of the inner ones.
    listShape: (length: number, type: SqlType) =>
      type.kind === "unknown" || storedType(type).kind === "array" ? length : ("array" as const),
  };
  const inlineValue = (value: unknown, type: SqlType): string =>
    ddlLiteral(value === null ? null : codecs.codec(type).bind(value), types.parameterType(type));
  const definition = (expression: Expression): string =>
    new PostgresqlSqlCompiler(shaper).compileDefinition(expression, inlineValue);
  return {
    name: "postgresql",
    systemName: "postgresql",
    capabilities: postgresqlCapabilities,
    maxIdentifierLength,
    quoteIdentifier: (name) => quoteIdentifier(name, '"'),
    compile: (statement) => new PostgresqlSqlCompiler(shaper).compile(statement, definition),
    listShape: shaper.listShape,
    codec: (type) => codecs.codec(type),
    bindList: (values, type) => arrayLiteral(values, type, codecs),
    ddl: new PostgresqlDdlCompiler(maxIdentifierLength, definition),
    explain: postgresqlExplainer,
    migrations: postgresqlMigrationDialect((type) => types.columnType(type)),
    insertBatch: (table, columns, returning) => insertBatch(table, columns, returning, definition),
    updateBatch,
    deleteBatch,
    selectByKeys,
    setUpConnection,
    limitStatements,
    needsTransaction,
    begin,
    afterTransaction: () => [],
    translateError,
    tableNames,
    sequenceNames,
    enumNames,
  };
}
