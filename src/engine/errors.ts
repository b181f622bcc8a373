/** Errors of engines, pools, transactions and results. */
import { SQLModelError } from "../util/coded-error.ts";

/** Somebody who has a connection of a pool. */
export interface ConnectionHolder {
  /** The connection's number. */
  readonly connection: number;
  /** For how long, in seconds. */
  readonly age: number;
  /** Where it was taken; undefined where the pool does not record that. */
  readonly stack: string | undefined;
}

const shownHolders = 5;
const shownFrames = 6;

function describeHolders(holders: readonly ConnectionHolder[]): string {
  const isKnown = ({ stack }: ConnectionHolder): boolean => stack !== undefined;
  const ordered = [...holders.filter(isKnown), ...holders.filter((holder) => !isKnown(holder))];
  const lines = ordered.slice(0, shownHolders).map(({ connection, age, stack }) => {
    const frames = stack?.split("\n").slice(0, shownFrames) ?? [];
    return [
      `  connection ${String(connection)}, for ${age.toFixed(1)} s${frames.length === 0 ? "" : ", taken"}`,
      ...frames,
    ].join("\n");
  });
  if (holders.length > shownHolders) lines.push(`  and ${String(holders.length - shownHolders)} more`);
  return `They are held by:\n${lines.join("\n")}\n`;
}

/** No connection became free in time. */
export class PoolTimeoutError extends SQLModelError {
  readonly holders: readonly ConnectionHolder[];

  constructor(options: {
    readonly timeout: number;
    readonly size: number;
    readonly overflow: number;
    readonly holders: readonly ConnectionHolder[];
  }) {
    const { timeout, size, overflow, holders } = options;
    super(
      "E501",
      `No connection became free within ${String(timeout)} s: all ${String(size + overflow)} (poolSize ${String(size)}, maxOverflow ${String(overflow)}) are in use. ` +
        describeHolders(holders) +
        "Close sessions as soon as they are done (await using), do not open one inside another's transaction, or raise poolSize.",
    );
    this.holders = holders;
  }
}

/** All connections of a synchronous engine are in use; it cannot wait for one. */
export class PoolExhaustedError extends SQLModelError {
  readonly holders: readonly ConnectionHolder[];

  constructor(limit: number, holders: readonly ConnectionHolder[]) {
    const all =
      limit === 1 ? "The only connection of this engine is" : `All ${String(limit)} connections of this engine are`;
    const stacks = holders.some((holder) => holder.stack !== undefined)
      ? ""
      : " With the engine option holderStacks: true this error says where.";
    super(
      "E502",
      `${all} in use, and a synchronous engine cannot wait for one. ${describeHolders(holders)}` +
        `Commit, roll back or close the session that has it (using).${stacks}`,
    );
    this.holders = holders;
  }
}

/** The engine was disposed, or is being drained. */
export class EngineDisposedError extends SQLModelError {
  constructor() {
    super("E503", "The engine has been disposed and gives no more connections. Create a new one.");
  }
}

/** A database URL cannot be read. The message never quotes what may be part of a password. */
export class InvalidUrlError extends SQLModelError {
  constructor(problem: string) {
    super("E505", `The database URL is not valid: ${problem}`);
  }
}

/** Options of an engine that do not fit each other or the database. */
export class EngineOptionError extends SQLModelError {
  constructor(message: string) {
    super("E506", message);
  }
}

/** A transaction was begun, committed or rolled back out of turn. */
export class TransactionStateError extends SQLModelError {
  constructor(message: string) {
    super("E507", message);
  }

  static alreadyBegun(): TransactionStateError {
    return new TransactionStateError(
      "A transaction has begun on this connection already. Use a savepoint for a part of it that may fail.",
    );
  }

  static notBegun(call: string): TransactionStateError {
    return new TransactionStateError(
      `${call}() needs a transaction, and none has begun on this connection. Call begin() first.`,
    );
  }

  static withoutEffect(sql: string): TransactionStateError {
    return new TransactionStateError(
      `${shortened(sql)} holds until the end of a transaction, and none has begun on this connection: it would have no effect. Call begin() first.`,
    );
  }

  static savepointGone(name: string): TransactionStateError {
    return new TransactionStateError(
      `There is no savepoint '${name}' to go back to: the database has ended the whole transaction. Roll back and begin again.`,
    );
  }

