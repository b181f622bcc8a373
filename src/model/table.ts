/** `table` and `inherit`: make the base class of a model, and with it its Zod objects and its SQL table. */
import type { ColumnOptions } from "../metadata/column.ts";
import type { ForeignKeyConstraint, Index, UniqueConstraint } from "../metadata/constraint.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import type { AnyModel, AnyRelationships } from "./any.ts";
import { ColumnProperty } from "./column-property.ts";
import { completeTable } from "./complete-table.ts";
import { addDefinition, definitionOf, nameOf, type ModelDefinition } from "./definition.ts";
import { ModelDefinitionError } from "./errors.ts";
import { checkKey, FieldReader, foreignKeyOf, type FieldDefinition } from "./field-definition.ts";
import { makeBaseClass, makeSubclass } from "./model-base.ts";
import type { InheritedModelClass, ModelClass } from "./model-class.ts";
import { readProperties, type PropertyDefinition } from "./property-definition.ts";
import type { Columns } from "./shape.ts";

/** The set of tables that `table` adds to. */
export const metadata: MetaData = new MetaData();

/** The type of `table`. */
export type TableFunction = <const Name extends string, C extends Columns, R extends AnyRelationships = {}>(
  name: Name,
  columns: C,
  relationships?: R,
) => ModelClass<Name, C, R>;

/** `table` for another set of tables than `metadata`: another naming convention, a second database. */
export function tableFor(target: MetaData): TableFunction {
  return function define<const Name extends string, C extends Columns, R extends AnyRelationships = {}>(
    name: Name,
    columns: C,
    relationships?: R,
  ): ModelClass<Name, C, R> {
    const base: unknown = makeModel(target, name, columns, relationships);
    return base as ModelClass<Name, C, R>;
  };
}

/**
 * The base class of a model: `class Hero extends table("hero", { … columns … }, { … relationships … }) {}`.
 * Columns are Zod types and what `field`, `primaryKey` and the like make; relationships are functions.
 */
export const table: TableFunction = tableFor(metadata);

function makeModel(target: MetaData, name: string, columns: Columns, relationships: AnyRelationships = {}): AnyModel {
  checkTableName(name);
  const fields = readFields(name, columns);
  if (!fields.some(({ column }) => column.primaryKey)) {
    throw new ModelDefinitionError(`Table '${name}' has no primary key. Give it one: id: primaryKey().`);
  }
  const sqlTable = makeTable(name, fields, []);
  const properties = readProperties(name, columns);
  return register({
    parent: undefined,
    metadata: target,
    table: sqlTable,
    ownsTable: true,
    fields,
    properties,
    relationships,
    inheritanceKey: undefined,
  });
}

/**
 * The base class of a subclass. With a table name, joined-table inheritance: a table of its own, whose key refers to the
 * parent's. Without, single-table inheritance: its columns, NULL for other classes, are added to the parent's table.
 */
export function inherit<
  M extends AnyModel,
  const Name extends string,
  C extends Columns,
  R extends AnyRelationships = {},
>(parent: M, name: Name, columns: C, relationships?: R): InheritedModelClass<M, Name, C, R>;
export function inherit<M extends AnyModel, C extends Columns, R extends AnyRelationships = {}>(
  parent: M,
  columns: C,
  relationships?: R,
): InheritedModelClass<M, M extends { readonly tableName: infer Name extends string } ? Name : string, C, R>;
export function inherit(parent: AnyModel, ...rest: readonly unknown[]): AnyModel {
  const [name, columns, relationships] = typeof rest[0] === "string" ? rest : [undefined, ...rest];
  const above = definitionOf(parent);
  const given = (columns ?? {}) as Columns;
  checkInheritedNames(above, given, (relationships ?? {}) as AnyRelationships);
  const made = name === undefined ? shareTable(above, given) : joinTable(above, name as string, given);
  return register(
    {
      ...made,
      parent: above,
      metadata: above.metadata,
      properties: readProperties(made.table.name, given),
      relationships: (relationships ?? {}) as AnyRelationships,
    },
    parent,
  );
}

type TableShare = Pick<ModelDefinition, "table" | "ownsTable" | "fields" | "inheritanceKey">;

