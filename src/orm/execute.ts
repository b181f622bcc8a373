/** Runs any statement of the program in a session. */
import type { DriverValue } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import type { AnyModel } from "../model/any.ts";
import type { Mapper } from "../model/mapper.ts";
import type { Query } from "../model/query.ts";
import type { ResultColumn } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import { SqlTemplate } from "../sql/expression/operators.ts";
import type { Statement } from "../sql/statement/node.ts";
import { SessionError } from "./errors.ts";
import { warnOfGrowth } from "./growth-warning.ts";
import { runQuery } from "./loading/run-query.ts";
import type { SessionCore } from "./session-core.ts";
import { completeViolation } from "./violations.ts";

/** A statement whose rows have a known type. */
export interface Executable {
  readonly row: unknown;
}

/** The first item of a row that is a list of items; any other row is its own first item. */
export type FirstItem<Row> = Row extends readonly [infer First, ...unknown[]] ? First : Row;

/** The first item of a row. */
export function firstItem<Row>(row: Row): FirstItem<Row> {
  return (Array.isArray(row) ? (row as readonly unknown[])[0] : row) as FirstItem<Row>;
}

/** What a typed select gives the session. */
export interface Selecting {
  toQuery(): Query;
}

/** What a typed insert, update or delete gives the session. */
export interface Writing {
  toStatement(): Statement;
  /** The model whose rows change. */
  readonly model: AnyModel;
  readonly mapper: Mapper;
  /** How returned rows look: undefined where nothing is returned; "single" for one expression or entity. */
  toReturning(): Query | undefined;
}

export interface ExecutedRows {
  readonly rows: unknown[];
  /** Rows inserted, matched by UPDATE, deleted; undefined for a select. */
  readonly rowCount: number | undefined;
  /** The statement in words, for messages: "select from hero". */
  readonly source: string;
}

/** Run a statement: autoflush first, so that it sees what was changed. */
export function* executeStatement(session: SessionCore, statement: unknown): Io<ExecutedRows> {
  try {
    if (isSelecting(statement)) {
      const query = statement.toQuery();
      const rows = yield* runQuery(session, query);
      warnOfGrowth(session.identityMap, session.options.identityMapWarning);
      return { rows, rowCount: undefined, source: describeQuery(query) };
    }
    if (isWriting(statement)) return yield* executeWrite(session, statement);
    if (statement instanceof SqlTemplate) return yield* executeText(session, statement);
  } catch (error) {
    session.fail(error);
    throw isWriting(statement) ? completeViolation(error, statement.mapper.metadata, session.dialect) : error;
  }
  throw new SessionError(
    `exec() takes a statement (select, insert, update, deleteFrom or an sql template), not ${describe(statement)}.`,
  );
}

/** True for a typed select. */
export function isSelecting(statement: unknown): statement is Selecting {
  return hasMethod(statement, "toQuery");
}

/** True for a typed insert, update or delete. */
export function isWriting(statement: unknown): statement is Writing {
  return hasMethod(statement, "toStatement");
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

function* executeWrite(session: SessionCore, statement: Writing): Io<ExecutedRows> {
  yield* session.autoflushNow();
  const connection = yield* session.connection(true);
  const result = yield* connection.execute(statement.toStatement());
  // What the session holds of this model may no longer be what the database holds.
  for (const state of session.identityMap.of(statement.mapper).values()) state.freshIn = 0;
  const rows = result.rows.map((row) => plainRow(session, row, result.compiled.columns));
  const shape = statement.toReturning()?.shape;
  return {
    rows: shape === undefined ? [] : rows.map((row) => shapeValues(shape, row)),
    rowCount: result.rowCount,
    source: `write to ${statement.mapper.table.fullName}`,
  };
}

/** "select from hero, team": the tables of the select list. */
function describeQuery(query: Query): string {
  const names = query.items.flatMap((item) => {
    if (item.kind === "entity") return [item.source.from.name];
    return item.expression.kind === "column" ? [item.expression.from.name] : [];
  });
  return `select from ${[...new Set([...names, ...query.node.from.map((from) => from.name)])].join(", ")}`;
}

function shapeValues(shape: Query["shape"], values: readonly unknown[]): unknown {
  if (shape.kind === "single") return values[0];
  if (shape.kind === "tuple") return values;
  return Object.fromEntries(shape.keys.map((key, index) => [key, values[index]]));
}

function plainRow(session: SessionCore, row: readonly DriverValue[], columns: readonly ResultColumn[]): unknown[] {
  return row.map((raw, index) => {
    const type = columns[index]?.type;
    if (raw === null || type === undefined) return raw;
    const { result } = session.dialect.codec(type);
    return result === undefined ? raw : result(raw);
  });
}

/** Rows of a text statement are objects by the names the database gives its columns. */
function* executeText(session: SessionCore, statement: SqlTemplate<unknown>): Io<ExecutedRows> {
  yield* session.autoflushNow();
  const connection = yield* session.connection(true);
  const { cached, values } = connection.engine.compiled.lookUp(
    { kind: "text", template: statement.node },
    session.dialect,
  );
  session.watch?.text(cached, values);
  const result = yield* connection.executeCompiled(cached, values);
  const names = result.columns;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new ArgumentError(
      `Two columns of the result are named '${repeated}'. Give one of them another name with AS.`,
    );
  const rows = result.rows.map((row) => {
    const values = plainRow(session, row, []);
    const entries = values.map((value, index): [string, unknown] => [names[index] ?? String(index), value]);
    return Object.assign(Object.create(null) as object, Object.fromEntries(entries));
  });
  for (const state of session.identityMap.states()) state.freshIn = 0;
  return { rows, rowCount: result.rowCount, source: "sql template" };
}
