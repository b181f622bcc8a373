/** Names as SQLite writes them. */
import { CompileError } from "../../sql/errors.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";

/** A name between double quotes, which nothing is but a name. */
export function quote(name: string): string {
  return quoteIdentifier(name, '"');
}

/** @throws CompileError always */
export function refuseSchema(name: string): never {
  throw CompileError.unsupported(
    "SQLite",
    `schema '${name}'`,
    "Leave the schema out: a SQLite database is one schema.",
  );
}
