/**
 * What the ORM knows of a model: which column is which attribute, its key, its relationships, its place in an
 * inheritance tree. Built once by `configure.ts`, then immutable; read by `orm/`.
 */
import type { Column } from "../metadata/column.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import type { Table } from "../metadata/table.ts";
import type { ColumnNode, Expression, OrderNode, TableSource } from "../sql/expression/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import type { AnyModel } from "./any.ts";
import type { InstanceState } from "./instance-state.ts";

/** A property of an entity that is stored in a column. */
export interface ColumnAttribute {
  /** Position in `Mapper.attributes`, in a row of the entity, and in an instance's snapshot. */
  readonly index: number;
  readonly key: string;
  /** The column in the table nearest to the model. */
  readonly column: Column;
  /** With joined inheritance a key is stored in several tables; the root's first. */
  readonly columns: readonly Column[];
  /** A value for an INSERT that has none, made by the program (`default` of `field`). */
  readonly makeDefault: (() => unknown) | undefined;
  /** A value for every UPDATE that does not set one (`onUpdate` of `field`). */
  readonly makeOnUpdate: (() => unknown) | undefined;
  /** The database gives the value where an INSERT has none: identity, server default. */
  readonly serverGenerated: boolean;
  /** The database always gives the value: never written (generated column). */
  readonly computed: boolean;
  /** The value is read back after UPDATE too: computed, or changed by the database. */
  readonly serverOnUpdate: boolean;
  /** Kept out of JSON and of logs. */
  readonly hidden: boolean;
}

/** A property that an SQL expression computes when the entity is read: a column property. */
export interface ExpressionAttribute {
  /** Position in `Mapper.expressions`; the same for every mapper below the one that declares it. */
  readonly index: number;
  readonly key: string;
  /** What it is called in a subquery. */
  readonly name: string;
  /** Kept out of JSON. */
  readonly hidden: boolean;
  /** Over the tables of the model that declares it; made when it is first asked for. @throws ModelDefinitionError */
  readonly expression: Expression;
  /** How its values are read. @throws ModelDefinitionError */
  readonly type: SqlType;
  /** What a write must not touch, or its value is not known any more. @throws ModelDefinitionError */
  readonly reads: ExpressionReads;
}

/** What the value of an expression over one row depends on. */
export interface ExpressionReads {
  /** Columns of the row itself. */
  readonly columns: ReadonlySet<ColumnNode["name"]>;
  /** Tables that its subqueries read; undefined where a template says what no one can know. */
  readonly tables: ReadonlySet<TableSource> | undefined;
}

export interface Mapper {
  readonly model: AnyModel;
  /** The model's class name, for messages. */
  readonly name: string;
  /** The set of tables that foreign keys are looked up in. */
  readonly metadata: MetaData;
  /** The model's own table; that of the root for single-table inheritance. */
  readonly table: Table;
  /** All tables a row of it is stored in, root first: more than one for joined-table inheritance. */
  readonly tables: readonly Table[];
  readonly parent: Mapper | undefined;
  readonly root: Mapper;
  /** This and all mappers below it, itself first. */
  readonly selfAndDescendants: readonly Mapper[];
  readonly polymorphicOn: ColumnAttribute | undefined;
  readonly polymorphicIdentity: unknown;
  readonly attributes: readonly ColumnAttribute[];
  readonly attributeByKey: ReadonlyMap<string, ColumnAttribute>;
  readonly primaryKey: readonly ColumnAttribute[];
  /** Column properties, the parent's first. */
  readonly expressions: readonly ExpressionAttribute[];
  readonly expressionByKey: ReadonlyMap<string, ExpressionAttribute>;
  readonly relationships: readonly Relationship[];
  readonly relationshipByKey: ReadonlyMap<string, Relationship>;
  readonly version: ColumnAttribute | undefined;
  /** Sets of attributes whose values are unique together in one table: unique constraints and unique indexes. */
  readonly uniqueSets: readonly (readonly ColumnAttribute[])[];
  /** A transient object of the model without values, made without its constructor. */
  blank(): InstanceState;
  /** All problems of an entity's column values, for a flush; empty where there are none. `keys` limits the check. */
  validate(entity: object, keys?: ReadonlySet<string>): readonly FieldProblem[];
  /**
   * All problems of a new entity. `checked` are the values that its constructor has checked, by attribute: of those only
   * objects are looked at again, which may have changed inside.
   */
  revalidate(entity: object, checked: readonly unknown[] | undefined): readonly FieldProblem[];
}

export interface FieldProblem {
  /** The property, with a path into it where the value is structured: "address.zip". */
  readonly field: string;
  readonly message: string;
}

export type RelationshipDirection = "oneToMany" | "manyToOne" | "manyToMany";

/** The columns that tie two entities: `local` on this side, `remote` on the other. */
export interface AttributePair {
  readonly local: ColumnAttribute;
  readonly remote: ColumnAttribute;
}

/** The table between the two sides of a many-to-many relationship. */
export interface Secondary {
  readonly table: Table;
  /** The link model. */
  readonly model: AnyModel;
  /** Key of this side's entity → column of the link table. */
  readonly parentPairs: readonly { readonly attribute: ColumnAttribute; readonly link: Column }[];
  /** Key of the other side's entity → column of the link table. */
  readonly targetPairs: readonly { readonly attribute: ColumnAttribute; readonly link: Column }[];
}

export const cascades = Object.freeze([
  "save-update",
  "merge",
  "delete",
  "delete-orphan",
  "expunge",
  "refresh-expire",
] as const);
export type Cascade = (typeof cascades)[number];

export interface Relationship {
  /** Position in `Mapper.relationships`; the same for every mapper below the one that declares it. */
  readonly index: number;
  readonly key: string;
  readonly parent: Mapper;
  readonly target: Mapper;
  readonly direction: RelationshipDirection;
  /** True for a collection. */
  readonly isMany: boolean;
  readonly isNullable: boolean;
  /** many-to-one: foreign key → referred key; one-to-many: referred key → foreign key; many-to-many: empty. */
  readonly pairs: readonly AttributePair[];
  readonly secondary: Secondary | undefined;
  /** The other side, where `backPopulates` names one. */
  readonly reverse: Relationship | undefined;
  readonly cascade: ReadonlySet<Cascade>;
  /** true: the database's ON DELETE takes care of what is not loaded; "all": of everything. */
  readonly passiveDeletes: boolean | "all";
  readonly orderBy: readonly OrderNode[];
  readonly viewonly: boolean;
}
