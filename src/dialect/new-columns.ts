/** Columns that an operation brings or changes, for lint rules about design. */
import {
  displayName,
  knownTable,
  type Catalog,
  type CatalogColumn,
  type CatalogTable,
  type QualifiedName,
} from "../metadata/catalog.ts";
import type { LintContext, LintRule, RuleText } from "../metadata/lint-rule.ts";
import type { Operation } from "../metadata/operation.ts";

export interface NewColumn {
  readonly table: QualifiedName;
  readonly column: CatalogColumn;
}

/** Columns that come, or get another type. */
export function newColumns(operation: Operation, catalog: Catalog): readonly NewColumn[] {
  switch (operation.kind) {
    case "createTable":
      return operation.table.columns.map((column) => ({ table: operation.table, column }));
    case "addColumn":
      return [operation];
    case "alterColumn": {
      const { table, column: name, changes, existing } = operation;
      const before = knownTable(catalog, table)?.columns.find((column) => column.name === name) ?? existing;
      if (changes.type === undefined || before === undefined) return [];
      return [{ table, column: { ...before, ...changes } }];
    }
    default:
      return [];
  }
}

/** Advice about new columns. @param message - What of a column is meant, undefined for none. */
export function columnAdvice(
  text: Omit<RuleText, "severity" | "mindsNewTables">,
  message: (column: CatalogColumn, name: string, table: CatalogTable | undefined) => string | undefined,
): LintRule {
  return {
    ...text,
    severity: "advice",
    mindsNewTables: true,
    check(operation: Operation, { catalog, after }: LintContext) {
      return newColumns(operation, catalog).flatMap(({ table, column }) => {
        const name = `${displayName(table)}.${column.name}`;
        const found = message(column, name, knownTable(after, table));
        return found === undefined ? [] : [{ message: found }];
      });
    },
  };
}
