/** `toSQL`: a statement as text and parameters, without a connection. Called by the builders of `model/`. */
import type { Dialect } from "../dialect/dialect.ts";
import { standardDialect } from "../dialect/standard-dialect.ts";
import type { DriverValue } from "../io/driver.ts";
import { collectShape } from "../sql/compiler/collect-shape.ts";
import type { Statement } from "../sql/statement/node.ts";
import { inspectMethod } from "../util/inspect-method.ts";
import { bindParameters } from "./bind-parameters.ts";
import { describeCompiled } from "./compiled-cache.ts";

/** A statement as a driver is given it. Printed, it shows no secret. */
export class StatementSql {
  /** The text, with the database's placeholders. */
  readonly sql: string;
  /** What the placeholders stand for, in their order: driver values, secret ones too. */
  readonly parameters: readonly DriverValue[];
  readonly #isSecret: readonly boolean[];

  constructor(sql: string, parameters: readonly DriverValue[], isSecret: readonly boolean[]) {
    this.sql = sql;
    this.parameters = parameters;
    this.#isSecret = isSecret;
  }

  /** The text, and the parameters in a comment; values of hidden columns are not shown. */
  toString(): string {
    if (this.parameters.length === 0) return this.sql;
    const shown = this.parameters.map((value, index) => (this.#isSecret[index] === true ? "***" : show(value)));
    return `${this.sql} -- [${shown.join(", ")}]`;
  }

  [inspectMethod](): string {
    return this.toString();
  }
}

/** The longest value that is shown whole. */
const longest = 200;

function show(value: DriverValue): string {
  if (value instanceof Uint8Array) return `${String(value.length)} bytes`;
  if (typeof value === "bigint") return `${String(value)}n`;
  const text = JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/**
 * `statement` in the SQL of `dialect`.
 * @param dialect - Default: PostgreSQL's, which has a text for most statements.
 * @throws CompileError, ValueError
 */
export function statementSql(statement: Statement, dialect: Dialect = standardDialect()): StatementSql {
  const compiled = dialect.compile(statement);
  const { values } = collectShape(statement, dialect);
  const parameters = bindParameters(describeCompiled(compiled, dialect), values, dialect);
  return new StatementSql(
    compiled.sql,
    parameters,
    compiled.slots.map(({ secret }) => secret),
  );
}

/** The text of a statement that may have named parameters. @throws CompileError */
export function preparedText(statement: Statement, dialect: Dialect = standardDialect()): string {
  return dialect.compile(statement).sql;
}

/** A statement as the console shows it: its SQL, or why there is none. */
export function shownStatement(kind: string, show: () => StatementSql | string): string {
  try {
    return `${kind} { ${String(show())} }`;
  } catch (error) {
    return `${kind} { ${error instanceof Error ? error.message : String(error)} }`;
  }
}
