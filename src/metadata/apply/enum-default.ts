/** What becomes of a column's default when its enum type gets other values. */
import type { CatalogColumn, CatalogEnum } from "../catalog.ts";
import type { OperationOf } from "../operation.ts";

/** @returns Undefined where it was a value that is gone; a default that is no single value stays as it is. */
export function defaultOfReplacedEnum(
  before: CatalogEnum,
  { values, mapping = {} }: Pick<OperationOf<"replaceEnumValues">, "values" | "mapping">,
  { default: text, type }: Pick<CatalogColumn, "default" | "type">,
): string | undefined {
  const value = before.values.find((candidate) => text === literal(candidate, type));
  if (value === undefined) return text;
  const after = Object.hasOwn(mapping, value) ? mapping[value] : value;
  return after === undefined || !values.includes(after) ? undefined : literal(after, type);
}

/** As PostgreSQL prints it. */
function literal(value: string, type: string): string {
  return `'${value.replaceAll("'", "''")}'::${type}`;
}
