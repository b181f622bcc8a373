/** `JsonElement`: a JSON document, or a member of one, as a typed expression. */
import { ArgumentError } from "../errors.ts";
import type { SqlType } from "../type/sql-type.ts";
import {
  bindNode,
  ColumnElement,
  constructElement,
  describe,
  isScalarSelectable,
  isSecret,
  typeOf,
  type Compared,
  type Operand,
  type ScalarSelectable,
} from "./column-element.ts";
import { constructNode, isJsonConstruct } from "./construct.ts";
import type { JsonConstruct } from "./construct-name.ts";
import { checkPath, legsOf, pathNode, pathShape, type JsonLeg } from "./json-path.ts";
import type {
  JsonAt,
  JsonKey,
  JsonMember,
  JsonName,
  JsonOperand,
  JsonPart,
  JsonPath,
  JsonTypeName,
} from "./json-types.ts";
import { jsonValueNode } from "./json-value-node.ts";
import type { BindNode, Expression } from "./node.ts";

const BOOLEAN: SqlType = { kind: "boolean" };
const TEXT: SqlType = { kind: "text" };
const DOUBLE: SqlType = { kind: "double" };
const INTEGER: SqlType = { kind: "integer" };
const JSON_TYPE: SqlType = { kind: "json", binary: true };

const views = { string: TEXT, number: DOUBLE, boolean: BOOLEAN } as const;
/** What a JSON value is compared as. */
type View = keyof typeof views;

/** Which view an expression of a SQL type is compared with. */
const viewOfType: { readonly [kind in SqlType["kind"]]?: View } = Object.freeze({
  text: "string",
  enum: "string",
  uuid: "string",
  date: "string",
  time: "string",
  smallint: "number",
  integer: "number",
  bigint: "number",
  numeric: "number",
  real: "number",
  double: "number",
  boolean: "boolean",
});

/**
 * JSON of TypeScript type `T`. Comparisons look at the value beside them: with a number, numbers are compared; with a
 * string, strings. What is of another type, JSON's null or missing is NULL there. Immutable.
 */
