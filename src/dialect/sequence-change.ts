/** What must happen to a sequence's counter before its bounds can change. Used by the operation compilers. */
import type { CatalogSequence } from "../metadata/catalog.ts";

export interface SequenceMove {
  /** Bounds that hold the old numbers and the new ones, with the new direction: what is set first. */
  readonly between: Pick<CatalogSequence, "increment" | "minValue" | "maxValue">;
  /** Where counting begins afterwards, if it has not come that far. */
  readonly first: string;
  readonly isDescending: boolean;
}

/** Undefined where the counter can stay where it is, whatever it is. */
export function sequenceMove(before: CatalogSequence, after: CatalogSequence): SequenceMove | undefined {
  const [oldMin, oldMax, min, max] = [before.minValue, before.maxValue, after.minValue, after.maxValue].map(BigInt);
  if (oldMin === undefined || oldMax === undefined || min === undefined || max === undefined) return undefined;
  const isDescending = after.increment.startsWith("-");
  if (min <= oldMin && max >= oldMax) return undefined;
  return {
    between: {
      increment: after.increment,
      minValue: String(min < oldMin ? min : oldMin),
      maxValue: String(max > oldMax ? max : oldMax),
    },
    first: isDescending ? after.maxValue : after.minValue,
    isDescending,
  };
}
