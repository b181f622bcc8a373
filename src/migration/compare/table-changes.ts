/** What happens to one table that stays, by the step of the whole that it belongs to. `order.ts` puts the steps in order. */
import type { CatalogColumn, CatalogTable, QualifiedName } from "../../metadata/catalog.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";

export type ColumnAlteration = OperationOf<"alterColumn">;

export interface ColumnDifferences {
  /** Columns that are dropped and added again: generated ones, whose values come from others. */
  readonly recreated: ReadonlySet<string>;
  /** Columns whose type changes. */
  readonly retyped: ReadonlySet<string>;
  /** Generated columns that become plain and read columns that are dropped or get another type: changed before those. */
  readonly release: readonly ColumnAlteration[];
  /** Drops of `recreated`, and of generated columns that read one of them or a column that gets another type. */
  readonly dropFirst: readonly Operation[];
  readonly alter: readonly Operation[];
  readonly added: readonly CatalogColumn[];
  readonly drop: readonly Operation[];
}

/** Changes of constraints, or of indexes. */
export interface PartChanges {
  readonly drop: readonly Operation[];
  readonly rename: readonly Operation[];
  readonly add: readonly Operation[];
}

export interface TableChanges {
  readonly existing: CatalogTable;
  readonly desired: CatalogTable;
  readonly columns: ColumnDifferences;
  /** All constraints but foreign keys. */
  readonly constraints: PartChanges;
  readonly indexes: PartChanges;
  readonly foreignKeys: PartChanges;
  /** Comment and options. */
  readonly rest: readonly Operation[];
}

/** A table's name without the rest of it. */
export function tableName({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}
