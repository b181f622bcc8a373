/** Asks a database how it runs a statement. Behind `explain` of connections and sessions. */
import type { PlanAnswer, PlanNode } from "../dialect/explain.ts";
import type { Io } from "../io/io.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { Statement } from "../sql/statement/node.ts";
import { didYouMean } from "../util/closest-name.ts";
import { bindParameters } from "./bind-parameters.ts";
import type { ConnectionCore, RawStatement } from "./connection.ts";
import { Plan } from "./plan.ts";
import { findingsOf, type KnownTables } from "./plan-findings.ts";

export interface ExplainOptions {
  /**
   * Run the statement and measure each step: PostgreSQL, MariaDB, and MySQL for statements that only read. What may change
   * something is run in a transaction or savepoint that is rolled back. Default false.
   */
  readonly analyze?: boolean;
}

const noTables: KnownTables = { tables: [], modelName: () => undefined };
const savepoint = "sqlmodel_explain";

/** The plan of a statement. @throws CompileError where the database cannot analyze it */
export function* explainStatement(
  connection: ConnectionCore,
  statement: Statement,
  options: ExplainOptions = {},
  known: KnownTables = noTables,
): Io<Plan> {
  const analyze = analyzeOf(options);
  const { dialect, engine } = connection;
  const { cached, values } = engine.compiled.lookUp(statement, dialect);
  const { compiled, secret } = cached;
  const raw: RawStatement = {
    sql: dialect.explain.statement(compiled.sql, { analyze, writes: compiled.writes }),
    parameters: bindParameters(cached, values, dialect),
    returnsRows: true,
    ...(secret === undefined ? {} : { secret }),
  };
  const isHarmless = !analyze || compiled.isPlainRead;
  const { rows } = yield* isHarmless ? connection.executeRaw(raw) : takenBack(connection, raw);
  const read = dialect.explain.read(rows, { analyze });
  // Databases write the values into the conditions of a plan.
  const answer = secret === undefined && !engine.log.hidesAll ? read : withoutConditions(read);
  return new Plan(compiled.sql, answer, findingsOf(answer.root, statement, known), analyze);
}

const hidden = "«hidden»";

function withoutConditions(answer: PlanAnswer): PlanAnswer {
  const strip = (node: PlanNode): PlanNode => ({
    ...node,
    operation: node.condition === undefined ? node.operation : node.operation.replace(node.condition, hidden),
    condition: node.condition === undefined ? undefined : hidden,
    detail: {},
    children: node.children.map(strip),
  });
  return { ...answer, root: strip(answer.root), raw: hidden };
}

/** Run what may write, and undo it. */
function* takenBack(connection: ConnectionCore, raw: RawStatement): ReturnType<ConnectionCore["executeRaw"]> {
  if (connection.transaction === "none") {
    yield* connection.begin({ write: true });
    try {
      return yield* connection.executeRaw(raw);
    } finally {
      yield* connection.rollback();
    }
  }
  yield* connection.savepoint(savepoint);
  try {
    return yield* connection.executeRaw(raw);
  } finally {
    yield* connection.rollbackTo(savepoint);
    yield* connection.releaseSavepoint(savepoint);
  }
}

function analyzeOf(options: unknown): boolean {
  if (typeof options !== "object" || options === null)
    throw new ArgumentError(`explain() takes options such as { analyze: true }, not ${describe(options)}.`);
  for (const name of Object.keys(options))
    if (name !== "analyze")
      throw new ArgumentError(`explain() has no option '${name}'.${didYouMean(name, ["analyze"])}`);
  const { analyze = false } = options as { readonly analyze?: unknown };
  if (typeof analyze !== "boolean") throw new ArgumentError(`analyze takes true or false, not ${describe(analyze)}.`);
  return analyze;
}
