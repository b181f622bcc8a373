/** JSON in MySQL and MariaDB. MariaDB's JSON is text: a function must say that it is none. */
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { ValueError } from "../../sql/errors.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { JsonConstruct } from "../../sql/expression/construct-name.ts";
import { legsOf, type JsonLeg } from "../../sql/expression/json-path.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import type { CustomType } from "../../sql/type/sql-type.ts";
import { integer, text } from "../../sql/type/types.ts";
import { neededItems, operandAt, operandText, pathParameter, pathParameters } from "../construct-operands.ts";
import { jsonPathText } from "../json-path-text.ts";
import type { MysqlFlavour } from "./capabilities.ts";

const typeCases =
  "WHEN 'STRING' THEN 'string' WHEN 'INTEGER' THEN 'number' WHEN 'UNSIGNED INTEGER' THEN 'number' WHEN 'DOUBLE' THEN 'number' WHEN 'DECIMAL' THEN 'number' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'NULL' THEN 'null'";
const numberTypes = "('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL')";

/** How MySQL or MariaDB writes JSON. */
export function jsonConstructs(flavour: MysqlFlavour): { readonly [K in JsonConstruct]: ConstructWriter } {
  const json = new JsonWriter(flavour);
  return {
    "json.at": (node, tools) => json.at(node, tools),
    "json.string": (node, tools) => json.string(operandText(node, 0, tools)),
    "json.number": (node, tools) => json.number(operandText(node, 0, tools)),
    "json.boolean": (node, tools) => {
      const x = operandText(node, 0, tools);
      return `CASE WHEN JSON_TYPE(${x}) = 'BOOLEAN' THEN JSON_UNQUOTE(${x}) = 'true' END`;
    },
    "json.text": (node, tools) => {
      const x = operandText(node, 0, tools);
      return `CASE WHEN JSON_TYPE(${x}) <> 'NULL' THEN ${json.unquoted(x)} END`;
    },
    "json.isNull": (node, tools) => `(COALESCE(JSON_TYPE(${operandText(node, 0, tools)}), 'NULL') = 'NULL')`,
    "json.typeof": (node, tools) => `CASE JSON_TYPE(${operandText(node, 0, tools)}) ${typeCases} END`,
    "json.length": (node, tools) => {
      const x = operandText(node, 0, tools);
      return `CASE WHEN JSON_TYPE(${x}) = 'ARRAY' THEN JSON_LENGTH(${x}) END`;
    },
    "json.hasKey": (node, tools) => {
      const x = operandText(node, 0, tools);
      return `JSON_CONTAINS_PATH(${x}, 'one', ${json.path(node, 1, tools)})`;
    },
    "json.equals": (node, tools) => json.equals(node, tools),
    "json.contains": (node, tools) => `JSON_CONTAINS(${operandText(node, 0, tools)}, ${operandText(node, 1, tools)})`,
    "json.of": (node, tools) => json.of(node, tools),
    "json.null": () => json.parsed("'null'"),
    "json.object": (node, tools) => json.object(node, tools),
    "json.array": (node, tools) =>
      `JSON_ARRAY(${node.operands.map((_, index) => json.value(node, index, tools)).join(", ")})`,
    "json.set": (node, tools) =>
      json.changedAt(node, tools, 1, (x, at) => `JSON_SET(${x}, ${at}, ${json.value(node, 2, tools)})`),
    "json.remove": (node, tools) => json.changedAt(node, tools, 0, (x, at) => `JSON_REMOVE(${x}, ${at})`),
    "json.append": (node, tools) => json.append(node, tools),
    "json.insert": (node, tools) =>
      json.changedAt(node, tools, 1, (x, at) => `JSON_ARRAY_INSERT(${x}, ${at}, ${json.value(node, 2, tools)})`),
    "json.merge": (node, tools) => json.merge(node, tools),
    "json.stored": (node, tools) => operandText(node, 0, tools),
  };
}

/** Texts of JSON functions. */
export class JsonWriter {
  readonly #flavour: MysqlFlavour;
  readonly #whole: CustomType;
  readonly #parent: CustomType;

