/** Rows as texts that are equal where the rows are. Called by `Result.unique`. */

/** One result's objects, numbered as they come. */
export class RowKeys {
  readonly #numbers = new Map<object, number>();

  /** The key of a row, or of an item of it. */
  of(value: unknown): string {
    switch (typeof value) {
      case "string":
        return `s${String(value.length)}:${value}`;
      case "object":
        return value === null ? "n" : this.#ofObject(value);
      default:
        return `${typeof value}:${String(value)};`;
    }
  }

  #ofObject(value: object): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.of(item)).join("")}]`;
    if (value instanceof Date) return `d${String(value.getTime())};`;
    if (value instanceof Uint8Array) return `b${value.join(",")};`;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
      return `{${entries.map(([name, item]) => this.of(name) + this.of(item)).join("")}}`;
    }
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(value, number);
    }
    return `o${String(number)};`;
  }
}
