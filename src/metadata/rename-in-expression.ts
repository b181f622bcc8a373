/**
 * Names inside the texts of expressions, as databases print them: read token by token, so that what stands in quotes, behind a
 * dot or in the place of a type or function is told from a column. Used where operations are applied without a database.
 */
import type { QualifiedName } from "./catalog.ts";

/** A piece of an expression; pieces put together are the text again. */
interface ExpressionToken {
  readonly kind: "name" | "text" | "other" | "space";
  readonly text: string;
  /** What a name means: without quotes, their doubled quotes single. */
  readonly name?: string;
  readonly quote?: string;
}

// A type's name behind "::" or AS: several words, or one with its schema.
const typeName =
  /^\s*(?:character varying|bit varying|double precision|(?:timestamp|time)(?:\s*\(\d+\))? with(?:out)? time zone|interval (?:year|month|day|hour|minute|second)(?: to \w+)?|(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))?)/iu;

// Words that cannot be a bare name of a column on PostgreSQL or SQLite; MySQL prints all names in backticks.
const reserved = new Set(
  (
    "all analyse analyze and any array as asc asymmetric between both case cast check collate column constraint create " +
    "current_date current_time current_timestamp current_user default deferrable delete desc distinct do drop else end except " +
    "exists false fetch for foreign from grant group having if in index initially insert intersect into is join lateral leading " +
    "left like limit localtime localtimestamp not null offset on only or order outer placing primary references right select " +
    "session_user set some symmetric table then to trailing transaction true union unique update user using values variadic when " +
    "where window with"
  ).split(" "),
);

/** The tokens of an expression; a backslash escapes in texts where names stand in backticks (MySQL). */
function expressionTokens(expression: string): ExpressionToken[] {
  const usesBackticks = expression.includes("`");
  const pattern = usesBackticks
    ? /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*")|`(?<backtick>(?:[^`]|``)*)`|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<other>::|[\s\S])/gu
    : /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|"(?<double>(?:[^"]|"")*)"|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<other>::|[\s\S])/gu;
  return Array.from(expression.matchAll(pattern), (match): ExpressionToken => {
    const [text] = match;
    const groups = match.groups ?? {};
    if (groups.space !== undefined) return { kind: "space", text };
    if (groups.text !== undefined) return { kind: "text", text };
    if (groups.word !== undefined) return { kind: "name", text, name: text };
    if (groups.double !== undefined)
      return { kind: "name", text, name: groups.double.replaceAll('""', '"'), quote: '"' };
    if (groups.backtick !== undefined)
      return { kind: "name", text, name: groups.backtick.replaceAll("``", "`"), quote: "`" };
    return { kind: "other", text };
  });
}

/** The expression with column `from` of `table` called `to`. */
export function renameColumnInExpression(expression: string, table: string, from: string, to: string): string {
  return rewrite(expression, from, to, (at) => isColumn(at, table));
}

/** The expression with `from` before a dot called `to`: a table that qualifies its columns. */
export function renameTableInExpression(expression: string, from: string, to: string): string {
  return rewrite(expression, from, to, ({ before, after }) => after === "." && before !== ".");
}

/** A statement's text with table `from` called `to`, wherever it stands as a name (a trigger's definition). */
export function renameTableInStatement(statement: string, from: string, to: string): string {
  return rewrite(statement, from, to, ({ after }) => after !== "(" || statement.includes("`"));
}

/** Whether the expression names column `column` of `table`. */
export function mentionsColumn(expression: string, table: string, column: string): boolean {
  if (!expression.toLowerCase().includes(column.toLowerCase()) && !/["`]/.test(column)) return false;
  const places = expressionPlaces(expression);
  return places.some((place) => matches(place.token, column) && isColumn(place, table));
}

/** The expression with the type `from` called `to` where it stands behind "::" or AS. */
export function renameTypeInExpression(expression: string, type: QualifiedName, to: string): string {
  return rewrite(expression, type.name, to, (place) => place.isTypePlace && isType(place, type.schema));
}

/** A type's text with the type `from` called `to`: "mood", "app.mood", "mood[]". */
export function renameTypeInType(text: string, type: QualifiedName, to: string): string {
  return rewrite(text, type.name, to, (place) => isType(place, type.schema));
}

/** The expression with the sequence `from` called `to` where numbers are drawn from it: nextval('from'::regclass), nextval(`from`). */
export function renameSequenceInExpression(expression: string, sequence: QualifiedName, to: string): string {
  const renamed = (name: string): string => renameTypeInType(name, sequence, to);
  return expression
    .replace(/'((?:[^']|'')*)'(?=::regclass)/g, (_, text: string) => {
      const name = renamed(text.replaceAll("''", "'"));
      return `'${name.replaceAll("'", "''")}'`;
    })
    .replace(
      /\b(nextval|lastval|setval)\(((?:`(?:[^`]|``)*`\.)?`(?:[^`]|``)*`)/g,
      (_, word: string, name: string) => `${word}(${renamed(name)}`,
    );
}

function isType({ before, after, qualifier }: Place, schema: string | undefined): boolean {
  return schema === undefined ? before !== "." && after !== "." : before === "." && qualifier === schema;
}

/** The expression with the value `from` of an enum type written as `to`: 'from'::mood. */
export function renameEnumValueInExpression(expression: string, type: QualifiedName, from: string, to: string): string {
  const tokens = expressionTokens(expression);
  const typeText = (index: number): string =>
    tokens
      .slice(index + 1, index + 5)
      .map(({ text }) => text)
      .join("");
  return tokens
    .map((token, index) => {
      if (token.kind !== "text" || token.text !== textLiteral(from)) return token.text;
      const cast = /^::(?:("?)([^".]+)\1\.)?("?)([^".[\]():, ]+)\3/.exec(typeText(index));
      return cast?.[4] === type.name && cast[2] === type.schema ? textLiteral(to) : token.text;
    })
    .join("");
}

