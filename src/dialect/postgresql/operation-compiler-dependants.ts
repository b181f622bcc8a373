/** What stands in the way of changing a column or type, and is dropped before and created again after it. */
import {
  nameKey,
  type Catalog,
  type CatalogColumn,
  type CatalogTable,
  type CatalogView,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { ConstraintDefinition, OpaqueObject } from "../../metadata/operation.ts";
import { constraintsOf } from "../definition-writer.ts";
import { mentions } from "./definition-text.ts";

/** Objects in the order in which they can be created; dropped the other way round. */
export interface Dependants {
  readonly objects: readonly OpaqueObject[];
  /** Generated columns of the same table. */
  readonly generated: readonly CatalogColumn[];
}

/** What PostgreSQL refuses to keep while the type of `column` changes. Rather too much than too little: it comes back as it was. */
export function dependantsOfColumn(catalog: Catalog, table: CatalogTable, column: string): Dependants {
  const generated = table.columns.filter(
    ({ computed, name }) => name !== column && computed !== undefined && mentions(computed.expression, column),
  );
  const columns = [column, ...generated.map(({ name }) => name)];
  const mentionsAny = (text: string): boolean => columns.some((name) => mentions(text, name));
  const views = viewsOver(catalog, (view) => mentions(view.definition, table.name) && mentionsAny(view.definition));
  return {
    generated,
    objects: [
      ...views.map((view) => ({ kind: "view" as const, view })),
      ...table.triggers
        .filter(({ definition }) => mentionsAny(definition))
        .map((trigger) => ({ kind: "trigger" as const, table: tableName(table), trigger })),
      ...policies(catalog, (owner, text) => {
        const isOwn = nameKey(owner) === nameKey(table);
        return mentionsAny(text) && (isOwn || mentions(text, table.name));
      }),
    ],
  };
}

/** Indexes and constraints that go away with a column of their table. */
export function boundToColumns(
  table: CatalogTable,
  columns: readonly string[],
): { readonly indexes: CatalogTable["indexes"]; readonly constraints: readonly ConstraintDefinition[] } {
  const names = (text: string | undefined): boolean =>
    text !== undefined && columns.some((column) => mentions(text, column));
  const includes = (list: readonly string[] | undefined): boolean =>
    list?.some((column) => columns.includes(column)) === true;
  return {
    indexes: table.indexes.filter(
      (index) =>
        names(index.where) ||
        includes(index.include) ||
        index.columns.some(
          ({ column, expression }) => (column !== undefined && columns.includes(column)) || names(expression),
        ),
    ),
    constraints: constraintsOf(table).filter((constraint) => {
      switch (constraint.kind) {
        case "check":
          return names(constraint.expression);
        case "exclusion":
          return names(constraint.definition);
        case "foreignKey":
          return includes(constraint.columns);
        default:
          return includes(constraint.columns) || includes(constraint.include);
      }
    }),
  };
}

export function tableName({ schema, name }: CatalogTable): QualifiedName {
  return schema === undefined ? { name } : { schema, name };
}

export function policies(catalog: Catalog, isMeant: (table: CatalogTable, text: string) => boolean): OpaqueObject[] {
  return catalog.tables.flatMap((table) =>
    table.policies
      .filter(({ using, withCheck }) => isMeant(table, `${using ?? ""} ${withCheck ?? ""}`))
      .map((policy) => ({ kind: "policy" as const, table: tableName(table), policy })),
  );
}

/** The views that are meant and those over them, each behind the ones it reads. */
export function viewsOver(catalog: Catalog, isMeant: (view: CatalogView) => boolean): CatalogView[] {
  const found = new Set(catalog.views.filter(isMeant));
  for (const view of found) {
    for (const other of catalog.views) {
      if (!found.has(other) && mentions(other.definition, view.name)) found.add(other);
    }
  }
  const ordered = new Set<CatalogView>();
  const place = (view: CatalogView, path: readonly CatalogView[]): void => {
    if (ordered.has(view) || path.includes(view)) return;
    for (const other of found) {
      if (other !== view && mentions(queryOf(view), other.name)) place(other, [...path, view]);
    }
    ordered.add(view);
  };
  for (const view of found) place(view, []);
  return [...ordered];
}

/** The definition without its head, which has the view's own name. */
function queryOf({ definition }: CatalogView): string {
  const at = definition.search(/\sAS\s/i);
  return at === -1 ? definition : definition.slice(at);
}
