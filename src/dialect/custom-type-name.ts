/** How a program's own type is spelled in DDL. */
import { CompileError } from "../sql/errors.ts";
import type { CustomType } from "../sql/type/sql-type.ts";
import { isCustomType } from "../sql/type/types.ts";

/** The spelling that `type` gives for `dialect`, or undefined where it is spelled as the type it is stored as. */
export function customTypeName(type: CustomType, dialect: string): string | undefined {
  const { ddl } = type;
  if (ddl !== undefined && !isCustomType(type)) {
    throw new CompileError(`The type '${type.name}' is spelled by an object that customType(…) did not make.`);
  }
  if (type.only !== undefined && type.only !== dialect) {
    throw CompileError.unsupported(dialect, `the type '${type.name}'`, "Use a type that this database has.");
  }
  const name = typeof ddl === "object" ? (Object.hasOwn(ddl, dialect) ? ddl[dialect] : undefined) : ddl;
  if (name?.includes("\0") === true)
    throw new CompileError(`The type '${type.name}' is spelled with the character NUL.`);
  return name;
}
