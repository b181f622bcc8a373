/** Errors of sessions and of the unit of work. */
import type { Column } from "../metadata/column.ts";
import type { Table } from "../metadata/table.ts";
import type { InstanceState } from "../model/instance-state.ts";
import type { ColumnAttribute, Relationship } from "../model/mapper.ts";
import { SQLModelError } from "../util/coded-error.ts";

/** A session cannot do this with this object, in its present state. */
export class SessionError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E303", message, options);
  }

  static notAnEntity(call: string, shown: string): SessionError {
    return new SessionError(`${call}() takes objects made with new Model({…}) or loaded by a session, not ${shown}.`);
  }

  static otherSession(state: InstanceState): SessionError {
    return new SessionError(
      `${state.describe()} belongs to another session. Expunge it there, or use merge() to copy it here.`,
    );
  }

  static closed(): SessionError {
    return new SessionError("The session is closed. Open a new one.");
  }
}

/** Two asynchronous calls used one session at the same time. */
export class ConcurrentSessionUse extends SQLModelError {
  constructor(running: string, wanted: string) {
    super(
      "E304",
      `${wanted}() was called while ${running}() of the same session was still running. ` +
        "A session is one conversation with one connection: await each call, or open a session for each concurrent task.",
    );
  }
}

/** A flush failed earlier in this transaction. */
export class PendingRollbackError extends SQLModelError {
  constructor(cause: unknown) {
    super(
      "E305",
      "An earlier statement of this transaction failed, so nothing more can be done in it. Call rollback() first; the first error is the cause.",
      { cause },
    );
  }
}

/** An instance is not attached to a session. */
export class DetachedInstanceError extends SQLModelError {
  constructor(state: InstanceState, call: string) {
    super(
      "E306",
      `${state.describe()} is ${state.status} and not in this session, so ${call}() cannot work on it. Add it with add(), or copy it with merge().`,
    );
  }
}

/** A row was not as it had been loaded: changed or deleted by somebody else. */
export class StaleDataError extends SQLModelError {
  readonly table: string;
  readonly expected: number;
  readonly matched: number;

  constructor(command: "UPDATE" | "DELETE", table: string, expected: number, matched: number) {
    const rows = expected === 1 ? "1 row" : `${String(expected)} rows`;
    super(
      "E310",
      `${command} on table '${table}' was expected to match ${rows} but matched ${String(matched)}: a row was changed or deleted since it was loaded. Roll back, load again and repeat the change.`,
    );
    this.table = table;
    this.expected = expected;
    this.matched = matched;
  }
}

/** The row of an instance is gone. */
export class ObjectDeletedError extends SQLModelError {
  constructor(state: InstanceState) {
    super("E307", `The row of ${state.describe()} no longer exists.`);
  }
}

/** The unit of work cannot be written as it is. */
export class FlushError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E308", message, options);
  }

  static missingKey(child: InstanceState, attribute: ColumnAttribute): FlushError {
    return new FlushError(
      `${child.describe()} cannot be written: '${attribute.key}' refers to an object that has no key yet. Add that object to the session.`,
    );
  }

  static cannotClearPrimaryKey(child: InstanceState, attribute: ColumnAttribute): FlushError {
    return new FlushError(
      `${child.describe()} was taken out of its parent, but '${attribute.key}' is part of its primary key and cannot become NULL. Delete it, or give the relationship cascade: "all, delete-orphan".`,
    );
  }

  static identityConflict(added: InstanceState): FlushError {
    return new FlushError(
      `New ${added.describe()} has the key of an object that is already in the session. Change the loaded one, or use merge().`,
    );
  }

  static keyMissing(state: InstanceState, attribute: ColumnAttribute): FlushError {
    return new FlushError(
      `New ${state.describe()} has no value for its primary key '${attribute.key}', and the database does not generate one. Set it, or give the field a default.`,
    );
  }

  static keyNotGenerated(state: InstanceState, table: Table, column: Column | undefined): FlushError {
    return new FlushError(
      `New ${state.describe()} was inserted, but the database generated no value for '${table.fullName}.${column?.name ?? "?"}': the table there is not as the model says. Roll back, and have the column generate keys, or give each object its key.`,
    );
  }

  static cycle(states: readonly InstanceState[]): FlushError {
    const names = states
      .slice(0, 5)
      .map((state) => state.mapper.name)
      .join(" → ");
    return new FlushError(
      `New objects refer to each other in a circle (${names}) through columns that are all NOT NULL, so none can be inserted first. Make one of the foreign keys nullable.`,
    );
  }

  static deletedTarget(owner: InstanceState, relationship: Relationship, target: InstanceState): FlushError {
    return new FlushError(
      `${owner.describe()} refers to ${target.describe()} by '${relationship.key}', which is being deleted. Set the relationship to another object or to null.`,
    );
  }
}

/** `session.get` or a merge was given what is not a key of the model. */
export class IdentityError extends SQLModelError {
  constructor(message: string) {
    super("E311", message);
  }
}

/** A callback of a synchronous transaction returned a promise. */
export class PromiseInTransactionError extends SQLModelError {
  constructor() {
    super(
      "E312",
      `The callback of a synchronous transaction returned a promise. A synchronous session commits as soon as the callback returns, before the promise is settled: the transaction was rolled back. Use AsyncSession for asynchronous work.`,
    );
  }

  /** The error for this promise, whose own failure must not end the process unheard. */
  static of(promise: Promise<unknown>): PromiseInTransactionError {
    promise.catch(() => undefined);
    return new PromiseInTransactionError();
  }
}

/** The same query ran again and again, with other values, from one place. */
export class NPlusOneError extends SQLModelError {
  /** The call: "app/teams.ts:12:20". */
  readonly callSite: string;

  constructor(query: string, count: number, callSite: string, include: string | undefined) {
    const remedy =
      include === undefined
        ? "Ask once for all values, with in([…]) or a join."
        : `Load it with the query that the values come from: ${include}.`;
    super(
      "E316",
      `N+1: at ${callSite} one query ran ${String(count)} times with other values in one transaction: ${query}. ${remedy}`,
    );
    this.callSite = callSite;
  }
}

/** The same query ran twice with the same values, and nothing was written in between. */
export class DuplicateQueryError extends SQLModelError {
  /** The second call: "app/teams.ts:12:20". */
  readonly callSite: string;

  constructor(query: string, callSite: string) {
    super(
      "E317",
      `At ${callSite} a query ran for the second time with the same values in one transaction, and nothing was written in between: ${query}. Keep the result of the first.`,
    );
    this.callSite = callSite;
  }
}

/** The entities of a session cannot follow a bulk update or delete in the way that was asked for. */
export class SynchronizationError extends SQLModelError {
  constructor(statement: string, problem: string, remedy: string) {
    super("E313", `${statement}: ${problem}. ${remedy}`);
  }
}

/** A cursor that no page of this statement gave. */
export class InvalidCursorError extends SQLModelError {
  constructor(problem: string, options?: ErrorOptions) {
    super(
      "E318",
      `${problem} Pass a nextCursor or previousCursor that page() gave for the same order, or begin without one.`,
      options,
    );
  }
}

/** A statement that cannot be read page by page. */
export class PaginationError extends SQLModelError {
  constructor(problem: string, remedy: string) {
    super("E319", `${problem} ${remedy}`);
  }
}
