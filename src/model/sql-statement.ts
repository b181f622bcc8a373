/** `sql`: templates that are whole statements as well, so that they can be prepared and shown. */
import type { Dialect } from "../dialect/dialect.ts";
import { Prepared, type NamedValues } from "../engine/prepared.ts";
import { shownStatement, statementSql, type StatementSql } from "../engine/statement-sql.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { sqlPieces, SqlTemplate, templateNode, type SqlPieces } from "../sql/expression/operators.ts";
import type { TextNode } from "../sql/statement/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { inspectMethod } from "../util/inspect-method.ts";

/** What the tag `sql` makes: a statement for `session.exec`, or an expression in another. */
export class SqlStatement<T> extends SqlTemplate<T> {
  /** The same text with a known result type. */
  override as<R = T>(type: SqlType): SqlStatement<R> {
    return new SqlStatement<R>(super.as(type).node);
  }

  /**
   * The statement for many executions with named values: `${param("name", text())}` in it, `session.exec(prepared, { name: "x" })`.
   * Compiled once. A parameter says of what type it is, because nobody reads the text around it.
   * @throws ParameterError where a parameter has no type
   */
  prepare<P extends object = NamedValues>(): Prepared<T, P> {
    return new Prepared<T, P>(this, this.toStatement());
  }

  /** The SQL of a dialect, for reading. */
  compile(dialect: Dialect): Compiled {
    return dialect.compile(this.toStatement());
  }

  /**
   * The SQL of a dialect with its parameters: `{ sql, parameters }`. Printed, it masks the values of hidden columns.
   * @param dialect - Default: PostgreSQL's.
   */
  toSQL(dialect?: Dialect): StatementSql {
    return statementSql(this.toStatement(), dialect);
  }

  [inspectMethod](): string {
    return shownStatement(this.constructor.name, () => this.toSQL());
  }

  /** What is run. */
  toStatement(): TextNode {
    return { kind: "text", template: this.node };
  }
}

/** The tag of templates, and what makes pieces of them. */
export interface SqlTag extends SqlPieces {
  <T = unknown>(parts: TemplateStringsArray, ...values: readonly unknown[]): SqlStatement<T>;
}

/**
 * SQL text for what has no builder. Each `${}` is a bound parameter, an expression, a model's table, an `identifier(…)` or
 * an `sql.fragment`; never text. Give the value's type by `sql<number>\`…\`.as(integer())`.
 */
export const sql: SqlTag = Object.assign(
  <T = unknown>(parts: TemplateStringsArray, ...values: readonly unknown[]): SqlStatement<T> =>
    new SqlStatement<T>(templateNode(parts, values)),
  sqlPieces,
);
