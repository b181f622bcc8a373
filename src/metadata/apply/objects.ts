/** Operations on schemas and on what is kept by its definition: views, routines, triggers, policies. */
import { displayName, type Catalog, type CatalogRoutine, type CatalogTable } from "../catalog.ts";
import type { OpaqueObject, OpaqueOperation, SchemaOperation } from "../operation.ts";
import {
  editTable,
  found,
  foundObject,
  inserted,
  missing,
  present,
  requireFree,
  requireFreeObject,
  sameName,
  tableTitle,
  without,
} from "./edit.ts";

export function applySchemaOperation(catalog: Catalog, operation: SchemaOperation): Catalog {
  const { schemas } = catalog;
  if (operation.kind === "createSchema") {
    requireFree(schemas, operation.name, "schema", "The database");
    return { ...catalog, schemas: inserted(schemas, { name: operation.name }) };
  }
  return { ...catalog, schemas: without(schemas, found(schemas, operation.name, "schema", "The database")) };
}

export function applyOpaqueOperation(catalog: Catalog, { kind, object }: OpaqueOperation): Catalog {
  return kind === "createObject" ? create(catalog, object) : drop(catalog, object);
}

function create(catalog: Catalog, object: OpaqueObject): Catalog {
  switch (object.kind) {
    case "view":
      requireFreeObject(catalog.views, object.view, "view");
      requireFreeObject(catalog.tables, object.view, "table");
      return { ...catalog, views: inserted(catalog.views, object.view) };
    case "routine":
      if (findRoutine(catalog, object.routine) !== undefined) {
        throw present(object.routine.kind, signature(object.routine), "The schema");
      }
      return { ...catalog, routines: inserted(catalog.routines, object.routine) };
    case "trigger":
      return keepText(catalog, object.table, (table) => {
        requireFree(table.triggers, object.trigger.name, "trigger", tableTitle(table));
        return { ...table, triggers: inserted(table.triggers, object.trigger) };
      });
    case "policy":
      return keepText(catalog, object.table, (table) => {
        requireFree(table.policies, object.policy.name, "policy", tableTitle(table));
        return { ...table, policies: inserted(table.policies, object.policy) };
      });
  }
}

function drop(catalog: Catalog, object: OpaqueObject): Catalog {
  switch (object.kind) {
    case "view":
      return { ...catalog, views: without(catalog.views, foundObject(catalog.views, object.view, "view")) };
    case "routine": {
      const routine = findRoutine(catalog, object.routine);
      if (routine !== undefined) return { ...catalog, routines: without(catalog.routines, routine) };
      throw missing(object.routine.kind, signature(object.routine), "The schema", catalog.routines.map(signature));
    }
    case "trigger":
      return keepText(catalog, object.table, (table) => {
        const trigger = found(table.triggers, object.trigger.name, "trigger", tableTitle(table));
        return { ...table, triggers: without(table.triggers, trigger) };
      });
    case "policy":
      return keepText(catalog, object.table, (table) => {
        const policy = found(table.policies, object.policy.name, "policy", tableTitle(table));
        return { ...table, policies: without(table.policies, policy) };
      });
  }
}

/** Triggers and policies are no part of a table's own text. */
function keepText(
  catalog: Catalog,
  name: Parameters<typeof editTable>[1],
  edit: (table: CatalogTable) => CatalogTable,
): Catalog {
  const text = catalog.tables.find((table) => sameName(table, name))?.sql;
  const after = editTable(catalog, name, edit);
  if (text === undefined) return after;
  return { ...after, tables: after.tables.map((table) => (sameName(table, name) ? { ...table, sql: text } : table)) };
}

function findRoutine(catalog: Catalog, routine: CatalogRoutine): CatalogRoutine | undefined {
  return catalog.routines.find(
    (candidate) => sameName(candidate, routine) && candidate.arguments === routine.arguments,
  );
}

function signature(routine: CatalogRoutine): string {
  return `${displayName(routine)}(${routine.arguments})`;
}
