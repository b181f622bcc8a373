/** `range`: a column of one of PostgreSQL's range types. */
import { z } from "zod";
import { rangeType, type Range, type RangeTypes } from "../sql/type/range-types.ts";
import { Field, type FieldOptions } from "./field.ts";

const bounds = z.enum(["[)", "[]", "(]", "()"]);

const boundSchemas = {
  int4range: z.int(),
  int8range: z.bigint(),
  numrange: z.string(),
  daterange: z.iso.date(),
  tsrange: z.iso.datetime({ local: true }),
  tstzrange: z.date(),
} as const;

/** The Zod type of a range: `{ lower, upper, bounds }` or `"empty"`. */
export type RangeSchema<T> = z.ZodType<Range<T>, Range<T>>;

/**
 * A column of a range type: `stay: range("daterange")`. Its values are `{ lower, upper, bounds }`, null being no bound, or
 * `"empty"`. Only PostgreSQL has ranges; elsewhere CREATE TABLE is an error.
 */
export function range<N extends keyof RangeTypes>(
  name: N,
  options: Omit<FieldOptions<Range<RangeTypes[N]>, never, never, false, false, never>, "type"> = {},
): Field<RangeSchema<RangeTypes[N]>> {
  const type = rangeType(name);
  const bound = boundSchemas[name].nullable();
  const schema = z.union([z.object({ lower: bound, upper: bound, bounds: bounds.optional() }), z.literal("empty")]);
  // The bound's Zod type is that of the name, which TypeScript does not follow.
  return new Field(schema as unknown as RangeSchema<RangeTypes[N]>, { ...options, type });
}
