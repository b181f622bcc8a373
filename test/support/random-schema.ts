/** Random schemas, as descriptions that a catalog and a MetaData can be made of. The same seed gives the same schema. */
import type { ForeignKeyAction } from "../../src/metadata/constraint.ts";
import type { SqlType } from "../../src/sql/type/sql-type.ts";
import {
  bigint,
  boolean,
  date,
  decimal,
  double,
  integer,
  smallint,
  text,
  timestamp,
  uuid,
  varchar,
} from "../../src/sql/type/types.ts";
import type { DetailedDialect, RandomIndexDetails } from "./random-details.ts";
import type { RandomFullText } from "./random-full-text.ts";
import type { RandomSequence } from "./random-sequences.ts";

export interface RandomColumn {
  name: string;
  /** A key of `types`, or an enum's name. */
  type: string;
  nullable: boolean;
  default: string | undefined;
  /** The sequence that it draws from, in place of a default. */
  sequence?: string;
  identity: boolean;
  /** The integer column that it doubles. */
  computedFrom: string | undefined;
  collation?: string | undefined;
  comment: string | undefined;
}

export interface RandomTable {
  /** Undefined for the connection's own. */
  schema?: string | undefined;
  name: string;
  columns: RandomColumn[];
  primaryKey: { name: string; columns: string[] };
  uniques: { name: string; columns: string[] }[];
  foreignKeys: {
    name: string;
    column: string;
    referred: string;
    onDelete: ForeignKeyAction | undefined;
    onUpdate: ForeignKeyAction | undefined;
    deferrable: "immediate" | "deferred" | undefined;
  }[];
  checks: { name: string; column: string; above: number }[];
  /** Two rows that are equal in these columns exclude each other. */
  exclusions: { name: string; columns: string[] }[];
  indexes: {
    name: string;
    columns: { column: string; descending: boolean; isExpression: boolean }[];
    unique: boolean;
    where: string | undefined;
    include: string[];
    details?: RandomIndexDetails | undefined;
  }[];
  fullTexts?: RandomFullText[];
  comment: string | undefined;
}

export interface RandomSchema {
  tables: RandomTable[];
  enums: { name: string; values: string[] }[];
  sequences?: RandomSequence[];
}

/** What a database can take; what it cannot is left out of random schemas. */
export interface RandomSchemaOptions {
  readonly namedEnums: boolean;
  readonly sequences: boolean;
  readonly comments: boolean;
  readonly partialIndexes: boolean;
  readonly includeIndexes: boolean;
  readonly expressionIndexes: boolean;
  readonly deferrableConstraints: boolean;
  readonly exclusionConstraints: boolean;
  readonly nullsOrder: boolean;
  /** Whether checks and generated columns may read columns of foreign keys. */
  readonly expressionsOnForeignKeys: boolean;
  /** Whether generated columns may read the column that is counted up. */
  readonly expressionsOnIdentities: boolean;
  /** Whose details indexes and columns may have. */
  readonly details?: DetailedDialect | undefined;
}

/** Everything that a random schema can have. */
export const everything: RandomSchemaOptions = {
  namedEnums: true,
  sequences: true,
  comments: true,
  partialIndexes: true,
  includeIndexes: true,
  expressionIndexes: true,
  deferrableConstraints: true,
  exclusionConstraints: true,
  nullsOrder: true,
  expressionsOnForeignKeys: true,
  expressionsOnIdentities: true,
};

