/** Paths into JSON documents. A path is one bound value, of which each dialect makes its own parameters: never text of a statement. */
import { isWellFormed } from "../../util/well-formed.ts";
import { ArgumentError, ValueError } from "../errors.ts";
import { customType, text } from "../type/types.ts";
import { describe } from "./column-element.ts";
import type { BindNode, Expression } from "./node.ts";

/** A step of a path: a text names a member of an object, a number counts the items of an array from 0, or from -1 at the end. */
export type JsonLeg = string | number;

/** The type of a path as it is bound; no dialect sends it as it is. */
const pathType = customType<readonly JsonLeg[]>("JSON path", {
  impl: text(),
  bind: () => {
    throw new ValueError("A JSON path is no value by itself.");
  },
  result: () => {
    throw new ValueError("A JSON path is no value by itself.");
  },
});

/** `legs`, checked: what a program without types may have passed. @throws ArgumentError */
export function checkPath(legs: unknown, call: string): readonly JsonLeg[] {
  if (!Array.isArray(legs)) throw new ArgumentError(`${call}() takes a path as an array, not ${describe(legs)}.`);
  const checked: unknown[] = legs;
  return checked.map((leg) => checkLeg(leg, call));
}

function checkLeg(leg: unknown, call: string): JsonLeg {
  if (typeof leg === "number") {
    if (Number.isInteger(leg) && Math.abs(leg) <= 2_147_483_647 && !Object.is(leg, -0)) return leg;
    throw new ArgumentError(
      `${call}() was given ${String(leg)} as an array index. An index is a whole number: 0 is the first item, -1 the last.`,
    );
  }
  if (typeof leg !== "string") {
    throw new ArgumentError(
      `${call}() takes a path of names and array indexes, not ${describe(leg)}. A name is a string, an index a number.`,
    );
  }
  if (leg.includes("\0") || !isWellFormed(leg)) {
    throw new ArgumentError(
      `${call}() was given a name with NUL or half of a surrogate pair, which no JSON object has.`,
    );
  }
  return leg;
}

/** A path as an operand of a construct. */
export function pathNode(legs: readonly JsonLeg[]): BindNode {
  return { kind: "bind", value: legs, type: pathType };
}

/** The legs of an operand that `pathNode` made. */
export function legsOf(node: Expression): readonly JsonLeg[] {
  if (node.kind === "bind" && node.type === pathType) return node.value as readonly JsonLeg[];
  throw new ArgumentError(`A JSON path was expected, not an expression of kind '${node.kind}'.`);
}

/** What of a path decides a statement's text: which legs are names ("k") and which count items ("i"). */
export function pathShape(legs: readonly JsonLeg[]): string {
  return legs.map((leg) => (typeof leg === "string" ? "k" : "i")).join("");
}
