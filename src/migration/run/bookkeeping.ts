/**
 * The table that says which revisions are applied, one row each, and how far an unfinished one is. All access goes through here.
 *
 * A row in state "upgrading" or "downgrading" is the journal of a revision that takes more than one transaction: `segment` and
 * `step` are the next thing to do of `plan`, and `beforeHash`, where it is set, says that this very step was about to run outside
 * of any transaction on a catalog with this fingerprint.
 */
import { DatabaseError } from "../../dialect/database-error.ts";
import type { Dialect } from "../../dialect/dialect.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import type { Column } from "../../metadata/column.ts";
import { MetaData } from "../../metadata/meta-data.ts";
import { Table } from "../../metadata/table.ts";
import { bindNode, type ColumnElement } from "../../sql/expression/column-element.ts";
import { and } from "../../sql/expression/operators.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { emptySelect, type Assignment, type InsertNode } from "../../sql/statement/node.ts";
import { integer, text, timestamp, varchar } from "../../sql/type/types.ts";
import { bookkeepingTable } from "../bookkeeping-table.ts";
import { BookkeepingError } from "../errors.ts";

/** Where the bookkeeping is. */
export interface BookkeepingOptions {
  /** Name of the table; "sqlmodel_migration" by default. */
  readonly versionTable?: string | undefined;
  /** Its schema; the connection's own by default. */
  readonly versionTableSchema?: string | undefined;
}

export const revisionStates = Object.freeze(["applied", "upgrading", "downgrading"] as const);
export type RevisionState = (typeof revisionStates)[number];

/** One row. */
export interface BookkeepingRow {
  readonly revision: string;
  readonly contentHash: string;
  readonly message: string;
  /** When it was applied; of an unfinished one, when it was begun. */
  readonly appliedAt: Date;
  /** Milliseconds. */
  readonly duration: number;
  readonly state: RevisionState;
  readonly segment: number;
  readonly step: number;
  readonly beforeHash: string | null;
  /** JSON; see `plan-text.ts`. */
  readonly plan: string | null;
  /** JSON: how far the back-fill is that `step` stands at. */
  readonly progress: string | null;
}

/** What may change of a row. */
export type BookkeepingChanges = Partial<Omit<BookkeepingRow, "revision">>;

const columnNames: { readonly [Key in keyof BookkeepingRow]: string } = {
  revision: "revision",
  contentHash: "content_hash",
  message: "message",
  appliedAt: "applied_at",
  duration: "duration_ms",
  state: "state",
  segment: "segment",
  step: "step",
  beforeHash: "before_hash",
  plan: "plan",
  progress: "progress",
};
const keys = Object.keys(columnNames) as readonly (keyof BookkeepingRow)[];

/** The bookkeeping table of one database. */
export class Bookkeeping {
  readonly table: Table;

  constructor({ versionTable = bookkeepingTable, versionTableSchema }: BookkeepingOptions = {}) {
    const short = { type: varchar(64), nullable: false };
    this.table = new Table({
      name: versionTable,
      schema: versionTableSchema,
      columns: [
        { name: "revision", ...short, primaryKey: true },
        { name: "content_hash", ...short },
        { name: "message", type: text(), nullable: false },
        { name: "applied_at", type: timestamp(), nullable: false },
        { name: "duration_ms", type: integer(), nullable: false },
        { name: "state", type: varchar(16), nullable: false },
        { name: "segment", type: integer(), nullable: false },
        { name: "step", type: integer(), nullable: false },
        { name: "before_hash", type: varchar(64), nullable: true },
        { name: "plan", type: text(), nullable: true },
        { name: "progress", type: text(), nullable: true },
      ],
    });
  }

  /** "schema.name" or "name": also the name of the lock that runs take. */
  get name(): string {
    return this.table.fullName;
  }

  /** The DDL of the table. */
  createStatements(dialect: Dialect): readonly string[] {
    return dialect.ddl.createTable(this.table, new MetaData());
  }

  *exists(connection: ConnectionCore): Io<boolean> {
    const { dialect, driverConnection } = connection;
    const names = yield* dialect.tableNames(driverConnection, this.table.schema);
    return names.has(this.table.name);
  }

