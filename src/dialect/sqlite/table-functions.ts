/** Functions that return rows, as SQLite has them: json_each, and a recursive query for a series. */
import { CompileError } from "../../sql/errors.ts";
import type { ColumnNode, TableFunctionSource } from "../../sql/expression/node.ts";

/** `source` as an item of FROM; `quote` quotes a name. */
export function tableFunctionText(
  source: TableFunctionSource,
  callArguments: readonly string[],
  quote: (name: string) => string,
): string {
  const name = quote(source.name);
  switch (source.operation) {
    case "generateSeries":
      return `(${series(callArguments)}) AS ${name}`;
    case "jsonEach":
    case "unnest":
      return `json_each(${callArguments.join(", ")}) AS ${name}`;
    default:
      if (source.ordinality !== undefined)
        throw CompileError.unsupported("SQLite", "WITH ORDINALITY", "Number the rows by func.rowNumber().over(…).");
      return `${source.function}(${callArguments.join(", ")}) AS ${name}`;
  }
}

/** The numbers from `start` to `stop`, whichever is greater. */
function series([start = "", stop = "", step = ""]: readonly string[]): string {
  const within = (value: string): string =>
    `(${step} > 0 AND ${value} <= ${stop}) OR (${step} < 0 AND ${value} >= ${stop})`;
  return `WITH RECURSIVE series (value) AS (SELECT ${start} WHERE ${within(start)} UNION ALL SELECT value + ${step} FROM series WHERE ${within(`value + ${step}`)}) SELECT value FROM series`;
}

/** Columns that json_each does not return as JSON, or does not have. */
export function derivedColumn(node: ColumnNode, quote: (name: string) => string): string | undefined {
  const { from } = node;
  if (from.kind !== "tableFunction" || (from.operation !== "jsonEach" && from.operation !== "unnest")) return undefined;
  const name = quote(from.name);
  if (node.name === from.ordinality) return `(${name}.key + 1)`;
  if (node.name !== "value" || node.type.kind !== "json") return undefined;
  // json_each gives texts without quotes, and TRUE as 1.
  return `CASE ${name}.type WHEN 'object' THEN ${name}.value WHEN 'array' THEN ${name}.value WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_quote(${name}.value) END`;
}
