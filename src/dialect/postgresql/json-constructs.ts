/** JSON in PostgreSQL: `->` with names as text and indexes as integers, which cannot be taken for each other. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { JsonConstruct } from "../../sql/expression/construct-name.ts";
import { legsOf } from "../../sql/expression/json-path.ts";
import { array, integer, text } from "../../sql/type/types.ts";
import { neededItems, pathParameter, pathParameters } from "../json-path-parameters.ts";

const jsonNull = "'null'::jsonb";

/** The n-th operand as jsonb. */
function document(call: ConstructCall, index = 0): string {
  const operand = call.operand(index);
  const type = typeOf(operand);
  const written = call.text(index);
  return type.kind === "json" && !type.binary && operand.kind !== "bind" ? `${written}::jsonb` : written;
}

/** `-> leg` for the legs of a path, one text each. */
function steps(call: ConstructCall, index: number): string[] {
  const legs = legsOf(call.operand(index));
  const types = legs.map((leg, position) =>
    pathParameter(typeof leg === "string" ? text() : integer(), (path) => path[position]),
  );
  return pathParameters(call, index, types).map(
    (marker, position) => `-> ${marker}::${typeof legs[position] === "string" ? "text" : "integer"}`,
  );
}

/** A member of a document; `last` may change the last arrow. */
function member(call: ConstructCall, last: (arrow: string) => string): string {
  const x = document(call);
  const arrows = steps(call, 1);
  const before = (count: number): string => [x, ...arrows.slice(0, count)].join(" ");
  const end = arrows.length - 1;
  const found = `(${before(end)} ${last(arrows[end] ?? "")})`;
  // The first item of what is no array would be the thing itself.
  const conditions = legsOf(call.operand(1)).flatMap((leg, index) =>
    typeof leg === "number" ? [`jsonb_typeof(${before(index)}) = 'array'`] : [],
  );
  return conditions.length === 0 ? found : `CASE WHEN ${conditions.join(" AND ")} THEN ${found} END`;
}

/** The first leg of a path of one, as text. */
function name(call: ConstructCall, index: number): string {
  const [marker = ""] = pathParameters(call, index, [pathParameter(text(), ([leg]) => leg)]);
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
function place(call: ConstructCall, room: number): Place {
  const x = document(call);
  const legs = legsOf(call.operand(1));
  const legTypes = legs.map((leg, position) =>
    pathParameter(typeof leg === "string" ? text() : integer(), (path) => path[position]),
  );
  const whole = pathParameter(array(text()), (path) => path.map(String));
  const items = pathParameter(integer(), (path) => neededItems(path.at(-1), room));
  const markers = pathParameters(call, 1, [...legTypes, whole, items]);
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
  "json.at": (call) => member(call, (arrow) => arrow),
  "json.string": (call) => {
    const x = document(call);
    return `CASE WHEN jsonb_typeof(${x}) = 'string' THEN ${x} #>> '{}' END`;
  },
  "json.number": (call) => {
    const x = document(call);
    return `CASE WHEN jsonb_typeof(${x}) = 'number' THEN ${x}::float8 END`;
  },
  "json.boolean": (call) => {
    const x = document(call);
    return `CASE WHEN jsonb_typeof(${x}) = 'boolean' THEN ${x}::boolean END`;
  },
  "json.text": (call) => {
    const operand = call.operand(0);
    // The last arrow can give text at once, which is what an index is made of.
    if (operand.kind !== "construct" || operand.name !== "json.at") return `(${document(call)} #>> '{}')`;
    return call.inner(0, (inner) => member(inner, (arrow) => arrow.replace("->", "->>")));
  },
  "json.isNull": (call) => `(COALESCE(jsonb_typeof(${document(call)}), 'null') = 'null')`,
  "json.typeof": (call) => `jsonb_typeof(${document(call)})`,
  "json.length": (call) => {
    const x = document(call);
    return `CASE WHEN jsonb_typeof(${x}) = 'array' THEN jsonb_array_length(${x}) END`;
  },
  "json.hasKey": (call) => {
    const x = document(call);
    // On an array of strings the operator would look for an item.
    return `(jsonb_typeof(${x}) = 'object' AND ${x} ? ${name(call, 1)})`;
  },
  "json.equals": (call) => `(NULLIF(${document(call)}, ${jsonNull}) = NULLIF(${document(call, 1)}, ${jsonNull}))`,
  "json.contains": (call) => `(${document(call)} @> ${document(call, 1)})`,
  "json.of": (call) => {
    const written = call.text(0);
    const kind = call.kind();
    // JSON's numbers are doubles to JavaScript: as text they keep their digits.
    const value = kind === "bigint" || kind === "numeric" || kind === "enum" ? `${written}::text` : written;
    return `COALESCE(to_jsonb(${value}), ${jsonNull})`;
  },
  "json.null": () => jsonNull,
  "json.object": (call) => `jsonb_build_object(${pairs(call, 0)})`,
  "json.array": (call) => `jsonb_build_array(${call.list})`,
  "json.set": (call) => {
    const { x, path, exists } = place(call, 1);
    return changed(x, exists, `jsonb_set(${x}, ${path}, ${call.text(2)})`);
  },
  "json.remove": (call) => {
    const { x, path, exists } = place(call, 0);
    return changed(x, exists, `${x} #- ${path}`);
  },
  "json.append": (call) => {
    const legs = legsOf(call.operand(1));
    if (legs.length === 0) {
      const x = document(call);
      pathParameters(call, 1, []);
      return changed(x, `jsonb_typeof(${x}) = 'array'`, `${x} || jsonb_build_array(${call.text(2)})`);
    }
    const { x, path, member } = place(call, 0);
    const longer = `${member} || jsonb_build_array(${call.text(2)})`;
    return changed(x, `jsonb_typeof(${member}) = 'array'`, `jsonb_set(${x}, ${path}, ${longer})`);
  },
  "json.insert": (call) => {
    const { x, path, exists } = place(call, 1);
    return changed(x, exists, `jsonb_insert(${x}, ${path}, ${call.text(2)})`);
  },
  "json.merge": (call) => {
    const x = document(call);
    return changed(x, `jsonb_typeof(${x}) = 'object'`, `${x} || jsonb_build_object(${pairs(call, 1)})`);
  },
  "json.stored": (call) => `(${call.text(0)})::jsonb`,
};

/** Names and values from the operand at `first` on. */
function pairs(call: ConstructCall, first: number): string {
  const texts: string[] = [];
  for (let index = first; index < call.node.operands.length; index += 2) {
    texts.push(name(call, index), call.text(index + 1));
  }
  return texts.join(", ");
}
