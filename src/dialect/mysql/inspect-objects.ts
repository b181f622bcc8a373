/** Views, routines, triggers and sequences: each by the statement that creates it again. Called by `inspector.ts`. */
import type { Io } from "../../io/io.ts";
import type {
  CatalogRoutine,
  CatalogSequence,
  CatalogTrigger,
  CatalogView,
  QualifiedName,
} from "../../metadata/catalog.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { ask } from "../session-setup.ts";
import {
  asRows,
  askCatalog,
  grouped,
  objectKey,
  type CatalogRow,
  schemaName,
  type Scope,
  words,
} from "./catalog-query.ts";
import { definerText, withoutDatabase } from "./catalog-text.ts";
import { plainTextLiteral } from "./literal.ts";

function qualified({ schema, name }: QualifiedName): string {
  return schema === undefined
    ? quoteIdentifier(name, "`")
    : `${quoteIdentifier(schema, "`")}.${quoteIdentifier(name, "`")}`;
}

/** All views of the scope. */
export function* inspectViews(
  scope: Scope,
  columnNames: ReadonlyMap<string, readonly string[]>,
): Io<readonly CatalogView[]> {
  const { connection, schemas, server } = scope;
  const rows = yield* askCatalog(
    connection,
    [
      ...words("table_schema table_name view_definition check_option definer security_type"),
      server.isMariaDb ? "algorithm" : "'UNDEFINED' AS algorithm",
    ],
    "views",
    "table_schema",
    schemas,
    "ORDER BY table_schema, table_name",
  );
  return rows.map((row) => ({
    ...viewName(scope, row),
    materialized: false,
    definition: viewText(scope, row),
    indexes: [],
    columns: columnNames.get(objectKey(row["table_schema"], row["table_name"])) ?? [],
  }));
}

function viewName(scope: Scope, row: CatalogRow): { schema: string | undefined; name: string } {
  return { schema: schemaName(scope, row["table_schema"]), name: row["table_name"] ?? "" };
}

function viewText(scope: Scope, row: CatalogRow): string {
  const { database, user } = scope.server;
  const algorithm = row["algorithm"] ?? "UNDEFINED";
  const option = row["check_option"] ?? "NONE";
  const query = row["view_definition"] ?? "";
  return [
    "CREATE ",
    algorithm === "UNDEFINED" ? "" : `ALGORITHM=${algorithm} `,
    definerText(row["definer"] ?? null, user),
    row["security_type"] === "INVOKER" ? "SQL SECURITY INVOKER " : "",
    `VIEW ${qualified(viewName(scope, row))} AS ${database === undefined ? query : withoutDatabase(query, database)}`,
    option === "NONE" ? "" : ` WITH ${option} CHECK OPTION`,
  ].join("");
}

/** The triggers of each table by `objectKey`, in the order in which they fire. */
export function* inspectTriggers(scope: Scope): Io<ReadonlyMap<string, readonly CatalogTrigger[]>> {
  const rows = yield* askCatalog(
    scope.connection,
    words(
      "event_object_schema event_object_table trigger_name event_manipulation action_timing action_statement definer",
    ),
    "triggers",
    "event_object_schema",
    scope.schemas,
    "ORDER BY event_object_schema, event_object_table, event_manipulation, action_timing, action_order",
  );
  const tables = grouped(rows, (row) => objectKey(row["event_object_schema"], row["event_object_table"]));
  return new Map(
    Array.from(tables, ([key, triggers]) => [
      key,
      triggers.map((row, index) => ({
        name: row["trigger_name"] ?? "",
        definition: triggerText(scope, row, triggers[index - 1]),
        enabled: true,
      })),
    ]),
  );
}

function triggerText(scope: Scope, row: CatalogRow, before: CatalogRow | undefined): string {
  const schema = schemaName(scope, row["event_object_schema"]);
  const isSecond =
    before !== undefined &&
    before["event_manipulation"] === row["event_manipulation"] &&
    before["action_timing"] === row["action_timing"];
  const follows = isSecond ? `FOLLOWS ${quoteIdentifier(before["trigger_name"] ?? "", "`")} ` : "";
  const definer = definerText(row["definer"] ?? null, scope.server.user);
  const event = `${row["action_timing"] ?? ""} ${row["event_manipulation"] ?? ""}`;
  const table = qualified({ schema, name: row["event_object_table"] ?? "" });
  return `CREATE ${definer}TRIGGER ${qualified({ schema, name: row["trigger_name"] ?? "" })} ${event} ON ${table} FOR EACH ROW ${follows}${row["action_statement"] ?? ""}`;
}

