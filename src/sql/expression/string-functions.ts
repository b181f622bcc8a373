/** `func.*` of texts. */
import { ArgumentError } from "../errors.ts";
import { constructElement, describe, type ColumnElement } from "./column-element.ts";
import {
  INTEGER,
  subject,
  TEXT,
  textArgument,
  wholeArgument,
  type Argument,
  type NullIn,
  type SourceIn,
} from "./function-arguments.ts";

type Text = Argument<string>;
type Count = Argument<number>;
/** Text; NULL where an argument is. */
type TextOf<A> = ColumnElement<string | NullIn<A>, SourceIn<A>>;

function trimmed(name: "trim" | "ltrim" | "rtrim", element: unknown, character: string): ColumnElement<never, never> {
  const call = `func.${name}`;
  // MySQL cuts off a text where others cut off any of a set of characters: one character is the same to all.
  if (typeof character !== "string" || Array.from(character).length !== 1)
    throw new ArgumentError(
      `${call}() cuts off one character, not ${typeof character === "string" ? "a text of another length" : describe(character)}.`,
    );
  const node = subject(element, "text", call);
  return constructElement(`text.${name}`, TEXT, [node, textArgument(character, call, node)]);
}

function padded(name: "lpad" | "rpad", element: unknown, length: Count, fill: Text): ColumnElement<never, never> {
  const call = `func.${name}`;
  if (fill === "") throw new ArgumentError(`${call}() cannot fill up with an empty text.`);
  const node = subject(element, "text", call);
  return constructElement(`text.${name}`, TEXT, [node, wholeArgument(length, call, 0), textArgument(fill, call, node)]);
}

