/** What a column has beside the operators of every expression, as its TypeScript type says. No code. */
import type { JsonElement } from "./json-element.ts";

/** JSON for objects and arrays of them; nothing for scalars. */
export type StructuredElement<T, Source extends string> = unknown extends T
  ? JsonElement<T, Source>
  : Extract<NonNullable<T>, object> extends never
    ? unknown
    : Extract<NonNullable<T>, Date | Uint8Array> extends never
      ? JsonElement<T, Source>
      : unknown;
