/** The tables of a MetaData as definitions in other schemas, under the names that they have in their own. */
import type { Dialect } from "../dialect/dialect.ts";
import type { SchemaMap } from "../dialect/migration-dialect.ts";
import { namedEnums } from "../metadata/ddl/ddl-compiler.ts";
import { SchemaDefinitionError } from "../metadata/errors.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import type { Sequence } from "../metadata/sequence.ts";
import type { Expression, SequenceSource, TemplateNode } from "../sql/expression/node.ts";
import { isFromClause } from "../sql/expression/template-part.ts";
import type { SqlType } from "../sql/type/sql-type.ts";

/** The schemas that models name: of their tables, enum types and sequences. */
export function schemasOf(metadata: MetaData): string[] {
  const { tables, sequences } = metadata;
  const names = [...tables, ...namedEnums(tables), ...sequences].flatMap(({ schema }) => schema ?? []);
  return [...new Set(names)];
}

/** `metadata` with each schema replaced; itself where no model names one. */
export function inSchemas(metadata: MetaData, dialect: Dialect, schemas: SchemaMap): MetaData {
  if (schemasOf(metadata).length === 0) return metadata;
  const moved = new MetaData({ namingConvention: metadata.namingConvention });
  const sequences = new Map(
    metadata.sequences.map((sequence): [SequenceSource, Sequence] => [
      sequence,
      sequence.inSchema(schemaIn(schemas, sequence.schema)),
    ]),
  );
  for (const sequence of sequences.values()) moved.addSequence(sequence);
  for (const table of metadata.tables) moved.add(movedTable(table, metadata, dialect, { schemas, sequences }));
  return moved;
}

/** Where definitions go. */
interface Moves {
  readonly schemas: SchemaMap;
  readonly sequences: ReadonlyMap<SequenceSource, Sequence>;
}

function schemaIn(schemas: SchemaMap, schema: string | undefined): string | undefined {
  return schema !== undefined && schemas.has(schema) ? schemas.get(schema) : schema;
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

function movedTable(table: Table, metadata: MetaData, { ddl }: Dialect, moves: Moves): Table {
  const moved = (schema: string | undefined): string | undefined => schemaIn(moves.schemas, schema);
  return new Table({
    name: table.name,
    schema: moved(table.schema),
    columns: table.columns.map((column) => ({
      ...column,
      type: movedType(column.type, moved),
      ...(column.serverDefault === undefined ? {} : { serverDefault: movedExpression(column.serverDefault, moves) }),
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
    exclusions: table.exclusions,
    indexes: table.indexes,
    comment: table.comment,
  });
}

/** A default's value and casts name its type, and what it draws from its sequence. */
function movedExpression(node: Expression, moves: Moves): Expression {
  const moved = (schema: string | undefined): string | undefined => schemaIn(moves.schemas, schema);
  switch (node.kind) {
    case "bind":
      return { ...node, type: movedType(node.type, moved) };
    case "cast":
      return { ...node, operand: movedExpression(node.operand, moves), type: movedType(node.type, moved) };
    case "nextValue":
      return { ...node, sequence: moves.sequences.get(node.sequence) ?? node.sequence };
    case "template":
      return { ...node, expressions: node.expressions.map((part) => movedPart(part, moves)) };
    default:
      return node;
  }
}

function movedPart(part: TemplateNode["expressions"][number], moves: Moves): TemplateNode["expressions"][number] {
  return part.kind === "identifier" || isFromClause(part) ? part : movedExpression(part, moves);
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
