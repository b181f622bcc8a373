/** Functions that return rows, as PostgreSQL has them. */
import type { TableFunctionSource } from "../../sql/expression/node.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";

/** `source` as an item of FROM; `quote` quotes a name. */
export function tableFunctionText(
  source: TableFunctionSource,
  callArguments: readonly string[],
  quote: (name: string) => string,
): string {
  const { ordinality } = source;
  const names = [...source.columns.map(({ name }) => name), ...(ordinality === undefined ? [] : [ordinality])];
  const columns = names.length === 0 ? "" : ` (${names.map(quote).join(", ")})`;
  const numbered = ordinality === undefined ? "" : " WITH ORDINALITY";
  return `${functionName(source)}(${callArguments.join(", ")})${numbered} AS ${quote(source.name)}${columns}`;
}

function functionName(source: TableFunctionSource): string {
  const [first] = source.arguments;
  const type = first === undefined ? undefined : storedType(typeOf(first));
  const json = type?.kind === "json" && !type.binary ? "json" : "jsonb";
  switch (source.operation) {
    case "jsonEach":
      return `${json}_each`;
    case "unnest":
      return type?.kind === "array" ? "unnest" : `${json}_array_elements`;
    case "generateSeries":
      return "generate_series";
    default:
      return source.function;
  }
}
