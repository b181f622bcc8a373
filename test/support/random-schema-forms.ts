/** Random schemas as catalogs and as MetaData. */
import {
  emptyCatalog,
  emptyTable,
  type Catalog,
  type CatalogColumn,
  type CatalogTable,
} from "../../src/metadata/catalog.ts";
import type { ColumnOptions } from "../../src/metadata/column.ts";
import type { Index } from "../../src/metadata/constraint.ts";
import { MetaData } from "../../src/metadata/meta-data.ts";
import type { Sequence } from "../../src/metadata/sequence.ts";
import { Table } from "../../src/metadata/table.ts";
import type { ColumnElement } from "../../src/sql/expression/column-element.ts";
import { func } from "../../src/sql/expression/functions.ts";
import { literal, sql } from "../../src/sql/expression/operators.ts";
import { enumType } from "../../src/sql/type/types.ts";
import { fullTextIndex, type RandomFullText } from "./random-full-text.ts";
import { definedSequences, drawnFrom } from "./random-sequences.ts";
import { types, type RandomColumn, type RandomSchema, type RandomTable } from "./random-schema.ts";

// ---------------------------------------------------------------- as a catalog

/** The schema as PostgreSQL would print it. */
export function catalogOfSchema(schema: RandomSchema): Catalog {
  const byName = (left: { name: string }, right: { name: string }): number => (left.name < right.name ? -1 : 1);
  return {
    ...emptyCatalog,
    tables: schema.tables.map((table) => tableOfSchema(schema, table)).sort(byName),
    enums: schema.enums.map(({ name, values }) => ({ name, values: [...values] })).sort(byName),
  };
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && name !== "order" ? name : `"${name}"`;
}

function tableOfSchema(schema: RandomSchema, table: RandomTable): CatalogTable {
  return {
    ...emptyTable({ name: table.name }),
    columns: table.columns.map((column) => columnOfSchema(schema, column)),
    primaryKey: table.primaryKey.columns.length === 0 ? undefined : { ...table.primaryKey },
    uniques: table.uniques.map((key) => ({ ...key })),
    foreignKeys: table.foreignKeys.map(({ name, column, referred, onDelete, onUpdate, deferrable }) => ({
      name,
      columns: [column],
      referred: { name: referred },
      referredColumns: ["id"],
      onDelete,
      onUpdate,
      deferrable,
    })),
    checks: table.checks.map(({ name, column, above }) => ({
      name,
      expression: `(${quoted(column)} > ${String(above)})`,
    })),
    exclusions: table.exclusions.map(({ name, columns }) => ({
      name,
      definition: `EXCLUDE USING btree (${columns.map((column) => `${quoted(column)} WITH =`).join(", ")})`,
    })),
    indexes: table.indexes.map(({ name, columns, unique, where, include }) => ({
      name,
      unique,
      columns: columns.map(({ column, descending, isExpression }) => ({
        ...(isExpression ? { expression: `(${quoted(column)} + 1)` } : { column }),
        descending: descending ? true : undefined,
      })),
      where: where === undefined ? undefined : `(${quoted(where)} IS NOT NULL)`,
      include: include.length === 0 ? undefined : include,
    })),
    comment: table.comment,
  };
}

function columnOfSchema(schema: RandomSchema, column: RandomColumn): CatalogColumn {
  const isEnum = schema.enums.some(({ name }) => name === column.type);
  const value = column.default;
  return {
    name: column.name,
    type: isEnum ? quoted(column.type) : types[column.type]!.text,
    nullable: column.nullable,
    default: isEnum && value !== undefined ? `'${value.replaceAll("'", "''")}'::${quoted(column.type)}` : value,
    identity: column.identity ? { always: false } : undefined,
    computed:
      column.computedFrom === undefined
        ? undefined
        : { expression: `(${quoted(column.computedFrom)} * 2)`, stored: true },
    comment: column.comment,
  };
}

