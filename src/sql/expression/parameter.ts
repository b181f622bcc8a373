/** What stands in a bind or list whose value is given by name at each execution. Made by `param.ts`. */
import { ArgumentError } from "../errors.ts";
import type { SqlType } from "../type/sql-type.ts";
import type { BindNode, Expression, ListNode } from "./node.ts";

/** Checks a value where it stands, and may change it as that place does. @throws ArgumentError and the like */
export type ParameterCheck = (value: unknown) => unknown;

/** The place of a named value. */
export class NamedParameter {
  // A private brand: no parsed or cloned object can pass for one.
  readonly #brand = true;
  readonly name: string;
  readonly check: ParameterCheck | undefined;
  /** False until something beside it, or the program, says of what type it is. */
  readonly isTyped: boolean;

  constructor(name: string, isTyped: boolean, check?: ParameterCheck) {
    this.name = name;
    this.isTyped = isTyped;
    this.check = check;
  }

  static isParameter(value: unknown): value is NamedParameter {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** The parameter that `node` is; undefined for everything else. */
export function parameterOf(node: Expression): NamedParameter | undefined {
  return node.kind === "bind" && NamedParameter.isParameter(node.value) ? node.value : undefined;
}

/** `node`, where it is a parameter with what its place says of it: a type, unless it has one; secrecy; a check. */
export function placedParameter(node: Expression, type: SqlType, secret: boolean, check?: ParameterCheck): Expression {
  const parameter = parameterOf(node);
  if (parameter === undefined) return node;
  const own = parameter.isTyped ? (node as BindNode).type : type;
  return {
    kind: "bind",
    value: new NamedParameter(parameter.name, own.kind !== "unknown", check ?? parameter.check),
    type: own,
    ...(secret ? { secret } : {}),
  };
}

/** The list of `IN` whose values are a parameter's. */
export function parameterList(
  parameter: NamedParameter,
  type: SqlType,
  secret: boolean,
  check: ParameterCheck,
): ListNode {
  return {
    kind: "list",
    values: [new NamedParameter(parameter.name, true, check)],
    type,
    ...(secret ? { secret } : {}),
  };
}

/** A whole number of rows, for LIMIT and OFFSET. */
export function checkedRowCount(value: unknown, clause: string): number | bigint {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === "bigint" && value >= 0n) return value;
  throw new ArgumentError(`${clause}() takes a whole number from 0 to ${String(Number.MAX_SAFE_INTEGER)}.`);
}
