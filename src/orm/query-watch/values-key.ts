/** The values of a query as text, to know them again. Used by `query-watch.ts`. */

const longest = 1000;

/** Equal for equal values, and for no others; undefined where that cannot be said cheaply. */
export function valuesKey(values: readonly unknown[]): string | undefined {
  let key = "";
  for (const value of values) {
    const part = partOf(value);
    if (part === undefined || key.length > longest) return undefined;
    key += `${part};`;
  }
  return key;
}

function partOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
    case "bigint":
    case "boolean":
    case "undefined":
      return `${typeof value}${String(value)}`;
    case "string":
      return value.length > longest ? undefined : `s${String(value.length)}:${value}`;
    default:
      return value === null ? "null" : partOfObject(value);
  }
}

function partOfObject(value: unknown): string | undefined {
  if (value instanceof Date) return `d${String(value.getTime())}`;
  if (isCollected(value)) return value.kind === "bind" ? partOf(value.value) : listPart(value.values);
  return undefined;
}

function listPart(values: readonly unknown[]): string | undefined {
  const key = valuesKey(values);
  return key === undefined ? undefined : `[${String(values.length)}:${key}]`;
}

type Collected =
  { readonly kind: "bind"; readonly value: unknown } | { readonly kind: "list"; readonly values: readonly unknown[] };

function isCollected(value: unknown): value is Collected {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return (value.kind === "bind" && "value" in value) || (value.kind === "list" && "values" in value);
}
