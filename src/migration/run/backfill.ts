/** Back-fills: an UPDATE in batches along the primary key, each in a transaction with a note of how far it went. */
import type { BackfillStep } from "../../dialect/migration-dialect.ts";
import type { Dialect } from "../../dialect/dialect.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { QualifiedName } from "../../metadata/catalog.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { bigint, boolean, bytea, double, text } from "../../sql/type/types.ts";

/** What a back-fill needs of the run it belongs to. */
export interface BackfillTask {
  readonly connection: ConnectionCore;
  readonly step: BackfillStep;
  /** What `commit` was last given, by this run or by one that was interrupted. */
  readonly progress: string | null;
  begin(): Io<void>;
  commit(progress: string): Io<void>;
  rest(milliseconds: number): Io<void>;
  /** @param total - Rows so far, of all runs. */
  report(rows: number, total: number): void;
}

interface Progress {
  /** The last key that was done; undefined at the start. */
  readonly last: readonly DriverValue[] | undefined;
  readonly total: number;
  readonly isDone: boolean;
}

/** Run it to its end. @returns The rows that this run wrote. */
export function* runBackfill(task: BackfillTask): Io<number> {
  const { step, connection } = task;
  let progress = readProgress(task.progress);
  const before = progress.total;
  const batches = new BackfillText(step, connection.dialect);
  while (!progress.isDone) {
    yield* task.begin();
    const next = yield* batches.isWalkable ? batch(task, batches, progress) : wholeTable(task, batches);
    yield* task.commit(writeProgress(next));
    if (next.total > progress.total || !next.isDone) task.report(next.total - progress.total, next.total);
    progress = next;
    if (!progress.isDone && step.operation.pause > 0) yield* task.rest(step.operation.pause);
  }
  return progress.total - before;
}

function* batch({ connection, step }: BackfillTask, batches: BackfillText, { last, total }: Progress): Io<Progress> {
  const keys = batches.keys(last);
  const { rows } = yield* connection.executeRaw({ sql: keys, returnsRows: true, integers: "bigint" });
  const upTo = rows.at(-1);
  if (upTo === undefined) return { last, total, isDone: true };
  const { rowCount } = yield* connection.executeRaw({ sql: batches.update(last, upTo) });
  return { last: upTo, total: total + rowCount, isDone: rows.length < step.operation.batchSize };
}

function* wholeTable({ connection }: BackfillTask, batches: BackfillText): Io<Progress> {
  const { rowCount } = yield* connection.executeRaw({ sql: batches.updateAll() });
  return { last: undefined, total: rowCount, isDone: true };
}

/** The statements of one back-fill. */
export class BackfillText {
  readonly #step: BackfillStep;
  readonly #dialect: Dialect;
  readonly #table: string;
  readonly #keys: readonly string[];

  constructor(step: BackfillStep, dialect: Dialect) {
    this.#step = step;
    this.#dialect = dialect;
    this.#table = qualified(step.operation.table, dialect);
    this.#keys = step.keyColumns.map((name) => dialect.quoteIdentifier(name));
  }

  /** False where there is no key that stays as it is: batches could then miss rows, or never end. */
  get isWalkable(): boolean {
    const { keyColumns, operation } = this.#step;
    return keyColumns.length > 0 && !keyColumns.some((name) => Object.hasOwn(operation.set, name));
  }

  /** The keys of the next batch. */
  keys(last: readonly DriverValue[] | undefined): string {
    const keys = this.#keys.join(", ");
    const where = this.#where(last === undefined ? [] : [this.#beside(last, ">")]);
    return `SELECT ${keys} FROM ${this.#table}${where} ORDER BY ${keys} LIMIT ${String(this.#step.operation.batchSize)}`;
  }

  /** Write the rows behind `last`, up to `upTo`. */
  update(last: readonly DriverValue[] | undefined, upTo: readonly DriverValue[]): string {
    const from = last === undefined ? [] : [this.#beside(last, ">")];
    return `${this.#set()}${this.#where([...from, this.#beside(upTo, "<=")])}`;
  }

  /** Write all rows at once. */
  updateAll(): string {
    return `${this.#set()}${this.#where([])}`;
  }

  #set(): string {
    const assignments = Object.entries(this.#step.operation.set).map(
      ([name, expression]) => `${this.#dialect.quoteIdentifier(name)} = ${expression}`,
    );
    return `UPDATE ${this.#table} SET ${assignments.join(", ")}`;
  }

  #where(conditions: readonly string[]): string {
    const { where } = this.#step.operation;
    const all = where === undefined ? conditions : [`(${where})`, ...conditions];
    return all.length === 0 ? "" : ` WHERE ${all.join(" AND ")}`;
  }

  /**
   * The key beside another, column by column: a > 1 OR (a = 1 AND b > 2). The first column's own bound stands before it, because
   * not every database finds it inside of an OR, and none of them would then use the index.
   */
  #beside(key: readonly DriverValue[], operator: ">" | "<="): string {
    const strict = operator === ">" ? ">" : "<";
    const values = key.map((value) => driverLiteral(value, this.#dialect));
    const bound = (index: number, sign: string): string => `${this.#keys[index] ?? ""} ${sign} ${values[index] ?? ""}`;
    const lastIndex = this.#keys.length - 1;
    if (lastIndex === 0) return bound(0, operator);
    const cases = this.#keys.map((_, index) => {
      const equal = this.#keys.slice(0, index).map((_name, position) => bound(position, "="));
      return `(${[...equal, bound(index, index === lastIndex ? operator : strict)].join(" AND ")})`;
    });
    return `${bound(0, `${strict}=`)} AND (${cases.join(" OR ")})`;
  }
}

/** "schema"."name". */
export function qualified({ schema, name }: QualifiedName, dialect: Dialect): string {
  const quoted = dialect.quoteIdentifier(name);
  return schema === undefined ? quoted : `${dialect.quoteIdentifier(schema)}.${quoted}`;
}

/** A value that came from the database, as the literal that a key is compared with. */
function driverLiteral(value: DriverValue, dialect: Dialect): string {
  return dialect.ddl.expression({ kind: "bind", value, type: literalType(value) });
}

function literalType(value: DriverValue): SqlType {
  if (value instanceof Uint8Array) return bytea();
  switch (typeof value) {
    case "bigint":
      return bigint();
    case "number":
      return double();
    case "boolean":
      return boolean();
    default:
      return text();
  }
}

type StoredValue =
  null | number | string | boolean | { readonly bigint: string } | { readonly bytes: readonly number[] };

function writeProgress({ last, total, isDone }: Progress): string {
  const stored = last?.map((value): StoredValue => {
    if (typeof value === "bigint") return { bigint: String(value) };
    return value instanceof Uint8Array ? { bytes: [...value] } : value;
  });
  return JSON.stringify({ last: stored, total, isDone });
}

function readProgress(json: string | null): Progress {
  if (json === null) return { last: undefined, total: 0, isDone: false };
  const { last, total, isDone } = JSON.parse(json) as { last?: StoredValue[]; total: number; isDone: boolean };
  const values = last?.map((value): DriverValue => {
    if (typeof value !== "object" || value === null) return value;
    return "bigint" in value ? BigInt(value.bigint) : Uint8Array.from(value.bytes);
  });
  return { last: values, total, isDone };
}