export class JsonElement<T, Source extends string = string> extends ColumnElement<T, Source> {
  /**
   * The member at a path: names of objects' members, indexes of arrays. A name is always taken literally, and never
   * counts items; an index never names a member. NULL where there is none.
   */
  at<A extends JsonKey<T>>(key: A): JsonElement<JsonMember<T, A>, Source>;
  at<A extends JsonKey<T>, B extends JsonKey<JsonMember<T, A>>>(
    first: A,
    second: B,
  ): JsonElement<JsonMember<JsonMember<T, A>, B>, Source>;
  at<A extends JsonKey<T>, B extends JsonKey<JsonMember<T, A>>, C extends JsonKey<JsonMember<JsonMember<T, A>, B>>>(
    first: A,
    second: B,
    third: C,
  ): JsonElement<JsonMember<JsonMember<JsonMember<T, A>, B>, C>, Source>;
  at(...path: JsonLeg[]): unknown {
    return new JsonElement(atNode(this.#document("at"), checkPath(path, "at")));
  }

  /** The value as text: a string's characters, anything else as JSON. NULL for JSON's null and for what is missing. */
  asText(): ColumnElement<string | null, Source> {
    return this.#made("json.text", TEXT, "asText");
  }
  /** The number that it is, else NULL. */
  asNumber(): ColumnElement<number | null, Source> {
    return this.#view<number | null>("number");
  }
  /** The truth that it is, else NULL. */
  asBoolean(): ColumnElement<boolean | null, Source> {
    return this.#view<boolean | null>("boolean");
  }

  /** What kind of value it is; NULL where there is none. Tells JSON's null (`"null"`) from a missing member. */
  jsonTypeof(): ColumnElement<JsonTypeName | null, Source> {
    return this.#made("json.typeof", TEXT, "jsonTypeof");
  }
  /** The number of items of an array; NULL for anything else. */
  jsonArrayLength(): ColumnElement<number | null, Source> {
    return this.#made("json.length", INTEGER, "jsonArrayLength");
  }
  /** True where an object has a member of this name, even if it is null. */
  hasKey(name: JsonName<T>): ColumnElement<boolean> {
    if (typeof name !== "string") throw new ArgumentError(`hasKey() takes a name, not ${describe(name)}.`);
    return this.#made("json.hasKey", BOOLEAN, "hasKey", [pathNode(checkPath([name], "hasKey"))]);
  }
  /**
   * True where every member of `part` is in it: objects by name, items of arrays in any order. Nested at every depth.
   */
  jsonContains(part: JsonPart<T>): ColumnElement<boolean> {
    return this.#made("json.contains", BOOLEAN, "jsonContains", [jsonBind(part, this, "jsonContains")]);
  }

  /**
   * The document with another value at a path. A member of an object is made where it is missing; an array takes one
   * more item at its end. Where what is around it is missing or of another type, nothing changes.
   */
  set<const P extends readonly K[], K extends JsonLeg>(
    path: P extends JsonPath<T, P> ? P : JsonPath<T, P>,
    value: JsonOperand<JsonAt<T, P>>,
  ): JsonElement<T>;
  set(path: readonly JsonLeg[], value: unknown): JsonElement<T> {
    const document = this.#document("set");
    return this.#changed("json.set", document, checkPath(path, "set"), [
      jsonValueNode(value, "set", isSecret(document)),
    ]);
  }
  /** The document without the member at a path; items of an array that follow move up. */
  remove<const P extends readonly K[], K extends JsonLeg>(
    path: P extends JsonPath<T, P> ? P : JsonPath<T, P>,
  ): JsonElement<T>;
  remove(path: readonly JsonLeg[]): JsonElement<T> {
    return this.#changed("json.remove", this.#document("remove"), checkPath(path, "remove"), []);
  }
  /** The document with one more item at the end of the array at a path; `[]` is the document itself. */
  append<const P extends readonly K[], K extends JsonLeg>(
    path: P extends JsonPath<T, P> ? P : JsonPath<T, P>,
    value: JsonOperand<NonNullable<JsonMember<JsonAt<T, P>, number>>>,
  ): JsonElement<T>;
  append(path: readonly JsonLeg[], value: unknown): JsonElement<T> {
    const document = this.#document("append");
    const legs = checkPath(path, "append");
    const item = jsonValueNode(value, "append", isSecret(document));
    return jsonElementOf("json.append", [document, pathNode(legs), item], pathShape(legs));
  }
  /**
   * The document with one more item before the one that a path ends at: `insertAt(["tags", 0], "first")`. One after the last is the end;
   * where the array is missing or shorter, nothing changes.
   */
  insertAt<const P extends readonly K[], K extends JsonLeg>(
    path: P extends JsonPath<T, P>
      ? P extends readonly [...JsonLeg[], number]
        ? P
        : readonly [...JsonLeg[], number]
      : JsonPath<T, P>,
    value: JsonOperand<NonNullable<JsonAt<T, P>>>,
  ): JsonElement<T>;
  insertAt(path: readonly JsonLeg[], value: unknown): JsonElement<T> {
    const document = this.#document("insertAt");
    const legs = checkPath(path, "insertAt");
    if (typeof legs.at(-1) !== "number")
      throw new ArgumentError('insertAt() takes a path that ends with the index of an item: insertAt(["tags", 0], …).');
    const item = jsonValueNode(value, "insertAt", isSecret(document));
    return jsonElementOf("json.insert", [document, pathNode(legs), item], pathShape(legs));
  }
  /**
   * The document with some members of an object set to others: not those inside of them, and null is a value like any
   * other. A document that is no object stays what it is.
   */
  merge(members: { readonly [K in keyof T]?: JsonOperand<T[K]> }): JsonElement<T> {
    const document = this.#document("merge");
    if (typeof members !== "object" || members === null || Array.isArray(members) || ColumnElement.isElement(members)) {
      throw new ArgumentError(`merge() takes an object of members, not ${describe(members)}.`);
    }
    const entries: [string, unknown][] = Object.entries(members);
    if (entries.length === 0) throw new ArgumentError("merge() was given no members. Name at least one.");
    const operands = entries.flatMap(([name, value]) => [
      pathNode(checkPath([name], "merge")),
      jsonValueNode(value, "merge", isSecret(document)),
    ]);
    return jsonElementOf("json.merge", [document, ...operands], String(entries.length));
  }

