/** SQLite, from 3.39. */
import type { DriverValue } from "../../io/driver.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import type { Dialect } from "../dialect.ts";
import { deleteBatch, insertBatch, selectByKeys, updateBatch } from "./batch.ts";
import { sqliteCapabilities } from "./capabilities.ts";
import { sqliteCodecs } from "./codecs.ts";
import { SqliteDdlCompiler } from "./ddl-compiler.ts";
import { translateError } from "./error-codes.ts";
import { sqliteExplainer } from "./explain.ts";
import { ddlLiteral } from "./literal.ts";
import { quote } from "./names.ts";
import { reportsKey } from "./rowid-column.ts";
import { afterTransaction, begin, setUpConnection, tableNames } from "./session.ts";
import { sqliteMigrationDialect } from "./migration-dialect.ts";
import { SqliteSqlCompiler } from "./sql-compiler.ts";
import { SqliteTypeCompiler } from "./type-compiler.ts";

/** SQLite has no limit of its own; what other databases could take over stays portable. */
const maxIdentifierLength = 255;
/** What json_each cannot give back; all other lists are one parameter. */
const noArray: ReadonlySet<SqlType["kind"]> = new Set(["bytes", "unknown"]);

/** The dialect of SQLite. */
export function sqliteDialect(): Dialect {
  const codecs = sqliteCodecs();
  const types = new SqliteTypeCompiler();
  const shaper = {
    listShape: (length: number, type: SqlType) => (noArray.has(storedType(type).kind) ? length : ("array" as const)),
  };
  const inlineValue = (value: unknown, type: SqlType): string =>
    ddlLiteral(value === null ? null : codecs.codec(type).bind(value));
  const definition = (expression: Expression): string =>
    new SqliteSqlCompiler(shaper).compileDefinition(expression, inlineValue);
  return {
    name: "sqlite",
    systemName: "sqlite",
    capabilities: sqliteCapabilities,
    maxIdentifierLength,
    quoteIdentifier: quote,
    compile: (statement) => new SqliteSqlCompiler(shaper).compile(statement, definition),
    listShape: shaper.listShape,
    codec: (type) => codecs.codec(type),
    bindList: (values, type) => {
      const codec = codecs.codec(type);
      return jsonList(values.map((value) => codec.bind(value)));
    },
    ddl: new SqliteDdlCompiler(maxIdentifierLength, definition),
    explain: sqliteExplainer,
    migrations: sqliteMigrationDialect((type) => types.columnType(type)),
    insertBatch,
    reportsKey,
    updateBatch,
    deleteBatch,
    selectByKeys,
    setUpConnection,
    begin,
    afterTransaction,
    translateError,
    tableNames,
  };
}

/** Driver values for json_each, which reads whole numbers with all their digits. */
function jsonList(values: readonly DriverValue[]): string {
  return `[${values.map(jsonMember).join(",")}]`;
}

function jsonMember(value: DriverValue): string {
  if (typeof value === "bigint") return value.toString();
  const text = JSON.stringify(value);
  // JavaScript writes a large double with the fewest digits; read as an integer, they are another number.
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
