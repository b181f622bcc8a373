/** Sequences as revision files write them, in one database's own words. */
import type { Dialect } from "../dialect/dialect.ts";
import type { CatalogSequence, QualifiedName } from "../metadata/catalog.ts";
import type { OperationOf } from "../metadata/operation.ts";
import type { CounterOptions } from "./definitions.ts";

export interface SequenceOptions extends CounterOptions {
  /** PostgreSQL: "smallint", "integer" or "bigint", which is the default. */
  readonly type?: string;
  readonly comment?: string;
}

export interface AlterSequenceOptions extends Omit<SequenceOptions, "comment"> {
  /** Null takes the comment away. */
  readonly comment?: string | null;
  /** The sequence as it was. */
  readonly existing?: SequenceOptions;
}

const numbers = ["start", "increment", "minValue", "maxValue", "cache"] as const;

/** A sequence with all that the database would choose itself. */
export function newSequence(name: QualifiedName, options: SequenceOptions, { migrations }: Dialect): CatalogSequence {
  const { type, comment, increment = 1, cycle = false } = options;
  const isDescending = increment < 0;
  const defaults = migrations.sequenceDefaults?.({ type, isDescending }) ?? {
    minValue: isDescending ? String(-(2n ** 63n)) : "1",
    maxValue: isDescending ? "-1" : String(2n ** 63n - 1n),
    cache: "1",
  };
  const minValue = String(options.minValue ?? defaults.minValue);
  const maxValue = String(options.maxValue ?? defaults.maxValue);
  return {
    ...name,
    ...(type === undefined ? {} : { type }),
    ...defaults,
    start: String(options.start ?? (isDescending ? maxValue : minValue)),
    increment: String(increment),
    minValue,
    maxValue,
    cache: String(options.cache ?? defaults.cache),
    cycle,
    ...(comment === undefined ? {} : { comment }),
  };
}

export function sequenceChanges(
  options: Omit<AlterSequenceOptions, "existing">,
): OperationOf<"alterSequence">["changes"] {
  const { type, cycle, comment } = options;
  const given = numbers.filter((key) => options[key] !== undefined);
  return {
    ...(type === undefined ? {} : { type }),
    ...Object.fromEntries(given.map((key) => [key, String(options[key])])),
    ...(cycle === undefined ? {} : { cycle }),
    ...(comment === undefined ? {} : { comment: comment ?? undefined }),
  };
}
