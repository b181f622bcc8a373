/** Statements outside of any session: rows as plain objects. Behind the façades `Connection` and `AsyncConnection`. */
import type { Io } from "../io/io.ts";
import type { DriverValue } from "../io/driver.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import { SqlTemplate } from "../sql/expression/operators.ts";
import type { Statement } from "../sql/statement/node.ts";
import type { StatementResult } from "./compiled-result.ts";
import type { ConnectionCore } from "./connection.ts";
import type { Cursor } from "./cursor.ts";
import { explainStatement, type ExplainOptions } from "./explain.ts";
import type { Plan } from "./plan.ts";
import { filledStatement, placedValues, Prepared } from "./prepared.ts";
import { Result } from "./result.ts";
import type { RowSource } from "./row-source.ts";

/** What a connection executes: an `sql` template, or what `select`, `insert`, `update` and `deleteFrom` make. */
export type Executable =
  SqlTemplate<unknown> | { toQuery(): { readonly node: Statement } } | { toStatement(): Statement };

type AnyPrepared = Prepared<unknown, object>;

/** One row by the names of its columns; an object without prototype, so that no name is special. */
export type DirectRow = Record<string, unknown>;

/** Run a statement and read its rows. */
export function* executeDirect(connection: ConnectionCore, executable: Executable): Io<Result<DirectRow>> {
  const statement = statementOf(executable, "execute");
  return directResult(connection, statement, yield* connection.execute(statement));
}

/** Run a prepared statement. What the program makes for each row (`default`, `onUpdate`) it makes again. */
export function* executePreparedDirect(
  connection: ConnectionCore,
  prepared: Prepared<unknown, object>,
  values: unknown,
): Io<Result<DirectRow>> {
  const given = prepared.check(values);
  const { node } = prepared;
  if (prepared.isRenewed) {
    const statement = filledStatement(statementOf(prepared.statement as Executable, "execute"), given);
    return directResult(connection, statement, yield* connection.execute(statement));
  }
  const form = prepared.form(connection.engine, connection.dialect);
  return directResult(connection, node, yield* connection.executeCompiled(form.cached, placedValues(form, given)));
}

function directResult(connection: ConnectionCore, statement: Statement, result: StatementResult): Result<DirectRow> {
  const source = `${statement.kind === "text" ? "statement" : statement.kind} on ${connection.engine.address}`;
  if (result.rows.length === 0) return new Result<DirectRow>([], source, result.rowCount);
  return new Result(readRows(connection, result), source, result.rowCount);
}

/** How the database runs a statement, or a prepared one with these values. */
export function* explainDirect(
  connection: ConnectionCore,
  executable: Executable | AnyPrepared,
  values?: unknown,
  options?: ExplainOptions,
): Io<Plan> {
  return yield* explainStatement(connection, filledOf(executable, values, "explain"), options);
}

/** The rows of a statement, read in the connection's transaction, or in one of their own where there is none. */
export class DirectRows implements RowSource<DirectRow> {
  readonly #connection: ConnectionCore;
  readonly #statement: Statement;
  #cursor: Cursor | undefined;
  #isOwner = false;
  #isClosed = false;

  /** @param values - Of a prepared statement. */
  constructor(connection: ConnectionCore, executable: Executable | AnyPrepared, values?: unknown) {
    this.#connection = connection;
    this.#statement = filledOf(executable, values, "stream");
  }

  *read(count: number): Io<readonly DirectRow[]> {
    this.#cursor ??= yield* this.#open();
    const rows = yield* this.#cursor.read(count);
    const { compiled, columns } = this.#cursor;
    return rows.length === 0 ? [] : readRows(this.#connection, { compiled, columns, rows });
  }

  *close(): Io<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const connection = this.#connection;
    try {
      yield* this.#cursor?.close() ?? [];
    } finally {
      if (this.#isOwner && !connection.isClosed) {
        if (connection.transaction === "active") yield* connection.commit();
        else yield* connection.rollback();
      }
    }
  }

  *#open(): Io<Cursor> {
    if (this.#connection.transaction === "none") {
      yield* this.#connection.begin();
      this.#isOwner = true;
    }
    const connection = this.#connection;
    const { cached, values } = connection.engine.compiled.lookUp(this.#statement, connection.dialect);
    return yield* connection.openCursor(cached, values);
  }
}

/** The statement's syntax tree, with the values of a prepared one in their places. */
function filledOf(executable: Executable | AnyPrepared, values: unknown, call: string): Statement {
  if (!Prepared.isPrepared(executable)) return statementOf(executable, call);
  return filledStatement(statementOf(executable.statement as Executable, call), executable.check(values));
}

/** The statement's syntax tree; never one that was given as data, because data may come from outside. */
function statementOf(executable: Executable, call: string): Statement {
  if (executable instanceof SqlTemplate) return { kind: "text", template: executable.node };
  if (isObject(executable) && "toQuery" in executable && typeof executable.toQuery === "function") {
    return executable.toQuery().node;
  }
  if (isObject(executable) && "toStatement" in executable && typeof executable.toStatement === "function") {
    return executable.toStatement();
  }
  throw new ArgumentError(
    `${call}() takes a statement (select, insert, update, deleteFrom or an sql template), not ${describe(executable)}.`,
  );
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function readRows(
  connection: ConnectionCore,
  result: Pick<StatementResult, "compiled" | "columns" | "rows">,
): DirectRow[] {
  const { compiled } = result;
  const names = compiled.columns.length > 0 ? compiled.columns.map((column) => column.name) : result.columns;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new ArgumentError(
      `Two columns of the result are named '${repeated}'. Give one of them another name with AS.`,
    );
  }
  const read = compiled.columns.map((column) => connection.dialect.codec(column.type).result);
  return result.rows.map((values) => readRow(names, values, read));
}

function readRow(
  names: readonly string[],
  values: readonly DriverValue[],
  read: readonly (((raw: DriverValue) => unknown) | undefined)[],
): DirectRow {
  const row = Object.create(null) as DirectRow;
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? null;
    const decode = read[index];
    row[name] = value === null || decode === undefined ? value : decode(value);
  }
  return row;
}
