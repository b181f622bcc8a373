/**
 * An entity as part of a select: the tables it is read from and its columns, in the order the ORM reads them.
 * Order law: first `mapper.attributes`, then, mapper by mapper below it, the attributes each adds; after them the column
 * properties in the same way.
 */
import type { Table } from "../metadata/table.ts";
import { nextSourceId, type ColumnNode, type Expression, type FromClause } from "../sql/expression/node.ts";
import { addColumnList } from "../sql/compiler/column-codes.ts";
import type { JoinClause } from "../sql/statement/node.ts";
import { InternalError } from "../util/coded-error.ts";
import { requireFamily } from "./configure.ts";
import { rebase } from "../sql/expression/rebase.ts";
import { allOf, columnEquality } from "./nodes.ts";
import type { ColumnAttribute, ExpressionAttribute, Mapper } from "./mapper.ts";

export interface EntitySource {
  readonly mapper: Mapper;
  /** The root's table, or an alias of it. */
  readonly from: FromClause;
  /** Tables of parent models (inner) and of models below (left), each joined on the key. */
  readonly joins: readonly JoinClause[];
  /** In the order of the law above. */
  readonly columns: readonly ColumnNode[];
  /** What a SELECT of the entity names: its columns, then its column properties. */
  readonly selected: readonly Expression[];
  /** What limits a single table to this model's rows; undefined where nothing must. */
  readonly criterion: Expression | undefined;
  /** The column that holds an attribute of the mapper or of one below it. */
  column(attribute: ColumnAttribute): ColumnNode;
  /** A column property of the mapper or of one below it, over the tables that the entity is read from. */
  expression(attribute: ExpressionAttribute): Expression;
  /** The table, or its alias. */
  sourceOf(table: Table): FromClause;
  /** True where all its columns come from one query, whatever tables that reads. */
  readonly isDerived: boolean;
  /** A table of the mapper joined on its key to that of `to`, the root's where none is given. */
  keyJoin(table: Table, kind: "inner" | "left", to?: Table): JoinClause;
}

/** Under which an alias of a model carries its source. */
export const aliasSource: unique symbol = Symbol("sqlmodel.aliasSource");

/** The source of an alias, or undefined for any other value. */
export function findAlias(value: unknown): EntitySource | undefined {
  if (typeof value !== "object" || value === null || !(aliasSource in value)) return undefined;
  return value[aliasSource] as EntitySource;
}

const plain = new WeakMap<Mapper, { readonly source: EntitySource; readonly size: number }>();

/** The entity read from its own tables, or from aliases of them. */
export function entitySource(mapper: Mapper, alias?: string): EntitySource {
  requireFamily(mapper);
  if (alias !== undefined) return makeSource(mapper, aliasTables(mapper, alias));
  const size = mapper.selfAndDescendants.length;
  const known = plain.get(mapper);
  // A subclass whose module was imported later adds columns.
  if (known?.size === size) return known.source;
  const source = makeSource(mapper, new Map());
  plain.set(mapper, { source, size });
  return source;
}

/** The entity read from aliases of its tables, of which `sample` makes the first. */
export function sampledEntitySource(mapper: Mapper, name: string, sample: (table: Table) => FromClause): EntitySource {
  requireFamily(mapper);
  const [root] = mapper.tables;
  const tables = aliasTables(mapper, name);
  if (root !== undefined) tables.set(root, sample(root));
  return makeSource(mapper, tables);
}

/** Which of a query's columns holds a column of a table, or a column property. */
export interface DerivedColumns {
  column(column: ColumnNode): ColumnNode;
  expression(attribute: ExpressionAttribute): ColumnNode;
}

/** The entity read from a query. */
export function derivedEntitySource(mapper: Mapper, from: FromClause, derived: DerivedColumns): EntitySource {
  requireFamily(mapper);
  const column = (attribute: ColumnAttribute): ColumnNode =>
    derived.column((attribute.columns[0] ?? attribute.column).node);
  const expression = (attribute: ExpressionAttribute): ColumnNode => derived.expression(attribute);
  const columns = rowAttributes(mapper).map(column);
  return {
    mapper,
    from,
    joins: [],
    columns,
    selected: withExpressions(columns, rowExpressions(mapper).map(expression)),
    criterion: criterionOf(mapper, column),
    column,
    expression,
    sourceOf: () => from,
    isDerived: true,
    keyJoin: () => {
      throw new InternalError(`${mapper.name} is read from a query, which has no tables to join.`);
    },
  };
}

/** The attributes of a polymorphic row, in order: those of `mapper`, then what each mapper below adds. */
export function rowAttributes(mapper: Mapper): readonly ColumnAttribute[] {
  // By column, not by name: two subclasses may each have a property of one name.
  const found = new Map(mapper.attributes.map((attribute) => [attribute.columns[0], attribute]));
  for (const below of mapper.selfAndDescendants) {
    for (const attribute of below.attributes)
      if (!found.has(attribute.columns[0])) found.set(attribute.columns[0], attribute);
  }
  return [...found.values()];
}

/**
 * The same without those of `mapper` that a query leaves out; `keys` are what `loadOnly()` and `defer()` left. Models below load what they
 * add.
 */
