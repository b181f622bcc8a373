/** Texts of the catalog as SQL that can be written again: defaults, expressions, definitions of views, definers. */
import { hexToBytes } from "../hex.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { plainTextLiteral } from "./literal.ts";
import { typeParts } from "./type-reflection.ts";

const numberTypes: ReadonlySet<string> = new Set([
  "tinyint",
  "smallint",
  "mediumint",
  "int",
  "bigint",
  "decimal",
  "float",
  "double",
  "year",
]);

/**
 * A column's default as it can be written after DEFAULT. MariaDB prints SQL, and NULL for none; MySQL prints a literal's value,
 * and says in EXTRA where it is an expression instead.
 */
export function defaultText(
  isMariaDb: boolean,
  column: { readonly printed: string | null; readonly type: string; readonly extra: string },
): string | undefined {
  const { printed, type, extra } = column;
  if (printed === null) return undefined;
  if (isMariaDb) return printed.toUpperCase() === "NULL" ? undefined : printed;
  if (/\bDEFAULT_GENERATED\b/i.test(extra)) {
    const expression = unescaped(printed);
    return /^(?:current_timestamp|now)(?:\(\d*\))?$/i.test(expression) ? expression : `(${expression})`;
  }
  const name = typeParts(type)?.name ?? "";
  if (name === "bit") return /^b'[01]*'$/.test(printed) ? printed : `b'${printed}'`;
  if (numberTypes.has(name) && /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(printed)) return printed;
  // MySQL prints the default of a binary column as a number in base 16.
  if (/^0x[0-9a-f]*$/i.test(printed) && /binary|blob/.test(name)) return `X'${printed.slice(2)}'`;
  return plainTextLiteral(printed);
}

/** MySQL (not MariaDB) escapes quotes and backslashes in the expressions that information_schema shows. */
export function expressionText(isMariaDb: boolean, printed: string): string {
  return isMariaDb ? printed : withoutOuterParentheses(unescaped(printed));
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(['"\\])/g, "$1");
}

/** MySQL puts a CHECK's condition into parentheses of its own; the same text is written again with and without them. */
export function withoutOuterParentheses(expression: string): string {
  if (!expression.startsWith("(") || !expression.endsWith(")")) return expression;
  let depth = 0;
  for (const { index, 0: token } of expression.matchAll(sqlTokens)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    if (depth === 0 && index < expression.length - 1) return expression;
  }
  return expression.slice(1, -1);
}

/** A name, a text, or one character. */
export const sqlTokens = /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\[\s\S])*'|[\s\S]/g;

/**
 * A view's query without the database's name before its own tables: information_schema writes it out, and a view that was
 * created in a scratch database must read the same. What stands before a column stays where it is an alias.
 */
export function withoutDatabase(query: string, database: string): string {
  const name = quoteIdentifier(database, "`");
  const parts = Array.from(query.matchAll(sqlTokens), ([token]) => token);
  // An alias of that very name: only what cannot be the alias is taken away then.
  const isAlias = parts.some((token, index) => token === name && parts[index + 1] !== ".");
  return parts
    .filter((token, index) => {
      if (token === "." && parts[index - 1] === name) return !qualifies(parts, index - 1, isAlias);
      return token !== name || !qualifies(parts, index, isAlias);
    })
    .join("");
}

function qualifies(parts: readonly string[], index: number, isAlias: boolean): boolean {
  if (parts[index + 1] !== "." || parts[index - 1] === ".") return false;
  if (!isAlias) return true;
  return (
    parts[index + 3] === "." || /\b(?:from|join)\s*\(*\s*$/i.test(parts.slice(Math.max(0, index - 12), index).join(""))
  );
}

/** DEFINER=…, where it is another than the one who reads: who creates it again becomes its definer otherwise. */
export function definerText(definer: string | null, user: string): string {
  if (definer === null || definer === "" || definer === user) return "";
  const at = definer.lastIndexOf("@");
  if (at <= 0) return `DEFINER=${quoteIdentifier(definer, "`")} `;
  return `DEFINER=${quoteIdentifier(definer.slice(0, at), "`")}@${quoteIdentifier(definer.slice(at + 1), "`")} `;
}

/** A default that the server can only be asked for as bytes: see `inspect-defaults.ts`. */
export function exactDefault(hex: string, isText: boolean): string {
  const text = isText ? new TextDecoder().decode(hexToBytes(hex)) : "\0";
  // A text with NUL has no plain literal.
  return text.includes("\0") ? `X'${hex.toLowerCase()}'` : plainTextLiteral(text);
}
