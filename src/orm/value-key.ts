/** Key values as text, by which rows find their parents and flushes their conflicts. Used by loaders and the unit of work. */

/** Values as one text, the same for a number and a bigint; undefined where one is missing or NULL. */
export function valueKey(values: readonly unknown[]): string | undefined {
  if (values.length === 1) {
    const [value] = values;
    return value === undefined || value === null ? undefined : valueText(value);
  }
  return joined(values, valueText);
}

/** As `valueKey`, but the same for values that some collation takes for equal: without case, accents and trailing spaces. */
export function foldedKey(values: readonly unknown[]): string | undefined {
  return joined(values, (value) => (typeof value === "string" ? folded(value) : valueText(value)));
}

function joined(values: readonly unknown[], text: (value: unknown) => string): string | undefined {
  let key = "";
  for (const value of values) {
    if (value === undefined || value === null) return undefined;
    const part = text(value);
    key += `${String(part.length)}:${part}|`;
  }
  return key;
}

/** One value that is not NULL. */
export function valueText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return String(value);
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trimEnd();
}
