/** The syntax tree of expressions: immutable data, one shape a `kind`. Compilers and collectors switch on `kind`. */
import type { QueryNode } from "../statement/node.ts";
import type { ConstructName } from "./construct-name.ts";
import type { SqlType } from "../type/sql-type.ts";
import type { FromClause } from "./source.ts";

export {
  nextSourceId,
  type AliasSource,
  type CteRecursion,
  type CteReference,
  type CteSource,
  type FromClause,
  type SampleSource,
  type SourceColumn,
  type SubquerySource,
  type TableFunctionSource,
  type TableSource,
  type ValuesSource,
} from "./source.ts";

export interface ColumnNode {
  readonly kind: "column";
  readonly from: FromClause;
  readonly name: string;
  readonly type: SqlType;
  /** Values written to it or compared with it are kept out of logs. */
  readonly secret?: boolean;
}

export interface BindNode {
  readonly kind: "bind";
  readonly value: unknown;
  readonly type: SqlType;
  /** Kept out of logs. */
  readonly secret?: boolean;
}

/** The values of `IN (…)`: one parameter or many, as the dialect likes. */
export interface ListNode {
  readonly kind: "list";
  readonly values: readonly unknown[];
  readonly type: SqlType;
  /** Kept out of logs. */
  readonly secret?: boolean;
}

export const binaryOperators = Object.freeze({
  eq: "=",
  ne: "<>",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  plus: "+",
  minus: "-",
  times: "*",
  divide: "/",
  modulo: "%",
  concat: "||",
  isDistinctFrom: "IS DISTINCT FROM",
  isNotDistinctFrom: "IS NOT DISTINCT FROM",
  like: "LIKE",
  notLike: "NOT LIKE",
  ilike: "ILIKE",
  notIlike: "NOT ILIKE",
} as const);
export type BinaryOperator = keyof typeof binaryOperators;

export interface BinaryNode {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly type: SqlType;
  /** The escape character of LIKE; always one, so that every database reads the pattern alike. */
  readonly escape?: string;
}

export interface JunctionNode {
  readonly kind: "junction";
  readonly operator: "and" | "or";
  /** Empty: `and` is TRUE, `or` is FALSE. */
  readonly operands: readonly Expression[];
}

export interface NotNode {
  readonly kind: "not";
  readonly operand: Expression;
}

export interface NegativeNode {
  readonly kind: "negative";
  readonly operand: Expression;
}

export interface IsNullNode {
  readonly kind: "isNull";
  readonly operand: Expression;
  readonly negated: boolean;
}

export interface InNode {
  readonly kind: "in";
  readonly operand: Expression;
  readonly values: ListNode | SubqueryNode | TupleListNode;
  readonly negated: boolean;
}

/** Rows of values for `(a, b) IN ((1, 2), (3, 4))`. */
export interface TupleListNode {
  readonly kind: "tupleList";
  readonly rows: readonly (readonly BindNode[])[];
}

export interface TupleNode {
  readonly kind: "tuple";
  readonly items: readonly Expression[];
}

export interface BetweenNode {
  readonly kind: "between";
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}

export interface FunctionNode {
  readonly kind: "function";
  /** An SQL identifier, checked when the node is made; compilers may render a known name otherwise. */
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly type: SqlType;
  readonly distinct?: boolean;
  readonly orderBy?: readonly OrderNode[];
  /** True where `orderBy` stands in WITHIN GROUP, and not among the arguments. */
  readonly withinGroup?: boolean;
  readonly filter?: Expression;
  readonly over?: WindowNode | NamedWindowNode;
}

export interface WindowNode {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderNode[];
  readonly frame?: FrameNode;
}

/** A window by its name: an item of WINDOW, or what OVER refers to. */
export interface NamedWindowNode {
  readonly name: string;
  /** Undefined: the WINDOW clause of the select says what it is. */
  readonly window: WindowNode | undefined;
}

