/** The answer to a compiled statement. Made by `connection.ts`. */
import type { DriverResult } from "../io/driver.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";

/** What a compiled statement returned: raw rows, and how to read them. */
export interface StatementResult extends DriverResult {
  readonly compiled: Compiled;
}

export class CompiledResult implements StatementResult {
  readonly compiled: Compiled;
  readonly rows: DriverResult["rows"];
  readonly rowCount: number;
  readonly #result: DriverResult;

  constructor(compiled: Compiled, result: DriverResult) {
    this.compiled = compiled;
    this.rows = result.rows;
    this.rowCount = result.rowCount;
    this.#result = result;
  }

  get columns(): readonly string[] {
    return this.#result.columns;
  }

  get insertId(): number | bigint {
    return this.#result.insertId ?? 0;
  }
}
