/** Indexes in SQLite's operations. A full-text index is a table with triggers: it comes, goes and is renamed in ways of its own. */
import { applyOperation } from "../../metadata/apply-operation.ts";
import { knownTable, type CatalogIndex, type CatalogTable, type QualifiedName } from "../../metadata/catalog.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";
import { isFullText } from "../full-text-method.ts";
import type { Step } from "../migration-dialect.ts";
import { catalogFullText, createFullText, dropFullText } from "./full-text-ddl.ts";
import { rowidColumn } from "./rowid-column.ts";
import { SqliteDefinitions } from "./table-definition.ts";

/** The operations in which indexes take part. */
export abstract class SqliteIndexOperations extends SqliteDefinitions {
  override createTable({ kind, table }: OperationOf<"createTable">): readonly Step[] {
    const indexes = table.indexes.filter((index) => !isFullText(index));
    return [
      ...super.createTable({ kind, table: { ...table, indexes } }),
      ...table.indexes.filter(isFullText).flatMap((index) => this.#create(table, index)),
    ];
  }

  override dropTable(operation: OperationOf<"dropTable">): readonly Step[] {
    // The triggers go with the table.
    const words = this.#fullTextOf(operation.table).map(({ name }) => this.statement(`DROP TABLE ${this.quote(name)}`));
    return [...words, ...super.dropTable(operation)];
  }

  override renameTable(operation: OperationOf<"renameTable">): readonly Step[] {
    const { table, newName } = operation;
    return this.#withoutIndexes(operation, this.#fullTextOf(table), newName, [
      // A connection whose last rebuild broke off may still be in the mode that leaves views and triggers alone.
      this.data("PRAGMA legacy_alter_table = OFF"),
      ...super.renameTable(operation),
    ]);
  }

  override renameColumn(operation: OperationOf<"renameColumn">): readonly Step[] {
    const { table, column } = operation;
    const known = this.findTable(table);
    const isKey = known !== undefined && rowidColumn(known) === column;
    const concerned = this.#fullTextOf(table).filter(
      ({ columns }) => isKey || columns.some((part) => part.column === column),
    );
    return this.#withoutIndexes(operation, concerned, table.name, super.renameColumn(operation));
  }

  /** FTS5 knows its table and columns by name, and no renaming follows that: such indexes go before `steps` and come again after. */
  #withoutIndexes(
    operation: Operation,
    indexes: readonly CatalogIndex[],
    newName: string,
    steps: readonly Step[],
  ): readonly Step[] {
    if (indexes.length === 0) return steps;
    const after = knownTable(applyOperation(this.catalog, operation), { name: newName });
    const names = new Set(indexes.map(({ name }) => name));
    const again = after?.indexes.filter(({ name }) => names.has(name)) ?? [];
    return [
      ...indexes.flatMap((index) => this.#drop(index)),
      ...steps,
      ...again.flatMap((index) => (after === undefined ? [] : this.#create(after, index))),
    ];
  }

  override createIndex({ table, index }: OperationOf<"createIndex">): readonly Step[] {
    return this.#create(this.table(table), index);
  }

  override dropIndex({ table, name }: OperationOf<"dropIndex">): readonly Step[] {
    return this.#drop(this.#index(table, name) ?? { name, columns: [], unique: false });
  }

  override renameIndex({ table, name, newName }: OperationOf<"renameIndex">): readonly Step[] {
    const index = this.#index(table, name);
    if (index === undefined) return this.dropIndex({ kind: "dropIndex", table, name });
    return [...this.#drop(index), ...this.#create(this.table(table), { ...index, name: newName })];
  }

  /** The statements that make an index of `table`. */
  protected indexTexts(table: CatalogTable, index: CatalogIndex): readonly string[] {
    return isFullText(index) ? createFullText(catalogFullText(table, index)) : [this.createIndexText(table, index)];
  }

  #create(table: CatalogTable, index: CatalogIndex): readonly Step[] {
    return this.indexTexts(table, index).map((text) => this.statement(text));
  }

  #drop(index: CatalogIndex): readonly Step[] {
    const texts = isFullText(index) ? dropFullText(index.name) : [`DROP INDEX ${this.quote(index.name)}`];
    return texts.map((text) => this.statement(text));
  }

  #index(table: QualifiedName, name: string): CatalogIndex | undefined {
    return this.findTable(table)?.indexes.find((index) => index.name === name);
  }

  #fullTextOf(table: QualifiedName): readonly CatalogIndex[] {
    return this.findTable(table)?.indexes.filter(isFullText) ?? [];
  }
}
