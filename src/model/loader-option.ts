/** `selectin()` and `joined()`: how an `include` loads one relationship. */
import { ArgumentError } from "../sql/errors.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import { describe } from "../sql/expression/column-element.ts";
import { orderNode } from "../sql/expression/order.ts";
import type { Expression, OrderNode } from "../sql/expression/node.ts";
import { conjunction } from "../sql/expression/operators.ts";
import { didYouMean } from "../util/closest-name.ts";

declare const tree: unique symbol;

/** What else a loader option says. */
export interface LoaderSettings {
  /** Only the related objects for which this holds; they speak of the target model's own columns. */
  readonly where?: ColumnElement<boolean> | readonly ColumnElement<boolean>[];
  /** Instead of the relationship's own order. */
  readonly orderBy?: ColumnElement<unknown> | readonly ColumnElement<unknown>[];
  /** At most so many for each parent. */
  readonly limit?: number;
}

/** How to load a relationship; `Tree` is what to load below it. Made by `selectin` and `joined`. */
export class LoaderOption<Tree> {
  declare readonly [tree]: Tree;
  readonly #brand = true;
  readonly strategy: "selectin" | "joined";
  readonly include: unknown;
  readonly where: Expression | undefined;
  readonly orderBy: readonly OrderNode[] | undefined;
  readonly limit: number | undefined;

  constructor(strategy: "selectin" | "joined", include: unknown, settings: LoaderSettings) {
    checkSettings(strategy, settings);
    const { where = [], orderBy, limit } = settings;
    this.strategy = strategy;
    this.include = include;
    this.where = conjunction(undefined, list(where), strategy);
    this.orderBy = orderBy === undefined ? undefined : list(orderBy).map(orderNode);
    this.limit = limit;
  }

  static isOption(value: unknown): value is LoaderOption<unknown> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** Load by a query of its own: one more for each relationship, whatever the number of rows. The default. */
export function selectin<const T = true>(include?: T, settings: LoaderSettings = {}): LoaderOption<T> {
  return new LoaderOption("selectin", include ?? true, settings);
}

/** Load in the same query, by LEFT JOIN. With a limit for each parent, or below a LIMIT, select-in is used instead. */
export function joined<const T = true>(include?: T, settings: LoaderSettings = {}): LoaderOption<T> {
  return new LoaderOption("joined", include ?? true, settings);
}

const known = ["where", "orderBy", "limit"];

function checkSettings(call: string, settings: LoaderSettings): void {
  if (typeof settings !== "object" || settings === null)
    throw new ArgumentError(`${call}() takes a tree and then settings, not ${describe(settings)}.`);
  for (const [name, value] of Object.entries(settings)) {
    if (!known.includes(name)) throw new ArgumentError(`${call}() has no setting '${name}'.${didYouMean(name, known)}`);
    if (value === undefined) throw new ArgumentError(`${call}() was given ${name}: undefined. Leave it out.`);
  }
  const { limit } = settings;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
    throw new ArgumentError(`${call}() takes a limit of 1 or more, not ${String(limit)}.`);
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
