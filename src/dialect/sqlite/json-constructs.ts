/** JSON in SQLite: text, read and written by its JSON functions, which take a path as one value. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { JsonConstruct } from "../../sql/expression/construct-name.ts";
import { legsOf, type JsonLeg } from "../../sql/expression/json-path.ts";
import { integer, text } from "../../sql/type/types.ts";
import { neededItems, pathParameter, pathParameters } from "../json-path-parameters.ts";
import { jsonPathText } from "../json-path-text.ts";

function pathText(legs: readonly JsonLeg[]): string {
  return jsonPathText(legs, (index) => `#${String(index)}`);
}

const whole = pathParameter(text(), pathText);
const parentPath = pathParameter(text(), (legs) => pathText(legs.slice(0, -1)));
const endOfArray = pathParameter(text(), (legs) => `${pathText(legs)}[#]`);
const firstName = pathParameter(text(), ([leg]) => leg);

/** The type of a JSON value, or of a member, as SQLite calls it. */
const typeCases =
  "WHEN 'text' THEN 'string' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean'";

function path(call: ConstructCall, index: number): string {
  return pathParameters(call, index, [whole])[0] ?? "";
}

/** A JSON value on its way into another. */
function asJson(call: ConstructCall, index: number): string {
  const written = call.text(index);
  return call.operand(index).kind === "bind" ? `json(${written})` : written;
}

/** An expression on its way into JSON: `json()` tells JSON from text. */
function valueAsJson(call: ConstructCall): string {
  const written = call.text(0);
  switch (call.kind()) {
    case "json":
      return `json(${written})`;
    case "boolean":
      return `json(CASE WHEN ${written} THEN 'true' WHEN NOT ${written} THEN 'false' ELSE 'null' END)`;
    case "bigint":
      // JSON's numbers are doubles to JavaScript: as text they keep their digits.
      return `CAST(${written} AS TEXT)`;
    default:
      return written;
  }
}

/** A change of the document at a place, left out where the place cannot have such a member. */
function changedAt(call: ConstructCall, room: number, made: (x: string, path: string) => string): string {
  const x = call.text(0);
  const last = legsOf(call.operand(1)).at(-1);
  const items = pathParameter(integer(), (legs) => neededItems(legs.at(-1), room));
  const [at = "", parent = "", length = ""] = pathParameters(call, 1, [whole, parentPath, items]);
  const condition =
    typeof last === "string"
      ? `json_type(${x}, ${parent}) = 'object'`
      : `json_type(${x}, ${parent}) = 'array' AND json_array_length(${x}, ${parent}) >= ${length}`;
  return `CASE WHEN ${condition} THEN ${made(x, at)} ELSE ${x} END`;
}

/** One more item between those of an array: SQLite's own functions only replace and append. */
function insert(call: ConstructCall): string {
  if (call.isDefinition)
    return call.unsupported("insertion between the items of a JSON array in definitions", "Append to the array.");
  const x = call.text(0);
  const items = pathParameter(integer(), (legs) => neededItems(legs.at(-1), 1));
  const position = pathParameter(integer(), (legs) => legs.at(-1));
  const [parent = "", length = "", at = ""] = pathParameters(call, 1, [parentPath, items, position]);
  const value = `json_array(${asJson(call, 2)})`;
  const longer = `json_set(${x}, ${parent}, json(json_inserted(${x} -> ${parent}, ${at}, ${value})))`;
  const condition = `json_type(${x}, ${parent}) = 'array' AND json_array_length(${x}, ${parent}) >= ${length}`;
  return `CASE WHEN ${condition} THEN ${longer} ELSE ${x} END`;
}

function ownFunction(call: ConstructCall, name: string): string {
  if (!call.isDefinition) return name;
  return call.unsupported("comparison of JSON documents in definitions", "Compare members with at(…).");
}

/** How SQLite writes JSON. */
export const jsonConstructs: { readonly [K in JsonConstruct]: ConstructWriter } = {
  "json.at": (call) => `(${call.text(0)} -> ${path(call, 1)})`,
  "json.string": (call) => {
    const x = call.text(0);
    return `CASE WHEN json_type(${x}) = 'text' THEN ${x} ->> '$' END`;
  },
  "json.number": (call) => {
    const x = call.text(0);
    return `CASE WHEN json_type(${x}) IN ('integer', 'real') THEN CAST(${x} ->> '$' AS REAL) END`;
  },
  "json.boolean": (call) => `CASE json_type(${call.text(0)}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`,
  "json.text": (call) => {
    const x = call.text(0);
    return `CASE json_type(${x}) WHEN 'text' THEN ${x} ->> '$' WHEN 'null' THEN NULL ELSE ${x} -> '$' END`;
  },
  "json.isNull": (call) => `(COALESCE(json_type(${call.text(0)}), 'null') = 'null')`,
  "json.typeof": (call) => {
    const x = call.text(0);
    return `CASE json_type(${x}) ${typeCases} ELSE json_type(${x}) END`;
  },
  "json.length": (call) => {
    const x = call.text(0);
    return `CASE WHEN json_type(${x}) = 'array' THEN json_array_length(${x}) END`;
  },
  "json.hasKey": (call) => {
    const x = call.text(0);
    return `CASE WHEN ${x} IS NOT NULL THEN json_type(${x}, ${path(call, 1)}) IS NOT NULL END`;
  },
  "json.equals": (call) => `${ownFunction(call, "json_same")}(${call.text(0)}, ${call.text(1)})`,
  "json.contains": (call) => `${ownFunction(call, "json_contains")}(${call.text(0)}, ${call.text(1)})`,
  "json.of": valueAsJson,
  "json.null": () => "json('null')",
  "json.object": (call) => {
    const texts = call.node.operands.map((_, index) =>
      index % 2 === 0 ? (pathParameters(call, index, [firstName])[0] ?? "") : asJson(call, index),
    );
    return `json_object(${texts.join(", ")})`;
  },
  "json.array": (call) => `json_array(${call.node.operands.map((_, index) => asJson(call, index)).join(", ")})`,
  "json.set": (call) => changedAt(call, 1, (x, at) => `json_set(${x}, ${at}, ${asJson(call, 2)})`),
  "json.remove": (call) => changedAt(call, 0, (x, at) => `json_remove(${x}, ${at})`),
  "json.append": (call) => {
    const x = call.text(0);
    const [at = "", end = ""] = pathParameters(call, 1, [whole, endOfArray]);
    return `CASE WHEN json_type(${x}, ${at}) = 'array' THEN json_insert(${x}, ${end}, ${asJson(call, 2)}) ELSE ${x} END`;
  },
  "json.insert": insert,
  "json.merge": (call) => {
    const x = call.text(0);
    const texts = call.node.operands
      .slice(1)
      .map((_, index) => (index % 2 === 0 ? path(call, index + 1) : asJson(call, index + 1)));
    return `CASE WHEN json_type(${x}) = 'object' THEN json_set(${x}, ${texts.join(", ")}) ELSE ${x} END`;
  },
  "json.stored": (call) => call.text(0),
};