/** Text in a catalog, type, and defaults with their texts in a catalog. */
export const types: {
  readonly [key: string]: {
    readonly text: string;
    readonly type: SqlType;
    readonly defaults: { readonly [text: string]: unknown };
  };
} = {
  integer: { text: "integer", type: integer(), defaults: { "0": 0, "42": 42 } },
  smallint: { text: "smallint", type: smallint(), defaults: { "'1'::smallint": 1 } },
  bigint: { text: "bigint", type: bigint(), defaults: { "'7'::bigint": 7n } },
  text: { text: "text", type: text(), defaults: { "'it''s'::text": "it's", "''::text": "" } },
  short: { text: "character varying(20)", type: varchar(20), defaults: { "'a'::character varying": "a" } },
  long: { text: "character varying(200)", type: varchar(200), defaults: {} },
  boolean: { text: "boolean", type: boolean(), defaults: { true: true, false: false } },
  price: { text: "numeric(10,2)", type: decimal(10, 2), defaults: { "1.50": "1.50" } },
  precise: { text: "numeric(14,4)", type: decimal(14, 4), defaults: {} },
  double: { text: "double precision", type: double(), defaults: {} },
  date: { text: "date", type: date(), defaults: {} },
  timestamp: { text: "timestamp(6) with time zone", type: timestamp(), defaults: {} },
  uuid: { text: "uuid", type: uuid(), defaults: {} },
};
const typeKeys = Object.keys(types);
export const actions: readonly (ForeignKeyAction | undefined)[] = [undefined, "CASCADE", "SET NULL", "RESTRICT"];

/** Numbers from a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

export const tableNames = ["hero", "team", "mission", "Order", "weapon", "city", "a b"];
export const columnNames = ["name", "age", "code", "Phone", "email", "level", "note", "price", "order", "born"];
const enumNames = ["mood", "Grade"];
export const labels = ["sad", "ok", "happy", "it's", "Meh"];

export function randomSchema(random: Random, options: RandomSchemaOptions = everything): RandomSchema {
  const schema: RandomSchema = { tables: [], enums: [] };
  if (options.namedEnums) {
    for (const name of enumNames) schema.enums.push({ name, values: labels.slice(0, 2 + random.below(3)) });
  }
  const count = 1 + random.below(4);
  for (let index = 0; index < count; index += 1) addTable(schema, random, options);
  for (let index = 0; index < 3; index += 1) addForeignKey(schema, random, options);
  repair(schema, options);
  return schema;
}

export function addTable(schema: RandomSchema, random: Random, options: RandomSchemaOptions): void {
  const free = tableNames.filter((name) => !schema.tables.some((table) => table.name === name));
  if (free.length === 0) return;
  const name = random.pick(free);
  const table: RandomTable = {
    name,
    columns: [
      {
        name: "id",
        type: "integer",
        nullable: false,
        default: undefined,
        identity: true,
        computedFrom: undefined,
        comment: undefined,
      },
    ],
    primaryKey: { name: `pk_${name}`, columns: ["id"] },
    uniques: [],
    foreignKeys: [],
    checks: [],
    exclusions: [],
    indexes: [],
    comment: options.comments && random.chance(20) ? "a table's comment" : undefined,
  };
  schema.tables.push(table);
  for (let index = 0; index < 1 + random.below(5); index += 1) addColumn(schema, random, options, table);
  for (let index = 0; index < 3; index += 1) addPart(schema, random, options, table);
}

export function addColumn(
  schema: RandomSchema,
  random: Random,
  options: RandomSchemaOptions,
  table: RandomTable | undefined = pickTable(schema, random),
): void {
  const free = columnNames.filter((name) => table?.columns.every((column) => column.name !== name));
  if (table === undefined || free.length === 0) return;
  const integers = table.columns.filter((column) => isPlainInteger(column) && column.name !== "id");
  const isComputed = integers.length > 0 && random.chance(15);
  const type = isComputed ? "integer" : randomType(schema, random);
  table.columns.splice(1 + random.below(table.columns.length), 0, {
    name: random.pick(free),
    type,
    nullable: random.chance(60),
    default: isComputed ? undefined : randomDefault(schema, type, random),
    identity: false,
    computedFrom: isComputed ? random.pick(integers).name : undefined,
    comment: options.comments && random.chance(15) ? random.pick(["first", "it's 'quoted'\\"]) : undefined,
  });
}

export function isPlainInteger(column: RandomColumn): boolean {
  return column.type === "integer" && column.computedFrom === undefined;
}

export function randomType(schema: RandomSchema, random: Random): string {
  return random.pick([...typeKeys, ...schema.enums.map(({ name }) => name)]);
}

export function randomDefault(schema: RandomSchema, type: string, random: Random): string | undefined {
  if (random.chance(50)) return undefined;
  const values = schema.enums.find(({ name }) => name === type)?.values;
  const known = values ?? Object.keys(types[type]?.defaults ?? {});
  return known.length === 0 ? undefined : random.pick(known);
}

/** A unique constraint, a check, an exclusion constraint or an index. */
export function addPart(
  schema: RandomSchema,
  random: Random,
  options: RandomSchemaOptions,
  table: RandomTable | undefined = pickTable(schema, random),
): void {
  if (table === undefined) return;
  const { name } = random.pick(table.columns);
  const other = random.pick(table.columns).name;
  const columns = name === other ? [name] : [name, other];
  if (options.exclusionConstraints && random.chance(15)) {
    table.exclusions.push({ name: freeName(schema, random, "ex"), columns });
    return;
  }
  switch (random.below(3)) {
    case 0:
      table.uniques.push({ name: freeName(schema, random, "uq"), columns });
      return;
    case 1: {
      const integers = table.columns.filter((column) => column.type === "integer" && column.name !== "id");
      if (integers.length === 0) return;
      table.checks.push({
        name: freeName(schema, random, "ck"),
        column: random.pick(integers).name,
        above: random.below(3),
      });
      return;
    }
    default: {
      const unique = random.chance(30);
      const isInteger = table.columns.find((column) => column.name === name)?.type === "integer";
      const include = options.includeIndexes && random.chance(20) ? table.columns.map((column) => column.name) : [];
      table.indexes.push({
        name: freeName(schema, random, "ix"),
        columns: columns.map((column, index) => ({
          column,
          descending: random.chance(30),
          isExpression: options.expressionIndexes && index === 0 && isInteger && random.chance(20),
        })),
        unique,
        where: options.partialIndexes && random.chance(20) ? other : undefined,
        include: include.filter((column) => !columns.includes(column)).slice(0, 1),
      });
    }
  }
}

