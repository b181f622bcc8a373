/** The named uses of `any`: bounds of generics, which accept every class. */

/** Any class that makes objects. */
// oxlint-disable-next-line no-explicit-any -- a constructor's parameters are contravariant: only any accepts them all
export type AnyModel = { new (...args: any): any };
