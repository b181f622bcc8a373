/** Tells statements that only read tables, by nothing that can have an effect of its own. Called by `sql-compiler.ts`. */
import { assertNever } from "../../util/assert-never.ts";
import { aggregateNames } from "../expression/aggregate-names.ts";
import type { ConstructName } from "../expression/construct-name.ts";
import { syntaxIn, type Syntax } from "../expression/parts.ts";
import type { Statement } from "../statement/node.ts";

/** Built into every database, and nothing but their arguments and rows decides what they return. */
const pureFunctions: ReadonlySet<string> = new Set([
  ...aggregateNames,
  "lower",
  "upper",
  "char_length",
  "abs",
  "coalesce",
  "row_number",
  "rank",
  "dense_rank",
  "percent_rank",
  "cume_dist",
  "ntile",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value",
  "grouping",
]);

const impureConstructs: ReadonlySet<ConstructName> = new Set(["number.random", "date.current"]);

/**
 * True for a select of columns, operators, values, joins and the usual aggregates: no locks, no text of the program's own, and no
 * function that could depend on a transaction or change one.
 */
export function isPlainRead(statement: Statement): boolean {
  const isQuery = statement.kind === "select" || statement.kind === "compound";
  return isQuery && syntaxIn([statement]).every(isPlain);
}

/** What `node` does itself, whatever its parts do. */
function isPlain(node: Syntax): boolean {
  switch (node.kind) {
    case "select":
      return node.forUpdate === undefined;
    case "function":
      return pureFunctions.has(node.name);
    case "construct":
      // The present differs between transactions and statements.
      return !impureConstructs.has(node.name);
    case "cast":
      // A type of the program's own may have casts of its own.
      return node.type.kind !== "custom";
    case "template":
      // The 1 of `SELECT 1` in EXISTS; of any other text nobody knows what it does.
      return node.expressions.length === 0 && /^\d+$/.test(node.parts.join(" "));
    case "tableFunction":
      return node.operation !== "call";
    case "nextValue":
    case "sample":
    case "insert":
    case "update":
    case "delete":
    case "merge":
    case "text":
      return false;
    case "column":
    case "bind":
    case "list":
    case "tupleList":
    case "star":
    case "identifier":
    case "default":
    case "binary":
    case "junction":
    case "not":
    case "negative":
    case "isNull":
    case "label":
    case "collate":
    case "order":
    case "between":
    case "in":
    case "tuple":
    case "grouping":
    case "case":
    case "exists":
    case "subquery":
    case "table":
    case "alias":
    case "cte":
    case "cteReference":
    case "values":
    case "compound":
      return true;
    default:
      return assertNever(node, "syntax");
  }
}
