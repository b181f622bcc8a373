/** Arrays in MySQL and MariaDB: JSON arrays, taken apart by JSON_TABLE. */
import { callOf, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import { keyword } from "../../sql/compiler/expression-compiler.ts";
import { arrayComparisons } from "../../sql/expression/array-element.ts";
import type { ArrayConstruct } from "../../sql/expression/construct-name.ts";
import { text } from "../../sql/type/types.ts";
import { pathParameter, pathParameters } from "../json-path-parameters.ts";
import { checkOrder, itemType } from "../json-array-items.ts";
import { jsonPathText } from "../json-path-text.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { fromLast } from "./json-constructs.ts";
import { MysqlTypeCompiler } from "./type-compiler.ts";

const remedy = "Read the array, change it in the program and write it.";

/** How MySQL or MariaDB writes arrays. */
export function arrayConstructs(flavour: MysqlFlavour): { readonly [K in ArrayConstruct]: ConstructWriter } {
  const types = new MysqlTypeCompiler(flavour);
  const index = pathParameter(text(), (legs) =>
    jsonPathText(legs, (leg) => (flavour.isMariaDb ? String(leg) : fromLast(leg))),
  );
  /** The item of an operand that holds one, as its type. */
  const item = (call: ConstructCall): string => {
    const type = types.jsonTableType(itemType(call));
    const one = call.text(1);
    return `(SELECT array_part.v FROM JSON_TABLE(${one}, '$[0]' COLUMNS (v ${type} PATH '$')) AS array_part)`;
  };
  const items = (call: ConstructCall, array: string): string =>
    `JSON_TABLE(${array}, '$[*]' COLUMNS (n FOR ORDINALITY, v ${types.jsonTableType(itemType(call))} PATH '$')) AS array_item`;
  const quantified = (call: ConstructCall, all: boolean): string => {
    checkOrder(call, itemType(call));
    const array = call.text(0);
    const condition = `${item(call)} ${keyword(arrayComparisons, call.detail, "a comparison")} array_item.v`;
    const rows = `SELECT 1 FROM ${items(call, array)} WHERE ${all ? `NOT (${condition})` : condition}`;
    return `CASE WHEN ${array} IS NOT NULL THEN ${all ? "NOT " : ""}EXISTS (${rows}) END`;
  };
  return {
    "array.at": (call) => {
      const type = itemType(call);
      const found = `JSON_UNQUOTE(JSON_EXTRACT(${call.text(0)}, ${pathParameters(call, 1, [index])[0] ?? ""}))`;
      const isText = type.kind === "text" || type.kind === "enum" || type.kind === "uuid";
      return isText ? `(${found} COLLATE ${flavour.collation})` : `CAST(${found} AS ${types.castType(type)})`;
    },
    "array.length": callOf("JSON_LENGTH"),
    "array.contains": callOf("JSON_CONTAINS"),
    "array.overlaps": callOf("JSON_OVERLAPS"),
    "array.any": (call) => quantified(call, false),
    "array.all": (call) => quantified(call, true),
    "array.append": callOf("JSON_MERGE_PRESERVE"),
    "array.remove": (call) => call.unsupported("removal of an array's items by value", remedy),
    "array.position": (call) => {
      const array = call.text(0);
      const condition = `array_item.v = ${item(call)}`;
      return `(SELECT MIN(array_item.n) - 1 FROM ${items(call, array)} WHERE ${condition})`;
    },
    "array.slice": (call) => call.unsupported("slices of arrays", remedy),
  };
}