  static closed(): TransactionStateError {
    return new TransactionStateError("The connection has been given back to the pool. Open another.");
  }
}

/** A statement failed, and with it the transaction: only a rollback is possible. */
export class TransactionFailedError extends SQLModelError {
  constructor(cause: unknown) {
    super(
      "E508",
      "An earlier statement of this transaction failed and ended it. Roll back before anything else; the first error is the cause.",
      { cause },
    );
  }
}

/** COMMIT was answered by a rollback: nothing of the transaction was written. */
export class TransactionRolledBackError extends SQLModelError {
  constructor() {
    super(
      "E509",
      "The database answered COMMIT with ROLLBACK, because a statement of the transaction had failed: nothing was written. Do not catch errors inside a transaction without a savepoint.",
    );
  }
}

/** A result has no row where one is needed. */
export class NoResultFound extends SQLModelError {
  constructor(source: string) {
    super(
      "E510",
      `No row was found for a ${source}, where one was expected. Use oneOrNone() or first() if there may be none.`,
    );
  }
}

/** A result has several rows where one is expected. */
export class MultipleResultsFound extends SQLModelError {
  constructor(source: string, count: number) {
    super(
      "E511",
      `${String(count)} rows were found for a ${source}, where one was expected. Narrow the condition, or use first() or all().`,
    );
  }
}

/** Two asynchronous calls used one connection at the same time. */
export class ConcurrentConnectionUse extends SQLModelError {
  constructor(running: string, wanted: string) {
    super(
      "E512",
      `${wanted}() was called while ${running}() on the same connection was still running. Await each call, or take a connection for each concurrent task.`,
    );
  }
}

/** A synchronous callback returned a promise: its work would run after the transaction has ended. */
export class AsynchronousCallbackError extends SQLModelError {
  constructor(call: string) {
    super(
      "E513",
      `The callback of ${call}() returned a promise; its transaction was rolled back. A synchronous engine takes synchronous callbacks: use createAsyncEngine for this.`,
    );
  }
}

/** A statement that ends the transaction by itself, after others of it have written. */
export class ImplicitCommitError extends SQLModelError {
  constructor(message: string) {
    super("E514", message);
  }

  /** Nothing was sent. */
  static refused(sql: string): ImplicitCommitError {
    return new ImplicitCommitError(
      `This database would commit the transaction before ${shortened(sql)}, and no rollback could undo what was written. It was not sent. Call commit() or rollback() first, or run it on a connection of its own, without a transaction.`,
    );
  }

  /** It is too late. */
  static happened(sql: string): ImplicitCommitError {
    return new ImplicitCommitError(
      `${shortened(sql)} has ended the transaction in the database, with all that was written in it. End transactions by commit() and rollback(), not by SQL, so that objects and rows agree.`,
    );
  }
}

/** What a stream was reading from is gone: its transaction has ended. */
export class StreamEndedError extends SQLModelError {
  constructor(call: string) {
    super(
      "E516",
      `The stream cannot go on, because ${call}() was called before it had been read to its end: rows that stay in the database last no longer than their transaction. Read on before, or stream in a session of its own.`,
    );
  }
}

/** A statement that may write was to run on a connection that is reading a stream. */
export class StreamOpenError extends SQLModelError {
  constructor(sql: string) {
    super(
      "E517",
      `${shortened(sql)} was not sent, because a stream of the same connection is open, and SQLite does not say which of the changes its next rows would show. Read the stream to its end or leave its loop first, collect the changes of a partition and write them in a session on another connection, or read page by page.`,
    );
  }
}

/** The words before the first name. */
function shortened(sql: string): string {
  return `${/^\s*((?:[a-z]+\s*){1,2})/i.exec(sql)?.[1]?.trim().toUpperCase() ?? "this statement"} …`;
}

/** A signal or timeout was given for a statement that nobody could stop. */
export class CannotCancelError extends SQLModelError {
  constructor(option: "signal" | "timeout") {
    const way =
      option === "signal"
        ? "An AsyncSession looks at the signal between statements"
        : "Only servers (PostgreSQL, MySQL, MariaDB) stop a statement when its time is over";
    super(
      "E515",
      `${option} was given, but an embedded database answers before any other code of this process can run, so nothing could stop the statement. ${way}. Leave the option out, limit what the statement reads, or run it in a worker thread.`,
    );
  }
}
