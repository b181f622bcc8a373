/** Checks of what a transaction is asked for, alike on all databases. */
import { ArgumentError } from "../sql/errors.ts";
import type { Capabilities, IsolationLevel } from "./capabilities.ts";

/** `level` as SQL; anything but a level that `capabilities` name is refused before it can reach a statement. */
export function isolationLevelText(dialect: string, capabilities: Capabilities, level: IsolationLevel): IsolationLevel {
  const known = capabilities.isolationLevels.find((candidate) => candidate === level);
  if (known !== undefined) return known;
  throw new ArgumentError(
    `${dialect} has no isolation level '${level}'. Use one of: ${capabilities.isolationLevels.join(", ")}.`,
  );
}