export function selectedAttributes(mapper: Mapper, keys: ReadonlySet<string> | undefined): readonly ColumnAttribute[] {
  const all = rowAttributes(mapper);
  return keys === undefined
    ? all
    : all.filter((attribute) => keys.has(attribute.key) || !mapper.attributes.includes(attribute));
}

/** The column properties of a polymorphic row, in order: those of `mapper`, then what each mapper below adds. */
export function rowExpressions(mapper: Mapper): readonly ExpressionAttribute[] {
  return [...new Set(mapper.selfAndDescendants.flatMap((below) => below.expressions))];
}

/** The same without those of `mapper` that a query leaves out. */
export function selectedExpressions(
  mapper: Mapper,
  keys: ReadonlySet<string> | undefined,
): readonly ExpressionAttribute[] {
  const all = rowExpressions(mapper);
  return keys === undefined ? all : all.filter(({ key }) => keys.has(key) || !mapper.expressionByKey.has(key));
}

/** Which column property an expression in a select list is. */
const properties = new WeakMap<Expression, ExpressionAttribute>();

/** The column property that `expression` was made for; undefined for any other expression. */
export function propertyOf(expression: Expression): ExpressionAttribute | undefined {
  return properties.get(expression);
}

function allTables(mapper: Mapper): Table[] {
  return [...new Set(mapper.selfAndDescendants.flatMap((below) => below.tables))];
}

function aliasTables(mapper: Mapper, alias: string): Map<Table, FromClause> {
  const [root] = mapper.tables;
  return new Map(
    allTables(mapper).map((table) => {
      const name = table === root ? alias : `${alias}_${table.name}`;
      return [table, { kind: "alias", id: nextSourceId(), name, of: table }];
    }),
  );
}

function makeSource(mapper: Mapper, aliases: ReadonlyMap<FromClause, FromClause>): EntitySource {
  const [root] = mapper.tables;
  if (root === undefined) throw new InternalError(`${mapper.name} has no table.`);
  const sourceOf = (table: Table): FromClause => aliases.get(table) ?? table;
  const column = (attribute: ColumnAttribute): ColumnNode => {
    // The root's column: the one that every row has.
    const { node } = attribute.columns[0] ?? attribute.column;
    return aliases.size === 0 ? node : { ...node, from: sourceOf(node.from as Table) };
  };
  const keyJoin = (table: Table, kind: "inner" | "left", to = root): JoinClause => {
    const owner = mapper.selfAndDescendants.find((below) => below.tables.includes(table)) ?? mapper;
    const conditions = owner.primaryKey.map((key) =>
      columnEquality(keyColumn(key, to, sourceOf), keyColumn(key, table, sourceOf)),
    );
    return { kind, target: sourceOf(table), on: allOf(conditions) };
  };
  const joins = allTables(mapper)
    .filter((table) => table !== root)
    .map((table) => keyJoin(table, mapper.tables.includes(table) ? "inner" : "left"));
  const columns = rowAttributes(mapper).map(column);
  if (aliases.size === 0) addColumnList(columns);
  const expressions = new Map<ExpressionAttribute, Expression>();
  const expression = (attribute: ExpressionAttribute): Expression => {
    let known = expressions.get(attribute);
    if (known === undefined) {
      const { expression: own } = attribute;
      known = aliases.size === 0 ? own : rebase(own, aliases);
      // A property that is a plain column has a node of its own as well.
      if (known.kind === "column" || (properties.get(known) ?? attribute) !== attribute) known = { ...known };
      properties.set(known, attribute);
      expressions.set(attribute, known);
    }
    return known;
  };
  let selected: readonly Expression[] | undefined;
  return {
    mapper,
    from: sourceOf(root),
    joins,
    columns,
    // Late: an expression may select from the entity itself.
    get selected() {
      selected ??= withExpressions(columns, rowExpressions(mapper).map(expression));
      return selected;
    },
    criterion: criterionOf(mapper, column),
    column,
    expression,
    sourceOf,
    isDerived: false,
    keyJoin,
  };
}

/** One list where there is nothing to add: statements that select it are known by it. */
function withExpressions(columns: readonly ColumnNode[], expressions: readonly Expression[]): readonly Expression[] {
  return expressions.length === 0 ? columns : [...columns, ...expressions];
}

/** The key's column in one of the tables that hold it. */
function keyColumn(key: ColumnAttribute, table: Table, sourceOf: (table: Table) => FromClause): ColumnNode {
  const found = key.columns.find((candidate) => candidate.node.from === table);
  if (found === undefined) throw new InternalError(`'${key.key}' is no column of table '${table.name}'.`);
  return { ...found.node, from: sourceOf(table) };
}

function criterionOf(mapper: Mapper, column: (attribute: ColumnAttribute) => ColumnNode): Expression | undefined {
  const { polymorphicOn, parent } = mapper;
  if (polymorphicOn === undefined || parent === undefined || parent.table !== mapper.table) return undefined;
  const values = mapper.selfAndDescendants.map((below) => below.polymorphicIdentity);
  const operand = column(polymorphicOn);
  return { kind: "in", operand, values: { kind: "list", values, type: operand.type }, negated: false };
}
