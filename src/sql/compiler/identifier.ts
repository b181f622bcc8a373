/** The one place where a name becomes SQL text. */
import { isWellFormed } from "../../util/well-formed.ts";
import { CompileError } from "../errors.ts";

/** `name` between quotes, its own quotes doubled. @throws CompileError for what no database takes as a name. */
export function quoteIdentifier(name: string, quote: '"' | "`"): string {
  if (typeof name !== "string" || name === "") throw new CompileError("An identifier must not be empty.");
  if (name.includes("\0")) throw new CompileError("An identifier must not contain the character NUL.");
  if (!isWellFormed(name)) throw new CompileError("An identifier must not contain half of a surrogate pair.");
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
}
