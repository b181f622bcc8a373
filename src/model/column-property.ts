/** `columnProperty`: a property of a model that an SQL expression computes whenever the entity is read. */
import type * as core from "zod/v4/core";
import type { AnyExpression } from "./any.ts";
import { Field, type FieldFlag } from "./field.ts";

/** A property of a model that is no column. Made by `columnProperty`. */
export class ColumnProperty<S extends core.$ZodType, Flags extends FieldFlag> extends Field<S, Flags> {
  readonly #brand = true;
  readonly expression: AnyExpression;

  constructor(schema: S, expression: AnyExpression, hidden: boolean) {
    super(schema, { hidden });
    this.expression = expression;
  }

  static isProperty(value: unknown): value is ColumnProperty<core.$ZodType, FieldFlag> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** What `columnProperty` takes beside the Zod type and the expression. */
export interface ColumnPropertyOptions<Hidden> {
  /** Left out of `publicSchema` and of JSON. */
  readonly hidden?: Hidden;
}

type PropertyFlags<Hidden> = "computed" | "optional" | "expression" | (Hidden extends true ? "hidden" : never);

/**
 * A property that is no column: an SQL expression computes it whenever the entity is read, in the same SELECT. Nobody
 * writes it. In statements it is like a column: `Team.c.heroCount.gt(3)`.
 *
 * `fullName: columnProperty(z.string(), () => Person.c.first.concat(" ").concat(Person.c.last))`
 * `heroCount: columnProperty(z.int(), () => select(func.count()).from(Hero).where(Hero.c.teamId.eq(Team.c.id)))`
 *
 * @param schema The Zod type of the value.
 * @param expression Makes an expression of the model's columns, or a select of one value. Called when it is first needed,
 * so that it may name its own class and later ones. It is given the model's columns, for properties that several models
 * share.
 */
export function columnProperty<S extends core.$ZodType, Hidden extends boolean = false>(
  schema: S,
  expression: AnyExpression,
  options: ColumnPropertyOptions<Hidden> = {},
): Field<S, PropertyFlags<Hidden>> {
  return new ColumnProperty(schema, expression, options.hidden === true);
}
