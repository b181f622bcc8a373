/** JSON in PostgreSQL: `->` with names as text and indexes as integers, which cannot be taken for each other. */
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { JsonConstruct } from "../../sql/expression/construct-name.ts";
import { legsOf } from "../../sql/expression/json-path.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import { array, integer, text } from "../../sql/type/types.ts";
import { neededItems, operandAt, operandText, pathParameter, pathParameters } from "../construct-operands.ts";

const jsonNull = "'null'::jsonb";

/** The n-th operand as jsonb. */
function document(node: ConstructNode, tools: ConstructTools, index = 0): string {
  const operand = operandAt(node, index);
  const type = typeOf(operand);
  const written = tools.operand(operand);
  return type.kind === "json" && !type.binary && operand.kind !== "bind" ? `${written}::jsonb` : written;
}

/** `-> leg` for the legs of a path, one text each. */
function steps(node: ConstructNode, index: number, tools: ConstructTools): string[] {
  const legs = legsOf(operandAt(node, index));
  const types = legs.map((leg, position) =>
    pathParameter(typeof leg === "string" ? text() : integer(), (path) => path[position]),
  );
  return pathParameters(node, index, types, tools).map(
    (marker, position) => `-> ${marker}::${typeof legs[position] === "string" ? "text" : "integer"}`,
  );
}

/** A member of a document; `last` may change the last arrow. */
function member(node: ConstructNode, tools: ConstructTools, last: (arrow: string) => string): string {
  const x = document(node, tools);
  const arrows = steps(node, 1, tools);
  const before = (count: number): string => [x, ...arrows.slice(0, count)].join(" ");
  const end = arrows.length - 1;
  const found = `(${before(end)} ${last(arrows[end] ?? "")})`;
  // The first item of what is no array would be the thing itself.
  const conditions = legsOf(operandAt(node, 1)).flatMap((leg, index) =>
    typeof leg === "number" ? [`jsonb_typeof(${before(index)}) = 'array'`] : [],
  );
  return conditions.length === 0 ? found : `CASE WHEN ${conditions.join(" AND ")} THEN ${found} END`;
}

/** The first leg of a path of one, as text. */
function name(node: ConstructNode, index: number, tools: ConstructTools): string {
  const [marker = ""] = pathParameters(node, index, [pathParameter(text(), ([leg]) => leg)], tools);
  return `${marker}::text`;
}

/** What `x` is there and a path needs to be looked at before it is written to. */
interface Place {
  readonly x: string;
  /** The path as text[]. */
  readonly path: string;
  /** What is there now. */
  readonly member: string;
  readonly parent: string;
  /** True where the parent can have such a member. */
  readonly exists: string;
}

/** Where `json.set` and `json.remove` write: a name only into an object, an index only into an array that is long enough. */
function place(node: ConstructNode, tools: ConstructTools, room: number): Place {
  const x = document(node, tools);
  const legs = legsOf(operandAt(node, 1));
  const legTypes = legs.map((leg, position) =>
    pathParameter(typeof leg === "string" ? text() : integer(), (path) => path[position]),
  );
  const whole = pathParameter(array(text()), (path) => path.map(String));
  const items = pathParameter(integer(), (path) => neededItems(path.at(-1), room));
  const markers = pathParameters(node, 1, [...legTypes, whole, items], tools);
  const arrows = legs.map(
    (leg, position) => ` -> ${markers[position] ?? ""}::${typeof leg === "string" ? "text" : "integer"}`,
  );
  const parent = `(${x}${arrows.slice(0, -1).join("")})`;
  const path = `${markers[legs.length] ?? ""}::text[]`;
  const exists =
    typeof legs.at(-1) === "string"
      ? `jsonb_typeof(${parent}) = 'object'`
      : `CASE WHEN jsonb_typeof(${parent}) = 'array' THEN jsonb_array_length(${parent}) >= ${markers[legs.length + 1] ?? ""}::integer END`;
  return { x, path, parent, exists, member: `(${x}${arrows.join("")})` };
}

function changed(x: string, condition: string, made: string): string {
  return `CASE WHEN ${condition} THEN ${made} ELSE ${x} END`;
}

