/** The language of `func.dateFormat`: one for all databases, which each writes in its own. */
import { ArgumentError, ValueError } from "../errors.ts";
import { customType, text } from "../type/types.ts";
import type { CustomType } from "../type/sql-type.ts";
import { describe } from "./node-facts.ts";
import type { BindNode } from "./node.ts";

/** Fields of a format; names are English. */
export const dateFormatFields = Object.freeze([
  "YYYY",
  "YY",
  "MMMM",
  "MMM",
  "MM",
  "M",
  "DDDD",
  "DD",
  "D",
  "dddd",
  "ddd",
  "HH",
  "H",
  "hh",
  "h",
  "mm",
  "ss",
  "SSSSSS",
  "A",
] as const);
export type DateFormatField = (typeof dateFormatFields)[number];

/** A field, or text that stays as it is. */
export type DateFormatPart = { readonly field: DateFormatField } | { readonly text: string };

const fields: ReadonlySet<string> = new Set(dateFormatFields);
const token = /\[([^\]]*)\]|([A-Za-z])\2*|[^A-Za-z[\]]+/y;

/** The parts of a format. @throws ArgumentError for a field that there is not, and for an open bracket */
export function dateFormatParts(format: unknown): readonly DateFormatPart[] {
  const call = "func.dateFormat()";
  if (typeof format !== "string" || format === "")
    throw new ArgumentError(
      `${call} takes a format such as "YYYY-MM-DD", not ${format === "" ? '""' : describe(format)}.`,
    );
  const parts: DateFormatPart[] = [];
  for (let at = 0; at < format.length; at = token.lastIndex) {
    token.lastIndex = at;
    const [found, quoted, letter] = token.exec(format) ?? [];
    if (found === undefined)
      throw new ArgumentError(`${call}: '${format}' has a bracket without its other one. Text stands in [brackets].`);
    if (letter === undefined) parts.push({ text: quoted ?? found });
    else if (fields.has(found)) parts.push({ field: found as DateFormatField });
    else
      throw new ArgumentError(
        `${call} knows no field '${found}'. There are: ${dateFormatFields.join(", ")}. Text stands in [brackets].`,
      );
  }
  return parts;
}

/** The type of a format as it is bound; no dialect sends it as it is. */
const formatType = customType<string>("date format", {
  impl: text(),
  bind: () => {
    throw new ValueError("A format of dates is no value by itself.");
  },
  result: () => {
    throw new ValueError("A format of dates is no value by itself.");
  },
});

/** A format as an operand of a construct. @throws ArgumentError */
export function dateFormatNode(format: string): BindNode {
  dateFormatParts(format);
  return { kind: "bind", value: format, type: formatType };
}

/** A parameter in a database's own language of formats. */
export function dateFormatParameter(
  spelled: { readonly [F in DateFormatField]: string },
  quoted: (text: string) => string,
): CustomType {
  const bind = (format: string): string =>
    dateFormatParts(format)
      .map((part) => ("text" in part ? quoted(part.text) : spelled[part.field]))
      .join("");
  return customType<string>("date format", { impl: text(), bind, result: String });
}
