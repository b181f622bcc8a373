/**
 * Placeholders while a statement is being put together. A compiler may write a fragment twice, or in another order than
 * it was made in; so a fragment holds marks, and the database's placeholders are numbered once the text is complete.
 */
import { InternalError } from "../../util/coded-error.ts";
import type { ParameterSlot } from "./compiled.ts";

// Nothing else in a statement contains NUL: identifiers and templates are checked for it.
const mark = "\0";

/** The parameters of one statement. */
export class ParameterMarkers {
  readonly #slots: ParameterSlot[] = [];
  /** Marks of parameters that may be named twice, with their positions once they have one; 0 before. */
  readonly #shared = new Map<number, number>();

  /** The mark of a parameter that takes its value from `slot`. */
  add(slot: ParameterSlot): string {
    this.#slots.push(slot);
    return `${mark}${String(this.#slots.length - 1)}${mark}`;
  }

  /** The parameters of `text` shall be the same ones wherever it is written, where the database can name one twice. */
  share(text: string): void {
    const parts = text.split(mark);
    for (let index = 1; index < parts.length; index += 2) this.#shared.set(Number(parts[index]), 0);
  }

  /**
   * `text` with `placeholder(n)` for the marks, n counting from 1, and the slots in that order.
   * @param isNumbered - Whether a placeholder says which parameter it is.
   */
  replace(
    text: string,
    placeholder: (position: number) => string,
    isNumbered: boolean,
  ): { sql: string; slots: ParameterSlot[] } {
    const parts = text.split(mark);
    const slots: ParameterSlot[] = [];
    for (let index = 1; index < parts.length; index += 2) {
      const place = Number(parts[index]);
      const slot = this.#slots[place];
      if (slot === undefined) throw new InternalError("A statement contains a stray parameter mark.");
      const known = isNumbered ? this.#shared.get(place) : undefined;
      const position = known === undefined || known === 0 ? slots.push(slot) : known;
      if (known === 0) this.#shared.set(place, position);
      parts[index] = placeholder(position);
    }
    return { sql: parts.join(""), slots };
  }
}