/** All functions and procedures of the scope. */
export function* inspectRoutines(scope: Scope): Io<readonly CatalogRoutine[]> {
  const { connection, schemas } = scope;
  const rows = yield* askCatalog(
    connection,
    words(
      "routine_schema routine_name routine_type routine_definition is_deterministic sql_data_access security_type routine_comment definer database_collation",
    ),
    "routines",
    "routine_schema",
    schemas,
    "AND routine_type IN ('FUNCTION', 'PROCEDURE') ORDER BY routine_schema, routine_type, routine_name",
  );
  if (rows.length === 0) return [];
  const parameters = yield* askCatalog(
    connection,
    words(
      "specific_schema specific_name routine_type ordinal_position parameter_mode parameter_name dtd_identifier character_set_name collation_name",
    ),
    "parameters",
    "specific_schema",
    schemas,
    "ORDER BY specific_schema, specific_name, ordinal_position",
  );
  const byRoutine = grouped(parameters, (row) =>
    JSON.stringify([row["specific_schema"], row["routine_type"], row["specific_name"]]),
  );
  return rows.map((row) => {
    const key = JSON.stringify([row["routine_schema"], row["routine_type"], row["routine_name"]]);
    return routine(scope, row, byRoutine.get(key) ?? []);
  });
}

function routine(scope: Scope, row: CatalogRow, parameters: readonly CatalogRow[]): CatalogRoutine {
  const kind = row["routine_type"] === "FUNCTION" ? "function" : "procedure";
  const name = { schema: schemaName(scope, row["routine_schema"]), name: row["routine_name"] ?? "" };
  const typeOf = (parameter: CatalogRow) => parameterType(parameter, row["database_collation"] ?? "");
  const taken = parameters.filter(({ ordinal_position }) => Number(ordinal_position) > 0);
  const returned = parameters.find(({ ordinal_position }) => Number(ordinal_position) === 0);
  const list = taken.map((parameter) => {
    const mode = kind === "procedure" ? `${parameter["parameter_mode"] ?? "IN"} ` : "";
    return `${mode}${quoteIdentifier(parameter["parameter_name"] ?? "", "`")} ${typeOf(parameter)}`;
  });
  const comment = row["routine_comment"] ?? "";
  const lines = [
    `CREATE ${definerText(row["definer"] ?? null, scope.server.user)}${kind.toUpperCase()} ${qualified(name)} (${list.join(", ")})`,
    ...(returned === undefined ? [] : [`RETURNS ${typeOf(returned)}`]),
    ...(row["is_deterministic"] === "YES" ? ["DETERMINISTIC"] : []),
    ...(row["sql_data_access"] === "CONTAINS SQL" ? [] : [row["sql_data_access"] ?? ""]),
    ...(row["security_type"] === "INVOKER" ? ["SQL SECURITY INVOKER"] : []),
    ...(comment === "" ? [] : [`COMMENT ${plainTextLiteral(comment)}`]),
    row["routine_definition"] ?? "",
  ];
  return { ...name, kind, arguments: taken.map(typeOf).join(", "), definition: lines.join("\n") };
}

/** A parameter's type; its character set where it is not the database's own. */
function parameterType(parameter: CatalogRow, databaseCollation: string): string {
  const { dtd_identifier: type, character_set_name: charset, collation_name: collation } = parameter;
  if (charset === undefined || collation === undefined || collation === databaseCollation) return type ?? "";
  return `${type ?? ""} CHARACTER SET ${charset} COLLATE ${collation}`;
}

const sequenceColumns = ["start_value", "increment", "minimum_value", "maximum_value", "cache_size", "cycle_option"];

/** MariaDB's sequences, each a table of one row: one query reads them all. */
export function* inspectSequences(scope: Scope, names: readonly QualifiedName[]): Io<readonly CatalogSequence[]> {
  if (names.length === 0) return [];
  const queries = names.map(
    (name, index) => `SELECT ${String(index)} AS place, ${sequenceColumns.join(", ")} FROM ${qualified(name)}`,
  );
  const { rows } = yield* ask(scope.connection, queries.join(" UNION ALL "));
  return asRows(["place", ...sequenceColumns], rows)
    .sort((left, right) => Number(left["place"]) - Number(right["place"]))
    .map((row) => ({
      ...(names[Number(row["place"])] ?? { name: "" }),
      start: row["start_value"] ?? "",
      increment: row["increment"] ?? "",
      minValue: row["minimum_value"] ?? "",
      maxValue: row["maximum_value"] ?? "",
      cache: row["cache_size"] ?? "",
      cycle: Number(row["cycle_option"]) !== 0,
    }));
}
