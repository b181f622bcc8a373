/** The columns that a query returns. */
import { required } from "../../util/assert-never.ts";
import type { Expression } from "../expression/node.ts";
import type { QueryNode, SelectNode } from "./node.ts";

/** The SELECT that names a query's columns: itself, or the first that a set operation unites. */
export function firstSelect(query: QueryNode): SelectNode {
  let at = query;
  while (at.kind === "compound") {
    at = required(at.operands[0], "query of a set operation");
  }
  return at;
}

/** The columns of `query`. */
export function resultItems(query: QueryNode): readonly Expression[] {
  return firstSelect(query).columns;
}
