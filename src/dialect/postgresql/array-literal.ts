/** PostgreSQL's text form of arrays: `{1,NULL,"a \"b\""}`, nested for more dimensions. */
import { ValueError } from "../../sql/errors.ts";

/** Items of an array as texts, null for NULL, arrays for inner dimensions. */
export type ArrayItems = readonly (string | null | ArrayItems)[];

/** `items` as an array literal. */
export function writeArrayLiteral(items: ArrayItems): string {
  return `{${items.map((item) => (item === null ? "NULL" : typeof item === "string" ? quoteItem(item) : writeArrayLiteral(item))).join(",")}}`;
}

const needsNoQuotes = /^[A-Za-z0-9_.+-]+$/;

function quoteItem(item: string): string {
  if (needsNoQuotes.test(item) && item.toUpperCase() !== "NULL") return item;
  return `"${item.replace(/["\\]/g, "\\$&")}"`;
}

/** The items of an array literal that PostgreSQL returned. */
export function readArrayLiteral(text: string): ArrayItems {
  // Arrays whose bounds do not begin at 1 come as "[0:2]={1,2,3}".
  const start = text.startsWith("[") ? text.indexOf("=") + 1 : 0;
  const reader = new ArrayReader(text, start);
  return reader.array();
}

class ArrayReader {
  readonly #text: string;
  #position: number;

  constructor(text: string, position: number) {
    this.#text = text;
    this.#position = position;
  }

  array(): ArrayItems {
    this.#expect("{");
    const items: (string | null | ArrayItems)[] = [];
    if (this.#text[this.#position] === "}") {
      this.#position += 1;
      return items;
    }
    for (;;) {
      items.push(this.#item());
      if (this.#text[this.#position] === ",") this.#position += 1;
      else break;
    }
    this.#expect("}");
    return items;
  }

  #item(): string | null | ArrayItems {
    const first = this.#text[this.#position];
    if (first === "{") return this.array();
    if (first === '"') return this.#quoted();
    const start = this.#position;
    while (this.#position < this.#text.length && !",}".includes(this.#text[this.#position] ?? "")) this.#position += 1;
    const item = this.#text.slice(start, this.#position);
    return item === "NULL" ? null : item;
  }

  #quoted(): string {
    let item = "";
    this.#position += 1;
    for (let character = this.#text[this.#position]; character !== '"'; character = this.#text[this.#position]) {
      if (character === "\\") this.#position += 1;
      const taken = this.#text[this.#position];
      if (taken === undefined) throw malformed();
      item += taken;
      this.#position += 1;
    }
    this.#position += 1;
    return item;
  }

  #expect(character: string): void {
    if (this.#text[this.#position] !== character) throw malformed();
    this.#position += 1;
  }
}

function malformed(): ValueError {
  return new ValueError("The database returned an array in a form that is not PostgreSQL's.");
}
