/** Names for objects that are there only while a change is made. */

/** Bytes that PostgreSQL keeps of a name. */
export const longestName = 63;

/** `wanted`, shortened and numbered until it is free. */
export function temporaryName(wanted: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? "" : `_${String(number)}`;
    const name = `${cut(wanted, longestName - suffix.length)}${suffix}`;
    if (!isTaken(name)) return name;
  }
}

/** As many characters as fit into that many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  const characters = Array.from(text);
  while (Buffer.byteLength(characters.join("")) > bytes) characters.pop();
  return characters.join("");
}
