/** Errors of the expression language. */
import { SQLModelError } from "../util/coded-error.ts";

/** A call's argument is not what the call takes. */
export class ArgumentError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E201", message, options);
  }
}

/** A statement cannot be written in the SQL of this dialect. */
export class CompileError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E202", message, options);
  }

  static unsupported(dialect: string, construct: string, remedy: string): CompileError {
    return new CompileError(`${dialect} has no ${construct}. ${remedy}`);
  }
}

/** A value cannot be stored in, or was not expected from, a column of this type. */
export class ValueError extends SQLModelError {
  /** What was wrong, without the value's place. */
  readonly problem: string;

  constructor(problem: string, options?: ErrorOptions) {
    super("E203", problem, options);
    this.problem = problem;
  }
}

/** Two tables are joined by several foreign keys, and the statement does not say which. */
export class AmbiguousForeignKeysError extends SQLModelError {
  constructor(message: string) {
    super("E204", message);
  }
}

/** Two tables are joined by no foreign key, and the statement gives no condition. */
export class NoForeignKeysError extends SQLModelError {
  constructor(message: string) {
    super("E205", message);
  }
}

/** A named parameter has no value, or no place: missing, unknown or untyped, or its statement was not prepared. */
export class ParameterError extends SQLModelError {
  constructor(message: string) {
    super("E206", message);
  }

  static unprepared(name: string): ParameterError {
    return new ParameterError(
      `param("${name}") has no value here. Call prepare() on the statement and give the values by name: session.exec(prepared, { ${name}: … }). In the where of an include that is loaded by a query of its own, give a plain value.`,
    );
  }
}

/** A statement reads tables that nothing connects, and the engine was told to take that for an error. */
export class CartesianProductError extends SQLModelError {
  /** Where the statement was executed: "app/teams.ts:12:20"; undefined where the stack does not say. */
  readonly callSite: string | undefined;

  constructor(problem: string, callSite: string | undefined) {
    super("E207", `${callSite === undefined ? "" : `At ${callSite}: `}${problem}`);
    this.callSite = callSite;
  }
}
