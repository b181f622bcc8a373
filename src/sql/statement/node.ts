/** The syntax tree of statements: immutable data. */
import type { ColumnNode, Expression, FromClause, TableSource } from "../expression/node.ts";

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
  readonly orderBy: readonly Expression[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  readonly distinct: boolean;
  /** Row locks; absent where none. */
  readonly forUpdate?: ForUpdateClause;
}

export interface ForUpdateClause {
  readonly strength: "update" | "share";
  readonly wait: "wait" | "nowait" | "skip locked";
}

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
  readonly onConflict?: OnConflictClause;
  readonly returning: readonly Expression[];
}

export interface OnConflictClause {
  /** Columns of the unique key; empty where the database decides. */
  readonly target: readonly ColumnNode[];
  /** Undefined: do nothing. `excluded` columns are templates of `identifier` nodes made by the builder. */
  readonly set: readonly Assignment[] | undefined;
}

export interface Assignment {
  readonly column: ColumnNode;
  readonly value: Expression;
}

export interface UpdateNode {
  readonly kind: "update";
  readonly table: TableSource;
  readonly set: readonly Assignment[];
  readonly where: Expression | undefined;
  readonly returning: readonly Expression[];
}

export interface DeleteNode {
  readonly kind: "delete";
  readonly table: TableSource;
  readonly where: Expression | undefined;
  readonly returning: readonly Expression[];
}

/** A whole statement written as an `sql` template. */
export interface TextNode {
  readonly kind: "text";
  readonly template: Extract<Expression, { kind: "template" }>;
}

export type Statement = SelectNode | InsertNode | UpdateNode | DeleteNode | TextNode;

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