function joinTable(parent: ModelDefinition, name: string, columns: Columns): TableShare {
  checkTableName(name);
  const keys = parent.table.columns.filter((column) => column.primaryKey);
  const fields = readFields(name, columns);
  const extra = fields.find(({ column }) => column.primaryKey);
  if (extra !== undefined) {
    throw new ModelDefinitionError(
      `Table '${name}' has a primary key of its own, '${extra.key}', but its model inherits that of ${nameOf(parent)}. Leave it out.`,
    );
  }
  const keyColumns = keys.map(({ key, name: column, type, collation }): ColumnOptions => ({
    key,
    name: column,
    type,
    nullable: false,
    primaryKey: true,
    ...(collation === undefined ? {} : { collation }),
  }));
  const names = keys.map((column) => column.name);
  const inheritanceKey: ForeignKeyConstraint = {
    kind: "foreignKey",
    name: undefined,
    columns: names,
    get referredTable() {
      return parent.table.fullName;
    },
    referredColumns: names,
    onDelete: "CASCADE",
    onUpdate: undefined,
    deferrable: undefined,
  };
  const table = makeTable(name, fields, keyColumns);
  table.define({ foreignKeys: [inheritanceKey] });
  return { table, ownsTable: true, fields, inheritanceKey };
}

function shareTable(parent: ModelDefinition, columns: Columns): TableShare {
  const { table } = parent;
  if (parent.isComplete) {
    throw new ModelDefinitionError(
      `inherit(${nameOf(parent)}, {…}) adds columns to table '${table.name}', which has been used already. Define all models before the first statement.`,
    );
  }
  const fields = readFields(table.name, columns);
  for (const field of fields) {
    if (field.column.primaryKey)
      throw new ModelDefinitionError(
        `Field '${field.key}' of table '${table.name}' is a primary key, but its model inherits that of ${nameOf(parent)}. Leave it out.`,
      );
    // Rows of other classes have no value for it.
    table.addColumn({ ...field.column, nullable: true });
  }
  defineConstraints(table, fields);
  return { table, ownsTable: false, fields, inheritanceKey: undefined };
}

function readFields(name: string, columns: Columns): FieldDefinition[] {
  const reader = new FieldReader(name);
  const fields = Object.entries(columns).flatMap(([key, entry]) =>
    ColumnProperty.isProperty(entry) ? [] : [reader.read(key, entry)],
  );
  const counted = fields.filter(({ column }) => column.identity !== undefined);
  if (counted.length > 1) {
    const shown = counted.map(({ key }) => `'${key}'`).join(" and ");
    throw new ModelDefinitionError(
      `Table '${name}' has several columns that the database counts up: ${shown}. Keep one primaryKey(); the others are field(z.int(), { primaryKey: true }).`,
    );
  }
  for (const option of ["version", "discriminator"] as const) {
    const marked = fields.filter((field) => field.options[option] === true);
    if (marked.length > 1)
      throw new ModelDefinitionError(
        `Table '${name}' has two ${option} columns, ${marked.map(({ key }) => `'${key}'`).join(" and ")}. Keep one.`,
      );
  }
  return fields;
}

function makeTable(name: string, fields: readonly FieldDefinition[], before: readonly ColumnOptions[]): Table {
  const made: Table = new Table({
    name,
    columns: [...before, ...fields.map((field) => withComputed(field, () => made))],
  });
  defineConstraints(made, fields);
  return made;
}

/** A generated column's expression may be over the table's own columns, which are there only when the table is. */
function withComputed(field: FieldDefinition, table: () => Table): ColumnOptions {
  const { computed } = field.options;
  if (computed === undefined) return field.column;
  const { expression, stored } = computed;
  return {
    ...field.column,
    computed: {
      stored,
      get expression() {
        if (ColumnElement.isElement(expression)) return expression.node;
        const columns = Object.fromEntries(table().columns.map((column) => [column.key, column.element]));
        const made: unknown = expression(columns);
        if (ColumnElement.isElement(made)) return made.node;
        throw new ModelDefinitionError(
          `Field '${field.key}' of table '${table().name}' is generated by a function that returns no SQL expression. Return sql\`…\` or an expression of the columns it is given.`,
        );
      },
    },
  };
}

