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

  /** The mark of a parameter that takes its value from `slot`. */
  add(slot: ParameterSlot): string {
    this.#slots.push(slot);
    return `${mark}${String(this.#slots.length - 1)}${mark}`;
  }

  /** `text` with `placeholder(n)` for the marks, n counting from 1, and the slots in that order. */
  replace(text: string, placeholder: (position: number) => string): { sql: string; slots: ParameterSlot[] } {
    const parts = text.split(mark);
    const slots: ParameterSlot[] = [];
    for (let index = 1; index < parts.length; index += 2) {
      const slot = this.#slots[Number(parts[index])];
      if (slot === undefined) throw new InternalError("A statement contains a stray parameter mark.");
      slots.push(slot);
      parts[index] = placeholder(slots.length);
    }
    return { sql: parts.join(""), slots };
  }
}
