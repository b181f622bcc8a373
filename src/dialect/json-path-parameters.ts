/** Paths of JSON documents as parameters. */
import type { ConstructCall } from "../sql/compiler/construct-call.ts";
import { legsOf, type JsonLeg } from "../sql/expression/json-path.ts";
import type { CustomType, SqlType } from "../sql/type/sql-type.ts";
import { customType } from "../sql/type/types.ts";

/** The n-th operand, a path, as parameters. */
export function pathParameters(call: ConstructCall, index: number, types: readonly CustomType[]): string[] {
  legsOf(call.operand(index));
  return call.parameters(index, types);
}

/** A type that makes a parameter of a path. */
export function pathParameter(impl: SqlType, bind: (legs: readonly JsonLeg[]) => unknown): CustomType {
  return customType<readonly JsonLeg[]>("JSON path", { impl, bind, result: () => [] });
}

/** How many items an array must have so that an index can be written to; `room` is 1 where one more may come to be. */
export function neededItems(leg: string | number | undefined, room: number): number {
  if (typeof leg !== "number") return 0;
  return leg < 0 ? -leg : leg + 1 - room;
}
