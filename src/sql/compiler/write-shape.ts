/** The walk of `collect-shape.ts` through statements that change rows. */
import { countCode } from "./column-codes.ts";
import { ArgumentError } from "../errors.ts";
import type { Expression, FromClause } from "../expression/node.ts";
import type {
  Assignment,
  DeleteNode,
  InsertNode,
  MergeAction,
  MergeNode,
  OnConflictClause,
  QueryNode,
  Statement,
  UpdateNode,
} from "../statement/node.ts";
import type { CollectedValue } from "./collect-shape.ts";

/** What the walk adds to. */
export interface ShapeWalk {
  key: string;
  readonly values: CollectedValue[];
  source(from: FromClause): void;
  expression(node: Expression): void;
  query(node: QueryNode): void;
}

type WriteStatement = Exclude<Statement, { kind: "select" | "compound" | "text" }>;

/** Walk a statement that changes rows. */
export function walkWrite(walk: ShapeWalk, node: WriteStatement): void {
  switch (node.kind) {
    case "insert":
      return walkInsert(walk, node);
    case "update":
      return walkUpdate(walk, node);
    case "merge":
      return walkMerge(walk, node);
    default:
      return walkDelete(walk, node);
  }
}

function walkInsert(walk: ShapeWalk, node: InsertNode): void {
  walk.key += "I";
  walk.source(node.table);
  count(walk, node.columns.length);
  for (const column of node.columns) name(walk, column.name);
  if (node.select === undefined) {
    walkRows(walk, node);
  } else {
    walk.key += "s";
    walk.query(node.select);
  }
  if (node.onConflict === undefined) walk.key += ".";
  else walkConflict(walk, node.onConflict);
  expressions(walk, node.returning);
}

function walkRows(walk: ShapeWalk, node: InsertNode): void {
  count(walk, node.rows.length);
  for (const row of node.rows) {
    if (row.length !== node.columns.length) {
      throw new ArgumentError(
        `A row of an INSERT has ${String(row.length)} values for ${String(node.columns.length)} columns.`,
      );
    }
    for (const value of row) {
      if (value.kind === "default") walk.key += "=";
      else walk.expression(value);
    }
  }
}

function walkConflict(walk: ShapeWalk, clause: OnConflictClause): void {
  walk.key += "!";
  count(walk, clause.target.length);
  for (const column of clause.target) name(walk, column.name);
  if (clause.targetWhere === undefined) walk.key += ".";
  else walkDefinition(walk, clause.targetWhere);
  if (clause.set === undefined) walk.key += ".";
  else assignments(walk, clause.set);
  optional(walk, clause.where);
}

/** An expression whose values are written into the text: they are part of the shape. */
function walkDefinition(walk: ShapeWalk, node: Expression): void {
  const before = walk.values.length;
  walk.expression(node);
  for (const found of walk.values.splice(before)) {
    const values: readonly unknown[] = found.kind === "list" ? found.values : [found.value];
    count(walk, values.length);
    for (const value of values)
      name(walk, `${typeof value}${value instanceof Date ? value.toISOString() : String(value)}`);
  }
}

function walkUpdate(walk: ShapeWalk, node: UpdateNode): void {
  walk.key += "U";
  walk.source(node.table);
  if (node.from !== undefined) sources(walk, node.from);
  assignments(walk, node.set);
  optional(walk, node.where);
  expressions(walk, node.returning);
}

function walkDelete(walk: ShapeWalk, node: DeleteNode): void {
  walk.key += "X";
  walk.source(node.table);
  if (node.using !== undefined) sources(walk, node.using);
  optional(walk, node.where);
  expressions(walk, node.returning);
}

function walkMerge(walk: ShapeWalk, node: MergeNode): void {
  walk.key += "G";
  walk.source(node.table);
  walk.source(node.source);
  walk.expression(node.on);
  count(walk, node.clauses.length);
  for (const { isMatched, condition, action } of node.clauses) {
    walk.key += isMatched ? "M" : "N";
    optional(walk, condition);
    walk.key += `${action.kind};`;
    if (action.kind === "update") assignments(walk, action.set);
    if (action.kind === "insert") walkMergeInsert(walk, action);
  }
}

function walkMergeInsert(walk: ShapeWalk, { columns, values }: Extract<MergeAction, { kind: "insert" }>): void {
  count(walk, columns.length);
  for (const column of columns) name(walk, column.name);
  for (const value of values) {
    if (value.kind === "default") walk.key += "=";
    else walk.expression(value);
  }
}

/** More sources; where there are none, nothing is written, and what follows begins otherwise. */
function sources(walk: ShapeWalk, from: readonly FromClause[]): void {
  walk.key += "+";
  count(walk, from.length);
  for (const source of from) walk.source(source);
}

function assignments(walk: ShapeWalk, set: readonly Assignment[]): void {
  count(walk, set.length);
  for (const { column, value } of set) {
    name(walk, column.name);
    walk.expression(value);
  }
}

function optional(walk: ShapeWalk, node: Expression | undefined): void {
  if (node === undefined) walk.key += ".";
  else walk.expression(node);
}

function expressions(walk: ShapeWalk, nodes: readonly Expression[]): void {
  count(walk, nodes.length);
  for (const node of nodes) walk.expression(node);
}

function count(walk: ShapeWalk, length: number): void {
  walk.key += countCode(length);
}

function name(walk: ShapeWalk, text: string): void {
  walk.key += `${String(text.length)}:${text}`;
}
