/** Which values a column of another type could not hold as they are. */
import { affinity } from "./type-reflection.ts";

/**
 * A condition that is true for values of `column` (SQL) that would be lost or changed in a column declared as `type`;
 * undefined where there are none.
 *
 * @param isStrict - The table refuses what is not of its column's type.
 */
export function lossyValue(column: string, type: string, isStrict: boolean): string | undefined {
  switch (affinity(type)) {
    case "INTEGER":
      return cases(column, {
        integer: "0",
        real: `CAST(${column} AS INTEGER) <> ${column}`,
        // Leading zeros are lost, too.
        text: `CAST(CAST(${column} AS INTEGER) AS TEXT) <> CAST(${column} AS TEXT)`,
      });
    case "REAL":
      return cases(column, {
        integer: `CAST(CAST(${column} AS REAL) AS INTEGER) <> ${column}`,
        real: "0",
        // Text that is no number stays text when it is compared with one.
        text: `CAST(${column} AS REAL) <> ${column}`,
      });
    case "TEXT":
      return cases(column, {
        integer: "0",
        real: `CAST(CAST(${column} AS TEXT) AS REAL) <> ${column}`,
        text: "0",
      });
    case "BLOB":
      return isStrict && type !== "" ? cases(column, { blob: "0", text: "0" }) : undefined;
    default:
      if (isStrict) return undefined;
      return cases(column, {
        integer: "0",
        real: "0",
        blob: "0",
        // Text that looks like a number becomes one, and is not always written the same.
        text: `${column} = CAST(${column} AS NUMERIC) AND CAST(CAST(${column} AS NUMERIC) AS TEXT) <> CAST(${column} AS TEXT)`,
      });
  }
}

function cases(column: string, conditions: { readonly [storage: string]: string }): string {
  const when = Object.entries(conditions).map(([storage, condition]) => `WHEN '${storage}' THEN ${condition}`);
  return `CASE typeof(${column}) WHEN 'null' THEN 0 ${when.join(" ")} ELSE 1 END`;
}
