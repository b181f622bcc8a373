/** How tables are partitioned, as the text that says it again. Called by `inspect-tables.ts`. */
import type { Io } from "../../io/io.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { askCatalog, grouped, objectKey, type CatalogRow, type Scope, words } from "./catalog-query.ts";
import { plainTextLiteral } from "./literal.ts";

/** PARTITION BY … of each partitioned table by `objectKey`. */
export function* inspectPartitions({ connection, schemas }: Scope): Io<ReadonlyMap<string, string>> {
  const rows = yield* askCatalog(
    connection,
    words(
      "table_schema table_name partition_name subpartition_name partition_method subpartition_method partition_expression subpartition_expression partition_description partition_comment",
    ),
    "partitions",
    "table_schema",
    schemas,
    "AND partition_name IS NOT NULL ORDER BY table_schema, table_name, partition_ordinal_position, subpartition_ordinal_position",
  );
  const tables = grouped(rows, (row) => objectKey(row["table_schema"], row["table_name"]));
  return new Map(Array.from(tables, ([key, parts]) => [key, partitionText(parts)]));
}

function partitionText(rows: readonly CatalogRow[]): string {
  const [first = {}] = rows;
  const subMethod = first["subpartition_method"];
  const sub = subMethod === undefined ? "" : ` SUBPARTITION BY ${method(subMethod, first["subpartition_expression"])}`;
  const partitions = [...grouped(rows, (row) => row["partition_name"] ?? "")].map(([name, parts]) =>
    partition(name, parts),
  );
  return `${method(first["partition_method"] ?? "", first["partition_expression"])}${sub} (${partitions.join(", ")})`;
}

function method(name: string, expression: string | undefined): string {
  return `${name} (${expression ?? ""})`;
}

function partition(name: string, parts: readonly CatalogRow[]): string {
  const [first = {}] = parts;
  const subs = parts.flatMap(({ subpartition_name: sub }) =>
    sub === undefined ? [] : [`SUBPARTITION ${quoteIdentifier(sub, "`")}`],
  );
  const comment = first["partition_comment"] ?? "";
  return [
    `PARTITION ${quoteIdentifier(name, "`")}${bound(first)}`,
    ...(comment === "" ? [] : [`COMMENT = ${plainTextLiteral(comment)}`]),
    ...(subs.length === 0 ? [] : [`(${subs.join(", ")})`]),
  ].join(" ");
}

function bound({ partition_method: kind, partition_description: description }: CatalogRow): string {
  if (description === undefined || description === "") return "";
  if (kind?.startsWith("LIST") === true)
    return /^(?:DEFAULT|MAXVALUE)$/.test(description) ? " DEFAULT" : ` VALUES IN (${description})`;
  if (kind?.startsWith("RANGE") !== true) return "";
  return description === "MAXVALUE" && kind === "RANGE"
    ? " VALUES LESS THAN MAXVALUE"
    : ` VALUES LESS THAN (${description})`;
}
