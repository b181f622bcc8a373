/** The types of JSON documents taken apart by paths. No code. */
import type { ColumnElement } from "./column-element.ts";

/** What a first leg of a path can be. */
export type JsonKey<T> = unknown extends T
  ? string | number
  : T extends readonly unknown[]
    ? number
    : T extends object
      ? Extract<keyof T, string>
      : never;

/** The names of an object's members. */
export type JsonName<T> = unknown extends T
  ? string
  : T extends readonly unknown[]
    ? never
    : T extends object
      ? Extract<keyof T, string>
      : never;

/**
 * The member that a leg names. Null where it may be missing: in a value that may be null, beyond the end of an array,
 * in a record, or where the property is optional.
 */
export type JsonMember<T, K> = unknown extends T ? unknown : MemberOf<T, K>;
type MemberOf<T, K> = T extends readonly unknown[]
  ? K extends number
    ? T[number] | null
    : null
  : T extends object
    ? K extends keyof T
      ? Stored<T[K]> | (string extends keyof T ? null : never)
      : null
    : null;
/** JSON has no undefined: what is missing is null. */
type Stored<T> = undefined extends T ? Exclude<T, undefined> | null : T;

/** The member that a whole path names. */
export type JsonAt<T, P extends readonly (string | number)[]> = P extends readonly [
  infer K,
  ...infer R extends (string | number)[],
]
  ? JsonAt<JsonMember<T, K>, R>
  : T;

/** The path that `P` should be, so that it leads somewhere in `T`. */
export type JsonPath<T, P extends readonly (string | number)[]> = P extends readonly [
  infer K,
  ...infer R extends readonly (string | number)[],
]
  ? K extends JsonKey<T>
    ? readonly [K, ...JsonPath<JsonMember<T, K>, R>]
    : readonly [JsonKey<T>, ...R]
  : readonly [];

/** A value for a member: itself, or an expression. */
export type JsonOperand<T> = Exclude<T, undefined> | ColumnElement<T> | ColumnElement<NonNullable<T>>;

/** Part of a document: members may be left out at every depth, arrays may have fewer items. */
export type JsonPart<T> = unknown extends T
  ? unknown
  : T extends readonly (infer I)[]
    ? readonly JsonPart<I>[]
    : T extends object
      ? { readonly [K in keyof T]?: JsonPart<T[K]> }
      : T;

/** What a value is once it is in a document: decimals and 64-bit integers as strings, so that no digit is lost. */
export type JsonOf<T> = T extends bigint ? string : T;

/** What `jsonTypeof` says. */
export type JsonTypeName = "object" | "array" | "string" | "number" | "boolean" | "null";
