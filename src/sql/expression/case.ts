/** CASE, in both forms. */
import { ArgumentError } from "../errors.ts";
import { checkedType } from "../type/check-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import { bindNode, ColumnElement, describe, operandNode, typeOf, type Compared } from "./column-element.ts";
import type { CaseNode, Expression } from "./node.ts";
import { conditionNode, literalType } from "./operators.ts";

/** What a branch may give: a value, NULL, or an expression. */
type Result<T> = T | null | ColumnElement<T | null>;
/** Null where a branch gives it. */
type NullOf<V> = V extends ColumnElement<infer X> ? Extract<X, null> : Extract<V, null>;

/** CASE, built by `when(condition, value)` and ended by `otherwise(value)`; NULL where no condition holds. */
export class CaseElement<T> extends ColumnElement<T | null> {
  declare readonly node: CaseNode;

  /** One more branch. */
  when<V extends Result<NonNullable<T>>>(condition: ColumnElement<boolean>, value: V): CaseElement<T | NullOf<V>> {
    return new CaseElement(withBranch(this.node, conditionNode(condition, "when"), value));
  }

  /** The value where no condition held. */
  otherwise<V extends Result<NonNullable<T>>>(value: V): ColumnElement<T | NullOf<V>> {
    return new ColumnElement({ ...this.node, otherwise: resultNode(value, this.node.type, "otherwise") });
  }
}

/** `CASE WHEN condition THEN value …`. `type` says what comes back where the first value does not. */
export function caseWhen<T>(
  condition: ColumnElement<boolean>,
  value: T | ColumnElement<T>,
  type?: SqlType,
): CaseElement<T> {
  const when = conditionNode(condition, "caseWhen");
  return new CaseElement({ kind: "case", ...firstBranch(when, value, type, "caseWhen"), otherwise: undefined });
}

/** CASE that compares one value, built by `when(value, result)` and ended by `otherwise(result)`. */
export class SimpleCaseElement<S, T> extends ColumnElement<T | null> {
  declare readonly node: CaseNode;
  readonly #subject: ColumnElement<S>;

  constructor(subject: ColumnElement<S>, node: CaseNode) {
    super(node);
    this.#subject = subject;
  }

  /** One more branch. */
  when<V extends Result<NonNullable<T>>>(value: Compared<S>, result: V): SimpleCaseElement<S, T | NullOf<V>> {
    const when = operandNode(value, this.#subject, "when");
    return new SimpleCaseElement<S, T | NullOf<V>>(this.#subject, withBranch(this.node, when, result));
  }

  /** The result where no value was equal. */
  otherwise<V extends Result<NonNullable<T>>>(result: V): ColumnElement<T | NullOf<V>> {
    return new ColumnElement({ ...this.node, otherwise: resultNode(result, this.node.type, "otherwise") });
  }
}

/** `CASE element …`: what `caseOf` begins. */
export interface SimpleCase<S> {
  /** The first branch. `type` says what comes back where the result does not. */
  when<T>(value: Compared<S>, result: T | ColumnElement<T>, type?: SqlType): SimpleCaseElement<S, T>;
}

/**
 * `CASE element WHEN value THEN result …`: `caseOf(Hero.c.age).when(1, "one").otherwise("many")`. NULL equals no value.
 * With a map of texts, `caseOf(Hero.c.alignment, { good: 1, bad: 2 })`, all branches at once.
 */
export function caseOf<S>(element: ColumnElement<S>): SimpleCase<S>;
export function caseOf<S extends string | null, T>(
  element: ColumnElement<S>,
  results: { readonly [K in NonNullable<S>]?: T },
  type?: SqlType,
): SimpleCaseElement<S, T>;
export function caseOf(
  element: ColumnElement<unknown>,
  results?: Readonly<Record<string, unknown>>,
  type?: SqlType,
): SimpleCase<unknown> | SimpleCaseElement<unknown, unknown> {
  if (!ColumnElement.isElement(element))
    throw new ArgumentError(`caseOf() takes an expression such as Hero.c.age, not ${describe(element)}.`);
  const begin: SimpleCase<unknown>["when"] = <T>(
    value: unknown,
    result: T | ColumnElement<T>,
    resultType?: SqlType,
  ) => {
    const branch = firstBranch(operandNode(value, element, "when"), result, resultType, "when");
    const node: CaseNode = { kind: "case", operand: element.node, ...branch, otherwise: undefined };
    return new SimpleCaseElement<unknown, T>(element, node);
  };
  if (results === undefined) return { when: begin };
  const [first, ...rest] = Object.entries(results);
  if (first === undefined) throw new ArgumentError("caseOf() was given a map without a single value.");
  let made = begin<unknown>(first[0], first[1], type);
  for (const [value, result] of rest) made = made.when(value, result as never);
  return made;
}

function firstBranch(
  when: Expression,
  value: unknown,
  type: SqlType | undefined,
  call: string,
): Pick<CaseNode, "branches" | "type"> {
  const wanted = type === undefined ? undefined : checkedType(type, call);
  const then = ColumnElement.isElement(value) ? value.node : bindNode(value, wanted ?? literalType(value), call);
  return { branches: [{ when, then }], type: wanted ?? typeOf(then) };
}

function withBranch(node: CaseNode, when: Expression, value: unknown): CaseNode {
  return { ...node, branches: [...node.branches, { when, then: resultNode(value, node.type, "when") }] };
}

function resultNode(value: unknown, type: SqlType, call: string): Expression {
  return ColumnElement.isElement(value) ? value.node : bindNode(value, type, call);
}
