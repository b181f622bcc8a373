/** MySQL from 8.0.19 and MariaDB from 10.6. */
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import type { Dialect } from "../dialect.ts";
import { deleteBatch, insertBatch, selectByKeys, updateBatch } from "./batch.ts";
import { mysqlCapabilities, mysqlFlavour } from "./capabilities.ts";
import { mysqlCodecs } from "./codecs.ts";
import { MysqlDdlCompiler } from "./ddl-compiler.ts";
import { translateError } from "./error-codes.ts";
import { mysqlExplainer } from "./explain.ts";
import { jsonList } from "./json-rows.ts";
import { ddlLiteral } from "./literal.ts";
import { begin, implicitCommit, limitStatements, sequenceNames, setUpConnection, tableNames } from "./session.ts";
import { mysqlMigrationDialect } from "./migration-dialect.ts";
import { MysqlSqlCompiler } from "./sql-compiler.ts";
import { MysqlTypeCompiler } from "./type-compiler.ts";

/** Characters in MySQL's own count; bytes are the safer measure. */
const maxIdentifierLength = 64;
/** From here on a list is one JSON parameter: a statement has 65,535 at most, and each length would be another text. */
const longestPlaceholderList = 1_024;
/** Types that JSON_TABLE compares as the column would; texts keep to placeholders, which take the column's collation. */
const arrayTypes: ReadonlySet<SqlType["kind"]> = new Set([
  "smallint",
  "integer",
  "bigint",
  "uuid",
  "date",
  "timestamp",
]);
const numberTypes: ReadonlySet<SqlType["kind"]> = new Set(["numeric"]);

/**
 * The dialect of MySQL or MariaDB. Without options it is MariaDB's; `version` is what the server answers to
 * `SELECT VERSION()`.
 */
export function mysqlDialect(options: { readonly isMariaDb?: boolean; readonly version?: string } = {}): Dialect {
  const flavour = mysqlFlavour(options);
  const capabilities = mysqlCapabilities(flavour);
  const codecs = mysqlCodecs();
  const types = new MysqlTypeCompiler(flavour);
  const shaper = { listShape };
  const inlineValue = (value: unknown, type: SqlType): string =>
    ddlLiteral(value === null ? null : codecs.codec(type).bind(value), numberTypes.has(storedType(type).kind));
  const definition = (expression: Expression): string =>
    new MysqlSqlCompiler(shaper, flavour).compileDefinition(expression, inlineValue);
  return {
    name: "mysql",
    systemName: flavour.isMariaDb ? "mariadb" : "mysql",
    capabilities,
    maxIdentifierLength,
    quoteIdentifier: (name) => quoteIdentifier(name, "`"),
    compile: (statement) => new MysqlSqlCompiler(shaper, flavour).compile(statement, definition),
    listShape,
    codec: (type) => codecs.codec(type),
    bindList: (values, type) => {
      const codec = codecs.codec(type);
      return jsonList(values.map((value) => codec.bind(value)));
    },
    ddl: new MysqlDdlCompiler(maxIdentifierLength, flavour, definition),
    explain: mysqlExplainer(flavour),
    migrations: mysqlMigrationDialect(flavour, (type) => types.columnType(type)),
    insertBatch: (table, columns, returning) => insertBatch(flavour, table, columns, returning),
    updateBatch: (table, columns, match, returning) => updateBatch(flavour, table, columns, match, returning),
    deleteBatch: (table, match) => deleteBatch(flavour, table, match),
    selectByKeys: (table, columns, keys, rows) => selectByKeys(flavour, table, columns, keys, rows),
    setUpConnection: (connection) => setUpConnection(connection, capabilities),
    limitStatements: (connection, seconds) => limitStatements(connection, seconds, flavour.isMariaDb),
    begin: (transaction) => begin(transaction, capabilities),
    afterTransaction: () => [],
    translateError,
    implicitCommit,
    tableNames,
    sequenceNames,
  };
}

/** Few lengths, so that few texts are prepared: the next power of two, the last value taking the places left. */
function listShape(length: number, type: SqlType): "array" | number {
  if (length > longestPlaceholderList && arrayTypes.has(storedType(type).kind)) return "array";
  return length < 2 || length > 32_768 ? length : 2 ** Math.ceil(Math.log2(length));
}
