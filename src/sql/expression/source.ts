/** What rows can be read from: the FROM clauses, as immutable data. */
import type { DeleteNode, InsertNode, QueryNode, UpdateNode } from "../statement/node.ts";
import type { SqlType } from "../type/sql-type.ts";
import type { Expression } from "./node.ts";

/** What a column can be read from. `Table` in `metadata/` implements the first. */
export type FromClause =
  | TableSource
  | AliasSource
  | SampleSource
  | SubquerySource
  | CteSource
  | CteReference
  | ValuesSource
  | TableFunctionSource;

export interface TableSource {
  readonly kind: "table";
  /** Process-wide number: two tables of one name in two MetaData are two tables. */
  readonly id: number;
  readonly name: string;
  readonly schema: string | undefined;
}

export interface AliasSource {
  readonly kind: "alias";
  readonly id: number;
  readonly name: string;
  readonly of: TableSource;
}

/** TABLESAMPLE: some of a table's rows, under a name of their own. */
export interface SampleSource {
  readonly kind: "sample";
  readonly id: number;
  readonly name: string;
  readonly of: TableSource;
  readonly method: "bernoulli" | "system";
  readonly percent: Expression;
  /** The seed; undefined for other rows each time. */
  readonly repeatable: Expression | undefined;
}

/** A query in FROM. */
export interface SubquerySource {
  readonly kind: "subquery";
  readonly id: number;
  readonly name: string;
  readonly statement: QueryNode;
  /** LATERAL: it may read what stands beside it in FROM. */
  readonly lateral?: boolean;
}

/** A common table expression: written once in the WITH of the outermost statement, however often it is read. */
export interface CteSource {
  readonly kind: "cte";
  readonly id: number;
  readonly name: string;
  readonly statement: QueryNode | InsertNode | UpdateNode | DeleteNode;
  /** A hint; undefined leaves it to the database. */
  readonly materialized?: boolean;
  readonly recursion?: CteRecursion;
}

/** What makes a CTE recursive: its statement unites a start with a query that reads `self`. */
export interface CteRecursion {
  readonly search:
    | {
        readonly order: "depth" | "breadth";
        readonly by: readonly string[];
        readonly as: string;
      }
    | undefined;
  readonly cycle:
    | {
        readonly columns: readonly string[];
        readonly mark: string;
        readonly path: string;
      }
    | undefined;
}

/** A CTE by its name: itself within its own statement, or under another name. */
export interface CteReference {
  readonly kind: "cteReference";
  readonly id: number;
  readonly name: string;
  /** The name in WITH. */
  readonly cteName: string;
  /** Undefined within its own statement. */
  readonly of: CteSource | undefined;
}

/** A column of a source that says itself what its columns are. */
export interface SourceColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** A list of rows. */
export interface ValuesSource {
  readonly kind: "values";
  readonly id: number;
  readonly name: string;
  readonly columns: readonly SourceColumn[];
  /** One array a row, in the order of `columns`. */
  readonly rows: readonly (readonly Expression[])[];
}

/** A function that returns rows. */
export interface TableFunctionSource {
  readonly kind: "tableFunction";
  readonly id: number;
  readonly name: string;
  /** What it is, for those that databases spell in their own ways; "call" is any other, by its SQL name. */
  readonly operation: "call" | "jsonEach" | "unnest" | "generateSeries";
  /** An SQL identifier, checked when the node is made; of "call" only. */
  readonly function: string;
  readonly arguments: readonly Expression[];
  readonly columns: readonly SourceColumn[];
  /** WITH ORDINALITY: the name of the column with the row's number. */
  readonly ordinality: string | undefined;
}

let lastSourceId = 0;

/** A number for a new FROM clause. */
export function nextSourceId(): number {
  lastSourceId += 1;
  return lastSourceId;
}
