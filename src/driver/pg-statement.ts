/**
 * One statement in pg's extended protocol, submitted as pg-cursor submits its own: rows stay the arrays of texts that the
 * server sent, a prepared statement is described once, and a BEGIN may go ahead of it in the same packet. Used by `pg.ts`.
 */
import type { DriverResult, DriverValue } from "../io/driver.ts";

/** What pg's connection offers to classes of queries. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  /** Texts of the statements that the server has prepared, by name. pg adds to it by `name` and `text` of the query. */
  readonly parsedStatements: Readonly<Record<string, string>>;
  parse(statement: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void;
  bind(portal: {
    readonly statement: string;
    readonly values?: readonly DriverValue[];
    readonly valueMapper?: (value: DriverValue) => string | Buffer | null;
  }): void;
  describe(target: { readonly type: "P" }): void;
  execute(portal: object): void;
  sync(): void;
  sendCopyFail(message: string): void;
}

export interface PgStatementOptions {
  readonly text: string;
  readonly values: readonly DriverValue[];
  /** The prepared statement's name; "" prepares it for this once. */
  readonly name: string;
  /** The name of a prepared BEGIN that is to be executed before. Where it fails, the server skips the rest. */
  readonly begin: string | undefined;
  /** Names of the result columns, where they are known: the server is not asked again. */
  readonly columns: readonly string[] | undefined;
}

type Callback = (error: unknown, result?: PgStatement) => void;

const noTypes: readonly never[] = Object.freeze([]);
const noColumns: readonly never[] = Object.freeze([]);

/** Its own result, once the callback has been called. */
export class PgStatement implements DriverResult {
  readonly text: string;
  readonly name: string;
  readonly rows: string[][] = [];
  columns: readonly string[];
  command = "";
  rowCount = 0;
  /** Public because pg wraps it where the client has a time limit for queries. */
  callback: Callback;
  readonly #values: readonly DriverValue[];
  readonly #begin: string | undefined;
  readonly #isDescribed: boolean;

  constructor({ text, values, name, begin, columns }: PgStatementOptions, callback: Callback) {
    this.text = text;
    this.name = name;
    this.columns = columns ?? noColumns;
    this.callback = callback;
    this.#values = values;
    this.#begin = begin;
    this.#isDescribed = columns !== undefined;
  }

  /** Called by pg when it is this statement's turn. */
  submit(wire: Wire): void {
    const { name, text } = this;
    // One packet: otherwise each message may become one.
    wire.stream.cork();
    try {
      if (this.#begin !== undefined) {
        wire.bind({ statement: this.#begin });
        wire.execute({});
      }
      const isParsed = name !== "" && wire.parsedStatements[name] !== undefined;
      if (!isParsed) wire.parse({ name, text, types: noTypes });
      wire.bind({ statement: name, values: this.#values, valueMapper: wireValue });
      if (!isParsed || !this.#isDescribed) wire.describe({ type: "P" });
      wire.execute({});
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  handleRowDescription(message: { readonly fields: readonly { readonly name: string }[] }): void {
    this.columns = message.fields.map((field) => field.name);
  }

  handleDataRow(message: { readonly fields: string[] }): void {
    this.rows.push(message.fields);
  }

  /** A command tag: "UPDATE 3", "INSERT 0 5", "CREATE TABLE". That of the last statement counts. */
  handleCommandComplete(message: { readonly text: string }): void {
    const words = message.text.split(" ");
    const count = Number(words.at(-1));
    this.command = words[0] ?? "";
    this.rowCount = Number.isInteger(count) ? count : 0;
  }

  handleEmptyQuery(): void {
    this.command = "";
  }

  handleError(error: unknown): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(undefined, this);
  }

  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail("COPY FROM STDIN has no source here.");
  }

  handleCopyData(): void {
    // COPY TO STDOUT: nobody takes it.
  }
}

/** Text as it is and bytes in binary; the codecs of the dialect make nothing else. */
function wireValue(value: DriverValue): string | Buffer | null {
  if (typeof value === "string" || value === null) return value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : String(value);
}