function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

interface Place {
  readonly token: ExpressionToken;
  readonly index: number;
  /** The token before and behind, without space; lower case. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The name before the dot. */
  readonly qualifier: string | undefined;
  readonly isTypePlace: boolean;
  /** The word of EXTRACT(year FROM …). */
  readonly isField: boolean;
}

function isColumn({ before, after, qualifier, isTypePlace, isField, token }: Place, table: string): boolean {
  if (isTypePlace || after === ".") return false;
  if (token.quote === undefined && (after === "(" || isField)) return false;
  return before !== "." || qualifier === table;
}

/** The names of an expression with what stands around them. */
function expressionPlaces(expression: string): Place[] {
  const tokens = expressionTokens(expression);
  const solid = tokens.flatMap((token, index) => (token.kind === "space" ? [] : [{ token, index }]));
  const inType = typePlaces(tokens);
  return solid.flatMap(({ token, index }, position): Place[] => {
    if (token.kind !== "name") return [];
    const before = solid[position - 1]?.token;
    const after = solid[position + 1]?.token;
    const qualifier = before?.text === "." ? solid[position - 2]?.token.name : undefined;
    return [
      {
        token,
        index,
        before: before?.text.toLowerCase(),
        after: after?.text.toLowerCase(),
        qualifier,
        isTypePlace: inType.has(index),
        isField: before?.text === "(" && solid[position - 2]?.token.text.toLowerCase() === "extract",
      },
    ];
  });
}

/** Indexes of the tokens that are part of a type's name: behind "::" and, in a CAST, AS. */
function typePlaces(tokens: readonly ExpressionToken[]): Set<number> {
  const places = new Set<number>();
  for (const [index, token] of tokens.entries()) {
    const opens = token.text === "::" || (token.quote === undefined && token.name?.toLowerCase() === "as");
    if (!opens) continue;
    const rest = tokens.slice(index + 1);
    let length = typeName.exec(rest.map(({ text }) => text).join(""))?.[0].length ?? 0;
    for (const [offset, { text }] of rest.entries()) {
      if (length <= 0) break;
      places.add(index + 1 + offset);
      length -= text.length;
    }
  }
  return places;
}

/** Unquoted names are compared without case, as SQLite and MySQL do; PostgreSQL prints them in lower case anyway. */
function matches(token: ExpressionToken, name: string): boolean {
  if (token.name === undefined) return false;
  return token.quote === undefined ? token.name.toLowerCase() === name.toLowerCase() : token.name === name;
}

function rewrite(expression: string, from: string, to: string, isMeant: (place: Place) => boolean): string {
  const tokens = expressionTokens(expression);
  const meant = new Set(
    expressionPlaces(expression).flatMap((place) =>
      matches(place.token, from) && isMeant(place) ? [place.index] : [],
    ),
  );
  if (meant.size === 0) return expression;
  return tokens.map((token, index) => (meant.has(index) ? written(to, token) : token.text)).join("");
}

/**
 * A new name in the quotes that the old one had; without any only where none are needed. PostgreSQL quotes only what must be:
 * where the old name had to be quoted and the new one need not, it is not.
 */
function written(name: string, old: ExpressionToken): string {
  const hadToBe = old.quote === undefined || (old.quote === '"' && !isPlain(old.name ?? ""));
  if (hadToBe && isPlain(name)) return name;
  const mark = old.quote ?? '"';
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
}

function isPlain(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name);
}
