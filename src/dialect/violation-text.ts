/** What `dialect/<name>/error-codes.ts` says of a violation: alike on every database, and without any value of the row. */

export interface Violation {
  readonly table?: string | undefined;
  readonly columns?: readonly string[];
  readonly constraint?: string | undefined;
}

/** For UniqueViolation. */
export function uniqueText({ table, columns = [], constraint }: Violation): string {
  const owner = table === undefined ? "Another row has" : `Another row of table '${table}' has`;
  const what = columns.length === 0 ? "the same unique value" : `the same ${columns.map(quoted).join(" and ")}`;
  return `${owner} ${what} already${byConstraint(constraint)}.`;
}

/** For ForeignKeyViolation: `missing`, the row referred to; `referred`, the row that would go. */
export function foreignKeyText(
  { table, columns = [], constraint }: Violation,
  side: "missing" | "referred" | "unknown",
): string {
  const owner = table === undefined ? "" : ` of table '${table}'`;
  if (side === "referred") return `A row is still referred to by a row${owner}${byConstraint(constraint)}.`;
  if (side === "missing") {
    const subject = columns.length === 0 ? "A foreign key" : columns.map(quoted).join(" and ");
    return `${subject}${owner} ${columns.length > 1 ? "refer" : "refers"} to a row that does not exist${byConstraint(constraint)}.`;
  }
  return `A foreign key would refer to a row that does not exist${table === undefined ? "" : `, in a write to table '${table}'`}${byConstraint(constraint)}.`;
}

/** For NotNullViolation. */
export function notNullText({ table, columns = [] }: Violation): string {
  const column = columns.length === 0 ? "A column" : `Column ${columns.map(quoted).join(", ")}`;
  return `${column}${table === undefined ? "" : ` of table '${table}'`} must not be NULL.`;
}

/** For CheckViolation. */
export function checkText({ table, constraint }: Violation): string {
  const name = constraint === undefined ? "a check" : `the check '${constraint}'`;
  return `A row${table === undefined ? "" : ` of table '${table}'`} does not meet ${name}.`;
}

/** For all other classes: what the database said, as one sentence. */
export function refusalText(message: string, code: string | number | undefined, hidesValues: boolean): string {
  if (hidesValues)
    return `The database refused the statement (code ${String(code)}); its message is not shown, because it may quote a secret value.`;
  const sentence = message.trim().replace(/\.$/, "");
  return sentence === ""
    ? `The database refused the statement (code ${String(code)}).`
    : `The database refused the statement: ${sentence}.`;
}

function byConstraint(constraint: string | undefined): string {
  return constraint === undefined ? "" : ` (constraint '${constraint}')`;
}

function quoted(name: string): string {
  return `'${name}'`;
}
