/** What a compiler makes of a statement: text, where its parameters come from, and what its columns are. */
import type { SqlType } from "../type/sql-type.ts";
import type { CartesianProduct } from "./cartesian-product.ts";

/** Where one placeholder's value comes from: the n-th bind (or list) met when the statement is walked in order. */
export interface ParameterSlot {
  /** Index into the values that `collectShape` gathers. */
  readonly bind: number;
  /** For a list: which member, its last one where it is shorter; "all" passes the whole list as one parameter. */
  readonly member?: number | "all";
  readonly type: SqlType;
  readonly secret: boolean;
}

/** One column of a result. */
export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** A statement in a dialect's SQL, for any values of its shape. */
export interface Compiled {
  readonly sql: string;
  readonly slots: readonly ParameterSlot[];
  readonly columns: readonly ResultColumn[];
  readonly returnsRows: boolean;
  /** True where the statement may change data: a session begins a write transaction for it. */
  readonly writes: boolean;
  /** True where it only reads tables, by nothing that depends on a transaction or has an effect of its own. */
  readonly isPlainRead: boolean;
  /** True for text that may change the isolation of the connection's later transactions. */
  readonly touchesIsolation: boolean;
  /** Tables that it reads, or a subquery in it, and that nothing connects. */
  readonly products: readonly CartesianProduct[];
}
