/** Windows: what stands in OVER and in a select's WINDOW clause, with their frames. */
import { ArgumentError } from "../errors.ts";
import { ColumnElement, describe, typeOf } from "./column-element.ts";
import type {
  Expression,
  FrameBoundNode,
  FrameExclusion,
  FrameNode,
  NamedWindowNode,
  OrderNode,
  WindowNode,
} from "./node.ts";
import { conditionNode } from "./operators.ts";
import { orderNode } from "./order.ts";

type BoundKind = "preceding" | "current" | "following" | "unbounded";

/** How far a frame reaches: whole rows or groups, or for `range` a distance in the values that the window is ordered by. */
export type FrameOffset = number | bigint | string | ColumnElement<unknown>;

/** One end of a frame. Made by `preceding`, `following`, `currentRow` and `unbounded`. */
export class FrameBound<Kind extends BoundKind> {
  readonly #brand = true;
  readonly kind: Kind;
  readonly offset: FrameOffset | undefined;

  constructor(kind: Kind, offset?: FrameOffset) {
    this.kind = kind;
    this.offset = offset;
  }

  static isBound(value: unknown): value is FrameBound<BoundKind> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** `n PRECEDING`: so many rows, groups or units before the current row. */
export function preceding(offset: FrameOffset): FrameBound<"preceding"> {
  return new FrameBound("preceding", offset);
}

/** `n FOLLOWING`: so many rows, groups or units after the current row. */
export function following(offset: FrameOffset): FrameBound<"following"> {
  return new FrameBound("following", offset);
}

/** `CURRENT ROW`; for `range` and `groups` with all rows that are equal in the window's order. */
export const currentRow: FrameBound<"current"> = new FrameBound("current");

/** The first row of the partition where a frame starts with it, the last where it ends. */
export const unbounded: FrameBound<"unbounded"> = new FrameBound("unbounded");

/** Where a frame starts and ends; it cannot end before it starts. */
export type Frame =
  | readonly [start: FrameBound<"unbounded" | "preceding">, end: FrameBound<BoundKind>]
  | readonly [start: FrameBound<"current">, end: FrameBound<"current" | "following" | "unbounded">]
  | readonly [start: FrameBound<"following">, end: FrameBound<"following" | "unbounded">];

type Elements = ColumnElement<unknown> | readonly ColumnElement<unknown>[];

interface Whole {
  /** The rows that a row is seen together with: those of equal values. */
  partitionBy?: Elements;
  orderBy?: Elements;
  base?: undefined;
}
interface Based {
  /** A window whose partition this one has, and whose order, where it has one. It has no frame. */
  base: NamedWindow;
  partitionBy?: undefined;
  /** An order, where the base has none. */
  orderBy?: Elements;
}
type Partition = Whole | Based;
interface NoFrame {
  rows?: undefined;
  range?: undefined;
  groups?: undefined;
  exclude?: undefined;
}
interface Exclusion {
  /** Rows of the frame that are left out all the same. Not on MySQL and MariaDB. */
  exclude?: FrameExclusion;
}
type FrameOptions =
  | NoFrame
  | (Exclusion & { /** A frame counted in rows. */ rows: Frame; range?: undefined; groups?: undefined })
  | (Exclusion & {
      /** A frame measured in the values of the order. */ range: Frame;
      rows?: undefined;
      groups?: undefined;
    })
  | (Exclusion & {
      /** A frame counted in groups of equal rows. */ groups: Frame;
      rows?: undefined;
      range?: undefined;
    });

/** What `over` and `window` take: partition, order, and at most one frame. */
export type OverOptions = Partition & FrameOptions;

/** A window with a name, for several functions of a select. */
export class NamedWindow {
  readonly #brand = true;
  readonly node: NamedWindowNode;

  constructor(node: NamedWindowNode) {
    this.node = node;
  }