/** Functions of texts. Positions count characters from 1. NULL where an argument is NULL, unless it says otherwise. */
export const stringFunctions = {
  /** `element` without `character` (a space) at both ends. */
  trim<E extends ColumnElement<string | null>>(element: E, character = " "): TextOf<E> {
    return trimmed("trim", element, character);
  },
  /** `element` without `character` (a space) at the beginning. */
  ltrim<E extends ColumnElement<string | null>>(element: E, character = " "): TextOf<E> {
    return trimmed("ltrim", element, character);
  },
  /** `element` without `character` (a space) at the end. */
  rtrim<E extends ColumnElement<string | null>>(element: E, character = " "): TextOf<E> {
    return trimmed("rtrim", element, character);
  },
  /** The text from position `start` (1 is the first), `length` characters or all. */
  substring<E extends ColumnElement<string | null>, A extends Count, B extends Count = never>(
    element: E,
    start: A,
    length?: B,
  ): TextOf<E | A | B> {
    const call = "func.substring";
    const nodes = [subject(element, "text", call), wholeArgument(start, call, 1)];
    if (length !== undefined) nodes.push(wholeArgument(length, call, 0));
    return constructElement("text.substring", TEXT, nodes);
  },
  /** Every `from` in the text replaced by `to`; cases are told apart. */
  replace<E extends ColumnElement<string | null>, A extends Text, B extends Text>(
    element: E,
    from: A,
    to: B,
  ): TextOf<E | A | B> {
    const node = subject(element, "text", "func.replace");
    const args = [textArgument(from, "func.replace", node), textArgument(to, "func.replace", node)];
    return constructElement("text.replace", TEXT, [node, ...args]);
  },
  /** The first `count` characters. */
  left<E extends ColumnElement<string | null>, A extends Count>(element: E, count: A): TextOf<E | A> {
    return constructElement("text.left", TEXT, [
      subject(element, "text", "func.left"),
      wholeArgument(count, "func.left", 0),
    ]);
  },
  /** The last `count` characters. */
  right<E extends ColumnElement<string | null>, A extends Count>(element: E, count: A): TextOf<E | A> {
    return constructElement("text.right", TEXT, [
      subject(element, "text", "func.right"),
      wholeArgument(count, "func.right", 0),
    ]);
  },
  /** The text filled up at its beginning to `length` characters; a longer one is cut to its first. */
  lpad<E extends ColumnElement<string | null>, A extends Count, B extends Text = string>(
    element: E,
    length: A,
    fill?: B,
  ): TextOf<E | A | B> {
    return padded("lpad", element, length, fill ?? " ");
  },
  /** The text filled up at its end to `length` characters; a longer one is cut to its first. */
  rpad<E extends ColumnElement<string | null>, A extends Count, B extends Text = string>(
    element: E,
    length: A,
    fill?: B,
  ): TextOf<E | A | B> {
    return padded("rpad", element, length, fill ?? " ");
  },
  /** Where `part` first begins in the text; 0 where it does not occur. */
  position<E extends ColumnElement<string | null>, A extends Text>(
    element: E,
    part: A,
  ): ColumnElement<number | NullIn<E | A>, SourceIn<E | A>> {
    const node = subject(element, "text", "func.position");
    return constructElement("text.position", INTEGER, [node, textArgument(part, "func.position", node)]);
  },
  /** The text `count` times. */
  repeat<E extends ColumnElement<string | null>, A extends Count>(element: E, count: A): TextOf<E | A> {
    return constructElement("text.repeat", TEXT, [
      subject(element, "text", "func.repeat"),
      wholeArgument(count, "func.repeat", 0),
    ]);
  },
  /** The characters from last to first. */
  reverse<E extends ColumnElement<string | null>>(element: E): TextOf<E> {
    return constructElement("text.reverse", TEXT, [subject(element, "text", "func.reverse")]);
  },
  /** All texts one after another; NULL where one is NULL. */
  concat<A extends readonly Text[]>(...texts: A): TextOf<A[number]> {
    if (texts.length === 0) throw new ArgumentError("func.concat() needs at least one text.");
    return constructElement(
      "text.concat",
      TEXT,
      texts.map((text) => textArgument(text, "func.concat")),
    );
  },
  /** The texts that are not NULL, with `separator` between. */
  concatWs<A extends readonly Text[]>(separator: string, ...texts: A): ColumnElement<string, SourceIn<A[number]>> {
    if (texts.length === 0) throw new ArgumentError("func.concatWs() needs at least one text after the separator.");
    if (typeof separator !== "string")
      throw new ArgumentError(`func.concatWs() takes a text as its separator, not ${describe(separator)}.`);
    const nodes = [separator, ...texts].map((text) => textArgument(text, "func.concatWs"));
    return constructElement("text.concatWs", TEXT, nodes);
  },
  /** The Unicode code point of the first character; 0 for an empty text. */
  ascii<E extends ColumnElement<string | null>>(element: E): ColumnElement<number | NullIn<E>, SourceIn<E>> {
    return constructElement("text.ascii", INTEGER, [subject(element, "text", "func.ascii")]);
  },
  /** The character of a Unicode code point. */
  chr<E extends ColumnElement<number | null>>(element: E): TextOf<E> {
    return constructElement("text.chr", TEXT, [subject(element, "number", "func.chr")]);
  },
  /**
   * Every match of a regular expression (in the database's own language) replaced by `replacement`, taken literally.
   * @throws ArgumentError for a replacement with `\\`, `$` or `&`, which databases read differently.
   */
  regexpReplace<E extends ColumnElement<string | null>>(element: E, pattern: string, replacement: string): TextOf<E> {
    const node = subject(element, "text", "func.regexpReplace");
    if (typeof replacement !== "string" || /[\\$&]/.test(replacement))
      throw new ArgumentError("func.regexpReplace() takes a plain text without \\, $ and & as its replacement.");
    const args = [pattern, replacement].map((text) => textArgument(text, "func.regexpReplace", node));
    return constructElement("text.regexpReplace", TEXT, [node, ...args]);
  },
  /** The MD5 sum of the text in UTF-8, as 32 hexadecimal digits. Not for passwords. */
  md5<E extends ColumnElement<string | null>>(element: E): TextOf<E> {
    return constructElement("text.md5", TEXT, [subject(element, "text", "func.md5")]);
  },
};
