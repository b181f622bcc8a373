/**
 * Conditions and values of a statement, looked at in memory: what the database would say of an entity's row. Only what is
 * certain is done: comparisons that every database makes alike. NULL is null, and "unknown" of three-valued logic too.
 */
import { parseDecimal, type Decimal } from "../../dialect/decimal-value.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import { flattenJunction } from "../../sql/expression/flatten-junction.ts";
import type { BinaryNode, CaseNode, ColumnNode, Expression, InNode, JunctionNode } from "../../sql/expression/node.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";

/** Gives an attribute's value of one entity. */
export type ReadAttribute = (attribute: ColumnAttribute) => unknown;
/** An expression as a function of an entity; null is NULL. */
export type Evaluator = (read: ReadAttribute) => unknown;

/** What an expression needs the database for. */
export class Unevaluable {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

/** How values of a type are compared; undefined where that is the database's secret. */
interface Comparison {
  /** The values of two sides must be of one family. */
  readonly family: "number" | "text" | "decimal" | "boolean" | "uuid";
  readonly isOrdered: boolean;
}

/** Makes evaluators of a statement on a mapper's rows, and notes which attributes they read. */
export class EvaluatorCompiler {
  /** The attributes that were met. */
  readonly attributes = new Set<ColumnAttribute>();
  readonly #mapper: Mapper;

  constructor(mapper: Mapper) {
    this.#mapper = mapper;
  }

  /** @throws Unevaluable */
  compile(node: Expression): Evaluator {
    switch (node.kind) {
      case "column":
        return this.#column(node);
      case "bind": {
        const { value } = node;
        return () => value ?? null;
      }
      case "label":
        return this.compile(node.operand);
      case "junction":
        return this.#junction(node);
      case "not": {
        const operand = this.compile(node.operand);
        return (read) => negated(operand(read));
      }
      case "isNull": {
        const operand = this.compile(node.operand);
        return (read) => (operand(read) === null) !== node.negated;
      }
      case "between": {
        const low = this.#compared(node.operand, node.low, (order) => order >= 0, true);
        const high = this.#compared(node.operand, node.high, (order) => order <= 0, true);
        return (read) => {
          const found = allHold([low, high], read);
          return node.negated ? negated(found) : found;
        };
      }
      case "in":
        return this.#in(node);
      case "binary":
        return this.#binary(node);
      case "negative": {
        requireNumber(node.operand);
        const operand = this.compile(node.operand);
        return (read) => applied(operand(read), 0, (value, zero) => (zero as number) - (value as number));
      }
      case "case":
        return this.#case(node);
      case "function":
        if (node.name !== "coalesce") throw new Unevaluable(`the function ${node.name}()`);
        return this.#coalesce(node.arguments);
      default:
        throw new Unevaluable(`what only the database knows (${node.kind})`);
    }
  }

  #column(node: ColumnNode): Evaluator {
    const attribute = this.#mapper.attributes.find((candidate) =>
      candidate.columns.some(({ node: own }) => own.from === node.from && own.name === node.name),
    );
    if (attribute === undefined) throw new Unevaluable(`the column '${node.name}' of '${node.from.name}'`);
    this.attributes.add(attribute);
    return (read) => read(attribute) ?? null;
  }

  #junction(node: JunctionNode): Evaluator {
    const operands = flattenJunction(node).map((operand) => this.compile(operand));
    if (node.operator === "and") return (read) => allHold(operands, read);
    // a OR b is NOT (NOT a AND NOT b), with NULL too.
    const opposites = operands.map(
      (operand): Evaluator =>
        (read) =>
          negated(operand(read)),
    );
    return (read) => negated(allHold(opposites, read));
  }

  #binary(node: BinaryNode): Evaluator {
    switch (node.operator) {
      case "eq":
        return this.#compared(node.left, node.right, (order) => order === 0, false);
      case "ne":
        return this.#compared(node.left, node.right, (order) => order !== 0, false);
      case "lt":
        return this.#compared(node.left, node.right, (order) => order < 0, true);
      case "le":
        return this.#compared(node.left, node.right, (order) => order <= 0, true);
      case "gt":
        return this.#compared(node.left, node.right, (order) => order > 0, true);
      case "ge":
        return this.#compared(node.left, node.right, (order) => order >= 0, true);
      case "isDistinctFrom":
      case "isNotDistinctFrom":
        return this.#distinct(node);
      case "plus":
      case "minus":
      case "times":
        return this.#arithmetic(node, node.operator);
      case "concat":
        requireText(node.left);
        requireText(node.right);
        return this.#applied(node, (left, right) => `${left as string}${right as string}`);
      default:
        throw new Unevaluable(`the operator ${node.operator}`);
    }
  }

  #compared(left: Expression, right: Expression, holds: (order: number) => boolean, isOrder: boolean): Evaluator {
    const compare = comparer(left, right, isOrder);
    const [a, b] = [this.compile(left), this.compile(right)];
    return (read) => applied(a(read), b(read), (x, y) => holds(compare(x, y)));
  }

  #distinct(node: BinaryNode): Evaluator {
    const compare = comparer(node.left, node.right, false);
    const [left, right] = [this.compile(node.left), this.compile(node.right)];
    const wantsSame = node.operator === "isNotDistinctFrom";
    return (read) => {
      const [a, b] = [left(read), right(read)];
      const isSame = a === null || b === null ? a === b : compare(a, b) === 0;
      return isSame === wantsSame;
    };
  }

  #arithmetic(node: BinaryNode, operator: "plus" | "minus" | "times"): Evaluator {
    requireNumber(node.left);
    requireNumber(node.right);
    return this.#applied(node, (left, right) => calculated(operator, left, right));
  }

  #applied(node: BinaryNode, apply: (left: unknown, right: unknown) => unknown): Evaluator {
    const [left, right] = [this.compile(node.left), this.compile(node.right)];
    return (read) => applied(left(read), right(read), apply);
  }

  #in(node: InNode): Evaluator {
    const { values } = node;
    if (values.kind !== "list") throw new Unevaluable("IN with a subquery or with rows");
    const comparison = comparisonOf(typeOf(node.operand));
    if (comparison === undefined) throw new Unevaluable("values of this type in IN");
    const compare = comparators[comparison.family];
    const operand = this.compile(node.operand);
    const members = values.values.filter((value) => value !== null);
    const hasNull = members.length < values.values.length;
    return (read) => {
      if (values.values.length === 0) return node.negated;
      const value = operand(read);
      if (value === null) return null;
      const found = members.some((member) => compare(value, member) === 0) || (hasNull ? null : false);
      return node.negated ? negated(found) : found;
    };
  }

  #case(node: CaseNode): Evaluator {
    const branches = node.branches.map(({ when, then }) => ({ when: this.compile(when), then: this.compile(then) }));
    const otherwise = node.otherwise === undefined ? undefined : this.compile(node.otherwise);
    return (read) => {
      const branch = branches.find(({ when }) => when(read) === true);
      return (branch === undefined ? otherwise?.(read) : branch.then(read)) ?? null;
    };
  }

  #coalesce(nodes: readonly Expression[]): Evaluator {
    const operands = nodes.map((operand) => this.compile(operand));
    return (read) => {
      for (const operand of operands) {
        const value = operand(read);
        if (value !== null) return value;
      }
      return null;
    };
  }
}

