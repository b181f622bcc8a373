/** A column's definition. Immutable; a `Table` owns it. */
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { ColumnNode, Expression } from "../sql/expression/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";

/** `GENERATED … AS IDENTITY`, AUTO_INCREMENT or SQLite's rowid. */
export interface Identity {
  /** True: the database always generates, an explicit value is an error (PostgreSQL). */
  readonly always: boolean;
  readonly start?: number;
  readonly increment?: number;
}

/** `GENERATED ALWAYS AS (expression)`. */
export interface Computed {
  readonly expression: Expression;
  readonly stored: boolean;
}

export interface ColumnOptions {
  /** The program's name of it (a model's property); the column's name where there is none. */
  readonly key?: string;
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly primaryKey?: boolean;
  readonly identity?: Identity;
  readonly computed?: Computed;
  /** The DEFAULT clause. */
  readonly serverDefault?: Expression;
  /** True where the database changes the value on UPDATE (a trigger, ON UPDATE): it is read back. */
  readonly serverOnUpdate?: boolean;
  readonly comment?: string;
  readonly collation?: string;
  /** Its values are kept out of logs and errors. */
  readonly secret?: boolean;
}

export interface Column extends ColumnOptions {
  readonly key: string;
  readonly primaryKey: boolean;
  /** Position in its table. */
  readonly index: number;
  /** The column as an expression over its own table. */
  readonly node: ColumnNode;
  readonly element: ColumnElement<unknown>;
}
