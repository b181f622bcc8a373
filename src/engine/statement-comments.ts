/// <reference lib="es2024.string" />
/**
 * Tags in a comment at the end of statements, in the format of sqlcommenter, so that the database's own logs and views say where they
 * come from. Called by `connection.ts` for what reads and writes rows. Logs and traces of this package have the text without it.
 */
import type { Query } from "../io/driver.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";

/** Tags by their names; undefined values are left out. */
export type CommentTags = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the comments of an engine's statements say. */
export interface CommentOptions {
  /** The same for all statements, such as `application`: they stay prepared. */
  readonly tags?: CommentTags;
  /**
   * Asked for each statement, for what differs between requests, such as `traceparent`. The text is another one each time, so that a
   * statement for which it gives tags is not prepared; undefined for a statement without.
   */
  readonly context?: () => CommentTags | undefined;
}

/** Longer values are cut: a comment is part of each statement that is sent. */
const longestValue = 512;

const isRowStatement = /^[\s(]*(?:select|insert|update|delete|with|merge|values|replace|explain)\b/i;

/** The comments of one engine. */
export class StatementComments {
  readonly #tags: readonly (readonly [string, string])[];
  readonly #context: (() => CommentTags | undefined) | undefined;
  readonly #fixed: string;

  /** @throws ArgumentError for tags that are none */
  constructor({ tags = {}, context }: CommentOptions) {
    this.#tags = encodedTags(tags);
    this.#context = context;
    this.#fixed = commentOf(this.#tags);
  }

  /** `query` as it is sent. Definitions of tables are left alone: databases keep their texts. @throws ArgumentError */
  added(query: Query): Query {
    if (!isRowStatement.test(query.sql)) return query;
    const own = this.#context?.();
    const added = own === undefined ? [] : encodedTags(own);
    const comment = added.length === 0 ? this.#fixed : commentOf([...this.#tags, ...added]);
    if (comment === "") return query;
    return {
      ...query,
      sql: `${query.sql.replace(/;\s*$/, "")}${comment}`,
      reusable: query.reusable && added.length === 0,
    };
  }
}

/** Sorted by name, as the format wants it; of two with one name, the last. */
function commentOf(tags: readonly (readonly [string, string])[]): string {
  const pairs = [...new Map(tags)].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return pairs.length === 0 ? "" : ` /*${pairs.map(([name, value]) => `${name}='${value}'`).join(",")}*/`;
}

function encodedTags(tags: unknown): [string, string][] {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags))
    throw new ArgumentError(`Tags of comments are an object such as { route: "/teams" }, not ${describe(tags)}.`);
  return Object.entries(tags)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) => [encoded(name), encoded(textOf(name, value))]);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string") return value.slice(0, longestValue);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ArgumentError(`The tag '${name}' of comments takes a text, a number or a boolean, not ${describe(value)}.`);
}

/**
 * Letters, digits, `-`, `.`, `_`, `~` and `%` only: nothing that ends a comment or a text, that a database would execute (`/*!`, `/*+`), or
 * that a driver could take for a placeholder.
 */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
