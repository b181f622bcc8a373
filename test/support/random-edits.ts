/** Random edits of random schemas. */
import {
  actions,
  addColumn,
  addForeignKey,
  addPart,
  addTable,
  columnNames,
  everything,
  freeName,
  labels,
  pickColumn,
  pickTable,
  randomDefault,
  randomType,
  repair,
  isPlainInteger,
  tableNames,
  type Random,
  type RandomColumn,
  type RandomSchema,
  type RandomSchemaOptions,
  type RandomTable,
} from "./random-schema.ts";

/** A copy of `schema` after 1 to 10 changes. */
export function editedSchema(
  schema: RandomSchema,
  random: Random,
  options: RandomSchemaOptions = everything,
): RandomSchema {
  const copy = structuredClone(schema);
  const count = 1 + random.below(10);
  for (let index = 0; index < count; index += 1) random.pick(edits)(copy, random, options);
  repair(copy, options);
  return copy;
}

type Edit = (schema: RandomSchema, random: Random, options: RandomSchemaOptions) => void;

const edits: readonly Edit[] = [
  addTable,
  addColumn,
  addColumn,
  addPart,
  addPart,
  addForeignKey,
  (schema, random) => {
    if (schema.tables.length > 1) schema.tables.splice(random.below(schema.tables.length), 1);
  },
  (schema, random) => {
    const found = pickColumn(schema, random);
    if (found !== undefined) found.table.columns.splice(found.table.columns.indexOf(found.column), 1);
  },
  // A rename of a column.
  (schema, random) => {
    const found = pickColumn(schema, random);
    const free = columnNames.filter((name) => found?.table.columns.every((column) => column.name !== name));
    if (found === undefined || free.length === 0) return;
    renameColumn(found.table, found.column, random.pick(free));
  },
  // A rename of a table.
  (schema, random) => {
    const table = pickTable(schema, random);
    const free = tableNames.filter((name) => schema.tables.every((other) => other.name !== name));
    if (table === undefined || free.length === 0) return;
    const name = random.pick(free);
    for (const other of schema.tables) {
      for (const key of other.foreignKeys) if (key.referred === table.name) key.referred = name;
    }
    table.name = name;
    if (random.chance(50)) table.primaryKey.name = `pk_${name}`;
  },
  (schema, random) => {
    const found = pickColumn(schema, random);
    if (found === undefined || found.column.computedFrom !== undefined) return;
    found.column.type = randomType(schema, random);
    found.column.default = randomDefault(schema, found.column.type, random);
  },
  (schema, random) => {
    const found = pickColumn(schema, random);
    if (found !== undefined) found.column.nullable = !found.column.nullable;
  },
  (schema, random) => {
    const found = pickColumn(schema, random);
    if (found === undefined || found.column.computedFrom !== undefined) return;
    found.column.default = randomDefault(schema, found.column.type, random);
  },
  (schema, random, { comments }) => {
    const found = pickColumn(schema, random);
    if (found !== undefined && comments) found.column.comment = random.pick([undefined, "new", "\r\n`\"'\\ */"]);
  },
  (schema, random, { comments }) => {
    const table = pickTable(schema, random);
    if (table !== undefined && comments) table.comment = random.pick([undefined, "of a table"]);
  },
  (schema, random) => {
    const found = pickColumn(schema, random);
    const integers = found?.table.columns.filter((column) => isPlainInteger(column) && column !== found.column) ?? [];
    if (found?.column.computedFrom === undefined || integers.length === 0) return;
    found.column.computedFrom = random.pick(integers).name;
  },
  (schema, random) => {
    const table = pickTable(schema, random);
    const lists = [table?.uniques, table?.foreignKeys, table?.checks, table?.exclusions, table?.indexes];
    const list = random.pick(lists);
    if (list !== undefined && list.length > 0) list.splice(random.below(list.length), 1);
  },
  // A part gets another name; two may swap.
  (schema, random) => {
    const table = pickTable(schema, random);
    const lists =
      table === undefined ? [] : [table.uniques, table.foreignKeys, table.checks, table.exclusions, table.indexes];
    const list = lists.length === 0 ? [] : random.pick(lists);
    const [first, second] = list;
    if (first !== undefined && second !== undefined) [first.name, second.name] = [second.name, first.name];
    else if (first !== undefined) first.name = freeName(schema, random, "zz");
  },
  (schema, random) => {
    const table = pickTable(schema, random);
    const key = table === undefined || table.foreignKeys.length === 0 ? undefined : random.pick(table.foreignKeys);
    if (key !== undefined) key.onDelete = random.pick(actions);
  },
  (schema, random) => {
    const table = pickTable(schema, random);
    const check = table === undefined || table.checks.length === 0 ? undefined : random.pick(table.checks);
    if (check !== undefined) check.above += 1;
  },
  (schema, random) => {
    const table = pickTable(schema, random);
    const index = table === undefined || table.indexes.length === 0 ? undefined : random.pick(table.indexes);
    if (index === undefined) return;
    const [first] = index.columns;
    if (first !== undefined) first.descending = !first.descending;
  },
  // Another primary key; "id" stays unique for those that refer to it.
  (schema, random) => {
    const table = pickTable(schema, random);
    if (table === undefined) return;
    const other = table.columns.find(
      (column) => column.type === "integer" && column.computedFrom === undefined && column.name !== "id",
    );
    if (other === undefined || table.primaryKey.columns.length > 1) {
      table.primaryKey.columns = ["id"];
      return;
    }
    table.primaryKey.columns = ["id", other.name];
    other.nullable = false;
    table.uniques.push({ name: freeName(schema, random, "uq"), columns: ["id"] });
  },
  (schema, random) => {
    const type = schema.enums.length === 0 ? undefined : random.pick(schema.enums);
    const free = labels.filter((label) => type?.values.includes(label) === false);
    if (type === undefined || free.length === 0) return;
    type.values.splice(random.below(type.values.length + 1), 0, random.pick(free));
  },
  (schema, random) => {
    const type = schema.enums.length === 0 ? undefined : random.pick(schema.enums);
    if (type !== undefined && type.values.length > 1) type.values.splice(random.below(type.values.length), 1);
  },
  (schema, random) => {
    const type = schema.enums.length === 0 ? undefined : random.pick(schema.enums);
    type?.values.reverse();
  },
];

function renameColumn(table: RandomTable, column: RandomColumn, name: string): void {
  const from = column.name;
  const rename = (other: string): string => (other === from ? name : other);
  column.name = name;
  table.primaryKey.columns = table.primaryKey.columns.map(rename);
  for (const key of table.uniques) key.columns = key.columns.map(rename);
  for (const key of table.exclusions) key.columns = key.columns.map(rename);
  for (const key of table.foreignKeys) key.column = rename(key.column);
  for (const check of table.checks) check.column = rename(check.column);
  for (const other of table.columns) other.computedFrom = other.computedFrom && rename(other.computedFrom);
  for (const index of table.indexes) {
    for (const part of index.columns) part.column = rename(part.column);
    index.where = index.where && rename(index.where);
    index.include = index.include.map(rename);
  }
}