/** Names of which few exist, so that they change hands between tables. */
export function freeName(schema: RandomSchema, random: Random, prefix: string): string {
  const taken = new Set(schema.tables.flatMap((table) => partsOf(table).map(({ name }) => name)));
  for (;;) {
    const name = `${prefix}_${String(random.below(30))}`;
    if (!taken.has(name)) return name;
    if (taken.size > 25) return `${prefix}_${String(random.below(1_000_000))}`;
  }
}

function partsOf(table: RandomTable): { name: string }[] {
  return [...table.uniques, ...table.foreignKeys, ...table.checks, ...table.exclusions, ...table.indexes];
}

export function addForeignKey(schema: RandomSchema, random: Random, options: RandomSchemaOptions): void {
  const table = pickTable(schema, random);
  const target = pickTable(schema, random);
  if (table === undefined || target === undefined) return;
  const candidates = table.columns.filter((column) => isPlainInteger(column) && !column.identity);
  let column = candidates[0];
  if (column === undefined || random.chance(50)) {
    const name = `${target.name}_id`;
    if (table.columns.some((other) => other.name === name)) return;
    column = {
      name,
      type: "integer",
      nullable: true,
      default: undefined,
      identity: false,
      computedFrom: undefined,
      comment: undefined,
    };
    table.columns.push(column);
  }
  if (table.foreignKeys.some((key) => key.column === column.name)) return;
  table.foreignKeys.push({
    name: freeName(schema, random, "fk"),
    column: column.name,
    referred: target.name,
    onDelete: random.pick(actions),
    onUpdate: random.chance(20) ? "CASCADE" : undefined,
    deferrable: options.deferrableConstraints && random.chance(20) ? random.pick(["immediate", "deferred"]) : undefined,
  });
}

