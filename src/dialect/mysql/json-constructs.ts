/** JSON in MySQL and MariaDB. MariaDB's JSON is text: a function must say that it is none. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import { ValueError } from "../../sql/errors.ts";
import type { JsonConstruct } from "../../sql/expression/construct-name.ts";
import { legsOf, type JsonLeg } from "../../sql/expression/json-path.ts";
import type { CustomType } from "../../sql/type/sql-type.ts";
import { integer, text } from "../../sql/type/types.ts";
import { neededItems, pathParameter, pathParameters } from "../json-path-parameters.ts";
import { jsonPathText } from "../json-path-text.ts";
import type { MysqlFlavour } from "./capabilities.ts";

const typeCases =
  "WHEN 'STRING' THEN 'string' WHEN 'INTEGER' THEN 'number' WHEN 'UNSIGNED INTEGER' THEN 'number' WHEN 'DOUBLE' THEN 'number' WHEN 'DECIMAL' THEN 'number' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'NULL' THEN 'null'";
const numberTypes = "('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL')";

/** How MySQL or MariaDB writes JSON. */
export function jsonConstructs(flavour: MysqlFlavour): { readonly [K in JsonConstruct]: ConstructWriter } {
  const json = new JsonWriter(flavour);
  return {
    "json.at": (call) => json.at(call),
    "json.string": (call) => json.string(call.text(0)),
    "json.number": (call) => json.number(call.text(0)),
    "json.boolean": (call) => {
      const x = call.text(0);
      return `CASE WHEN JSON_TYPE(${x}) = 'BOOLEAN' THEN JSON_UNQUOTE(${x}) = 'true' END`;
    },
    "json.text": (call) => {
      const x = call.text(0);
      return `CASE WHEN JSON_TYPE(${x}) <> 'NULL' THEN ${json.unquoted(x)} END`;
    },
    "json.isNull": (call) => `(COALESCE(JSON_TYPE(${call.text(0)}), 'NULL') = 'NULL')`,
    "json.typeof": (call) => `CASE JSON_TYPE(${call.text(0)}) ${typeCases} END`,
    "json.length": (call) => {
      const x = call.text(0);
      return `CASE WHEN JSON_TYPE(${x}) = 'ARRAY' THEN JSON_LENGTH(${x}) END`;
    },
    "json.hasKey": (call) => {
      const x = call.text(0);
      return `JSON_CONTAINS_PATH(${x}, 'one', ${json.path(call, 1)})`;
    },
    "json.equals": (call) => json.equals(call),
    "json.contains": (call) => `JSON_CONTAINS(${call.text(0)}, ${call.text(1)})`,
    "json.of": (call) => json.of(call),
    "json.null": () => json.parsed("'null'"),
    "json.object": (call) => json.object(call),
    "json.array": (call) => `JSON_ARRAY(${call.node.operands.map((_, index) => json.value(call, index)).join(", ")})`,
    "json.set": (call) => json.changedAt(call, 1, (x, at) => `JSON_SET(${x}, ${at}, ${json.value(call, 2)})`),
    "json.remove": (call) => json.changedAt(call, 0, (x, at) => `JSON_REMOVE(${x}, ${at})`),
    "json.append": (call) => json.append(call),
    "json.insert": (call) =>
      json.changedAt(call, 1, (x, at) => `JSON_ARRAY_INSERT(${x}, ${at}, ${json.value(call, 2)})`, json.insertion),
    "json.merge": (call) => json.merge(call),
    "json.stored": (call) => call.text(0),
  };
}

/** Texts of JSON functions. */
export class JsonWriter {
  readonly #flavour: MysqlFlavour;
  readonly #whole: CustomType;
  readonly #parent: CustomType;
  /** A path for JSON_ARRAY_INSERT. */
  readonly insertion: CustomType;

