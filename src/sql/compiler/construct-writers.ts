/** What a dialect gives for each construct: a function from operands to text. */
import type { ConstructName } from "../expression/construct-name.ts";
import type { BindNode, ConstructNode, Expression } from "../expression/node.ts";
import type { CustomType } from "../type/sql-type.ts";

/** What a writer may ask of the compiler. Operands must be asked for once each and in their order. */
export interface ConstructTools {
  /** An operand's text, in parentheses where an operator beside it could tear it apart. */
  operand(node: Expression): string;
  /** A bound value as one parameter a type; the type makes the parameter of the value. */
  parameters(node: BindNode, types: readonly CustomType[]): string[];
  /** True in a table's definition, which must work in programs without this package. */
  readonly isDefinition: boolean;
  unsupported(construct: string, remedy: string): never;
}

/** Text that no operator around it can tear apart. */
export type ConstructWriter = (node: ConstructNode, tools: ConstructTools) => string;

export type ConstructWriters = { readonly [K in ConstructName]: ConstructWriter };
