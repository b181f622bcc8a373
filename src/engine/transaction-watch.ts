/** Tells the statements that may end a transaction without being asked to. Called by `connection.ts`. */

/** Written by the compilers, and nothing that ends a transaction. */
const rowStatement = /^(?:SELECT|INSERT|UPDATE|DELETE|WITH|SAVEPOINT|RELEASE) /;
const withoutEffect = /^(?:\s|\()*(?:select|set|show|use|pragma|values|table|explain|describe|analyze)\b/i;

/** True for text that may be anything: DDL, COMMIT, a call. */
export function mayEndTransaction(sql: string): boolean {
  return !rowStatement.test(sql);
}

/** True where a commit after `sql` would keep something that a rollback could have undone. */
export function leavesSomething(sql: string): boolean {
  return !withoutEffect.test(sql);
}
