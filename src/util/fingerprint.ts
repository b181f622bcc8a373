/** A short name for a long text: equal texts have equal ones. Not for secrets; two texts made to collide can be found. */

/** Odd multipliers, one a lane of 32 bits. */
const multipliers = [0x01000193, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const;

/** 128 bits as 32 hexadecimal digits. */
export function fingerprint(text: string): string {
  const lanes = multipliers.map((multiplier, index) => lane(text, multiplier, 0x811c9dc5 + index * 0x9e3779b9));
  return lanes.map((value) => value.toString(16).padStart(8, "0")).join("");
}

/** FNV's round with high bits fed back, so that lanes of other multipliers collide elsewhere. */
function lane(text: string, multiplier: number, seed: number): number {
  let value = seed | 0;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), multiplier);
    value ^= value >>> 15;
  }
  value = Math.imul(value ^ text.length, 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
