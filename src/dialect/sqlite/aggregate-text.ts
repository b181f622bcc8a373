/** How SQLite says the aggregates that databases say differently. */
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { Expression, FunctionNode } from "../../sql/expression/node.ts";

const names: { readonly [name: string]: string } = Object.freeze({
  string_agg: "group_concat",
  array_agg: "json_group_array",
  json_agg: "json_group_array",
  json_object_agg: "json_group_object",
  bool_and: "min",
  bool_or: "max",
});
/** What an aggregate of no rows makes, where the others have NULL. */
const empty: { readonly [name: string]: string } = Object.freeze({
  array_agg: "'[]'",
  json_agg: "'[]'",
  json_object_agg: "'{}'",
});

/** The name and the arguments here; undefined for functions that are the same everywhere. */
export function aggregateCall(
  node: FunctionNode,
  callArguments: readonly string[],
): { readonly name: string; readonly callArguments: readonly string[] } | undefined {
  if (!Object.hasOwn(names, node.name)) return undefined;
  const name = names[node.name] ?? node.name;
  const last = node.arguments.at(-1);
  const value = callArguments.at(-1);
  if (last === undefined || value === undefined) return { name, callArguments };
  switch (node.name) {
    case "array_agg":
      return { name, callArguments: [storedMember(last, value)] };
    case "json_agg":
    case "json_object_agg":
      return { name, callArguments: [...callArguments.slice(0, -1), jsonMember(last, value)] };
    default:
      return { name, callArguments };
  }
}

/** The whole call, NULL where there are no rows. */
export function nullForNoRows(node: FunctionNode, call: string): string {
  return Object.hasOwn(empty, node.name) ? `nullif(${call}, ${empty[node.name] ?? ""})` : call;
}

/** A member of an array, as the codec of arrays reads it: digits that JSON's numbers would lose are texts. */
function storedMember(node: Expression, text: string): string {
  switch (storedType(typeOf(node)).kind) {
    case "bigint":
      return `CAST(${text} AS TEXT)`;
    case "double":
    case "real":
      return `printf('%!.17g', ${text})`;
    case "bytes":
      // JSON has no bytes.
      return `CASE WHEN ${text} IS NOT NULL THEN json_object('hex', hex(${text})) END`;
    default:
      return text;
  }
}

/** A value as JSON. */
function jsonMember(node: Expression, text: string): string {
  switch (storedType(typeOf(node)).kind) {
    case "boolean":
      return `json(CASE ${text} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)`;
    case "json":
      return `json(${text})`;
    default:
      return text;
  }
}