  static isWindow(value: unknown): value is NamedWindow {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/**
 * A window with a name: `const w = window("w", { orderBy: Hero.c.age })`, then `func.rank().over(w)`. The select's WINDOW
 * clause defines it once.
 */
export function window(name: string, options: OverOptions): NamedWindow {
  return new NamedWindow({ name: windowName(name, "window"), window: windowNode(options, "window") });
}

/** What OVER says. */
export function overNode(given: unknown): WindowNode | NamedWindowNode {
  if (NamedWindow.isWindow(given)) return given.node;
  if (typeof given === "string") return { name: windowName(given, "over"), window: undefined };
  return windowNode(given, "over");
}

function windowName(name: unknown, call: string): string {
  if (typeof name === "string" && name !== "") return name;
  throw new ArgumentError(
    `${call}() takes the name of a window, not ${name === "" ? "an empty text" : describe(name)}.`,
  );
}

const windowKeys: ReadonlySet<string> = new Set([
  "base",
  "partitionBy",
  "orderBy",
  "rows",
  "range",
  "groups",
  "exclude",
]);
const units = ["rows", "range", "groups"] as const;
const exclusions: ReadonlySet<unknown> = new Set<FrameExclusion>(["current row", "group", "ties", "no others"]);

function windowNode(given: unknown, call: string): WindowNode {
  if (typeof given !== "object" || given === null || ColumnElement.isElement(given))
    throw new ArgumentError(
      `${call}() takes { base, partitionBy, orderBy, rows, range, groups, exclude }, not ${describe(given)}.`,
    );
  const wrong = Object.keys(given).find((key) => !windowKeys.has(key));
  if (wrong !== undefined)
    throw new ArgumentError(`${call}() has no option '${wrong}'. There are: ${[...windowKeys].join(", ")}.`);
  const options = given as OverOptions;
  const own = elements(options.partitionBy).map((element) => conditionNode(element, call));
  const ordered = elements(options.orderBy).map(orderNode);
  const { partitionBy, orderBy } =
    options.base === undefined ? { partitionBy: own, orderBy: ordered } : basedOn(options.base, own, ordered, call);
  const frame = frameNode(options, orderBy, call);
  return frame === undefined ? { partitionBy, orderBy } : { partitionBy, orderBy, frame };
}

/** The partition and order of a window that another one begins: written out, so that no database need know how it came about. */
function basedOn(
  base: unknown,
  partitionBy: readonly Expression[],
  orderBy: readonly OrderNode[],
  call: string,
): Pick<WindowNode, "partitionBy" | "orderBy"> {
  if (!NamedWindow.isWindow(base) || base.node.window === undefined)
    throw new ArgumentError(`${call}(): 'base' is a window that window() made, not ${describe(base)}.`);
  const { name, window } = base.node;
  if (window.frame !== undefined)
    throw new ArgumentError(
      `${call}(): the base '${name}' has a frame, which is a window's own. Base both on a third.`,
    );
  if (partitionBy.length > 0)
    throw new ArgumentError(`${call}(): a window has the partition of its base '${name}'. Leave partitionBy out.`);
  if (orderBy.length > 0 && window.orderBy.length > 0)
    throw new ArgumentError(`${call}(): the base '${name}' has an order already. Leave orderBy out, there or here.`);
  return { partitionBy: window.partitionBy, orderBy: orderBy.length > 0 ? orderBy : window.orderBy };
}

function elements(value: Elements | undefined): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function frameNode(options: OverOptions, orderBy: readonly OrderNode[], call: string): FrameNode | undefined {
  const given = units.filter((unit) => options[unit] !== undefined);
  const [unit] = given;
  if (unit === undefined) {
    if (options.exclude !== undefined)
      throw new ArgumentError(`${call}(): 'exclude' needs a frame. Give one by rows, range or groups.`);
    return undefined;
  }
  if (given.length > 1) throw new ArgumentError(`${call}() takes one frame, but was given ${given.join(" and ")}.`);
  const [from, to] = boundsOf(options[unit], unit, call);
  if (options.exclude !== undefined && !exclusions.has(options.exclude))
    throw new ArgumentError(
      `${call}(): 'exclude' is one of ${[...exclusions].map((name) => `'${String(name)}'`).join(", ")}.`,
    );
  const measure = unit === "range" ? rangeUnit(orderBy) : "whole";
  const [start, end] = [boundNode(from, "start", unit, measure), boundNode(to, "end", unit, measure)];
  if (order.indexOf(start.bound) > order.indexOf(end.bound))
    throw new ArgumentError(
      `${call}(): a frame from ${start.bound.toUpperCase()} to ${end.bound.toUpperCase()} ends before it starts.`,
    );
  return { unit, start, end, exclude: options.exclude };
}

function boundsOf(given: unknown, unit: string, call: string): [FrameBound<BoundKind>, FrameBound<BoundKind>] {
  const [start, end]: readonly unknown[] = Array.isArray(given) && given.length === 2 ? given : [];
  if (FrameBound.isBound(start) && FrameBound.isBound(end)) return [start, end];
  throw new ArgumentError(`${call}(): '${unit}' takes two bounds, such as [preceding(3), currentRow].`);
}

const order = ["unbounded preceding", "preceding", "current row", "following", "unbounded following"] as const;

function boundNode(
  { kind, offset }: FrameBound<BoundKind>,
  side: "start" | "end",
  unit: FrameNode["unit"],
  measure: "whole" | "fraction" | undefined,
): FrameBoundNode {
  switch (kind) {
    case "unbounded":
      return { bound: side === "start" ? "unbounded preceding" : "unbounded following", offset: undefined };
    case "current":
      return { bound: "current row", offset: undefined };
    default:
      return { bound: kind, offset: offsetNode(offset, kind, unit, measure) };
  }
}

/** What a distance in RANGE is measured in; undefined where it must be an expression, such as an interval. */
function rangeUnit(orderBy: readonly OrderNode[]): "whole" | "fraction" | undefined {
  const [only] = orderBy;
  if (only === undefined || orderBy.length > 1) return undefined;
  switch (typeOf(only.operand).kind) {
    case "smallint":
    case "integer":
    case "bigint":
      return "whole";
    case "numeric":
    case "double":
    case "real":
      return "fraction";
    default:
      return undefined;
  }
}

const numeral = /^\d+(\.\d+)?$/;

function offsetNode(
  offset: unknown,
  call: string,
  unit: FrameNode["unit"],
  measure: "whole" | "fraction" | undefined,
): Expression | string {
  if (ColumnElement.isElement(offset)) return offset.node;
  if (measure === undefined)
    throw new ArgumentError(
      `${call}(): a distance in RANGE needs one number to be ordered by. For dates, pass an interval as an expression.`,
    );
  const text = typeof offset === "string" ? offset : numberText(offset);
  if (numeral.test(text) && (measure === "fraction" || !text.includes("."))) return text;
  throw new ArgumentError(
    `${call}() takes ${measure === "whole" ? "a whole number" : "a number"} of 0 or more where a frame is ${unit === "range" ? "a range of such values" : `counted in ${unit}`}.`,
  );
}

/** Digits, never an exponent; another text for what is no number. */
function numberText(value: unknown): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  return typeof value === "number" && Number.isFinite(value) ? value.toFixed(20).replace(/0+$/, "") : "";
}
