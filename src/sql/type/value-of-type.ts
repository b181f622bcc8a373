/** The JavaScript values of SQL types, for the compiler. No code. */
import type { SqlType } from "./sql-type.ts";

/** What a column of type `T` holds beside NULL; `unknown` for JSON, types of the program's own, and what is not known. */
export type ValueOfType<T> = SqlType extends T
  ? unknown
  : T extends { readonly kind: "smallint" | "integer" | "real" | "double" }
    ? number
    : T extends { readonly kind: "bigint" }
      ? bigint
      : T extends { readonly kind: "boolean" }
        ? boolean
        : T extends { readonly kind: "numeric" | "text" | "date" | "time" | "uuid" }
          ? string
          : T extends { readonly kind: "timestamp"; readonly as: unknown }
            ? T["as"] extends "date"
              ? Date
              : string
            : T extends { readonly kind: "bytes" }
              ? Uint8Array
              : T extends { readonly kind: "enum"; readonly values: readonly string[] }
                ? T["values"][number]
                : T extends { readonly kind: "array"; readonly item: unknown }
                  ? readonly (ValueOfType<T["item"]> | null)[]
                  : unknown;
