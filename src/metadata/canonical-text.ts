/** Catalog data as text, the same for equal data: keys sorted, what is undefined left out. */

/** Two values of plain JSON are equal iff their texts are; a key with undefined is as good as no key. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Whether both are the same data. */
export function sameData(left: unknown, right: unknown): boolean {
  return left === right || canonicalText(left) === canonicalText(right);
}
