/** What FOR UPDATE and its like take. */
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { ForUpdateClause } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import { entityOf } from "./entity.ts";

/** How rows are locked. */
export interface LockOptions {
  /** The models, or aliases of them, whose rows are locked; without it those of all that the select reads. */
  of?: AnyModel | readonly AnyModel[];
  /** Fail at once where another transaction has locked a row. */
  nowait?: boolean;
  /** Leave out the rows that another transaction has locked. */
  skipLocked?: boolean;
}

const keys: ReadonlySet<string> = new Set(["of", "nowait", "skipLocked"]);

/** The clause of `call`. @throws ArgumentError for options that are none */
export function lockClause(strength: ForUpdateClause["strength"], given: unknown, call: string): ForUpdateClause {
  if (typeof given !== "object" || given === null)
    throw new ArgumentError(`${call}() takes { of, nowait, skipLocked }, not ${describe(given)}.`);
  const wrong = Object.keys(given).find((key) => !keys.has(key));
  if (wrong !== undefined)
    throw new ArgumentError(`${call}() has no option '${wrong}'. There are: ${[...keys].join(", ")}.`);
  const { of, nowait, skipLocked } = given as LockOptions;
  if (nowait === true && skipLocked === true)
    throw new ArgumentError(`${call}() cannot both fail at a locked row and leave it out. Give nowait or skipLocked.`);
  const wait = nowait === true ? "nowait" : skipLocked === true ? "skip locked" : "wait";
  if (of === undefined) return { strength, wait };
  const models: readonly unknown[] = Array.isArray(of) ? of : [of];
  if (models.length === 0) throw new ArgumentError(`${call}(): 'of' names no model. Leave it out to lock all rows.`);
  const sources = models.flatMap((model) => {
    const entity = entityOf(model, call);
    return entity.mapper.tables.map((table) => entity.sourceOf(table));
  });
  return { strength, wait, of: sources };
}