  /** Create the table where it is not there. @returns True where it was created. */
  *ensure(connection: ConnectionCore): Io<boolean> {
    if (yield* this.exists(connection)) return false;
    try {
      for (const sql of this.createStatements(connection.dialect)) yield* connection.executeRaw({ sql });
      return true;
    } catch (error) {
      // Where no lock can be had, somebody else may have been quicker.
      if (error instanceof DatabaseError && (yield* this.exists(connection))) return false;
      throw error;
    }
  }

  /** All rows, by revision; none where the table does not exist. Never creates it. */
  *readIfThere(connection: ConnectionCore): Io<ReadonlyMap<string, BookkeepingRow>> {
    return (yield* this.exists(connection)) ? yield* this.read(connection) : new Map<string, BookkeepingRow>();
  }

  /** All rows, by revision. */
  *read(connection: ConnectionCore): Io<ReadonlyMap<string, BookkeepingRow>> {
    const rows = yield* this.#select(connection, undefined);
    return new Map(rows.map((row) => [row.revision, row]));
  }

  /** The row of one revision. */
  *find(connection: ConnectionCore, revision: string): Io<BookkeepingRow | undefined> {
    const [row] = yield* this.#select(connection, this.#equals("revision", revision).node);
    return row;
  }

  *insert(connection: ConnectionCore, row: BookkeepingRow): Io<void> {
    yield* connection.execute(this.insertStatement(row));
  }

  insertStatement(row: BookkeepingRow): InsertNode {
    return {
      kind: "insert",
      table: this.table,
      columns: keys.map((key) => this.#column(key).node),
      rows: [keys.map((key) => this.#bind(key, row[key]))],
      returning: [],
    };
  }

  /**
   * Change the row of a revision, where it is still as `expected` says.
   * @returns False where it is not: another run was here.
   */
  *update(connection: ConnectionCore, expected: BookkeepingRow, changes: BookkeepingChanges): Io<boolean> {
    const set = keys.flatMap((key): Assignment[] =>
      key === "revision" || changes[key] === undefined
        ? []
        : [{ column: this.#column(key).node, value: this.#bind(key, changes[key]) }],
    );
    const where = and(
      this.#equals("revision", expected.revision),
      this.#equals("state", expected.state),
      this.#equals("segment", expected.segment),
      this.#equals("step", expected.step),
    ).node;
    const { rowCount } = yield* connection.execute({ kind: "update", table: this.table, set, where, returning: [] });
    return rowCount === 1;
  }

  /** Take the row of a revision away. @returns How many there were. */
  *remove(connection: ConnectionCore, revision: string): Io<number> {
    const where = this.#equals("revision", revision).node;
    const { rowCount } = yield* connection.execute({ kind: "delete", table: this.table, where, returning: [] });
    return rowCount;
  }

  *#select(connection: ConnectionCore, where: Expression | undefined): Io<BookkeepingRow[]> {
    const columns = keys.map((key) => this.#column(key));
    const orderBy = [this.#column("appliedAt").node, this.#column("revision").node];
    const { rows } = yield* connection.execute({
      ...emptySelect,
      columns: columns.map(({ node }) => node),
      where,
      orderBy,
    });
    const readers = columns.map(({ type }) => connection.dialect.codec(type).result);
    return rows.map((row) => {
      const values = row.map((raw, index) => (raw === null ? null : (readers[index]?.(raw) ?? raw)));
      return checkedRow(Object.fromEntries(keys.map((key, index) => [key, values[index]])), this.name);
    });
  }

  #column(key: keyof BookkeepingRow): Column {
    return this.table.column(columnNames[key]);
  }

  #bind(key: keyof BookkeepingRow, value: BookkeepingRow[keyof BookkeepingRow]): Expression {
    return bindNode(value, this.#column(key).type, "bookkeeping");
  }

  #equals(key: keyof BookkeepingRow, value: string | number): ColumnElement<boolean> {
    return this.#column(key).element.eq(value);
  }
}

/** True for a revision that is in effect, also while it is being taken back. */
export function isApplied(row: BookkeepingRow | undefined): boolean {
  return row !== undefined && row.state !== "upgrading";
}

function checkedRow(row: { readonly [key: string]: unknown }, table: string): BookkeepingRow {
  if (!revisionStates.includes(row["state"] as RevisionState)) {
    throw new BookkeepingError(
      `Revision '${String(row["revision"])}' in table '${table}' is in the state '${String(row["state"])}', which this version of sqlmodel does not know. Was it written by a newer one?`,
    );
  }
  // The columns' codecs made the other values.
  return row as unknown as BookkeepingRow;
}
