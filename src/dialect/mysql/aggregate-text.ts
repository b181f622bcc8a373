/** How MySQL says the aggregates that databases say differently: mostly by GROUP_CONCAT, which can order and leave out. */
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { Expression, FunctionNode } from "../../sql/expression/node.ts";

/** The texts of a call. */
export interface CallTexts {
  readonly callArguments: readonly string[];
  readonly orderBy: string;
  readonly filter: string | undefined;
}

/** The whole call with its FILTER; undefined for functions that are the same everywhere. */
export function aggregateText(node: FunctionNode, texts: CallTexts): string | undefined {
  const [first, second] = node.arguments;
  const [value = "", other = ""] = texts.callArguments;
  switch (node.name) {
    case "bool_and":
      return `min(${chosen(value, texts.filter)})`;
    case "bool_or":
      return `max(${chosen(value, texts.filter)})`;
    case "string_agg":
      // SEPARATOR takes no parameter: it is put before each text, and then cut off.
      return `SUBSTR(${concatenated(node, `CONCAT(${other}, ${value})`, texts, "")}, CHAR_LENGTH(${other}) + 1)`;
    case "array_agg":
      return `CONCAT('[', ${concatenated(node, storedMember(first, value), texts, ",")}, ']')`;
    case "json_agg":
      return `CONCAT('[', ${concatenated(node, jsonMember(first, value), texts, ",")}, ']')`;
    case "json_object_agg":
      return `CONCAT('{', ${concatenated(node, `CONCAT(JSON_QUOTE(${value}), ':', ${jsonMember(second, other)})`, texts, ",")}, '}')`;
    default:
      return undefined;
  }
}

/** True for what GROUP_CONCAT does, which no window can. */
export function isConcatenation(node: FunctionNode): boolean {
  return ["string_agg", "array_agg", "json_agg", "json_object_agg"].includes(node.name);
}

function chosen(value: string, filter: string | undefined): string {
  return filter === undefined ? value : `CASE WHEN ${filter} THEN ${value} END`;
}

function concatenated(node: FunctionNode, value: string, texts: CallTexts, separator: "" | ","): string {
  const distinct = node.distinct === true ? "DISTINCT " : "";
  return `GROUP_CONCAT(${distinct}${chosen(value, texts.filter)}${texts.orderBy} SEPARATOR '${separator}')`;
}

/** A member of an array as JSON, as the codec of arrays reads it: digits that JSON's numbers would lose are texts. */
function storedMember(node: Expression | undefined, text: string): string {
  switch (kindOf(node)) {
    case "smallint":
    case "integer":
    case "boolean":
      return orNull(text);
    case "bytes":
      return orNull(`CONCAT('{"hex":"', HEX(${text}), '"}')`);
    default:
      return orNull(`JSON_QUOTE(CAST(${text} AS CHAR))`);
  }
}

/** A value as JSON. */
function jsonMember(node: Expression | undefined, text: string): string {
  switch (kindOf(node)) {
    case "smallint":
    case "integer":
    case "real":
    case "double":
    case "json":
      return orNull(`CAST(${text} AS CHAR)`);
    case "boolean":
      return orNull(`CASE ${text} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`);
    default:
      return orNull(`JSON_QUOTE(CAST(${text} AS CHAR))`);
  }
}

function orNull(text: string): string {
  return `COALESCE(${text}, 'null')`;
}

function kindOf(node: Expression | undefined): string | undefined {
  return node === undefined ? undefined : storedType(typeOf(node)).kind;
}
