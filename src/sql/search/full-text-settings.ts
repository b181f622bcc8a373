/** What may be said of a full-text index beside its columns, checked. */
import { ArgumentError } from "../errors.ts";
import type { FullTextIndex, FullTextWeight } from "./match-element.ts";

/** What a full-text index takes beside its columns. */
export interface FullTextSettings {
  /** PostgreSQL's text search configuration, which knows a language's endings and stop words: "simple", which knows none, where nothing is said. */
  readonly language?: string;
  /** How much each column counts, "A" most; all alike where nothing is said. */
  readonly weights?: readonly FullTextWeight[];
}

const known: ReadonlySet<unknown> = new Set(["A", "B", "C", "D"]);

/**
 * @param caller - As messages name it.
 * @param count - How many columns there are.
 * @throws ArgumentError
 */
export function fullTextSettings(
  caller: string,
  count: number,
  { language = "simple", weights = Array.from({ length: count }, () => "D" as const) }: FullTextSettings,
): Omit<FullTextIndex, "name"> {
  if (count === 0) throw new ArgumentError(`${caller} takes an array of columns.`);
  if (!/^[a-z_][a-z0-9_]*$/.test(language))
    throw new ArgumentError(`'${language}' is not the name of a text search configuration.`);
  if (weights.length !== count || weights.some((weight) => !known.has(weight)))
    throw new ArgumentError(`${caller} takes one weight for each column: A, B, C or D.`);
  return { language, weights };
}
