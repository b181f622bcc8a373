/** The named uses of `any`: bounds of generics, which accept every class. */

/** Any class that makes objects. A constructor's parameters are contravariant: only `any` accepts them all. */
export type AnyModel = { new (...args: any): any };

/** A class that makes objects of one type, of whatever arguments. */
export type AnyConstructor<Entity> = { new (...args: any): Entity };

/**
 * Relationships before anybody reads them. `any` keeps the thunks' return types unread until they are needed, which is
 * what lets two classes, or a class and itself, refer to each other in their own `extends` clause.
 */
export type AnyRelationships = Record<string, any>;

/**
 * What makes the expression of a column property, of the model's columns. `any` keeps its return type unread until it is
 * needed, so that it may name its own class in the `extends` clause.
 */
export type AnyExpression = (columns: any) => any;
