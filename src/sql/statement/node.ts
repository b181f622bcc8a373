/** The syntax tree of statements: immutable data. */
import type { ColumnNode, Expression, FromClause, NamedWindowNode, TableSource } from "../expression/node.ts";

export type JoinKind = "inner" | "left" | "right" | "full" | "cross";

export interface JoinClause {
  readonly kind: JoinKind;
  readonly target: FromClause;
  /** Undefined for a cross join. */
  readonly on: Expression | undefined;
}

export interface SelectNode {
  readonly kind: "select";
  readonly columns: readonly Expression[];
  /** Explicit FROM clauses; those of the columns are added by the compiler where this is empty. */
  readonly from: readonly FromClause[];
  readonly joins: readonly JoinClause[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
  /** The WINDOW clause; absent where none. */
  readonly windows?: readonly NamedWindowNode[];
  readonly orderBy: readonly Expression[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  readonly distinct: boolean;
  /** DISTINCT ON: the first row for each of these values; absent where none. */
  readonly distinctOn?: readonly Expression[];
  /** With the rows that equal the last in the order, for which `limit` has no room. */
  readonly withTies?: boolean;
  /** Row locks; absent where none. */
  readonly forUpdate?: ForUpdateClause;
}

export interface ForUpdateClause {
  readonly strength: "update" | "no key update" | "share" | "key share";
  readonly wait: "wait" | "nowait" | "skip locked";
  /** Whose rows are locked; absent: those of all tables. */
  readonly of?: readonly FromClause[];
}

export type SetOperator = "union" | "unionAll" | "intersect" | "intersectAll" | "except" | "exceptAll";

/** Two or more queries as one. Its columns are those of the first. */
export interface CompoundNode {
  readonly kind: "compound";
  readonly operator: SetOperator;
  readonly operands: readonly QueryNode[];
  readonly orderBy: readonly PositionOrder[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}

/** ORDER BY the n-th result column, counting from 0. */
export interface PositionOrder {
  readonly position: number;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | undefined;
}

/** What returns rows and changes none. */
export type QueryNode = SelectNode | CompoundNode;

/** `DEFAULT` in VALUES. */
export interface DefaultNode {
  readonly kind: "default";
}

export interface InsertNode {
  readonly kind: "insert";
  readonly table: TableSource;
  readonly columns: readonly ColumnNode[];
  /** One array a row, in the order of `columns`; no rows and no columns means DEFAULT VALUES. */
  readonly rows: readonly (readonly (Expression | DefaultNode)[])[];
  /** Where the rows come from instead of `rows`, which is empty then. */
  readonly select?: QueryNode;
  readonly onConflict?: OnConflictClause;
  readonly returning: readonly Expression[];
}

export interface OnConflictClause {
  /** Columns of the unique key; empty where the database decides. */
  readonly target: readonly ColumnNode[];
  /** The condition of a partial unique index, written out as in the index's definition. */
  readonly targetWhere?: Expression;
  /** What the model knows of the unique keys; absent where nothing. Follows from table, columns and target. */
  readonly keys?: ConflictKeys;
  /** Undefined: do nothing. `excluded` columns are templates of `identifier` nodes made by the builder. */
  readonly set: readonly Assignment[] | undefined;
  /** Of the rows in conflict, only those are updated. */
  readonly where?: Expression;
}

/** For databases that look at every unique key, whatever the target says. */
export interface ConflictKeys {
  /** True where the target is one of the table's unique keys. */
  readonly isUnique: boolean;
  /** The other unique keys that the rows have values for, in words. */
  readonly others: readonly string[];
}

export interface Assignment {
  readonly column: ColumnNode;
  readonly value: Expression;
}

export interface UpdateNode {
  readonly kind: "update";
  readonly table: TableSource;
  /** What is read beside the table: `UPDATE … FROM`. */
  readonly from?: readonly FromClause[];
  readonly set: readonly Assignment[];
  readonly where: Expression | undefined;
  readonly returning: readonly Expression[];
}

export interface DeleteNode {
  readonly kind: "delete";
  readonly table: TableSource;
  /** What is read beside the table: `DELETE … USING`. */
  readonly using?: readonly FromClause[];
  readonly where: Expression | undefined;
  readonly returning: readonly Expression[];
}

export interface MergeNode {
  readonly kind: "merge";
  readonly table: TableSource;
  readonly source: FromClause;
  readonly on: Expression;
  /** In order: the first that fits a row counts. */
  readonly clauses: readonly MergeClause[];
  readonly returning: readonly [];
}

export interface MergeClause {
  /** WHEN MATCHED or WHEN NOT MATCHED. */
  readonly isMatched: boolean;
  readonly condition: Expression | undefined;
  readonly action: MergeAction;
}

export type MergeAction =
  | { readonly kind: "update"; readonly set: readonly Assignment[] }
  | { readonly kind: "delete" | "nothing" }
  | { readonly kind: "insert"; readonly columns: readonly ColumnNode[]; readonly values: InsertNode["rows"][number] };

/** A whole statement written as an `sql` template. */
export interface TextNode {
  readonly kind: "text";
  readonly template: Extract<Expression, { kind: "template" }>;
}

export type Statement = QueryNode | InsertNode | UpdateNode | DeleteNode | MergeNode | TextNode;

/** A select of nothing, for builders to add to. */
export const emptySelect: SelectNode = Object.freeze({
  kind: "select",
  columns: [],
  from: [],
  joins: [],
  where: undefined,
  groupBy: [],
  having: undefined,
  orderBy: [],
  limit: undefined,
  offset: undefined,
  distinct: false,
});
