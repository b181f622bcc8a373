/** UUID version 7 (RFC 9562): time-ordered, monotonic within the process. */

let lastTimestamp = 0;
let counter = 0;

/** A new UUIDv7; later calls sort after earlier ones, also within one millisecond. */
export function uuidv7(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  if (now > lastTimestamp) {
    lastTimestamp = now;
    // Half of the 12 bit counter is left free, so that a burst can count up.
    counter = ((bytes[6] ?? 0) << 3) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastTimestamp += 1;
      counter = 0;
    }
  }
  const time = lastTimestamp.toString(16).padStart(12, "0");
  const middle = (0x7000 | counter).toString(16);
  let tail = (((bytes[8] ?? 0) & 0x3f) | 0x80).toString(16).padStart(2, "0");
  for (let index = 9; index < 16; index += 1) tail += (bytes[index] ?? 0).toString(16).padStart(2, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
