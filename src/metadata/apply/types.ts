/** Operations on enum types and sequences of a catalog. */
import type { Catalog, CatalogColumn, CatalogEnum, CatalogTable, QualifiedName } from "../catalog.ts";
import type { OperationOf, SequenceOperation, TypeOperation } from "../operation.ts";
import {
  renameEnumValueInExpression,
  renameSequenceInExpression,
  renameTypeInExpression,
  renameTypeInType,
} from "../rename-in-expression.ts";
import { displayName } from "../catalog.ts";
import { defaultOfReplacedEnum } from "./enum-default.ts";
import { foundObject, inserted, missing, present, replaced, requireFreeObject, without } from "./edit.ts";

const title = "enum type";

export function applyTypeOperation(catalog: Catalog, operation: TypeOperation): Catalog {
  const { enums } = catalog;
  if (operation.kind === "createEnum") {
    requireFreeObject(enums, operation.type, title);
    return { ...catalog, enums: inserted(enums, operation.type) };
  }
  const before = foundObject(enums, operation.type, title);
  const change = (after: CatalogEnum): Catalog => ({ ...catalog, enums: replaced(enums, before, after) });
  switch (operation.kind) {
    case "dropEnum":
      return { ...catalog, enums: without(enums, before) };
    case "renameEnum":
      return renameEnum(catalog, before, operation.newName);
    case "addEnumValue":
      return change({ ...before, values: withValue(before, operation) });
    case "renameEnumValue":
      return renameEnumValue(change(withRenamedValue(before, operation)), operation);
    case "replaceEnumValues":
      return replaceValues(change({ ...before, values: operation.values }), before, operation);
  }
}

function renameEnum(catalog: Catalog, before: CatalogEnum, newName: string): Catalog {
  requireFreeObject(catalog.enums, { schema: before.schema, name: newName }, title);
  const enums = inserted(without(catalog.enums, before), { ...before, name: newName });
  const inType = (text: string): string => renameTypeInType(text, before, newName);
  const inExpression = (text: string): string => renameTypeInExpression(text, before, newName);
  return { ...catalog, enums, tables: catalog.tables.map((table) => editTexts(table, inType, inExpression)) };
}

function withValue(type: CatalogEnum, operation: OperationOf<"addEnumValue">): string[] {
  const { value, before, after } = operation;
  if (type.values.includes(value)) throw present("value", value, enumTitle(type));
  if (before !== undefined) return type.values.toSpliced(indexOfValue(type, before), 0, value);
  if (after !== undefined) return type.values.toSpliced(indexOfValue(type, after) + 1, 0, value);
  return [...type.values, value];
}

function withRenamedValue(type: CatalogEnum, { value, newValue }: OperationOf<"renameEnumValue">): CatalogEnum {
  if (type.values.includes(newValue)) throw present("value", newValue, enumTitle(type));
  return { ...type, values: type.values.with(indexOfValue(type, value), newValue) };
}

function renameEnumValue(catalog: Catalog, operation: OperationOf<"renameEnumValue">): Catalog {
  const inExpression = (text: string): string =>
    renameEnumValueInExpression(text, operation.type, operation.value, operation.newValue);
  return { ...catalog, tables: catalog.tables.map((table) => editTexts(table, (text) => text, inExpression)) };
}

function replaceValues(catalog: Catalog, before: CatalogEnum, operation: OperationOf<"replaceEnumValues">): Catalog {
  const moved = (column: CatalogColumn): CatalogColumn => {
    if (column.default === undefined || renameTypeInType(column.type, before, "\0") === column.type) return column;
    const { default: _, ...rest } = column;
    const value = defaultOfReplacedEnum(before, operation, column);
    return value === undefined ? rest : { ...rest, default: value };
  };
  return { ...catalog, tables: catalog.tables.map((table) => ({ ...table, columns: table.columns.map(moved) })) };
}

function indexOfValue(type: CatalogEnum, value: string): number {
  const index = type.values.indexOf(value);
  if (index === -1) throw missing("value", value, enumTitle(type), type.values);
  return index;
}

function enumTitle(type: QualifiedName): string {
  return `The enum type '${displayName(type)}'`;
}

/** A table with its types and expressions rewritten; the same object where nothing changes. */
function editTexts(
  table: CatalogTable,
  inType: (text: string) => string,
  inExpression: (text: string) => string,
): CatalogTable {
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      type: inType(column.type),
      ...(column.default === undefined ? {} : { default: inExpression(column.default) }),
      ...(column.computed === undefined
        ? {}
        : { computed: { ...column.computed, expression: inExpression(column.computed.expression) } }),
    })),
    checks: table.checks.map((check) => ({ ...check, expression: inExpression(check.expression) })),
    indexes: table.indexes.map((index) => ({
      ...index,
      columns: index.columns.map((part) =>
        part.expression === undefined ? part : { ...part, expression: inExpression(part.expression) },
      ),
      ...(index.where === undefined ? {} : { where: inExpression(index.where) }),
    })),
    exclusions: table.exclusions.map((exclusion) => ({ ...exclusion, definition: inExpression(exclusion.definition) })),
    policies: table.policies.map((policy) => ({
      ...policy,
      ...(policy.using === undefined ? {} : { using: inExpression(policy.using) }),
      ...(policy.withCheck === undefined ? {} : { withCheck: inExpression(policy.withCheck) }),
    })),
  };
}

// ---------------------------------------------------------------- sequences

export function applySequenceOperation(catalog: Catalog, operation: SequenceOperation): Catalog {
  const { sequences } = catalog;
  switch (operation.kind) {
    case "createSequence":
      requireFreeObject(sequences, operation.sequence, "sequence");
      return { ...catalog, sequences: inserted(sequences, operation.sequence) };
    case "dropSequence":
      return { ...catalog, sequences: without(sequences, foundObject(sequences, operation.sequence, "sequence")) };
    case "alterSequence": {
      const before = foundObject(sequences, operation.sequence, "sequence");
      return { ...catalog, sequences: replaced(sequences, before, { ...before, ...operation.changes }) };
    }
    case "renameSequence": {
      const before = foundObject(sequences, operation.sequence, "sequence");
      requireFreeObject(sequences, { schema: before.schema, name: operation.newName }, "sequence");
      const renamed = inserted(without(sequences, before), { ...before, name: operation.newName });
      const inDefault = (text: string): string => renameSequenceInExpression(text, before, operation.newName);
      const tables = catalog.tables.map((table) => ({
        ...table,
        columns: table.columns.map((column) =>
          column.default === undefined ? column : { ...column, default: inDefault(column.default) },
        ),
      }));
      return { ...catalog, sequences: renamed, tables };
    }
  }
}
