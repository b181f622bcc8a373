/** Runs an INSERT of the program's own. Called by `execute-write.ts`. */
import type { ConnectionCore } from "../../engine/connection.ts";
import type { StatementResult } from "../../engine/compiled-result.ts";
import type { Io } from "../../io/io.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Insert } from "../../model/insert.ts";
import type { AnyModel } from "../../model/any.ts";
import type { ColumnAttribute } from "../../model/mapper.ts";
import { allOf } from "../../model/nodes.ts";
import { CompileError } from "../../sql/errors.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { BindNode, ColumnNode, Expression } from "../../sql/expression/node.ts";
import { emptySelect, type InsertNode } from "../../sql/statement/node.ts";
import type { SessionCore } from "../session-core.ts";
import { atomically } from "./atomically.ts";
import { insertParts } from "./insert-parts.ts";
import { decodeRow, joinResults, readReturned, type WrittenRows } from "./returned-rows.ts";
import { inGivenOrder, rowMatching, type RowMatching } from "./row-order.ts";

type AnyInsert = Insert<AnyModel, unknown>;
type Row = readonly DriverValue[];

/** Insert the rows, in as many statements as it takes, and read what came back. */
export function* insertRows(
  session: SessionCore,
  connection: ConnectionCore,
  statement: AnyInsert,
  filled?: InsertNode,
): Io<WrittenRows> {
  if (statement.isEmpty) return { rows: [], rowCount: 0 };
  const node = filled ?? statement.toStatement();
  const { capabilities } = connection.dialect;
  // What it changed by a conflict may be in the session.
  if (node.onConflict?.set !== undefined)
    for (const state of session.identityMap.of(statement.mapper).values()) state.freshIn = 0;
  const parts = insertParts(node, capabilities);
  const isEmulated = node.returning.length > 0 && !capabilities.insertReturning;
  const work = (): Io<WrittenRows> => sendParts(session, connection, statement, parts);
  return parts.length === 1 && !isEmulated ? yield* work() : yield* atomically(connection, work);
}

function* sendParts(
  session: SessionCore,
  connection: ConnectionCore,
  statement: AnyInsert,
  parts: readonly InsertNode[],
): Io<WrittenRows> {
  const rows: unknown[] = [];
  let rowCount = 0;
  const isEmulated = !connection.dialect.capabilities.insertReturning;
  for (const part of parts) {
    const written =
      part.returning.length > 0 && isEmulated
        ? yield* selectInserted(session, connection, statement, part)
        : yield* sendPart(session, connection, statement, part);
    for (const row of written.rows) rows.push(row);
    rowCount += written.rowCount;
  }
  return { rows, rowCount };
}

function* sendPart(
  session: SessionCore,
  connection: ConnectionCore,
  statement: AnyInsert,
  part: InsertNode,
): Io<WrittenRows> {
  const query = statement.toReturning();
  if (query === undefined) {
    const { rowCount } = yield* connection.execute(part);
    // MySQL counts a row that was updated twice; all rows are there now, new or changed.
    const isWhole =
      part.onConflict?.set !== undefined && part.onConflict.where === undefined && part.select === undefined;
    return { rows: [], rowCount: isWhole ? part.rows.length : rowCount };
  }
  const matching = part.rows.length < 2 ? undefined : rowMatching(statement.mapper, part);
  const hidden = matching === undefined ? [] : hiddenColumns(matching, part.returning);
  const result = yield* connection.execute({ ...part, returning: [...part.returning, ...hidden] });
  return readResults(session, statement, [result], matching);
}

/** What a row is found by, where RETURNING does not have it anyway. */
function hiddenColumns({ attributes }: RowMatching, returning: readonly Expression[]): ColumnNode[] {
  return attributes.map(columnOf).filter((column) => placeOf(column, returning) < 0);
}

function columnOf(attribute: ColumnAttribute): ColumnNode {
  return (attribute.columns[0] ?? attribute.column).node;
}

function placeOf(column: ColumnNode, returning: readonly Expression[]): number {
  return returning.findIndex(
    (item) => item.kind === "column" && item.from === column.from && item.name === column.name,
  );
}

function readResults(
  session: SessionCore,
  statement: AnyInsert,
  results: readonly StatementResult[],
  matching: RowMatching | undefined,
): WrittenRows {
  const { rows, columns } = joinResults(results);
  const query = statement.toReturning();
  const returned = query?.node.columns ?? [];
  const wanted = matching?.attributes.map(columnOf) ?? [];
  const missing = wanted.filter((column) => placeOf(column, returned) < 0);
  const places = wanted.map((column) => {
    const place = placeOf(column, returned);
    return place < 0 ? returned.length + missing.indexOf(column) : place;
  });
  const keysOf = (row: Row): unknown[] =>
    decodeRow(
      session,
      places.map((place) => row[place] ?? null),
      places.map((place) => columns[place] ?? { name: "", type: { kind: "unknown" } }),
    );
  const ordered = inGivenOrder(matching, rows, keysOf);
  return { rows: readReturned(session, query, ordered, columns, true), rowCount: rows.length };
}

/** RETURNING where there is none: insert, then select the rows by keys that are known, in the same transaction. */
function* selectInserted(
  session: SessionCore,
  connection: ConnectionCore,
  statement: AnyInsert,
  part: InsertNode,
): Io<WrittenRows> {
  const { mapper } = statement;
  const matching = rowMatching(mapper, part);
  const changesFew =
    part.onConflict !== undefined && (part.onConflict.set === undefined || part.onConflict.where !== undefined);
  if (matching === undefined || changesFew)
    throw CompileError.unsupported(
      connection.dialect.name,
      `RETURNING for this INSERT into '${mapper.table.name}', and the rows cannot be found again by a key that was given or counted`,
      "Leave returning() out, and select the rows afterwards.",
    );
  const inserted = yield* connection.execute({ ...part, returning: [] });
  const keys = matching.kind === "values" ? matching.keys : countedKeys(inserted.insertId, part.rows.length);
  const columns = matching.attributes.map(columnOf);
  const hidden = hiddenColumns(matching, part.returning);
  const results: StatementResult[] = [];
  for (let start = 0; start < keys.length; start += 1_000) {
    results.push(
      yield* connection.execute({
        ...emptySelect,
        columns: [...part.returning, ...hidden],
        from: [part.table],
        where: keyCondition(columns, keys.slice(start, start + 1_000)),
      }),
    );
  }
  return readResults(session, statement, results, { ...matching, kind: "values", keys: [...keys] });
}

/** The keys that follow the first one: an INSERT of rows counts them without a gap. */
function countedKeys(first: number | bigint | undefined, count: number): unknown[][] {
  return Array.from({ length: count }, (_, index) => [Number(first ?? 0) + index]);
}

/** The condition that the values of `columns` are among `keys`. */
export function keyCondition(columns: readonly ColumnNode[], keys: readonly (readonly unknown[])[]): Expression {
  const [only] = columns;
  if (only !== undefined && columns.length === 1)
    return {
      kind: "in",
      operand: only,
      values: { kind: "list", values: keys.map(([value]) => value), type: only.type },
      negated: false,
    };
  if (columns.length === 0) return allOf([]);
  const bind = (value: unknown, index: number): BindNode => ({
    kind: "bind",
    value,
    type: typeOf(columns[index] as ColumnNode),
  });
  return {
    kind: "in",
    operand: { kind: "tuple", items: columns },
    values: { kind: "tupleList", rows: keys.map((key) => key.map(bind)) },
    negated: false,
  };
}
