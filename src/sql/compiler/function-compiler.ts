/** Function calls to SQL: arguments, DISTINCT, FILTER, OVER, and names that differ between databases. */
import { CompileError } from "../errors.ts";
import type { FunctionNode, WindowNode } from "../expression/node.ts";
import { ExpressionCompiler } from "./expression-compiler.ts";

const functionName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;

/** What can compile calls of functions. */
export abstract class FunctionCompiler extends ExpressionCompiler {
  protected override functionNode(node: FunctionNode): string {
    const callArguments = node.arguments.map((argument) => this.expression(argument));
    const orderBy =
      node.orderBy === undefined || node.orderBy.length === 0 ? "" : ` ORDER BY ${this.list(node.orderBy)}`;
    const filter = node.filter === undefined ? undefined : this.expression(node.filter);
    const over = node.over === undefined ? "" : ` OVER (${this.window(node.over)})`;
    return `${this.call(node, callArguments, orderBy, filter)}${over}`;
  }

  /** The call with its FILTER. */
  protected call(
    node: FunctionNode,
    callArguments: readonly string[],
    orderBy: string,
    filter: string | undefined,
  ): string {
    const text = this.callText(node, callArguments, orderBy);
    return filter === undefined ? text : `${text} FILTER (WHERE ${filter})`;
  }

  /** `name(arguments)`; dialects rename, or write the call as an operator, here. */
  protected callText(node: FunctionNode, callArguments: readonly string[], orderBy: string): string {
    if (!functionName.test(node.name)) throw new CompileError(`'${node.name}' is not the name of a SQL function.`);
    return `${node.name}(${node.distinct === true ? "DISTINCT " : ""}${callArguments.join(", ")}${orderBy})`;
  }

  private window(node: WindowNode): string {
    const partitionBy = node.partitionBy.length === 0 ? "" : `PARTITION BY ${this.list(node.partitionBy)}`;
    const orderBy = node.orderBy.length === 0 ? "" : `ORDER BY ${this.list(node.orderBy)}`;
    return partitionBy !== "" && orderBy !== "" ? `${partitionBy} ${orderBy}` : `${partitionBy}${orderBy}`;
  }
}