// ---------------------------------------------------------------- as a MetaData

/** The schema as models would define it. */
export function metadataOfSchema(schema: RandomSchema): MetaData {
  const metadata = new MetaData();
  const sequences = definedSequences(schema);
  for (const sequence of sequences.values()) metadata.addSequence(sequence);
  for (const description of schema.tables) metadata.add(defineTable(schema, description, sequences));
  return metadata;
}

function defineTable(schema: RandomSchema, description: RandomTable, sequences: ReadonlyMap<string, Sequence>): Table {
  const options = (column: RandomColumn): ColumnOptions => ({
    ...columnOptions(schema, description, column),
    ...(column.sequence === undefined ? {} : { serverDefault: drawnFrom(sequences, column.sequence) }),
  });
  const written = (name: string): string => {
    const target = schema.tables.find((other) => other.name === name)?.schema;
    return target === description.schema ? name : `${target ?? ""}.${name}`;
  };
  const table: Table = new Table({
    name: description.name,
    schema: description.schema,
    columns: description.columns.filter(({ computedFrom }) => computedFrom === undefined).map(options),
    comment: description.comment,
    primaryKey: { kind: "primaryKey", ...description.primaryKey },
    uniques: description.uniques.map((key) => ({ kind: "unique", ...key })),
    foreignKeys: description.foreignKeys.map(({ name, column, referred, onDelete, onUpdate, deferrable }) => ({
      kind: "foreignKey",
      name,
      columns: [column],
      referredTable: written(referred),
      referredColumns: ["id"],
      onDelete,
      onUpdate,
      deferrable,
    })),
  });
  const element = (name: string): ColumnElement<number> => table.column(name).element as ColumnElement<number>;
  for (const column of description.columns) {
    if (column.computedFrom === undefined) continue;
    const expression = sql<number>`${element(column.computedFrom)} * 2`.node;
    table.addColumn({ ...options(column), computed: { expression, stored: true } });
  }
  const indexOf = ({ name, columns, unique, where, include, details }: RandomTable["indexes"][number]): Index => ({
    kind: "index",
    name,
    unique,
    method: undefined,
    ...details?.index,
    include,
    where: where === undefined ? undefined : element(where).isNotNull().node,
    columns: columns.map(({ column, descending, isExpression }, place) => ({
      expression: isExpression ? func.abs(element(column)).node : element(column).node,
      direction: descending ? "desc" : "asc",
      nulls: undefined,
      ...details?.columns[place],
    })),
  });
  const searched = (index: RandomFullText): Index => fullTextIndex(table, index);
  table.define({
    checks: description.checks.map(({ name, column, above }) => ({
      kind: "check",
      name,
      condition: element(column).gt(above).node,
    })),
    exclusions: description.exclusions.map(({ name, columns }) => ({
      kind: "exclusion",
      name,
      method: "btree",
      elements: columns.map((column) => ({ expression: element(column).node, operator: "=" })),
      where: undefined,
      deferrable: undefined,
    })),
    indexes: [...description.indexes.map(indexOf), ...(description.fullTexts ?? []).map(searched)],
  });
  return table;
}

function columnOptions(schema: RandomSchema, table: RandomTable, column: RandomColumn): ColumnOptions {
  const values = schema.enums.find(({ name }) => name === column.type)?.values;
  const known = types[column.type];
  const type = values === undefined ? known!.type : enumType(values, { name: column.type });
  const value = column.default === undefined || values !== undefined ? column.default : known?.defaults[column.default];
  return {
    name: column.name,
    type,
    nullable: column.nullable,
    primaryKey: table.primaryKey.columns.includes(column.name),
    ...(column.identity ? { identity: { always: false } } : {}),
    ...(value === undefined ? {} : { serverDefault: literal(value, type).node }),
    ...(column.collation === undefined ? {} : { collation: column.collation }),
    ...(column.comment === undefined ? {} : { comment: column.comment }),
  };
}
