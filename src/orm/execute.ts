/** Runs any statement of the program in a session. */
import type { CachedStatement } from "../engine/compiled-cache.ts";
import type { ConnectionCore } from "../engine/connection.ts";
import type { DriverValue } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import type { Query } from "../model/query.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { CollectedValue } from "../sql/compiler/collect-shape.ts";
import { changesEveryRow } from "../sql/compiler/statement-verb.ts";
import type { TemplateNode } from "../sql/expression/node.ts";
import { SqlTemplate } from "../sql/expression/operators.ts";
import { firstSelect } from "../sql/statement/result-items.ts";
import { SessionError } from "./errors.ts";
import { warnOfGrowth } from "./growth-warning.ts";
import { runQuery } from "./loading/run-query.ts";
import { namesOf } from "./row-names.ts";
import type { SessionCore } from "./session-core.ts";
import { completeViolation } from "./violations.ts";
import { executeWrite, isWriteStatement } from "./writing/execute-write.ts";
import { decodeRow } from "./writing/returned-rows.ts";

/** A statement whose rows have a known type. */
export interface Executable {
  readonly row: unknown;
}

/** What a typed select gives the session. */
export interface Selecting {
  toQuery(): Query;
}

export interface ExecutedRows {
  readonly rows: unknown[];
  /** Rows inserted, matched by UPDATE, deleted; undefined for a select. */
  readonly rowCount: number | undefined;
  /** The statement in words, for messages: "select from hero". */
  readonly source: string;
  /** What the items of a row are called; undefined where rows are objects by name. */
  readonly names: (() => readonly string[]) | undefined;
}

/** Run a statement: autoflush first, so that it sees what was changed. */
export function* executeStatement(session: SessionCore, statement: unknown): Io<ExecutedRows> {
  try {
    if (isSelecting(statement)) {
      const query = statement.toQuery();
      const rows = yield* runQuery(session, query);
      warnOfGrowth(session.identityMap, session.options.identityMapWarning);
      return { rows, rowCount: undefined, source: describeQuery(query), names: namesOf(query) };
    }
    if (isWriteStatement(statement)) {
      const written = yield* executeWrite(session, statement);
      return {
        ...written,
        source: `write to ${statement.mapper.table.fullName}`,
        names: namesOf(statement.toReturning()),
      };
    }
    if (statement instanceof SqlTemplate) return yield* executeText(session, statement);
  } catch (error) {
    session.fail(error);
    throw isWriteStatement(statement) ? completeViolation(error, statement.mapper.metadata, session.dialect) : error;
  }
  throw new SessionError(
    `exec() takes a statement (select, insert, update, deleteFrom or an sql template), not ${describe(statement)}.`,
  );
}

/** True for a typed select. */
export function isSelecting(statement: unknown): statement is Selecting {
  return hasMethod(statement, "toQuery");
}

/** Data that was parsed has no methods, so that it never passes for a statement. */
function hasMethod(value: unknown, name: string): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    name in value &&
    typeof (value as Record<string, unknown>)[name] === "function"
  );
}

/** "select from hero, team": the tables of the select list. */
export function describeQuery(query: Query): string {
  const names = query.items.flatMap((item) => {
    if (item.kind === "entity") return [item.source.from.name];
    return item.expression.kind === "column" ? [item.expression.from.name] : [];
  });
  return `select from ${[...new Set([...names, ...firstSelect(query.node).from.map((from) => from.name)])].join(", ")}`;
}

/** What a statement is for an engine, and the values in it. */
export interface LookedUp {
  readonly cached: CachedStatement;
  readonly values: readonly CollectedValue[];
}

/**
 * Rows of a text statement are objects by the names the database gives its columns.
 * @param lookUp - Finds what was compiled; of a prepared statement, without a look at it.
 */
export function* executeText(
  session: SessionCore,
  { node }: SqlTemplate<unknown>,
  lookUp = ({ engine, dialect }: ConnectionCore): LookedUp =>
    engine.compiled.lookUp({ kind: "text", template: node }, dialect),
): Io<ExecutedRows> {
  refuseEveryRow(node);
  yield* session.autoflushNow();
  const connection = yield* session.connection(true);
  const { cached, values } = lookUp(connection);
  session.watch?.text(cached, values);
  const result = yield* connection.executeCompiled(cached, values);
  const rows = textRows(session, result.columns, result.rows);
  for (const state of session.identityMap.states()) state.freshIn = 0;
  return { rows, rowCount: result.rowCount, source: "sql template", names: undefined };
}

/** Rows of a text statement, under the names that the database gives its columns. */
export function textRows(
  session: SessionCore,
  names: readonly string[],
  rows: readonly (readonly DriverValue[])[],
): unknown[] {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new ArgumentError(
      `Two columns of the result are named '${repeated}'. Give one of them another name with AS.`,
    );
  return rows.map((row) => {
    const values = decodeRow(session, row, []);
    const entries = values.map((value, index): [string, unknown] => [names[index] ?? String(index), value]);
    return Object.assign(Object.create(null) as object, Object.fromEntries(entries));
  });
}

/** The same guard as for `update()` and `deleteFrom()`. */
function refuseEveryRow({ parts }: TemplateNode): void {
  // Nearly all text says what it is at once.
  if (!/\b(?:update|delete)\b/i.test(parts[0] ?? "") || !changesEveryRow(parts.join(" "))) return;
  throw new ArgumentError(
    "This UPDATE or DELETE has no WHERE: it would change every row. Write WHERE TRUE where you mean that.",
  );
}