/** How PostgreSQL writes JSON. */
export const jsonConstructs: { readonly [K in JsonConstruct]: ConstructWriter } = {
  "json.at": (node, tools) => member(node, tools, (arrow) => arrow),
  "json.string": (node, tools) => {
    const x = document(node, tools);
    return `CASE WHEN jsonb_typeof(${x}) = 'string' THEN ${x} #>> '{}' END`;
  },
  "json.number": (node, tools) => {
    const x = document(node, tools);
    return `CASE WHEN jsonb_typeof(${x}) = 'number' THEN ${x}::float8 END`;
  },
  "json.boolean": (node, tools) => {
    const x = document(node, tools);
    return `CASE WHEN jsonb_typeof(${x}) = 'boolean' THEN ${x}::boolean END`;
  },
  "json.text": (node, tools) => {
    const operand = operandAt(node, 0);
    // The last arrow can give text at once, which is what an index is made of.
    if (operand.kind !== "construct" || operand.name !== "json.at") return `(${document(node, tools)} #>> '{}')`;
    return member(operand, tools, (arrow) => arrow.replace("->", "->>"));
  },
  "json.isNull": (node, tools) => `(COALESCE(jsonb_typeof(${document(node, tools)}), 'null') = 'null')`,
  "json.typeof": (node, tools) => `jsonb_typeof(${document(node, tools)})`,
  "json.length": (node, tools) => {
    const x = document(node, tools);
    return `CASE WHEN jsonb_typeof(${x}) = 'array' THEN jsonb_array_length(${x}) END`;
  },
  "json.hasKey": (node, tools) => {
    const x = document(node, tools);
    // On an array of strings the operator would look for an item.
    return `(jsonb_typeof(${x}) = 'object' AND ${x} ? ${name(node, 1, tools)})`;
  },
  "json.equals": (node, tools) =>
    `(NULLIF(${document(node, tools)}, ${jsonNull}) = NULLIF(${document(node, tools, 1)}, ${jsonNull}))`,
  "json.contains": (node, tools) => `(${document(node, tools)} @> ${document(node, tools, 1)})`,
  "json.of": (node, tools) => {
    const operand = operandAt(node, 0);
    const written = tools.operand(operand);
    const { kind } = storedType(typeOf(operand));
    // JSON's numbers are doubles to JavaScript: as text they keep their digits.
    const value = kind === "bigint" || kind === "numeric" || kind === "enum" ? `${written}::text` : written;
    return `COALESCE(to_jsonb(${value}), ${jsonNull})`;
  },
  "json.null": () => jsonNull,
  "json.object": (node, tools) => `jsonb_build_object(${pairs(node, 0, tools)})`,
  "json.array": (node, tools) =>
    `jsonb_build_array(${node.operands.map((operand) => tools.operand(operand)).join(", ")})`,
  "json.set": (node, tools) => {
    const { x, path, exists } = place(node, tools, 1);
    return changed(x, exists, `jsonb_set(${x}, ${path}, ${operandText(node, 2, tools)})`);
  },
  "json.remove": (node, tools) => {
    const { x, path, exists } = place(node, tools, 0);
    return changed(x, exists, `${x} #- ${path}`);
  },
  "json.append": (node, tools) => {
    const legs = legsOf(operandAt(node, 1));
    if (legs.length === 0) {
      const x = document(node, tools);
      pathParameters(node, 1, [], tools);
      return changed(x, `jsonb_typeof(${x}) = 'array'`, `${x} || jsonb_build_array(${operandText(node, 2, tools)})`);
    }
    const { x, path, member } = place(node, tools, 0);
    const longer = `${member} || jsonb_build_array(${operandText(node, 2, tools)})`;
    return changed(x, `jsonb_typeof(${member}) = 'array'`, `jsonb_set(${x}, ${path}, ${longer})`);
  },
  "json.insert": (node, tools) => {
    const { x, path, exists } = place(node, tools, 1);
    return changed(x, exists, `jsonb_insert(${x}, ${path}, ${operandText(node, 2, tools)})`);
  },
  "json.merge": (node, tools) => {
    const x = document(node, tools);
    return changed(x, `jsonb_typeof(${x}) = 'object'`, `${x} || jsonb_build_object(${pairs(node, 1, tools)})`);
  },
  "json.stored": (node, tools) => `(${operandText(node, 0, tools)})::jsonb`,
};

/** Names and values from the operand at `first` on. */
function pairs(node: ConstructNode, first: number, tools: ConstructTools): string {
  const texts: string[] = [];
  for (let index = first; index < node.operands.length; index += 2) {
    texts.push(name(node, index, tools), operandText(node, index + 1, tools));
  }
  return texts.join(", ");
}
