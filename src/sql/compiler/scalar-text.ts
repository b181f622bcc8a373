/** How a dialect spells the functions of `scalar-names.ts`: a table of texts, one for each name. */
import type { Expression, ScalarNode } from "../expression/node.ts";
import type { ScalarName } from "../expression/scalar-names.ts";
import type { SqlType } from "../type/sql-type.ts";
import { InternalError } from "../../util/coded-error.ts";

/** One call to be spelled. */
export interface ScalarCall {
  readonly node: ScalarNode;
  /** The n-th argument's text, in parentheses where it needs them. */
  text(index: number): string;
  /** The n-th argument. */
  argument(index: number): Expression;
  /** All arguments' texts, with commas between. */
  readonly list: string;
  readonly texts: readonly string[];
  /** The word that is part of the text; "" for none. */
  readonly option: string;
  castType(type: SqlType): string;
  /** True in a table's definition, which must not depend on a connection's own functions. */
  readonly isDefinition: boolean;
  unsupported(construct: string, remedy: string): never;
}

/** A text for each name; each is a call or stands in parentheses, so that it can be an operand. */
export type ScalarTexts = { readonly [K in ScalarName]: (call: ScalarCall) => string };

/** `node` as `table` spells it. */
export function scalarText(
  table: ScalarTexts,
  node: ScalarNode,
  made: {
    arguments: readonly string[];
    castType: (type: SqlType) => string;
    isDefinition: boolean;
    unsupported: (construct: string, remedy: string) => never;
  },
): string {
  if (!Object.hasOwn(table, node.name)) throw new InternalError(`No text for the function '${node.name}'.`);
  const { arguments: texts, ...rest } = made;
  return table[node.name]({
    ...rest,
    node,
    texts,
    list: texts.join(", "),
    option: node.option ?? "",
    text: (index) => at(texts, index),
    argument: (index) => at(node.arguments, index),
  });
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new InternalError(`A function has no argument ${String(index + 1)}.`);
  return item;
}
