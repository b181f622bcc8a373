/** Errors of the drivers themselves, before any database is asked. */
import { SQLModelError } from "../util/coded-error.ts";

/** A database's npm package is not installed, or is too old. */
export class MissingDriverError extends SQLModelError {
  /** The npm package or built-in module. */
  readonly driver: string;

  constructor(driver: string, message: string, options?: ErrorOptions) {
    super("E520", message, options);
    this.driver = driver;
  }

  static notInstalled(driver: string, database: string, cause: unknown): MissingDriverError {
    return new MissingDriverError(
      driver,
      `${database} is reached through the package '${driver}', which could not be loaded. Install it: npm install ${driver}.`,
      { cause },
    );
  }

  static tooOld(driver: string, lacks: string, remedy: string): MissingDriverError {
    return new MissingDriverError(driver, `This version of '${driver}' has no ${lacks}. ${remedy}`);
  }
}
