/** session.explain: the plan of a statement as the session would send it. */
import { explainStatement, type ExplainOptions } from "../engine/explain.ts";
import type { Plan } from "../engine/plan.ts";
import { filledStatement, type Prepared } from "../engine/prepared.ts";
import type { Io } from "../io/io.ts";
import { mappers } from "../model/configure.ts";
import type { Table } from "../metadata/table.ts";
import { describe } from "../sql/expression/column-element.ts";
import { SqlTemplate } from "../sql/expression/operators.ts";
import type { Statement } from "../sql/statement/node.ts";
import { SessionError } from "./errors.ts";
import { isSelecting } from "./execute.ts";
import { isWriteStatement } from "./writing/execute-write.ts";
import { planJoins } from "./loading/joined-loader.ts";
import type { SessionCore } from "./session-core.ts";

/** How the database runs a statement: of a select with `include`, its first query. Nothing is flushed for it. */
export function* explainInSession(session: SessionCore, given: unknown, options?: ExplainOptions): Io<Plan> {
  return yield* explain(session, statementOf(given), options);
}

/** The same of a prepared statement with these values. */
export function* explainPrepared(
  session: SessionCore,
  prepared: Prepared<unknown, object>,
  values: unknown,
  options?: ExplainOptions,
): Io<Plan> {
  const statement = filledStatement(statementOf(prepared.statement), prepared.check(values));
  return yield* explain(session, statement, options);
}

function* explain(session: SessionCore, statement: Statement, options?: ExplainOptions): Io<Plan> {
  const connection = yield* session.connection(options?.analyze === true && statement.kind !== "select");
  try {
    return yield* explainStatement(connection, statement, options, knownTables());
  } catch (error) {
    session.fail(error);
    throw error;
  }
}

function statementOf(given: unknown): Statement {
  if (isSelecting(given)) return planJoins(given.toQuery()).node;
  if (isWriteStatement(given)) return given.toStatement();
  if (given instanceof SqlTemplate) return { kind: "text", template: given.node };
  throw new SessionError(
    `explain() takes a statement (select, insert, update, deleteFrom or an sql template), not ${describe(given)}.`,
  );
}

function knownTables(): { tables: Iterable<Table>; modelName: (table: Table) => string | undefined } {
  const names = new Map<Table, string>();
  // The model that has a table of its own comes before those that share it.
  for (const mapper of mappers()) if (!names.has(mapper.table)) names.set(mapper.table, mapper.name);
  return { tables: names.keys(), modelName: (table) => names.get(table) };
}
