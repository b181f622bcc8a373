/** The root of the error tree. Every layer's errors extend it; each class has one stable code. */

/** Base class of every error this package throws. */
export abstract class SQLModelError extends Error {
  /** Stable code, such as "E301"; it is also the heading of the error's section in docs/errors.md. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** A state that correct code never reaches: a defect of this package, not of its caller. */
export class InternalError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E001", `${message} This is a defect of sqlmodel: please report it.`, options);
  }
}
