/**
 * An entity as part of a select: the tables it is read from and its columns, in the order the ORM reads them.
 * Order law: first `mapper.attributes`, then, mapper by mapper below it, the attributes each adds.
 */
import type { ColumnNode, Expression, FromClause, TableSource } from "../sql/expression/node.ts";
import { nextSourceId } from "../sql/expression/node.ts";
import type { JoinClause } from "../sql/statement/node.ts";
import type { Table } from "../metadata/table.ts";
import { InternalError } from "../util/coded-error.ts";
import type { ColumnAttribute, Mapper } from "./mapper.ts";

export interface EntitySource {
  readonly mapper: Mapper;
  /** The root's table, or an alias of it. */
  readonly from: FromClause;
  /** Tables of parent models (inner) and of models below (left), each joined on the key. */
  readonly joins: readonly JoinClause[];
  /** In the order of the law above. */
  readonly columns: readonly ColumnNode[];
  /** What limits a single table to this model's rows; undefined where nothing must. */
  readonly criterion: Expression | undefined;
  /** The column that holds an attribute of the mapper or of one below it. */
  column(attribute: ColumnAttribute): ColumnNode;
}

const plain = new WeakMap<Mapper, EntitySource>();

/** The entity read from its own tables, or from aliases of them. */
export function entitySource(mapper: Mapper, alias?: string): EntitySource {
  if (alias !== undefined) return makeSource(mapper, aliasTables(mapper, alias));
  let source = plain.get(mapper);
  if (source === undefined) plain.set(mapper, (source = makeSource(mapper, new Map())));
  return source;
}

/** The attributes of a polymorphic row, in order: those of `mapper`, then what each mapper below adds. */
export function rowAttributes(mapper: Mapper): readonly ColumnAttribute[] {
  const seen = new Set(mapper.attributes.map((attribute) => attribute.key));
  const found = [...mapper.attributes];
  for (const below of mapper.selfAndDescendants) {
    for (const attribute of below.attributes) {
      if (seen.has(attribute.key)) continue;
      seen.add(attribute.key);
      found.push(attribute);
    }
  }
  return found;
}

function allTables(mapper: Mapper): Table[] {
  return [...new Set(mapper.selfAndDescendants.flatMap((below) => below.tables))];
}

function aliasTables(mapper: Mapper, alias: string): Map<Table, FromClause> {
  return new Map(
    allTables(mapper).map((table, index) => {
      const name = index === 0 ? alias : `${alias}_${table.name}`;
      return [table, { kind: "alias", id: nextSourceId(), name, of: table satisfies TableSource }];
    }),
  );
}

function makeSource(mapper: Mapper, aliases: ReadonlyMap<Table, FromClause>): EntitySource {
  const sourceOf = (table: Table): FromClause => aliases.get(table) ?? table;
  const columnIn = (attribute: ColumnAttribute): ColumnNode => {
    // The root's column: the one that every row has.
    const column = attribute.columns[0] ?? attribute.column;
    const { from } = column.node;
    if (from.kind !== "table") throw new InternalError(`Column '${column.name}' belongs to no table.`);
    return aliases.size === 0 ? column.node : { ...column.node, from: aliases.get(from as Table) ?? from };
  };
  const [root] = mapper.tables;
  if (root === undefined) throw new InternalError(`${mapper.name} has no table.`);
  const joins = allTables(mapper)
    .filter((table) => table !== root)
    .map((table): JoinClause => {
      const kind = mapper.tables.includes(table) ? "inner" : "left";
      return { kind, target: sourceOf(table), on: keyJoin(mapper, root, table, sourceOf) };
    });
  const columns = rowAttributes(mapper).map(columnIn);
  return { mapper, from: sourceOf(root), joins, columns, criterion: criterionOf(mapper, columnIn), column: columnIn };
}

/** The key of a joined table equals that of the root. */
function keyJoin(mapper: Mapper, root: Table, table: Table, sourceOf: (table: Table) => FromClause): Expression {
  const owner = mapper.selfAndDescendants.find((below) => below.tables.includes(table)) ?? mapper;
  const operands = owner.primaryKey.map((attribute): Expression => {
    const [left, right] = [root, table].map((side) => {
      const column = attribute.columns.find((candidate) => candidate.node.from === side);
      if (column === undefined) throw new InternalError(`${owner.name}.${attribute.key} is no column of table '${side.name}'.`);
      return { ...column.node, from: sourceOf(side) };
    }) as [ColumnNode, ColumnNode];
    return { kind: "binary", operator: "eq", left, right, type: { kind: "boolean" } };
  });
  return operands.length === 1 ? (operands[0] as Expression) : { kind: "junction", operator: "and", operands };
}

function criterionOf(mapper: Mapper, columnIn: (attribute: ColumnAttribute) => ColumnNode): Expression | undefined {
  const { polymorphicOn, parent } = mapper;
  if (polymorphicOn === undefined || parent === undefined || parent.table !== mapper.table) return undefined;
  const values = mapper.selfAndDescendants.map((below) => below.polymorphicIdentity).filter((identity) => identity !== undefined);
  const operand = columnIn(polymorphicOn);
  return { kind: "in", operand, values: { kind: "list", values, type: operand.type }, negated: false };
}
