/** The name of the method by which Node's console prints an object. */
export const inspectMethod: unique symbol = Symbol.for("nodejs.util.inspect.custom");
