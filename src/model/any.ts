/** The named uses of `any`: bounds of generics, which accept every class. */

/** Any class that makes objects. */
// oxlint-disable-next-line no-explicit-any -- a constructor's parameters are contravariant: only any accepts them all
export type AnyModel = { new (...args: any): any };

/**
 * Relationships before anybody reads them. `any` keeps the thunks' return types unread until they are needed, which is
 * what lets two classes, or a class and itself, refer to each other in their own `extends` clause.
 */
// oxlint-disable-next-line no-explicit-any -- see above: unknown would have the compiler read the thunks (TS2506)
export type AnyRelationships = Record<string, any>;

/** A `Relationship` of whatever target and value. */
// oxlint-disable-next-line no-explicit-any -- the type parameters are invariant in its methods' results
export type AnyValue = any;
