/** Runs prepared statements in a session. Called by the façades. */
import { filledStatement, placedValues, type NamedValues, type Prepared } from "../engine/prepared.ts";
import type { Io } from "../io/io.ts";
import { Insert } from "../model/insert.ts";
import { Merge } from "../model/merge.ts";
import type { Query } from "../model/query.ts";
import { SqlTemplate } from "../sql/expression/operators.ts";
import { SessionError } from "./errors.ts";
import { describeQuery, executeText, isSelecting, type ExecutedRows } from "./execute.ts";
import { warnOfGrowth } from "./growth-warning.ts";
import { planJoins, type JoinPlan } from "./loading/joined-loader.ts";
import { runPreparedQuery } from "./loading/run-query.ts";
import { namesOf } from "./row-names.ts";
import type { SessionCore } from "./session-core.ts";
import { completeViolation } from "./violations.ts";
import { noteWrite } from "./writing/execute-write.ts";
import { changeRows } from "./writing/change-rows.ts";
import { isWriteStatement, mergeRows, type WriteStatement } from "./writing/execute-write.ts";
import { insertRows } from "./writing/insert-rows.ts";
import type { WrittenRows } from "./writing/returned-rows.ts";
import { candidates, markDependents } from "./writing/synchronize.ts";

type AnyPrepared = Prepared<unknown, object>;

/** A query and what is joined to it, which no value changes. */
interface PlannedQuery {
  readonly query: Query;
  readonly plan: JoinPlan;
  readonly source: string;
}

const plans = new WeakMap<AnyPrepared, PlannedQuery>();

/** Run a prepared statement with these values: autoflush first, as for every other. */
export function* executePrepared(session: SessionCore, prepared: AnyPrepared, values: unknown): Io<ExecutedRows> {
  const given = prepared.check(values);
  const { statement } = prepared;
  try {
    if (isSelecting(statement)) {
      const planned = plannedQuery(prepared, statement.toQuery());
      const rows = yield* runPreparedQuery(session, prepared, planned, given);
      warnOfGrowth(session.identityMap, session.options.identityMapWarning);
      return { rows, rowCount: undefined, source: planned.source, names: namesOf(planned.query) };
    }
    if (statement instanceof SqlTemplate)
      return yield* executeText(session, statement, ({ engine, dialect }) => {
        const form = prepared.form(engine, dialect);
        return { cached: form.cached, values: placedValues(form, given) };
      });
    if (isWriteStatement(statement)) {
      const written = yield* executeWrite(session, prepared, statement, given);
      noteWrite(session, statement);
      return {
        ...written,
        source: `write to ${statement.mapper.table.fullName}`,
        names: namesOf(statement.toReturning()),
      };
    }
  } catch (error) {
    session.fail(error);
    throw isWriteStatement(statement) ? completeViolation(error, statement.mapper.metadata, session.dialect) : error;
  }
  throw new SessionError("exec() takes what prepare() of a statement has made.");
}

function plannedQuery(prepared: AnyPrepared, query: Query): PlannedQuery {
  let planned = plans.get(prepared);
  if (planned === undefined) {
    planned = { query, plan: planJoins(query), source: describeQuery(query) };
    plans.set(prepared, planned);
  }
  return planned;
}

function* executeWrite(
  session: SessionCore,
  prepared: AnyPrepared,
  statement: WriteStatement,
  given: NamedValues,
): Io<WrittenRows> {
  yield* session.autoflushNow();
  const connection = yield* session.connection(true);
  if (statement instanceof Merge) {
    if (prepared.isRenewed)
      return yield* mergeRows(session, statement, connection.execute(filledStatement(statement.toStatement(), given)));
    const { cached, ...form } = prepared.form(connection.engine, session.dialect);
    return yield* mergeRows(session, statement, connection.executeCompiled(cached, placedValues(form, given)));
  }
  if (!prepared.isRenewed && isPlain(session, statement)) {
    const form = prepared.form(connection.engine, session.dialect);
    const { rowCount } = yield* connection.executeCompiled(form.cached, placedValues(form, given));
    if (prepared.node.kind === "delete") markDependents(session, statement.mapper);
    return { rows: [], rowCount };
  }
  // Entities that follow, rows that come back and defaults need the values themselves.
  if (statement instanceof Insert)
    return yield* insertRows(session, connection, statement, filledStatement(statement.toStatement(), given));
  return yield* changeRows(session, connection, statement, filledStatement(statement.toStatement(), given));
}

/** True where the statement is all there is to do. */
function isPlain(session: SessionCore, statement: Exclude<WriteStatement, Merge<never>>): boolean {
  if (statement.toReturning() !== undefined) return false;
  return statement instanceof Insert ? statement.isPlain : candidates(session, statement.mapper).length === 0;
}
