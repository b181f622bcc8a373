/** What a session does about repeated queries: its options, or else the environment. */
import { reactions, type Reaction } from "../../util/reaction.ts";
import { SessionError } from "../errors.ts";
import type { SessionOptions } from "../session-options.ts";

export interface WatchSettings {
  readonly onNPlusOne: Reaction;
  readonly onDuplicateQuery: Reaction;
  /** From so many queries on. */
  readonly threshold: number;
}

const defaultThreshold = 5;
let fromEnvironment: Reaction | undefined;

/** The settings of a session; undefined where nothing is to be watched. @throws SessionError */
export function watchSettings(options: SessionOptions): WatchSettings | undefined {
  const { onNPlusOne = byEnvironment(), onDuplicateQuery = byEnvironment(), nPlusOneThreshold: threshold } = options;
  for (const [name, value] of Object.entries({ onNPlusOne, onDuplicateQuery }))
    if (!reactions.includes(value)) throw new SessionError(`${name} takes 'ignore', 'warn' or 'error'.`);
  if (threshold !== undefined && !(Number.isSafeInteger(threshold) && threshold >= 2))
    throw new SessionError("nPlusOneThreshold takes a whole number from 2.");
  if (onNPlusOne === "ignore" && onDuplicateQuery === "ignore") return undefined;
  return { onNPlusOne, onDuplicateQuery, threshold: threshold ?? defaultThreshold };
}

/** Asked once: reading the environment costs more than a session. */
function byEnvironment(): Reaction {
  return (fromEnvironment ??= reactionOf(process.env));
}

/** SQLMODEL_N_PLUS_ONE where it is set; else a warning, but in production and in tests. @throws SessionError */
export function reactionOf(environment: Readonly<Record<string, string | undefined>>): Reaction {
  const { SQLMODEL_N_PLUS_ONE: asked, NODE_ENV: mode } = environment;
  if (asked === undefined || asked === "") return mode === "production" || mode === "test" ? "ignore" : "warn";
  const known = reactions.find((reaction) => reaction === asked);
  if (known !== undefined) return known;
  throw new SessionError("The environment variable SQLMODEL_N_PLUS_ONE takes 'ignore', 'warn' or 'error'.");
}