/** True where values written as `type` are read back as they were given. */
export function keepsValues(type: SqlType): boolean {
  return type.kind !== "real" && type.kind !== "custom" && !(type.kind === "text" && type.fixed === true);
}

function allHold(operands: readonly Evaluator[], read: ReadAttribute): unknown {
  let result: unknown = true;
  for (const operand of operands) {
    const value = operand(read);
    if (value === false) return false;
    if (value === null) result = null;
  }
  return result;
}

function negated(value: unknown): unknown {
  return value === null ? null : value === false;
}

function applied(left: unknown, right: unknown, apply: (left: unknown, right: unknown) => unknown): unknown {
  return left === null || right === null ? null : apply(left, right);
}

function calculated(operator: "plus" | "minus" | "times", left: unknown, right: unknown): unknown {
  // A bigint beside a number makes a bigint, as in the database.
  const isBig = typeof left === "bigint" || typeof right === "bigint";
  const [a, b] = (isBig ? [BigInt(left as number), BigInt(right as number)] : [left, right]) as [number, number];
  if (operator === "plus") return a + b;
  return operator === "minus" ? a - b : a * b;
}

function comparisonOf(type: SqlType): Comparison | undefined {
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "bigint":
    case "double":
      return { family: "number", isOrdered: true };
    case "numeric":
      return { family: "decimal", isOrdered: true };
    case "boolean":
      return { family: "boolean", isOrdered: false };
    case "uuid":
      return { family: "uuid", isOrdered: false };
    // Which text comes first, and whether case counts, is a matter of collations.
    case "text":
      return type.fixed === true || type.collation !== undefined ? undefined : { family: "text", isOrdered: false };
    case "enum":
      return { family: "text", isOrdered: false };
    case "date":
      return { family: "text", isOrdered: true };
    default:
      return undefined;
  }
}

const comparators: { readonly [F in Comparison["family"]]: (left: unknown, right: unknown) => number } = {
  number: (left, right) => ((left as number) < (right as number) ? -1 : (left as number) > (right as number) ? 1 : 0),
  text: (left, right) => ((left as string) < (right as string) ? -1 : left === right ? 0 : 1),
  boolean: (left, right) => (left === right ? 0 : 1),
  uuid: (left, right) => (String(left).toLowerCase() === String(right).toLowerCase() ? 0 : 1),
  decimal: (left, right) => compareDecimals(String(left), String(right)),
};

function comparer(left: Expression, right: Expression, isOrder: boolean): (left: unknown, right: unknown) => number {
  const [a, b] = [comparisonOf(typeOf(left)), comparisonOf(typeOf(right))];
  if (a === undefined || b === undefined || a.family !== b.family)
    throw new Unevaluable(`a comparison of ${typeOf(left).kind} with ${typeOf(right).kind}`);
  if (isOrder && !(a.isOrdered && b.isOrdered))
    throw new Unevaluable(`the order of values of type ${typeOf(left).kind}`);
  return comparators[a.family];
}

function requireNumber(node: Expression): void {
  if (comparisonOf(typeOf(node))?.family !== "number")
    throw new Unevaluable(`calculation with values of type ${typeOf(node).kind}`);
}

function requireText(node: Expression): void {
  const { kind } = typeOf(node);
  if (kind !== "text") throw new Unevaluable(`concatenation with values of type ${kind}`);
}

function compareDecimals(left: string, right: string): number {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  if (a === undefined || b === undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const order = compareMagnitudes(a, b);
  return a.negative ? -order : order;
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.whole.length !== b.whole.length) return a.whole.length - b.whole.length;
  const length = Math.max(a.fraction.length, b.fraction.length);
  const [x, y] = [a.whole + a.fraction.padEnd(length, "0"), b.whole + b.fraction.padEnd(length, "0")];
  return x < y ? -1 : x > y ? 1 : 0;
}