  constructor(flavour: MysqlFlavour) {
    this.#flavour = flavour;
    this.#whole = pathParameter(text(), (legs) => this.#pathText(legs));
    this.#parent = pathParameter(text(), (legs) => this.#pathText(legs.slice(0, -1)));
  }

  /** A value as its JSON type, where it is bound or written as text. */
  parsed(written: string): string {
    return this.#flavour.isMariaDb ? `JSON_EXTRACT(${written}, '$')` : `CAST(${written} AS JSON)`;
  }

  path(node: ConstructNode, index: number, tools: ConstructTools): string {
    return pathParameters(node, index, [this.#whole], tools)[0] ?? "";
  }

  at(node: ConstructNode, tools: ConstructTools): string {
    const x = operandText(node, 0, tools);
    const legs = legsOf(operandAt(node, 1));
    const indexes = legs.flatMap((leg, position) => (typeof leg === "number" ? [position] : []));
    const before = indexes.map((position) => pathParameter(text(), (path) => this.#pathText(path.slice(0, position))));
    const [path = "", ...arrays] = pathParameters(node, 1, [this.#whole, ...before], tools);
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

  equals(node: ConstructNode, tools: ConstructTools): string {
    const x = operandText(node, 0, tools);
    const operand = operandAt(node, 1);
    const y = tools.operand(operand);
    const other = operand.kind === "bind" ? this.parsed(y) : y;
    const same = this.#flavour.isMariaDb ? `JSON_EQUALS(${x}, ${other})` : `${x} = ${other}`;
    return `CASE WHEN JSON_TYPE(${x}) <> 'NULL' AND JSON_TYPE(${other}) <> 'NULL' THEN ${same} END`;
  }

  /** An expression on its way into JSON. */
  of(node: ConstructNode, tools: ConstructTools): string {
    const operand = operandAt(node, 0);
    const written = tools.operand(operand);
    switch (storedType(typeOf(operand)).kind) {
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
  value(node: ConstructNode, index: number, tools: ConstructTools): string {
    const operand = operandAt(node, index);
    const written = tools.operand(operand);
    return operand.kind === "bind" ? this.parsed(written) : written;
  }

  object(node: ConstructNode, tools: ConstructTools): string {
    const texts = node.operands.map((_, index) => {
      if (index % 2 !== 0) return this.value(node, index, tools);
      return pathParameters(node, index, [pathParameter(text(), ([leg]) => leg)], tools)[0] ?? "";
    });
    return `JSON_OBJECT(${texts.join(", ")})`;
  }

  /** A change of the document at a place, left out where the place cannot have such a member. */
  changedAt(
    node: ConstructNode,
    tools: ConstructTools,
    room: number,
    made: (x: string, path: string) => string,
  ): string {
    const x = operandText(node, 0, tools);
    const last = legsOf(operandAt(node, 1)).at(-1);
    const items = pathParameter(integer(), (legs) => neededItems(legs.at(-1), room));
    const [at = "", before = "", length = ""] = pathParameters(node, 1, [this.#whole, this.#parent, items], tools);
    const parent = `JSON_EXTRACT(${x}, ${before})`;
    const condition =
      typeof last === "string"
        ? `JSON_TYPE(${parent}) = 'OBJECT'`
        : `JSON_TYPE(${parent}) = 'ARRAY' AND JSON_LENGTH(${parent}) >= ${length}`;
    return `CASE WHEN ${condition} THEN ${made(x, at)} ELSE ${x} END`;
  }

  append(node: ConstructNode, tools: ConstructTools): string {
    const x = operandText(node, 0, tools);
    const path = this.path(node, 1, tools);
    const made = `JSON_ARRAY_APPEND(${x}, ${path}, ${this.value(node, 2, tools)})`;
    return `CASE WHEN JSON_TYPE(JSON_EXTRACT(${x}, ${path})) = 'ARRAY' THEN ${made} ELSE ${x} END`;
  }

  merge(node: ConstructNode, tools: ConstructTools): string {
    const x = operandText(node, 0, tools);
    const texts = node.operands
      .slice(1)
      .map((_, index) => (index % 2 === 0 ? this.path(node, index + 1, tools) : this.value(node, index + 1, tools)));
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

/** MySQL's index from the end. */
export function fromLast(index: number): string {
  return index === -1 ? "last" : `last-${String(-index - 1)}`;
}
