/** Says when a session has become a copy of the database. Called after queries and flushes. */
import { SessionError } from "./errors.ts";
import type { IdentityMap } from "./identity-map.ts";

/** What is more is seldom meant: a page, a report, an import each has less. */
const defaultLimit = 100_000;

const warned = new WeakSet<IdentityMap>();

/** `options`, as they are. @throws SessionError where the limit is no number that can be reached. */
export function withCheckedLimit<O extends { readonly identityMapWarning?: number }>(options: O): O {
  const { identityMapWarning: limit } = options;
  if (limit === undefined || (typeof limit === "number" && limit > 0)) return options;
  throw new SessionError("identityMapWarning takes a number of objects greater than 0, or Infinity for no warning.");
}

/** Warn once, when the map holds more than `limit` objects. */
export function warnOfGrowth(map: IdentityMap, limit: number = defaultLimit): void {
  const { size } = map;
  if (size <= limit || warned.has(map)) return;
  warned.add(map);
  process.emitWarning(`A session holds ${String(size)} objects, and keeps each until it ends, to find their changes.`, {
    type: "SQLModelWarning",
    detail:
      "Read in parts and call session.expungeAll() after each, read with .readOnly() or only the columns you need, write with insert() and update(), or open a session for each part. The session's option identityMapWarning moves this limit.",
  });
}
