/** `Sequence`: numbers that the database counts, and that no two callers get. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import type { Expression, SequenceSource } from "../sql/expression/node.ts";
import type { SqlType, SqlTypeOf } from "../sql/type/sql-type.ts";
import { SchemaDefinitionError } from "./errors.ts";

/** What `Sequence` takes; what is left out is the database's own choice. */
export interface SequenceOptions {
  readonly schema?: string | undefined;
  /** The first number; by default the least one, or the greatest where `increment` is negative. */
  readonly start?: number | bigint | undefined;
  /** By how much it is counted; 1 by default. Negative: downwards. */
  readonly increment?: number | bigint | undefined;
  readonly minValue?: number | bigint | undefined;
  readonly maxValue?: number | bigint | undefined;
  /** How many numbers a connection takes at a time: 1 on PostgreSQL, 1,000 on MariaDB. A crash loses those it had left. */
  readonly cache?: number | bigint | undefined;
  /** True: after the last number comes the first one again, instead of an error. */
  readonly cycle?: boolean | undefined;
  /** The set of tables that it is created with. Not needed for one that a column's `serverDefault` draws from. */
  readonly metadata?: { addSequence(sequence: Sequence): void } | undefined;
}

const numberOptions = ["start", "increment", "minValue", "maxValue", "cache"] as const;

/**
 * A sequence of the database (PostgreSQL, MariaDB from 10.3): new Sequence("order_number", { start: 1000 }). `nextValue` draws
 * from it, in a column's `serverDefault`, in `values()` and in selects. Like SQLAlchemy's.
 */
export class Sequence implements SequenceSource {
  readonly #brand = true;
  readonly name: string;
  readonly schema: string | undefined;
  readonly start: bigint | undefined;
  readonly increment: bigint | undefined;
  readonly minValue: bigint | undefined;
  readonly maxValue: bigint | undefined;
  readonly cache: bigint | undefined;
  readonly cycle: boolean;

  /** @throws SchemaDefinitionError for what no sequence can be. */
  constructor(name: string, options: SequenceOptions = {}) {
    const { schema, cycle = false, metadata } = options;
    const isName = (value: unknown): boolean => typeof value === "string" && value !== "";
    if (!isName(name) || (schema !== undefined && !isName(schema)))
      throw new SchemaDefinitionError('A sequence takes a name: new Sequence("order_number", { schema: "shop" }).');
    this.name = name;
    this.schema = schema;
    const [start, increment, minValue, maxValue, cache] = numberOptions.map((key) =>
      wholeNumber(name, key, options[key]),
    );
    if (increment === 0n) throw invalid(name, "increment", "must not be 0");
    if (cache !== undefined && cache < 1n) throw invalid(name, "cache", "must be at least 1");
    if (minValue !== undefined && maxValue !== undefined && minValue > maxValue)
      throw invalid(name, "minValue", "is greater than maxValue");
    if (start !== undefined && ((minValue ?? start) > start || (maxValue ?? start) < start))
      throw invalid(name, "start", "is not between minValue and maxValue");
    if (typeof cycle !== "boolean") throw invalid(name, "cycle", "must be true or false");
    this.start = start;
    this.increment = increment;
    this.minValue = minValue;
    this.maxValue = maxValue;
    this.cache = cache;
    this.cycle = cycle;
    metadata?.addSequence(this);
  }

  static isSequence(value: unknown): value is Sequence {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }

  /** "schema.name" or "name". */
  get fullName(): string {
    return this.schema === undefined ? this.name : `${this.schema}.${this.name}`;
  }

  /** The same in another schema. */
  inSchema(schema: string | undefined): Sequence {
    if (schema === this.schema) return this;
    const { start, increment, minValue, maxValue, cache, cycle } = this;
    return new Sequence(this.name, { schema, start, increment, minValue, maxValue, cache, cycle });
  }
}

/**
 * The next number of a sequence, drawn once for each row: `field(z.int(), { serverDefault: nextValue(orderNumber) })`.
 * @param type - What comes back: a number by default, `bigint()` for bigints.
 * @throws ArgumentError for anything but a `Sequence`.
 */
export function nextValue(sequence: Sequence): ColumnElement<number, never>;
export function nextValue(sequence: Sequence, type: SqlTypeOf<"bigint">): ColumnElement<bigint, never>;
export function nextValue<T>(sequence: Sequence, type: SqlType): ColumnElement<T, never>;
export function nextValue(sequence: Sequence, type: SqlType = { kind: "integer" }): ColumnElement<unknown, never> {
  if (!Sequence.isSequence(sequence))
    throw new ArgumentError('nextValue() takes a sequence: nextValue(new Sequence("order_number")).');
  return new ColumnElement({ kind: "nextValue", sequence, type });
}

/** The sequences that an expression draws from. */
export function sequencesIn(expression: Expression | undefined): Sequence[] {
  if (expression === undefined) return [];
  const found = new Set<Sequence>();
  const rest: unknown[] = [expression];
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (Sequence.isSequence(part)) found.add(part);
    else if (isNode(part)) rest.push(...partsOf(part));
  }
  return [...found];
}

/** A node's or a list's parts; a type is data of another kind. */
function partsOf(node: object): unknown[] {
  return Object.entries(node).flatMap(([key, part]: [string, unknown]) =>
    key === "type" || part === undefined ? [] : [part],
  );
}

/** Values are no syntax, and a source has expressions of its own. */
const closed: ReadonlySet<unknown> = new Set(["bind", "list", "column", "table", "alias", "subquery"]);

function isNode(value: unknown): value is object {
  return typeof value === "object" && value !== null && !("kind" in value && closed.has(value.kind));
}

function wholeNumber(name: string, key: string, value: unknown): bigint | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  throw invalid(name, key, "must be a whole number; beyond 2^53 a bigint");
}

function invalid(name: string, key: string, problem: string): SchemaDefinitionError {
  return new SchemaDefinitionError(`\`${key}\` of the sequence '${name}' ${problem}.`);
}
