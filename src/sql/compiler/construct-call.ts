/** How dialects write constructs: a table of functions from a call to its text, one for each name. */
import { required } from "../../util/assert-never.ts";
import { InternalError } from "../../util/coded-error.ts";
import { typeOf } from "../expression/node-facts.ts";
import type { ConstructName } from "../expression/construct-name.ts";
import type { BindNode, ConstructNode, Expression } from "../expression/node.ts";
import { storedType } from "../type/stored-type.ts";
import type { CustomType, SqlType, SqlTypeKind } from "../type/sql-type.ts";

/** Text that no operator around it can tear apart. */
export type ConstructWriter = (call: ConstructCall) => string;

export type ConstructWriters = { readonly [K in ConstructName]: ConstructWriter };

/** What a call asks of the compiler. */
export interface ConstructTools {
  operand(node: Expression): string;
  parameters(node: BindNode, types: readonly CustomType[]): string[];
  castType(type: SqlType): string;
  readonly isDefinition: boolean;
  unsupported(construct: string, remedy: string): never;
}

/** One construct to be written. Operands are compiled in their order, whatever order they are asked for in. */
export class ConstructCall {
  readonly node: ConstructNode;
  readonly #tools: ConstructTools;
  /** Those of the operands compiled so far. */
  readonly #texts: string[] = [];

  constructor(node: ConstructNode, tools: ConstructTools) {
    this.node = node;
    this.#tools = tools;
  }

  /** What decides the text beside the operands; "" for nothing. */
  get detail(): string {
    return this.node.detail;
  }

  /** True in a table's definition, which must work in programs without this package. */
  get isDefinition(): boolean {
    return this.#tools.isDefinition;
  }

  /** The n-th operand. */
  operand(index: number): Expression {
    return required(this.node.operands[index], `operand ${String(index)} of '${this.node.name}'`);
  }

  /** The stored type of the n-th operand. */
  kind(index = 0): SqlTypeKind {
    return storedType(typeOf(this.operand(index))).kind;
  }

  /** True where the first operand is a whole number by its type. */
  get isWhole(): boolean {
    const kind = this.kind();
    return kind === "smallint" || kind === "integer" || kind === "bigint";
  }

  /** True where the first operand is a decimal number by its type. */
  get isDecimal(): boolean {
    return this.kind() === "numeric";
  }

  /** The n-th operand's text, in parentheses where an operator beside it could tear it apart. */
  text(index: number): string {
    this.#compileBefore(index + 1);
    return required(this.#texts[index], `text of operand ${String(index)} of '${this.node.name}'`);
  }

  /** All operands' texts. */
  get texts(): readonly string[] {
    this.finish();
    return this.#texts;
  }

  /** All operands' texts with commas between. */
  get list(): string {
    return this.texts.join(", ");
  }

  /** The n-th operand, a bound value, as one parameter a type; the type makes the parameter of the value. To be asked for once. */
  parameters(index: number, types: readonly CustomType[]): string[] {
    this.#beginOther(index);
    return this.#tools.parameters(this.operand(index) as BindNode, types);
  }

  /** The n-th operand, a construct, written by `write` and not as it is alone. To be asked for once. */
  inner(index: number, write: ConstructWriter): string {
    const node = this.operand(index);
    this.#beginOther(index);
    if (node.kind !== "construct")
      throw new InternalError(`Operand ${String(index)} of '${this.node.name}' is no construct.`);
    return writeConstruct(write, node, this.#tools);
  }

  castType(type: SqlType): string {
    return this.#tools.castType(type);
  }

  unsupported(construct: string, remedy: string): never {
    return this.#tools.unsupported(construct, remedy);
  }

  /** Compile what the text leaves out: its values are values of the statement all the same. */
  finish(): void {
    this.#compileBefore(this.node.operands.length);
  }

  #compileBefore(end: number): void {
    while (this.#texts.length < end) this.#texts.push(this.#tools.operand(this.operand(this.#texts.length)));
  }

  /** The n-th operand is about to be compiled in another way than by `text`. */
  #beginOther(index: number): void {
    this.#compileBefore(index);
    if (this.#texts.length !== index)
      throw new InternalError(`Operand ${String(index)} of '${this.node.name}' is compiled already.`);
    this.#texts.push("");
  }
}

/** `node` as `write` has it. */
export function writeConstruct(write: ConstructWriter, node: ConstructNode, tools: ConstructTools): string {
  const call = new ConstructCall(node, tools);
  const text = write(call);
  call.finish();
  return text;
}

/** `name(operands)`. */
export const callOf =
  (name: string): ConstructWriter =>
  (call) =>
    `${name}(${call.list})`;

/** `(a operator b operator c)`. */
export const infix =
  (operator: string): ConstructWriter =>
  (call) =>
    `(${call.texts.join(` ${operator} `)})`;