  override eq(other: Compared<T>): ColumnElement<boolean> {
    return this.#beside(other, "eq")?.eq(other) ?? this.#same(other, "eq");
  }
  override ne(other: Compared<T>): ColumnElement<boolean> {
    const scalar = this.#beside(other, "ne");
    return scalar?.ne(other) ?? new ColumnElement({ kind: "not", operand: this.#same(other, "ne").node });
  }
  override lt(other: Compared<T>): ColumnElement<boolean> {
    return this.#ordered(other, "lt").lt(other);
  }
  override le(other: Compared<T>): ColumnElement<boolean> {
    return this.#ordered(other, "le").le(other);
  }
  override gt(other: Compared<T>): ColumnElement<boolean> {
    return this.#ordered(other, "gt").gt(other);
  }
  override ge(other: Compared<T>): ColumnElement<boolean> {
    return this.#ordered(other, "ge").ge(other);
  }
  override between(low: Compared<T>, high: Compared<T>, options: { symmetric?: boolean } = {}): ColumnElement<boolean> {
    return this.#ordered(low, "between").between(low, high, options);
  }
  override notBetween(low: Compared<T>, high: Compared<T>): ColumnElement<boolean> {
    return this.#ordered(low, "notBetween").notBetween(low, high);
  }
  override isNotDistinctFrom(other: Operand<T>): ColumnElement<boolean> {
    if (other === null) return this.isNull();
    const scalar = this.#beside(other, "isNotDistinctFrom");
    if (scalar !== undefined) return scalar.isNotDistinctFrom(other);
    const same = this.#same(other, "isNotDistinctFrom").node;
    const isFalse = bindNode(false, BOOLEAN, "isNotDistinctFrom");
    return new ColumnElement({ kind: "function", name: "coalesce", arguments: [same, isFalse], type: BOOLEAN });
  }
  override isDistinctFrom(other: Operand<T>): ColumnElement<boolean> {
    return new ColumnElement({ kind: "not", operand: this.isNotDistinctFrom(other).node });
  }
  /** True where it reads as null: SQL's NULL, and for a member JSON's null or none at all. */
  override isNull(): ColumnElement<boolean> {
    return isJsonConstruct(this.node) ? this.#made("json.isNull", BOOLEAN, "isNull") : super.isNull();
  }
  override isNotNull(): ColumnElement<boolean> {
    return isJsonConstruct(this.node)
      ? new ColumnElement({ kind: "not", operand: this.isNull().node })
      : super.isNotNull();
  }
  override in(values: readonly NonNullable<T>[] | ScalarSelectable<NonNullable<T> | null>): ColumnElement<boolean> {
    return this.#listed(values, "in").in(values);
  }
  override notIn(values: readonly NonNullable<T>[] | ScalarSelectable<NonNullable<T> | null>): ColumnElement<boolean> {
    return this.#listed(values, "notIn").notIn(values);
  }
  override like(pattern: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").like(pattern);
  }
  override notLike(pattern: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").notLike(pattern);
  }
  override ilike(pattern: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").ilike(pattern);
  }
  override notIlike(pattern: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").notIlike(pattern);
  }
  override startsWith(part: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").startsWith(part);
  }
  override endsWith(part: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").endsWith(part);
  }
  override contains(part: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").contains(part);
  }
  override istartsWith(part: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").istartsWith(part);
  }
  override iendsWith(part: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").iendsWith(part);
  }
  override icontains(part: Compared<string>): ColumnElement<boolean> {
    return this.#view<string | null>("string").icontains(part);
  }
  override regexpMatch(pattern: Compared<string>, options: { ignoreCase?: boolean } = {}): ColumnElement<boolean> {
    return this.#view<string | null>("string").regexpMatch(pattern, options);
  }

  /** The expression as a document. A codec's column holds other values than the program sees. */
  #document(call: string): Expression {
    const { node } = this;
    const type = typeOf(node);
    if (type.kind === "json") return node;
    const name = node.kind === "column" ? `Column '${node.name}'` : "The expression";
    throw new ArgumentError(
      type.kind === "custom"
        ? `${call}() cannot look into JSON that a codec stands before: ${name} is read as something else than what is stored. Use jsonElement<Stored>(column).`
        : `${call}() looks into JSON, but ${name} is stored as '${type.kind}'.`,
    );
  }

  #made<R>(
    name: JsonConstruct,
    type: SqlType,
    call: string,
    operands: readonly Expression[] = [],
  ): ColumnElement<R, Source> {
    return constructElement(name, type, [this.#document(call), ...operands]);
  }

  #view<R = T>(view: View): ColumnElement<R, Source> {
    return this.#made(`json.${view}`, views[view], `comparison with a ${view}`);
  }

  /** What `other` is compared with; undefined where both are compared as JSON. */
  #beside(other: unknown, call: string): ColumnElement<T> | undefined {
    const view = viewBeside(other, call);
    return view === undefined ? undefined : this.#view(view);
  }

