/** What RETURNING brings: values, or entities of the session. Called by the other files of this folder. */
import type { StatementResult } from "../../engine/compiled-result.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Query } from "../../model/query.ts";
import type { ResultColumn } from "../../sql/compiler/compiled.ts";
import { EntityReader } from "../loading/entity-reader.ts";
import { queryContext } from "../loading/run-query.ts";
import type { SessionCore } from "../session-core.ts";

type Row = readonly DriverValue[];

/** What a write gives the caller. */
export interface WrittenRows {
  readonly rows: unknown[];
  readonly rowCount: number;
}

/** Driver values as program values. */
export function decodeRow(session: SessionCore, row: Row, columns: readonly ResultColumn[]): unknown[] {
  return row.map((raw, index) => {
    const type = columns[index]?.type;
    if (raw === null || type === undefined) return raw;
    const { result } = session.dialect.codec(type);
    return result === undefined ? raw : result(raw);
  });
}

/** Rows in the form that `returning(…)` promised; columns beyond those it named are left out. */
export function readReturned(
  session: SessionCore,
  query: Query | undefined,
  rows: readonly Row[],
  columns: readonly ResultColumn[],
  isInsert: boolean,
): unknown[] {
  const [first] = query?.items ?? [];
  if (query === undefined || first === undefined) return [];
  if (first.kind === "entity") {
    const context = queryContext(session, { readOnly: false, populateExisting: true });
    const reader = new EntityReader(context, first.source, 0, { isReturned: true });
    const codec = session.codec(first.source.mapper);
    return rows.map((row) => {
      const known = session.identityMap.get(first.source.mapper, codec.rowKey(row, 0));
      if (known !== undefined) session.remember(known);
      const state = reader.read(row);
      if (state === null) return null;
      // A row that an UPDATE returned was there before.
      if (known === undefined && isInsert) session.remember(state, true);
      return state.entity;
    });
  }
  const count = query.items.length;
  return rows.map((row) => shapeValues(query.shape, decodeRow(session, row.slice(0, count), columns)));
}

function shapeValues(shape: Query["shape"], values: readonly unknown[]): unknown {
  if (shape.kind === "single") return values[0];
  if (shape.kind === "tuple") return values;
  return Object.fromEntries(shape.keys.map((key, index) => [key, values[index]]));
}

/** One result of several statements that were parts of one. */
export function joinResults(results: readonly StatementResult[]): {
  readonly rows: readonly Row[];
  readonly rowCount: number;
  readonly columns: readonly ResultColumn[];
} {
  return {
    rows: results.flatMap(({ rows }) => rows),
    rowCount: results.reduce((sum, { rowCount }) => sum + rowCount, 0),
    columns: results[0]?.compiled.columns ?? [],
  };
}
