/** A catalog after an operation, without a database. Used to compile a list of operations and to write SQL offline. */
import { SQLModelError } from "../util/coded-error.ts";
import { applyColumnOperation } from "./apply/columns.ts";
import { applyConstraintOperation, applyIndexOperation } from "./apply/constraints.ts";
import { applyDomainOperation, applyExtensionOperation } from "./apply/domains.ts";
import { applyOpaqueOperation, applySchemaOperation } from "./apply/objects.ts";
import { applyTableOperation } from "./apply/tables.ts";
import { applySequenceOperation, applyTypeOperation } from "./apply/types.ts";
import type { Catalog } from "./catalog.ts";
import type { Operation } from "./operation.ts";

/**
 * What `catalog` holds after `operation`; data operations change nothing. Texts of expressions follow renames as far as names
 * in them can be told apart; what other objects' definitions (views, routines) say of a renamed table stays as it is.
 * @throws MissingObjectError for what is not there, and for what is there already.
 */
export function applyOperation(catalog: Catalog, operation: Operation): Catalog {
  switch (operation.kind) {
    case "createSchema":
    case "dropSchema":
      return applySchemaOperation(catalog, operation);
    case "createTable":
    case "dropTable":
    case "renameTable":
    case "setTableComment":
    case "setTableOptions":
      return applyTableOperation(catalog, operation);
    case "addColumn":
    case "dropColumn":
    case "alterColumn":
    case "renameColumn":
      return applyColumnOperation(catalog, operation);
    case "addConstraint":
    case "dropConstraint":
    case "renameConstraint":
    case "validateConstraint":
      return applyConstraintOperation(catalog, operation);
    case "createIndex":
    case "dropIndex":
    case "renameIndex":
      return applyIndexOperation(catalog, operation);
    case "createEnum":
    case "dropEnum":
    case "renameEnum":
    case "addEnumValue":
    case "renameEnumValue":
    case "replaceEnumValues":
      return applyTypeOperation(catalog, operation);
    case "createSequence":
    case "dropSequence":
    case "alterSequence":
    case "renameSequence":
      return applySequenceOperation(catalog, operation);
    case "createDomain":
    case "dropDomain":
    case "alterDomain":
      return applyDomainOperation(catalog, operation);
    case "createExtension":
    case "dropExtension":
      return applyExtensionOperation(catalog, operation);
    case "createObject":
    case "dropObject":
      return applyOpaqueOperation(catalog, operation);
    case "execute":
    case "bulkInsert":
    case "backfill":
    case "run":
      return catalog;
  }
}

/** What `catalog` holds after all of `operations`, in order. @throws MissingObjectError */
export function applyOperations(catalog: Catalog, operations: readonly Operation[]): Catalog {
  return operations.reduce(applyOperation, catalog);
}

/** The catalog after `operation`; as it is where that is about something SQL of the program's own made, which it does not know. */
export function applyWhereKnown(catalog: Catalog, operation: Operation): Catalog {
  try {
    return applyOperation(catalog, operation);
  } catch (error) {
    if (error instanceof SQLModelError) return catalog;
    throw error;
  }
}
