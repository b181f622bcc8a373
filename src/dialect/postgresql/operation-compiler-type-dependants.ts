/** What stands in the way of giving an enum type other values: dropped before all that has the type moves to a new one, and created again. */
import {
  nameKey,
  type Catalog,
  type CatalogColumn,
  type CatalogIndex,
  type CatalogRoutine,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { ConstraintDefinition, OpaqueObject } from "../../metadata/operation.ts";
import { constraintsOf } from "../definition-writer.ts";
import { mentions, parseTypeName } from "./definition-text.ts";
import { boundToColumns, policies, tableName, viewsOver } from "./operation-compiler-dependants.ts";

/** A column of an enum type, or of arrays of it. */
export interface EnumColumn {
  readonly column: CatalogColumn;
  readonly isArray: boolean;
}

/** What one table has of an enum type. */
export interface TypeUses {
  readonly table: CatalogTable;
  /** They keep their values. */
  readonly columns: readonly EnumColumn[];
  /** Generated columns of the type, and those whose expression reads a column of it or names it: computed anew. */
  readonly generated: readonly CatalogColumn[];
  /** Columns of other types whose default names it. */
  readonly defaults: readonly CatalogColumn[];
  /** Those that would compare the old type with the new one, and those that go with `generated`. */
  readonly indexes: readonly CatalogIndex[];
  readonly constraints: readonly ConstraintDefinition[];
}

export interface TypeDependants {
  readonly tables: readonly TypeUses[];
  /** In the order in which they can be created. */
  readonly objects: readonly OpaqueObject[];
  /** Functions that take or return the type: the server keeps it as long as they are there. */
  readonly routines: readonly CatalogRoutine[];
}

/** Rather too much than too little: it comes back as it was. */
export function dependantsOfType(catalog: Catalog, type: QualifiedName): TypeDependants {
  const names = (text: string | undefined): boolean => text !== undefined && mentions(text, type.name);
  const columns = catalog.tables
    .filter((table) => table.kind !== "partition")
    .map((table) => ({ table, ...columnsUsing(table, type) }));
  const read = new Map(
    columns.map((uses) => [nameKey(uses.table), [...namesOf(uses).moved, ...namesOf(uses).generated]]),
  );
  const isRead = (text: string, table: CatalogTable): boolean =>
    read.get(nameKey(table))?.some((column) => mentions(text, column)) === true;
  const touches = (text: string): boolean =>
    names(text) || catalog.tables.some((table) => mentions(text, table.name) && isRead(text, table));
  return {
    tables: columns
      .map((uses) => ({ ...uses, ...partsUsing(uses, names, read) }))
      .filter((uses) => [uses.columns, uses.generated, uses.defaults, uses.indexes, uses.constraints].some(hasItems)),
    objects: [
      ...viewsOver(catalog, ({ definition }) => touches(definition)).map((view) => ({ kind: "view" as const, view })),
      ...catalog.tables.flatMap((table) =>
        table.triggers
          .filter(({ definition }) => names(definition) || isRead(definition, table))
          .map((trigger) => ({ kind: "trigger" as const, table: tableName(table), trigger })),
      ),
      ...policies(catalog, (owner, text) => touches(text) || isRead(text, owner)),
    ],
    routines: catalog.routines.filter(({ definition }) => names(signatureOf(definition))),
  };
}

type ColumnUses = Pick<TypeUses, "table" | "columns" | "generated" | "defaults">;

function namesOf({ columns, generated }: ColumnUses): { readonly moved: string[]; readonly generated: string[] } {
  return { moved: columns.map(({ column }) => column.name), generated: generated.map(({ name }) => name) };
}

/** @param names - Whether a text names the type. @param read - The columns that go or change, by table. */
function partsUsing(
  uses: ColumnUses,
  names: (text: string | undefined) => boolean,
  read: ReadonlyMap<string, readonly string[]>,
): Pick<TypeUses, "indexes" | "constraints"> {
  const { table } = uses;
  const moved = boundToColumns(table, namesOf(uses).moved);
  const recomputed = boundToColumns(table, namesOf(uses).generated);
  const refers = (constraint: ConstraintDefinition): boolean =>
    constraint.kind === "foreignKey" &&
    constraint.referredColumns.some((name) => read.get(nameKey(constraint.referred))?.includes(name) === true);
  return {
    indexes: table.indexes.filter((index) => {
      const expressions = index.columns.flatMap(({ expression }) => expression ?? []);
      const isConditional = names(index.where) || expressions.some(names);
      return (
        recomputed.indexes.includes(index) || isConditional || (moved.indexes.includes(index) && hasItems(expressions))
      );
    }),
    constraints: constraintsOf(table).filter(
      (constraint) =>
        isAmong(recomputed.constraints, constraint) ||
        names(conditionOf(constraint)) ||
        (isAmong(moved.constraints, constraint) && leftBehind.has(constraint.kind)) ||
        refers(constraint),
    ),
  };
}

/** What a definition says beside names: a condition, or all of an exclusion. */
export function conditionOf(constraint: ConstraintDefinition): string | undefined {
  if (constraint.kind === "check") return constraint.expression;
  return constraint.kind === "exclusion" ? constraint.definition : undefined;
}

/** Kinds of constraints that the server does not carry over to the new type by itself. */
const leftBehind: ReadonlySet<ConstraintDefinition["kind"]> = new Set(["check", "exclusion", "foreignKey"]);

function columnsUsing(table: CatalogTable, type: QualifiedName): Pick<TypeUses, "columns" | "generated" | "defaults"> {
  const ofType = table.columns.flatMap((column): EnumColumn[] => {
    const parsed = parseTypeName(column.type);
    return parsed !== undefined && nameKey(parsed.name) === nameKey(type) ? [{ column, isArray: parsed.isArray }] : [];
  });
  const columns = ofType.filter(({ column }) => column.computed === undefined);
  const isOfType = (column: CatalogColumn): boolean => ofType.some((use) => use.column === column);
  const reads = (expression: string): boolean =>
    mentions(expression, type.name) || columns.some(({ column }) => mentions(expression, column.name));
  return {
    columns,
    generated: table.columns.filter(
      (column) => column.computed !== undefined && (isOfType(column) || reads(column.computed.expression)),
    ),
    defaults: table.columns.filter(
      (column) => !isOfType(column) && column.default !== undefined && mentions(column.default, type.name),
    ),
  };
}

/** A function's definition without a body that is a text: of that the server knows nothing. */
function signatureOf(definition: string): string {
  const at = definition.search(/\sAS [$']/);
  return at === -1 ? definition : definition.slice(0, at);
}

/** `constraintsOf` makes objects of its own. */
function isAmong(list: readonly ConstraintDefinition[], constraint: ConstraintDefinition): boolean {
  return list.some(({ kind, name }) => kind === constraint.kind && name === constraint.name);
}

function hasItems(list: readonly unknown[]): boolean {
  return list.length > 0;
}
