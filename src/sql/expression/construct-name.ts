/** The names of what each dialect writes in a way of its own; `constructs.ts` of every dialect has one entry for each. */
export type ConstructName =
  | TextConstruct
  | NumberConstruct
  | DateConstruct
  | ValueConstruct
  | JsonConstruct
  | ArrayConstruct
  | RangeConstruct
  | SearchConstruct;

/** Functions of texts. */
export type TextConstruct =
  | "text.trim"
  | "text.ltrim"
  | "text.rtrim"
  | "text.substring"
  | "text.replace"
  | "text.left"
  | "text.right"
  | "text.lpad"
  | "text.rpad"
  | "text.position"
  | "text.repeat"
  | "text.reverse"
  | "text.concat"
  | "text.concatWs"
  | "text.ascii"
  | "text.chr"
  | "text.md5"
  | "text.regexpMatch"
  | "text.regexpMatchI"
  | "text.regexpReplace";

/** Functions of numbers, and bits. */
export type NumberConstruct =
  | "number.round"
  | "number.trunc"
  | "number.ceil"
  | "number.floor"
  | "number.sign"
  | "number.power"
  | "number.sqrt"
  | "number.exp"
  | "number.ln"
  | "number.log"
  | "number.random"
  | "number.bitwiseAnd"
  | "number.bitwiseOr"
  | "number.bitwiseXor"
  | "number.bitwiseNot"
  | "number.shiftLeft"
  | "number.shiftRight";

/** Dates, times and moments. */
export type DateConstruct =
  "date.current" | "date.extract" | "date.trunc" | "date.add" | "date.diff" | "date.atTimeZone" | "date.format";

/** What chooses among values of any type, an operator that the program names, and a type that it knows better. */
export type ValueConstruct = "value.nullif" | "value.greatest" | "value.least" | "value.operator" | "value.typed";

/** JSON. Operands are the document, then paths (`json-path.ts`) and values. */
export type JsonConstruct =
  /** A member of a document, as JSON. */
  | "json.at"
  /** The text, number or truth that a JSON value is; NULL where it is of another type. */
  | "json.string"
  | "json.number"
  | "json.boolean"
  /** Any JSON value as text; NULL for JSON's null. */
  | "json.text"
  | "json.isNull"
  | "json.typeof"
  | "json.length"
  | "json.hasKey"
  | "json.equals"
  | "json.contains"
  /** A SQL value as JSON. */
  | "json.of"
  | "json.null"
  | "json.object"
  | "json.array"
  | "json.set"
  | "json.remove"
  | "json.append"
  | "json.insert"
  | "json.merge"
  /** Another expression taken for JSON. */
  | "json.stored";

/** Arrays. Operands are the array, then arrays; one value is an array of it. */
export type ArrayConstruct =
  | "array.at"
  | "array.length"
  | "array.contains"
  | "array.overlaps"
  | "array.any"
  | "array.all"
  | "array.append"
  | "array.remove"
  | "array.position"
  | "array.slice";

/** Ranges. */
export type RangeConstruct =
  | "range.contains"
  | "range.containedBy"
  | "range.overlaps"
  | "range.adjacent"
  | "range.before"
  | "range.after"
  | "range.lower"
  | "range.upper"
  | "range.isEmpty";

/** Full-text search. */
export type SearchConstruct =
  /** The document of an index: what PostgreSQL searches. */
  "search.vector" | "search.match" | "search.rank" | "search.headline";
