/**
 * Notices queries that are repeated in a transaction where one would do: N+1, and the same question asked twice. A session tells it
 * of each query before it is sent. Counting is all it does until a query is suspicious; only then it takes
 * stacks, a few of them.
 */
import type { CachedStatement } from "../../engine/compiled-cache.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { Mapper, Relationship } from "../../model/mapper.ts";
import type { CollectedValue } from "../../sql/compiler/collect-shape.ts";
import type { QueryNode } from "../../sql/statement/node.ts";
import { DuplicateQueryError, NPlusOneError } from "../errors.ts";
import { callSite } from "../../util/call-site.ts";
import { warnOnce } from "../../util/reaction.ts";
import type { IdentityMap } from "../identity-map.ts";
import { includeFor, includeOf, includeOfKey } from "./include-to-add.ts";
import { lookupOf, pagesText } from "./lookup.ts";
import { valuesKey } from "./values-key.ts";
import type { SessionOptions } from "../session-options.ts";
import { watchSettings, type WatchSettings } from "./watch-settings.ts";

/** What is known of a statement's shape in this transaction. */
interface Shape {
  /** Reads with values that had not been there. */
  count: number;
  /** Values, and how many writes there had been when they were last asked for. */
  readonly seen: Map<string, number>;
  /** How many of the stacks taken named a place. */
  readonly sites: Map<string, number>;
  stacks: number;
  isDone: boolean;
}

/** So many calls from one place are a loop. */
const provingStacks = 3;
/** A shape that came from many places gives no more stacks. */
const mostStacks = 30;
const mostValues = 500;
const shownSql = 200;

/** The watch of a session; undefined where none is wanted. @throws SessionError */
export function watchOf(options: SessionOptions, identityMap: IdentityMap): QueryWatch | undefined {
  const settings = watchSettings(options);
  return settings === undefined ? undefined : new QueryWatch(settings, identityMap);
}

export class QueryWatch {
  readonly #settings: WatchSettings;
  readonly #identityMap: IdentityMap;
  readonly #shapes = new Map<unknown, Shape>();
  #writes = 0;

  constructor(settings: WatchSettings, identityMap: IdentityMap) {
    this.#settings = settings;
    this.#identityMap = identityMap;
  }

  /** The transaction is over, and what it asked with it. */
  reset(): void {
    this.#shapes.clear();
  }

  /** Something may have changed: what was asked before may be asked again. */
  noteWrite(): void {
    this.#writes += 1;
  }

  /** A select of the program's own is about to be sent. @throws NPlusOneError, DuplicateQueryError */
  select(cached: CachedStatement, values: readonly CollectedValue[], node: QueryNode, mayRepeat: boolean): void {
    const shape = this.#shape(cached);
    if (shape.isDone) return;
    const isNew = this.#note(shape, values, () => {
      if (!mayRepeat && cached.compiled.isPlainRead) this.#duplicate(shape, cached.compiled.sql);
    });
    if (!isNew || !this.#isSuspicious(shape)) return;
    const lookup = lookupOf(node, values);
    if (lookup === undefined) return;
    this.#look(shape, shorten(cached.compiled.sql), () => includeFor(lookup, this.#identityMap));
  }

  /** The same for an `sql` template. @throws NPlusOneError */
  text(cached: CachedStatement, values: readonly CollectedValue[]): void {
    const { compiled } = cached;
    if (compiled.writes || values.length === 0) return;
    const shape = this.#shape(cached);
    if (shape.isDone || !this.#note(shape, values) || !this.#isSuspicious(shape) || pagesText(compiled.sql)) return;
    this.#look(shape, shorten(compiled.sql), () => undefined);
  }

  /** session.get is about to read a row. @throws NPlusOneError */
  get(mapper: Mapper, key: readonly unknown[]): void {
    const shape = this.#shape(mapper);
    if (shape.isDone || !this.#note(shape, key) || !this.#isSuspicious(shape)) return;
    this.#look(shape, `session.get(${mapper.name}, …)`, () => includeOfKey(mapper, this.#identityMap));
  }

  /** session.load has read a relationship of one entity alone. @throws NPlusOneError */
  load(relationship: Relationship, state: InstanceState): void {
    const shape = this.#shape(relationship);
    if (shape.isDone) return;
    shape.count += 1;
    if (!this.#isSuspicious(shape)) return;
    const call = `session.load(${state.mapper.name.toLowerCase()}, "${relationship.key}")`;
    this.#look(shape, call, () => includeOf(relationship));
  }

  #shape(key: unknown): Shape {
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      shape = { count: 0, seen: new Map(), sites: new Map(), stacks: 0, isDone: false };
      this.#shapes.set(key, shape);
    }
    return shape;
  }

  /** Note these values; true where they are new. */
  #note(shape: Shape, values: readonly unknown[], repeated?: () => void): boolean {
    const key = valuesKey(values);
    if (key === undefined || shape.seen.size >= mostValues) {
      shape.count += 1;
      return true;
    }
    const last = shape.seen.get(key);
    shape.seen.set(key, this.#writes);
    if (last === undefined) {
      shape.count += 1;
      return true;
    }
    if (last === this.#writes) repeated?.();
    return false;
  }

  #isSuspicious({ count }: Shape): boolean {
    const { onNPlusOne, threshold } = this.#settings;
    return onNPlusOne !== "ignore" && count > threshold - Math.min(provingStacks, threshold);
  }

  /** See whether a repeated query comes from one place. */
  #look(shape: Shape, query: string, include: () => string | undefined): void {
    const { onNPlusOne, threshold } = this.#settings;
    const site = callSite() ?? "a place that the stack does not show";
    shape.stacks += 1;
    const found = (shape.sites.get(site) ?? 0) + 1;
    shape.sites.set(site, found);
    if (shape.stacks >= mostStacks) shape.isDone = true;
    if (found < Math.min(provingStacks, threshold)) return;
    if (onNPlusOne === "error") throw new NPlusOneError(query, shape.count, site, include());
    shape.isDone = true;
    warnOnce(
      "SQLMODEL_N_PLUS_ONE",
      `${site} ${query}`,
      () => new NPlusOneError(query, shape.count, site, include()).message,
    );
  }

  #duplicate(shape: Shape, sql: string): void {
    const { onDuplicateQuery } = this.#settings;
    if (onDuplicateQuery === "ignore") return;
    const site = callSite() ?? "a place that the stack does not show";
    const query = shorten(sql);
    if (onDuplicateQuery === "error") throw new DuplicateQueryError(query, site);
    warnOnce("SQLMODEL_DUPLICATE_QUERY", `${site} ${query}`, () => new DuplicateQueryError(query, site).message);
  }
}

function shorten(sql: string): string {
  return sql.length > shownSql ? `${sql.slice(0, shownSql)}…` : sql;
}
