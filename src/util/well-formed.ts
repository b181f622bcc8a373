/// <reference lib="es2024.string" />
/** Text that UTF-8 can express. */

/** True where `text` holds no half of a surrogate pair; drivers turn those into U+FFFD without a word. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}