  #ordered(other: unknown, call: string): ColumnElement<T> {
    const scalar = this.#beside(other, call);
    if (scalar !== undefined) return scalar;
    throw new ArgumentError(
      `${call}() cannot order JSON beside ${describe(other)}. Say asNumber() or asText() on both sides.`,
    );
  }

  #listed(values: unknown, call: string): ColumnElement<T> {
    if (isScalarSelectable(values)) return this.#ordered(new ColumnElement(values.subqueryNode), call);
    const found = new Set(Array.isArray(values) ? values.map((value: unknown) => viewBeside(value, call)) : []);
    const [view = "string"] = found;
    if (found.size <= 1 && !found.has(undefined)) return this.#view(view);
    throw new ArgumentError(
      `${call}() on JSON takes strings only, numbers only or booleans only. Combine others with or(…).`,
    );
  }

  #same(other: unknown, call: string): ColumnElement<boolean> {
    const right = ColumnElement.isElement(other) ? other.node : jsonBind(other, this, call);
    return this.#made("json.equals", BOOLEAN, call, [right]);
  }

  #changed(
    name: JsonConstruct,
    document: Expression,
    legs: readonly JsonLeg[],
    values: readonly Expression[],
  ): JsonElement<T> {
    if (legs.length === 0) throw new ArgumentError(`${name.slice(5)}() takes a path of at least one name or index.`);
    return jsonElementOf(name, [document, pathNode(legs), ...values], pathShape(legs));
  }
}

/** Which view is compared with `other`; undefined for JSON. */
function viewBeside(other: unknown, call: string): View | undefined {
  if (other === null || other === undefined) {
    // The view's own method says what is wrong with it.
    return "string";
  }
  if (ColumnElement.isElement(other)) {
    const { kind } = typeOf(other.node);
    if (kind === "json") return undefined;
    const view = viewOfType[kind];
    if (view !== undefined) return view;
    throw new ArgumentError(`${call}() cannot compare JSON with a value of SQL type '${kind}'.`);
  }
  if (typeof other === "string" || typeof other === "number" || typeof other === "boolean") return typeof other as View;
  if (typeof other === "bigint") return "number";
  if (typeof other === "object") return undefined;
  throw new ArgumentError(`${call}() cannot compare JSON with ${describe(other)}.`);
}

function jsonBind(value: unknown, beside: ColumnElement<unknown>, call: string): Expression {
  return bindNode(value, JSON_TYPE, call, isSecret(beside.node));
}

function jsonElementOf<T>(name: JsonConstruct, operands: readonly Expression[], detail: string): JsonElement<T> {
  return new JsonElement(constructNode(name, JSON_TYPE, operands, detail));
}

/** The member of `document` at `legs`; a member of a member is one path. */
function atNode(document: Expression, legs: readonly JsonLeg[]): Expression {
  if (legs.length === 0) return document;
  if (document.kind === "construct" && document.name === "json.at") {
    const [inner, path] = document.operands as readonly [Expression, BindNode];
    return atNode(inner, [...legsOf(path), ...legs]);
  }
  return constructNode("json.at", JSON_TYPE, [document, pathNode(legs)], pathShape(legs));
}

/**
 * Any expression as JSON of type `T`: a column with a codec before it as what is stored, or what a function returns.
 */
export function jsonElement<T, S extends string = string>(element: ColumnElement<unknown, S>): JsonElement<T, S> {
  if (!ColumnElement.isElement(element)) {
    throw new ArgumentError(`jsonElement() takes a SQL expression, not ${describe(element)}.`);
  }
  if (typeOf(element.node).kind === "json") return new JsonElement(element.node);
  return new JsonElement(constructNode("json.stored", JSON_TYPE, [element.node]));
}
