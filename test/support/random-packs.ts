/** Pairs of random schemas, many in one database; and what of the first of a pair is kept in the second. */
import type { RenameQuestion } from "../../src/migration/compare/comparison.ts";
import { addDetails, placeInSchemas } from "./random-details.ts";
import { editedSchema } from "./random-edits.ts";
import { addFullText } from "./random-full-text.ts";
import { addSequences } from "./random-sequences.ts";
import {
  Random,
  randomSchema,
  type RandomColumn,
  type RandomSchema,
  type RandomSchemaOptions,
  type RandomTable,
} from "./random-schema.ts";

/** A database goes from `before` to `after`. */
export interface RandomPair {
  readonly before: RandomSchema;
  readonly after: RandomSchema;
}

/** The same seed and options give the same pair; all names begin with `prefix`. */
export function randomPair(seed: number, options: RandomSchemaOptions, prefix: string): RandomPair {
  const random = new Random(seed);
  const before = randomSchema(random, options);
  const after = random.chance(80) ? editedSchema(before, random, options) : randomSchema(random, options);
  if (options.sequences) addSequences(before, after, new Random(seed ^ 0x5e9));
  addFullText(before, after, new Random(seed ^ 0xf75));
  if (options.details === "postgresql") placeInSchemas(before, after, new Random(seed ^ 0x5c4));
  if (options.details !== undefined) addDetails(before, after, new Random(seed ^ 0xde7), options.details);
  return { before: prefixed(before, prefix), after: prefixed(after, prefix) };
}

export function joined(schemas: readonly RandomSchema[]): RandomSchema {
  return {
    tables: schemas.flatMap(({ tables }) => tables),
    enums: schemas.flatMap(({ enums }) => enums),
    sequences: schemas.flatMap(({ sequences }) => sequences ?? []),
  };
}

function prefixed(schema: RandomSchema, prefix: string): RandomSchema {
  const enums = new Set(schema.enums.map(({ name }) => name));
  const named = <T extends { name: string }>(part: T): T => ({ ...part, name: prefix + part.name });
  return {
    enums: schema.enums.map(named),
    sequences: (schema.sequences ?? []).map(named),
    tables: schema.tables.map((table) => ({
      ...named(table),
      columns: table.columns.map((column) => ({
        ...column,
        type: enums.has(column.type) ? prefix + column.type : column.type,
        ...(column.sequence === undefined ? {} : { sequence: prefix + column.sequence }),
      })),
      primaryKey: named(table.primaryKey),
      uniques: table.uniques.map(named),
      foreignKeys: table.foreignKeys.map((key) => ({ ...named(key), referred: prefix + key.referred })),
      checks: table.checks.map(named),
      exclusions: table.exclusions.map(named),
      indexes: table.indexes.map(named),
      fullTexts: (table.fullTexts ?? []).map(named),
    })),
  };
}

/** What becomes of tables, columns and values, by the renames that were agreed to: told without looking at operations. */
export class Identities {
  readonly pair: RandomPair;
  readonly #tables = new Map<string, string>();
  readonly #columns = new Map<string, string>();
  readonly #values = new Map<string, string>();
  readonly #sequences = new Map<string, string>();

  constructor(pair: RandomPair, renames: readonly RenameQuestion[]) {
    this.pair = pair;
    for (const { kind, owner, from, to } of renames) {
      if (kind === "table") this.#tables.set(from, to);
      if (kind === "sequence") this.#sequences.set(from, to);
      if (kind === "column") this.#columns.set(key(owner?.name, from), to);
      if (kind === "enumValue") this.#values.set(key(owner?.name, from), to);
    }
  }

  /** The table that `table` becomes. */
  table(table: RandomTable): RandomTable | undefined {
    const name = this.#tables.get(table.name) ?? table.name;
    return this.pair.after.tables.find((other) => other.name === name);
  }

  /** The table that becomes the one called `name`. */
  origin(name: string): RandomTable | undefined {
    return this.pair.before.tables.find((table) => this.table(table)?.name === name);
  }

  /** The column that keeps the values of `column`; one that is computed keeps none. */
  column(table: RandomTable, column: RandomColumn): RandomColumn | undefined {
    const target = this.table(table);
    const name = target && (this.#columns.get(key(target.name, column.name)) ?? column.name);
    return target?.columns.find((other) => other.name === name && other.computedFrom === undefined);
  }

  /** What a sequence is called afterwards, if it is still there. */
  sequence(name: string): string {
    return this.#sequences.get(name) ?? name;
  }

  /** What an enum's value is called afterwards, in the type of that name. */
  enumValue(type: string, value: string): string {
    return this.#values.get(key(type, value)) ?? value;
  }
}

function key(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}
