/** Functions that return rows, as MySQL has them: all of them are JSON_TABLE. */
import { CompileError } from "../../sql/errors.ts";
import type { ColumnNode, TableFunctionSource } from "../../sql/expression/node.ts";
import type { MysqlTypeCompiler } from "./type-compiler.ts";

/** The hidden column that counts the rows of a series. */
const position = "position";

/** `source` as an item of FROM; `quote` quotes a name. */
export function tableFunctionText(
  source: TableFunctionSource,
  callArguments: readonly string[],
  quote: (name: string) => string,
  dialectName: string,
  types: MysqlTypeCompiler,
): string {
  const [first = ""] = callArguments;
  const counted = source.ordinality === undefined ? "" : `, ${quote(source.ordinality)} FOR ORDINALITY`;
  const table = (json: string, columns: string): string =>
    `JSON_TABLE(${json}, '$[*]' COLUMNS (${columns})) AS ${quote(source.name)}`;
  switch (source.operation) {
    case "jsonEach":
      return table(
        `JSON_KEYS(${first})`,
        `${quote("key")} ${types.jsonTableType({ kind: "text" })} PATH '$'${counted}`,
      );
    case "unnest":
      return table(first, `${quote("value")} JSON PATH '$'${counted}`);
    case "generateSeries":
      return table(countingArray(callArguments), `${quote(position)} FOR ORDINALITY`);
    default:
      throw CompileError.unsupported(
        dialectName,
        "functions that return rows",
        "Use unnest(…) or jsonEach(…) of a JSON value, or an sql template with JSON_TABLE.",
      );
  }
}

/** A JSON array with as many members as the series; a recursive query would end after 1,000 rows. */
function countingArray([start = "", stop = "", step = ""]: readonly string[]): string {
  const more = `FLOOR((${stop} - ${start}) / ${step})`;
  return `CASE WHEN ${more} >= 0 THEN CONCAT('[0', REPEAT(',0', ${more}), ']') ELSE '[]' END`;
}

/** Columns that JSON_TABLE does not return, but that can be calculated. */
export function derivedColumn(
  node: ColumnNode,
  callArguments: (source: TableFunctionSource) => readonly string[],
  quote: (name: string) => string,
): string | undefined {
  const { from } = node;
  if (from.kind !== "tableFunction" || node.name !== "value") return undefined;
  const [first = "", , step = ""] = callArguments(from);
  const name = quote(from.name);
  if (from.operation === "generateSeries")
    return `CAST(${first} + (${name}.${quote(position)} - 1) * ${step} AS SIGNED)`;
  if (from.operation === "jsonEach") return `JSON_EXTRACT(${first}, CONCAT('$.', JSON_QUOTE(${name}.${quote("key")})))`;
  return undefined;
}
