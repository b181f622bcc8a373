/** Function calls to SQL: arguments, DISTINCT, FILTER, OVER and windows, and names that differ between databases. */
import { didYouMean } from "../../util/closest-name.ts";
import { CompileError } from "../errors.ts";
import type { FrameBoundNode, FrameNode, FunctionNode, NamedWindowNode, WindowNode } from "../expression/node.ts";
import { ExpressionCompiler, keyword } from "./expression-compiler.ts";

const functionName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;
const numeral = /^\d+(\.\d+)?$/;
const frameUnits = Object.freeze({ rows: "ROWS", range: "RANGE", groups: "GROUPS" });
const frameBounds = Object.freeze({
  "unbounded preceding": "UNBOUNDED PRECEDING",
  preceding: " PRECEDING",
  "current row": "CURRENT ROW",
  following: " FOLLOWING",
  "unbounded following": "UNBOUNDED FOLLOWING",
});
const exclusions = Object.freeze({
  "current row": " EXCLUDE CURRENT ROW",
  group: " EXCLUDE GROUP",
  ties: " EXCLUDE TIES",
  "no others": " EXCLUDE NO OTHERS",
});

/** The named windows of one SELECT. */
export class SelectWindows {
  readonly #texts = new Map<string, { readonly node: NamedWindowNode; readonly text: string }>();
  readonly #used = new Set<string>();

  /** `node` is used or defined; `compile` makes its text where it is new. */
  add(node: NamedWindowNode, compile: (window: WindowNode) => string): void {
    const { name, window } = node;
    if (window === undefined) {
      this.#used.add(name);
      return;
    }
    const known = this.#texts.get(name);
    if (known?.node === node) return;
    if (known !== undefined)
      throw new CompileError(`Two windows of a select are named '${name}'. Give one of them another name.`);
    this.#texts.set(name, { node, text: compile(window) });
  }

  /** The WINDOW clause. @throws CompileError for the name of a window that there is none of */
  clause(quote: (name: string) => string): string {
    for (const name of this.#used) {
      if (this.#texts.has(name)) continue;
      throw new CompileError(
        `over("${name}") names a window that the select does not define.${didYouMean(name, this.#texts.keys())} Add .window("${name}", …).`,
      );
    }
    if (this.#texts.size === 0) return "";
    return ` WINDOW ${[...this.#texts].map(([name, { text }]) => `${quote(name)} AS (${text})`).join(", ")}`;
  }
}

/** What can compile calls of functions. */
export abstract class FunctionCompiler extends ExpressionCompiler {
  /** The named windows of the SELECT that is being compiled. */
  protected windows = new SelectWindows();

  protected override functionNode(node: FunctionNode): string {
    const callArguments = node.arguments.map((argument) => this.expression(argument));
    const orderBy =
      node.orderBy === undefined || node.orderBy.length === 0 ? "" : ` ORDER BY ${this.list(node.orderBy)}`;
    const filter = node.filter === undefined ? undefined : this.expression(node.filter);
    if (node.over === undefined) return this.completed(node, this.call(node, callArguments, orderBy, filter));
    const over = this.over(node.over);
    const call = this.call(node, callArguments, orderBy, filter);
    return this.completed(node, this.windowed(node, callArguments, call, over));
  }

  /** The call with all that belongs to it. */
  protected completed(_node: FunctionNode, text: string): string {
    return text;
  }

  /** A call with its OVER. */
  protected windowed(_node: FunctionNode, _callArguments: readonly string[], call: string, over: string): string {
    return `${call}${over}`;
  }

  private over(node: WindowNode | NamedWindowNode): string {
    if (!("name" in node)) return ` OVER (${this.window(node)})`;
    this.namedWindow(node);
    return ` OVER ${this.quote(node.name)}`;
  }

  /** Note a named window of the current SELECT. */
  protected namedWindow(node: NamedWindowNode): void {
    this.windows.add(node, (window) => this.window(window));
  }

  /** The call with its FILTER. */
  protected call(
    node: FunctionNode,
    callArguments: readonly string[],
    orderBy: string,
    filter: string | undefined,
  ): string {
    const text =
      node.withinGroup === true
        ? `${this.callText(node, callArguments, "")} WITHIN GROUP (${orderBy.trimStart()})`
        : this.callText(node, callArguments, orderBy);
    return filter === undefined ? text : `${text} FILTER (WHERE ${filter})`;
  }

  /** `name(arguments)`; dialects rename, or write the call as an operator, here. */
  protected callText(node: FunctionNode, callArguments: readonly string[], orderBy: string): string {
    if (!functionName.test(node.name)) throw new CompileError(`'${node.name}' is not the name of a SQL function.`);
    return `${node.name}(${node.distinct === true ? "DISTINCT " : ""}${callArguments.join(", ")}${orderBy})`;
  }

  private window(node: WindowNode): string {
    const parts = [
      node.partitionBy.length === 0 ? "" : `PARTITION BY ${this.list(node.partitionBy)}`,
      node.orderBy.length === 0 ? "" : `ORDER BY ${this.list(node.orderBy)}`,
      node.frame === undefined ? "" : this.frame(node.frame, node),
    ];
    return parts.filter((part) => part !== "").join(" ");
  }

  /** A frame of `window`. */
  protected frame(node: FrameNode, _window: WindowNode): string {
    const unit = keyword(frameUnits, node.unit, "a unit of frames");
    const [start, end] = [this.frameBound(node.start), this.frameBound(node.end)];
    const exclude = node.exclude === undefined ? "" : keyword(exclusions, node.exclude, "an exclusion of frames");
    return `${unit} BETWEEN ${start} AND ${end}${exclude}`;
  }

  private frameBound({ bound, offset }: FrameBoundNode): string {
    const text = keyword(frameBounds, bound, "a bound of frames");
    if (offset === undefined) return text;
    if (typeof offset !== "string") return `${this.operand(offset)}${text}`;
    if (!numeral.test(offset)) throw new CompileError(`'${offset}' is not how far the frame of a window can reach.`);
    return `${offset}${text}`;
  }
}
