/** Constraints and indexes as data. Names left undefined come from the MetaData's naming convention. */
import type { FullTextIndex } from "../sql/search/match-element.ts";
import type { Expression } from "../sql/expression/node.ts";

export const foreignKeyActions = Object.freeze([
  "NO ACTION",
  "RESTRICT",
  "CASCADE",
  "SET NULL",
  "SET DEFAULT",
] as const);
export type ForeignKeyAction = (typeof foreignKeyActions)[number];

export interface PrimaryKeyConstraint {
  readonly kind: "primaryKey";
  readonly name: string | undefined;
  /** Column names, in order. */
  readonly columns: readonly string[];
}

export interface ForeignKeyConstraint {
  readonly kind: "foreignKey";
  readonly name: string | undefined;
  readonly columns: readonly string[];
  /** The referred table as written: "team" or "app.team"; without a schema, that of the referring table. */
  readonly referredTable: string;
  readonly referredColumns: readonly string[];
  readonly onDelete: ForeignKeyAction | undefined;
  readonly onUpdate: ForeignKeyAction | undefined;
  readonly deferrable: "immediate" | "deferred" | undefined;
}

export interface UniqueConstraint {
  readonly kind: "unique";
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly nullsNotDistinct?: boolean;
}

export interface CheckConstraint {
  readonly kind: "check";
  readonly name: string | undefined;
  /** True: the naming convention does not complete the name. */
  readonly isWholeName?: boolean;
  readonly condition: Expression;
}

export interface ExclusionConstraint {
  readonly kind: "exclusion";
  readonly name: string | undefined;
  /** Access method: "gist", "btree" … */
  readonly method: string;
  /** No two rows for which all of these operators hold between their values. */
  readonly elements: readonly ExclusionElement[];
  readonly where: Expression | undefined;
  readonly deferrable: "immediate" | "deferred" | undefined;
}

export interface ExclusionElement {
  /** A column of the table or an expression over it. */
  readonly expression: Expression;
  /** Signs of an operator, checked when the constraint is made. */
  readonly operator: string;
}

export interface IndexColumn {
  /** A column of the table or an expression over it. */
  readonly expression: Expression;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last" | undefined;
  /** Operator class as SQL writes it, "gin_trgm_ops" or "schema.name"; the type's own where undefined. */
  readonly operatorClass?: string | undefined;
  /** Only so many characters or bytes of the beginning. */
  readonly length?: number | undefined;
}

export interface Index {
  readonly kind: "index";
  readonly name: string | undefined;
  readonly columns: readonly IndexColumn[];
  readonly unique: boolean;
  /** Access method: "btree", "gin", "hash" …; the database's own where undefined. */
  readonly method: string | undefined;
  readonly where: Expression | undefined;
  /** Names of the columns carried along (INCLUDE). */
  readonly include: readonly string[];
  readonly nullsNotDistinct?: boolean | undefined;
  /** Storage parameters by their names. */
  readonly storage?: { readonly [name: string]: string } | undefined;
  /** What a full-text index says beside its columns. */
  readonly fullText?: FullTextIndex;
}
