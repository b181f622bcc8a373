/** Results of SQLite's prepared statements, the same by both drivers. Used by `better-sqlite3.ts` and `node-sqlite.ts`. */
import type { DriverCursor, DriverResult, DriverValue } from "../io/driver.ts";

const nothing: readonly never[] = Object.freeze([]);

/** What a statement that returns no rows did. */
export function changeResult(rowCount: number, insertId: number | bigint): DriverResult {
  return { rows: nothing, columns: nothing, rowCount, insertId };
}

/** What a statement returned. */
export class ReadRows implements DriverResult {
  readonly rows: readonly DriverValue[][];
  readonly rowCount: number;
  readonly #statement: { columns(): readonly { readonly name: string }[] };

  constructor(rows: readonly DriverValue[][], statement: { columns(): readonly { readonly name: string }[] }) {
    this.rows = rows;
    this.rowCount = rows.length;
    this.#statement = statement;
  }

  /** Asked for by nobody who has a compiled statement, and costs more than a quick query. */
  get columns(): readonly string[] {
    return this.#statement.columns().map((column) => column.name);
  }
}

/** A cursor over the package's own iterator. */
export class SqliteCursor implements DriverCursor {
  /** SQLite does not say what a running SELECT sees of a change, and better-sqlite3 refuses it. */
  readonly blocksWrites = true;
  readonly columns: readonly string[];
  readonly #rows: Iterator<DriverValue[]>;

  constructor(rows: Iterator<DriverValue[]>, columns: readonly { readonly name: string }[]) {
    this.#rows = rows;
    this.columns = columns.map((column) => column.name);
  }

  read(count: number): DriverValue[][] {
    const rows: DriverValue[][] = [];
    while (rows.length < count) {
      const step = this.#rows.next();
      if (step.done === true) break;
      rows.push(step.value);
    }
    return rows;
  }

  close(): void {
    this.#rows.return?.();
  }
}
