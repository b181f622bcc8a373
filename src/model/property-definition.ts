/** Turns what a model says of its column properties into definitions, and refuses what cannot work. Called by table.ts. */
import type * as core from "zod/v4/core";
import { describe } from "../sql/expression/column-element.ts";
import { snakeCase } from "../util/snake-case.ts";
import type { AnyExpression } from "./any.ts";
import { ColumnProperty } from "./column-property.ts";
import { ModelDefinitionError } from "./errors.ts";
import { checkKey } from "./field-definition.ts";
import type { FieldFlag } from "./field.ts";
import type { Columns } from "./shape.ts";
import { columnType, UnmappedType, type ColumnType } from "./zod-type.ts";

/** One column property of a model. */
export interface PropertyDefinition {
  readonly key: string;
  /** What it is called in a subquery, beside the columns. */
  readonly name: string;
  readonly schema: core.$ZodType;
  readonly columnType: ColumnType;
  readonly hidden: boolean;
  readonly makeExpression: AnyExpression;
}

/** The definitions of the column properties among `columns`. @throws ModelDefinitionError */
export function readProperties(table: string, columns: Columns): PropertyDefinition[] {
  return Object.entries(columns).flatMap(([key, entry]) =>
    ColumnProperty.isProperty(entry) ? [readProperty(table, key, entry)] : [],
  );
}

function readProperty(
  table: string,
  key: string,
  { schema, expression, options }: ColumnProperty<core.$ZodType, FieldFlag>,
): PropertyDefinition {
  checkKey(key, table);
  const name = snakeCase(key);
  const called = `Column property '${key}' of table '${table}'`;
  if (typeof schema !== "object" || !("_zod" in schema))
    throw new ModelDefinitionError(
      `${called} has ${describe(schema)} as its Zod type. Write columnProperty(z.int(), () => …).`,
    );
  if (typeof expression !== "function")
    throw new ModelDefinitionError(
      `${called} has no function that makes its expression, but ${describe(expression)}. Write columnProperty(z.int(), () => …), so that it may name models that come later.`,
    );
  const found = columnType(schema, undefined, `${table}_${name}`);
  if (found instanceof UnmappedType)
    throw new ModelDefinitionError(`${called} ${found.problem}. Give it a type that a column could have.`);
  return { key, name, schema, columnType: found, hidden: options.hidden === true, makeExpression: expression };
}