export function pickTable(schema: RandomSchema, random: Random): RandomTable | undefined {
  return schema.tables.length === 0 ? undefined : random.pick(schema.tables);
}

export function pickColumn(
  schema: RandomSchema,
  random: Random,
): { table: RandomTable; column: RandomColumn } | undefined {
  const table = pickTable(schema, random);
  const columns = table?.columns.filter(({ name }) => name !== "id") ?? [];
  return table === undefined || columns.length === 0 ? undefined : { table, column: random.pick(columns) };
}

/** Take out what edits have left without a column, a table or a key. */
export function repair(
  schema: RandomSchema,
  { expressionsOnForeignKeys, expressionsOnIdentities }: RandomSchemaOptions,
): void {
  for (const table of schema.tables) {
    const byName = new Map(table.columns.map((column) => [column.name, column]));
    const isInteger = (name: string): boolean => byName.get(name)?.type === "integer";
    const isPlain = (name: string): boolean => isInteger(name) && byName.get(name)?.computedFrom === undefined;
    if (!expressionsOnForeignKeys) {
      const isFree = (name: string | undefined): boolean => table.foreignKeys.every(({ column }) => column !== name);
      table.columns = table.columns.filter(({ computedFrom }) => isFree(computedFrom));
      table.checks = table.checks.filter(({ column }) => isFree(column));
    }
    if (!expressionsOnIdentities) table.columns = table.columns.filter(({ computedFrom }) => computedFrom !== "id");
    table.columns = table.columns.filter(({ computedFrom }) => computedFrom === undefined || isPlain(computedFrom));
    const has = (name: string): boolean => table.columns.some((column) => column.name === name);
    table.primaryKey.columns = table.primaryKey.columns.filter((name) => has(name) && isPlain(name));
    for (const name of table.primaryKey.columns) byName.get(name)!.nullable = false;
    table.uniques = table.uniques.filter(({ columns }) => columns.every(has));
    table.exclusions = table.exclusions.filter(({ columns }) => columns.every(has));
    table.columns.forEach((column) => {
      column.identity = column.name === "id" && table.primaryKey.columns.join() === "id";
    });
    table.checks = table.checks.filter(({ column }) => column !== "id" && has(column) && isInteger(column));
    table.indexes = table.indexes.filter(
      ({ columns, where, include }) =>
        columns.every(({ column, isExpression }) => has(column) && (!isExpression || isInteger(column))) &&
        include.every(has) &&
        (where === undefined || has(where)),
    );
    table.foreignKeys = table.foreignKeys.filter((key) => has(key.column) && isPlain(key.column));
    for (const column of table.columns) repairDefault(schema, column);
    const isTaken = (name: string): boolean =>
      schema.tables.some((other) => other !== table && other.primaryKey.name === name);
    if (isTaken(table.primaryKey.name) || schema.tables.some(({ name }) => table.primaryKey.name === `pk_${name}`))
      table.primaryKey.name = `pk_${table.name}`;
  }
  for (const table of schema.tables) {
    table.foreignKeys = table.foreignKeys.filter((key) => {
      const target = schema.tables.find(({ name }) => name === key.referred);
      const keys = target === undefined ? [] : [target.primaryKey, ...target.uniques];
      return keys.some(({ columns }) => columns.length === 1 && columns[0] === "id");
    });
    for (const key of table.foreignKeys) {
      if (key.onDelete === "SET NULL" && table.columns.find(({ name }) => name === key.column)?.nullable !== true) {
        key.onDelete = undefined;
      }
    }
  }
  schema.enums = schema.enums.filter(({ name }) =>
    schema.tables.some((table) => table.columns.some((column) => column.type === name)),
  );
}

function repairDefault(schema: RandomSchema, column: RandomColumn): void {
  const values = schema.enums.find(({ name }) => name === column.type)?.values;
  const known = values ?? Object.keys(types[column.type]?.defaults ?? {});
  if (column.default !== undefined && !known.includes(column.default)) column.default = undefined;
}