/** Which rows around the current one a window function sees. */
export interface FrameNode {
  readonly unit: "rows" | "range" | "groups";
  readonly start: FrameBoundNode;
  readonly end: FrameBoundNode;
  readonly exclude: FrameExclusion | undefined;
}

export type FrameExclusion = "current row" | "group" | "ties" | "no others";

export interface FrameBoundNode {
  readonly bound: "unbounded preceding" | "preceding" | "current row" | "following" | "unbounded following";
  /**
   * How many rows or groups, or how far in the order's values; only for PRECEDING and FOLLOWING. A text is a numeral: MariaDB takes
   * no parameter here.
   */
  readonly offset: Expression | string | undefined;
}

export interface CastNode {
  readonly kind: "cast";
  readonly operand: Expression;
  readonly type: SqlType;
}

export interface CaseNode {
  readonly kind: "case";
  /** What the branches' values are compared with; without it they are conditions. */
  readonly operand?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | undefined;
  readonly type: SqlType;
}

export interface SubqueryNode {
  readonly kind: "subquery";
  readonly statement: QueryNode;
  readonly type: SqlType;
}

export interface ExistsNode {
  readonly kind: "exists";
  readonly statement: QueryNode;
  readonly negated: boolean;
}

export interface LabelNode {
  readonly kind: "label";
  readonly operand: Expression;
  readonly name: string;
  /** What it is a property of: a SELECT reads it from there, also where only a subquery in it names a column. */
  readonly owner?: FromClause;
}

/** A text compared and sorted by the rules of a collation. */
export interface CollateNode {
  readonly kind: "collate";
  readonly operand: Expression;
  readonly collation: string;
}

/** An item of GROUP BY that is several groupings. */
export interface GroupingNode {
  readonly kind: "grouping";
  readonly mode: "rollup" | "cube" | "grouping sets";
  readonly sets: readonly (readonly Expression[])[];
}

/** `*` in count(*). */
export interface StarNode {
  readonly kind: "star";
}

/** What numbers are drawn from. `Sequence` in `metadata/` is one. */
export interface SequenceSource {
  readonly name: string;
  readonly schema: string | undefined;
}

/** The next number of a sequence, which nobody else gets. */
export interface NextValueNode {
  readonly kind: "nextValue";
  readonly sequence: SequenceSource;
  readonly type: SqlType;
}

/** An `sql` template: trusted text between expressions; every value in it is a bind. */
export interface TemplateNode {
  readonly kind: "template";
  /** One more part than there are expressions. */
  readonly parts: readonly string[];
  readonly expressions: readonly (Expression | IdentifierNode | FromClause)[];
  readonly type: SqlType;
}

export interface IdentifierNode {
  readonly kind: "identifier";
  /** Dotted path, quoted part by part. */
  readonly path: readonly string[];
}

export interface OrderNode {
  readonly kind: "order";
  readonly operand: Expression;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | undefined;
}

/**
 * What has one meaning on all databases and each dialect writes in a way of its own: functions and operators, JSON, arrays, ranges,
 * full-text search. `name` is a key of the dialect's `constructs.ts`.
 */
export interface ConstructNode {
  readonly kind: "construct";
  readonly name: ConstructName;
  /** In the order in which they are walked and compiled. */
  readonly operands: readonly Expression[];
  /** What decides the text beside the operands, such as the unit of a date function; checked when the node is made. "" for nothing. */
  readonly detail: string;
  readonly type: SqlType;
}

export type Expression =
  | ColumnNode
  | BindNode
  | BinaryNode
  | JunctionNode
  | NotNode
  | NegativeNode
  | IsNullNode
  | InNode
  | TupleNode
  | BetweenNode
  | FunctionNode
  | CastNode
  | CaseNode
  | SubqueryNode
  | ExistsNode
  | LabelNode
  | CollateNode
  | GroupingNode
  | StarNode
  | NextValueNode
  | TemplateNode
  | ConstructNode
  | OrderNode;
