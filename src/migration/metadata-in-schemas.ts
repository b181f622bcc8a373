/** The tables of a MetaData as definitions in other schemas, under the names that they have in their own. */
import type { Dialect } from "../dialect/dialect.ts";
import type { SchemaMap } from "../dialect/migration-dialect.ts";
import { namedEnums } from "../metadata/ddl/ddl-compiler.ts";
import { SchemaDefinitionError } from "../metadata/errors.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import type { Expression } from "../sql/expression/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";

/** The schemas that models name: of their tables and enum types. */
export function schemasOf(metadata: MetaData): string[] {
  const { tables } = metadata;
  const names = [...tables, ...namedEnums(tables)].flatMap(({ schema }) => schema ?? []);
  return [...new Set(names)];
}

/** `metadata` with each schema replaced; itself where no model names one. */
export function inSchemas(metadata: MetaData, dialect: Dialect, schemas: SchemaMap): MetaData {
  if (schemasOf(metadata).length === 0) return metadata;
  const moved = new MetaData({ namingConvention: metadata.namingConvention });
  for (const table of metadata.tables) moved.add(movedTable(table, metadata, dialect, schemas));
  return moved;
}

/**
 * `metadata` whose tables and types of the connection's own schema do not name it, as catalogs do not; itself where none does.
 * @throws SchemaDefinitionError where a table is defined both with and without that name.
 */
export function withoutOwnSchema(metadata: MetaData, dialect: Dialect, own: string | undefined): MetaData {
  if (own === undefined || !schemasOf(metadata).includes(own)) return metadata;
  const both = metadata.tables.find(({ schema, name }) => schema === own && metadata.findTable(name) !== undefined);
  if (both !== undefined)
    throw new SchemaDefinitionError(
      `The tables '${both.fullName}' and '${both.name}' are one table here, because '${own}' is the connection's own schema. Define it once.`,
    );
  return inSchemas(metadata, dialect, new Map([[own, undefined]]));
}

function movedTable(table: Table, metadata: MetaData, { ddl }: Dialect, schemas: SchemaMap): Table {
  const moved = (schema: string | undefined): string | undefined =>
    schema !== undefined && schemas.has(schema) ? schemas.get(schema) : schema;
  return new Table({
    name: table.name,
    schema: moved(table.schema),
    columns: table.columns.map((column) => ({
      ...column,
      type: movedType(column.type, moved),
      ...(column.serverDefault === undefined ? {} : { serverDefault: movedExpression(column.serverDefault, moved) }),
    })),
    primaryKey: table.primaryKey,
    foreignKeys: metadata.foreignKeysOf(table).map(({ constraint, referredTable, pairs }) => {
      const schema = moved(referredTable.schema);
      return {
        ...constraint,
        // Conventions make names of the referred table's: the real one's.
        name: ddl.names.foreignKey(table, constraint, metadata),
        referredTable: `${schema ?? ""}.${referredTable.name}`,
        referredColumns: pairs.map(({ referred }) => referred.name),
      };
    }),
    uniques: table.uniques,
    checks: table.checks,
    indexes: table.indexes,
    comment: table.comment,
  });
}

/** A default's value and casts name its type. */
function movedExpression(node: Expression, moved: (schema: string | undefined) => string | undefined): Expression {
  if (node.kind === "bind") return { ...node, type: movedType(node.type, moved) };
  if (node.kind !== "cast") return node;
  return { ...node, operand: movedExpression(node.operand, moved), type: movedType(node.type, moved) };
}

function movedType(type: SqlType, moved: (schema: string | undefined) => string | undefined): SqlType {
  switch (type.kind) {
    case "enum": {
      const { schema: written, ...rest } = type;
      const schema = moved(written);
      return schema === undefined ? rest : { ...rest, schema };
    }
    case "array":
      return { ...type, item: movedType(type.item, moved) };
    case "custom":
      return { ...type, impl: movedType(type.impl, moved) };
    default:
      return type;
  }
}