function defineConstraints(table: Table, fields: readonly FieldDefinition[]): void {
  const foreignKeys: ForeignKeyConstraint[] = [];
  const uniques: UniqueConstraint[] = [];
  const indexes: Index[] = [];
  for (const field of fields) {
    const { index = false, unique = false } = field.options;
    const { name } = field.column;
    const foreignKey = foreignKeyOf(field);
    if (foreignKey !== undefined) foreignKeys.push(foreignKey);
    if (unique !== false) uniques.push({ kind: "unique", name: unique === true ? undefined : unique, columns: [name] });
    if (index !== false) indexes.push(plainIndex(table, name, index === true ? undefined : index));
  }
  table.define({ foreignKeys, uniques, indexes });
}

function plainIndex(table: Table, column: string, name: string | undefined): Index {
  const expression = table.column(column).node;
  return {
    kind: "index",
    name,
    columns: [{ expression, direction: "asc", nulls: undefined }],
    unique: false,
    method: undefined,
    where: undefined,
    include: [],
  };
}

function checkTableName(name: unknown): void {
  if (typeof name !== "string" || name === "")
    throw new ArgumentError("table() takes the table's name, its columns and its relationships.");
}

function checkInheritedNames(parent: ModelDefinition, columns: Columns, relationships: AnyRelationships): void {
  for (let above: ModelDefinition | undefined = parent; above !== undefined; above = above.parent) {
    const taken = new Set([
      ...[...above.fields, ...above.properties].map(({ key }) => key),
      ...Object.keys(above.relationships),
    ]);
    const twice = [...Object.keys(columns), ...Object.keys(relationships)].find((key) => taken.has(key));
    if (twice !== undefined)
      throw new ModelDefinitionError(
        `${nameOf(above)} has a property '${twice}' already, which its subclass inherits. Choose another name.`,
      );
  }
}

type Registration = Pick<
  ModelDefinition,
  "parent" | "metadata" | "table" | "ownsTable" | "fields" | "properties" | "inheritanceKey"
> & { readonly relationships: AnyRelationships };

function register(given: Registration, parentClass?: AnyModel): AnyModel {
  const { parent, fields, properties, table: sqlTable } = given;
  const relationships = checkRelationships(sqlTable.name, [...fields, ...properties], given.relationships);
  checkProperties(sqlTable, properties);
  const accessors = { relationships: Object.keys(relationships), properties: properties.map(({ key }) => key) };
  const base = parentClass === undefined ? makeBaseClass(accessors) : makeSubclass(parentClass, accessors);
  const discriminator = fields.find((field) => field.options.discriminator === true);
  const definition: ModelDefinition = {
    ...given,
    base,
    relationships,
    children: [],
    model: undefined,
    isComplete: false,
    inheritance: discriminator === undefined ? {} : { on: discriminator.key },
    mapper: undefined,
    get root() {
      return parent?.root ?? definition;
    },
  };
  addDefinition(definition);
  if (given.ownsTable) given.metadata.add(sqlTable);
  given.metadata.onUse((isFinal) => completeTable(definition, isFinal));
  return base;
}

function checkRelationships(
  name: string,
  attributes: readonly { readonly key: string }[],
  relationships: AnyRelationships,
): ModelDefinition["relationships"] {
  const columns = new Set(attributes.map(({ key }) => key));
  for (const [key, thunk] of Object.entries(relationships)) {
    checkKey(key, name);
    if (columns.has(key))
      throw new ModelDefinitionError(
        `Table '${name}' has a column and a relationship named '${key}'. Rename one of them.`,
      );
    if (typeof thunk !== "function")
      throw new ModelDefinitionError(
        `Relationship '${key}' of table '${name}' is no function. Write ${key}: () => one(…) or () => many(…), so that models may refer to each other.`,
      );
  }
  return relationships;
}

/** In a subquery a column property has a name beside those of the columns. */
function checkProperties(table: Table, properties: readonly PropertyDefinition[]): void {
  for (const { key, name } of properties) {
    const column = table.findColumn(name);
    if (column === undefined) continue;
    throw new ModelDefinitionError(
      `Column property '${key}' of table '${table.name}' would be called '${name}' in a subquery, as its column of that name, property '${column.key}'. Choose another name.`,
    );
  }
}