  constructor(flavour: MysqlFlavour) {
    this.#flavour = flavour;
    this.#whole = pathParameter(text(), (legs) => this.#pathText(legs));
    this.insertion = pathParameter(text(), (legs) => this.#pathText(flavour.isMariaDb ? behindEnd(legs) : legs));
    this.#parent = pathParameter(text(), (legs) => this.#pathText(legs.slice(0, -1)));
  }

  /** A value as its JSON type, where it is bound or written as text. */
  parsed(written: string): string {
    return this.#flavour.isMariaDb ? `JSON_EXTRACT(${written}, '$')` : `CAST(${written} AS JSON)`;
  }

  path(call: ConstructCall, index: number): string {
    return pathParameters(call, index, [this.#whole])[0] ?? "";
  }

  at(call: ConstructCall): string {
    const x = call.text(0);
    const legs = legsOf(call.operand(1));
    const indexes = legs.flatMap((leg, position) => (typeof leg === "number" ? [position] : []));
    const before = indexes.map((position) => pathParameter(text(), (path) => this.#pathText(path.slice(0, position))));
    const [path = "", ...arrays] = pathParameters(call, 1, [this.#whole, ...before]);
    const member = `JSON_EXTRACT(${x}, ${path})`;
    if (arrays.length === 0) return member;
    // An index of what is no array would be the thing itself.
    const conditions = arrays.map((array) => `JSON_TYPE(JSON_EXTRACT(${x}, ${array})) = 'ARRAY'`).join(" AND ");
    return `CASE WHEN ${conditions} THEN ${member} END`;
  }

  /** The text of a JSON value, compared as other texts are. */
  unquoted(x: string): string {
    return `JSON_UNQUOTE(${x}) COLLATE ${this.#flavour.collation}`;
  }

  string(x: string): string {
    return `CASE WHEN JSON_TYPE(${x}) = 'STRING' THEN ${this.unquoted(x)} END`;
  }

  number(x: string): string {
    return `CASE WHEN JSON_TYPE(${x}) IN ${numberTypes} THEN CAST(${x} AS DOUBLE) END`;
  }

  equals(call: ConstructCall): string {
    const x = call.text(0);
    const y = call.text(1);
    const other = call.operand(1).kind === "bind" ? this.parsed(y) : y;
    const same = this.#flavour.isMariaDb ? `JSON_EQUALS(${x}, ${other})` : `${x} = ${other}`;
    return `CASE WHEN JSON_TYPE(${x}) <> 'NULL' AND JSON_TYPE(${other}) <> 'NULL' THEN ${same} END`;
  }

  /** An expression on its way into JSON. */
  of(call: ConstructCall): string {
    const written = call.text(0);
    switch (call.kind()) {
      case "json":
        return this.parsed(written);
      case "boolean":
        return this.parsed(`CASE WHEN ${written} THEN 'true' WHEN NOT ${written} THEN 'false' ELSE 'null' END`);
      case "bigint":
      case "numeric":
      case "date":
        // JSON's numbers are doubles to JavaScript: as text they keep their digits.
        return `CAST(${written} AS CHAR) COLLATE ${this.#flavour.collation}`;
      case "text":
      case "enum":
      case "uuid":
        // Texts of several collations cannot stand in one document.
        return `CONVERT(${written} USING utf8mb4) COLLATE ${this.#flavour.collation}`;
      default:
        return written;
    }
  }

  /** The n-th operand as a JSON value. */
  value(call: ConstructCall, index: number): string {
    const written = call.text(index);
    return call.operand(index).kind === "bind" ? this.parsed(written) : written;
  }

  object(call: ConstructCall): string {
    const texts = call.node.operands.map((_, index) => {
      if (index % 2 !== 0) return this.value(call, index);
      return pathParameters(call, index, [pathParameter(text(), ([leg]) => leg)])[0] ?? "";
    });
    return `JSON_OBJECT(${texts.join(", ")})`;
  }

  /** A change of the document at a place, left out where the place cannot have such a member. */
  changedAt(
    call: ConstructCall,
    room: number,
    made: (x: string, path: string) => string,
    wholePath = this.#whole,
  ): string {
    const x = call.text(0);
    const last = legsOf(call.operand(1)).at(-1);
    const items = pathParameter(integer(), (legs) => neededItems(legs.at(-1), room));
    const [at = "", before = "", length = ""] = pathParameters(call, 1, [wholePath, this.#parent, items]);
    const parent = `JSON_EXTRACT(${x}, ${before})`;
    const condition =
      typeof last === "string"
        ? `JSON_TYPE(${parent}) = 'OBJECT'`
        : `JSON_TYPE(${parent}) = 'ARRAY' AND JSON_LENGTH(${parent}) >= ${length}`;
    return `CASE WHEN ${condition} THEN ${made(x, at)} ELSE ${x} END`;
  }

  append(call: ConstructCall): string {
    const x = call.text(0);
    const path = this.path(call, 1);
    const made = `JSON_ARRAY_APPEND(${x}, ${path}, ${this.value(call, 2)})`;
    return `CASE WHEN JSON_TYPE(JSON_EXTRACT(${x}, ${path})) = 'ARRAY' THEN ${made} ELSE ${x} END`;
  }

  merge(call: ConstructCall): string {
    const x = call.text(0);
    const texts = call.node.operands
      .slice(1)
      .map((_, index) => (index % 2 === 0 ? this.path(call, index + 1) : this.value(call, index + 1)));
    return `CASE WHEN JSON_TYPE(${x}) = 'OBJECT' THEN JSON_SET(${x}, ${texts.join(", ")}) ELSE ${x} END`;
  }

  #pathText(legs: readonly JsonLeg[]): string {
    const { isMariaDb } = this.#flavour;
    const unreadable = isMariaDb ? legs.find((leg) => typeof leg === "string" && leg.startsWith("-")) : undefined;
    if (unreadable !== undefined) {
      throw new ValueError(
        `MariaDB finds no member whose name begins with '-', as '${String(unreadable)}' does. Read the document and take the member in the program.`,
      );
    }
    return jsonPathText(legs, (index) => (isMariaDb ? String(index) : fromLast(index)));
  }
}

/** MariaDB inserts behind the last item at -1, and before it at -2. */
function behindEnd(legs: readonly JsonLeg[]): readonly JsonLeg[] {
  const last = legs.at(-1);
  return typeof last === "number" && last < 0 ? [...legs.slice(0, -1), last - 1] : legs;
}

/** MySQL's index from the end. */
export function fromLast(index: number): string {
  return index === -1 ? "last" : `last-${String(-index - 1)}`;
}
