/**
 * Indexes in SQLite's operations. A full-text index is a table with triggers, which knows its table and columns by name and follows no
 * renaming. It goes before anything that it would not survive, and is made when its table has got all that it will get: once, and over
 * names that it has then.
 */
import type { CatalogIndex, CatalogTable, QualifiedName } from "../../metadata/catalog.ts";
import type { OperationOf } from "../../metadata/operation.ts";
import { isFullText } from "../full-text-method.ts";
import type { Step } from "../migration-dialect.ts";
import { catalogFullText, createFullText, dropFullText } from "./full-text-ddl.ts";
import { rowidColumn } from "./rowid-column.ts";
import { SqliteDefinitions } from "./table-definition.ts";

/** The operations in which indexes take part. */
export abstract class SqliteIndexOperations extends SqliteDefinitions {
  /** Full-text indexes of the catalog that are not there yet, each with the name of its table. */
  protected unmade: ReadonlyMap<string, string> = new Map();

  /** Make the full-text indexes that are not there yet. */
  protected makeFullText(): readonly Step[] {
    const steps = [...this.unmade].flatMap(([name, tableName]) => {
      const table = this.table({ name: tableName });
      const index = table.indexes.find((candidate) => candidate.name === name);
      return index === undefined ? [] : this.#statements(createFullText(catalogFullText(table, index)));
    });
    this.unmade = new Map();
    return steps;
  }

  /** All full-text indexes of a table are still to be made. */
  protected noteFullText(table: CatalogTable): void {
    const others = [...this.unmade].filter(([, owner]) => owner !== table.name);
    const own = table.indexes.filter(isFullText).map(({ name }) => [name, table.name] as const);
    this.unmade = new Map([...others, ...own]);
  }

  /** Take the full-text indexes of a table away that `isConcerned`, until `makeFullText`. */
  protected unmakeFullText(
    table: CatalogTable | undefined,
    isConcerned: (index: CatalogIndex) => boolean = () => true,
  ): readonly Step[] {
    const made = this.#made(table).filter(isConcerned);
    this.#note(made, table?.name ?? "");
    return made.flatMap(({ name }) => this.#statements(dropFullText(name)));
  }

  override createTable({ kind, table }: OperationOf<"createTable">): readonly Step[] {
    this.noteFullText(table);
    return super.createTable({
      kind,
      table: { ...table, indexes: table.indexes.filter((index) => !isFullText(index)) },
    });
  }

  override dropTable(operation: OperationOf<"dropTable">): readonly Step[] {
    const made = this.#made(this.findTable(operation.table));
    this.unmade = new Map([...this.unmade].filter(([, table]) => table !== operation.table.name));
    // The triggers go with the table. Until then they may run: for rows of the table that refer to one another.
    return [...super.dropTable(operation), ...made.map(({ name }) => this.statement(`DROP TABLE ${this.quote(name)}`))];
  }

  override renameTable(operation: OperationOf<"renameTable">): readonly Step[] {
    const { table, newName } = operation;
    const steps = [
      ...this.unmakeFullText(this.findTable(table)),
      // A connection whose last rebuild broke off may still be in the mode that leaves views and triggers alone.
      this.data("PRAGMA legacy_alter_table = OFF"),
      ...super.renameTable(operation),
    ];
    this.unmade = new Map([...this.unmade].map(([name, owner]) => [name, owner === table.name ? newName : owner]));
    return steps;
  }

  override renameColumn(operation: OperationOf<"renameColumn">): readonly Step[] {
    const { column } = operation;
    const table = this.findTable(operation.table);
    const isKey = table !== undefined && rowidColumn(table) === column;
    const unmaking = this.unmakeFullText(
      table,
      ({ columns }) => isKey || columns.some((part) => part.column === column),
    );
    return [...unmaking, ...super.renameColumn(operation)];
  }

  override createIndex(operation: OperationOf<"createIndex">): readonly Step[] {
    if (!isFullText(operation.index)) return super.createIndex(operation);
    this.#note([operation.index], operation.table.name);
    return [];
  }

  override dropIndex(operation: OperationOf<"dropIndex">): readonly Step[] {
    const { table, name } = operation;
    if (this.#take(name)) return [];
    const index = this.#index(table, name);
    if (index === undefined || !isFullText(index)) return super.dropIndex(operation);
    return this.#statements(dropFullText(name));
  }

  override renameIndex({ table, name, newName }: OperationOf<"renameIndex">): readonly Step[] {
    const index = this.#index(table, name);
    const drop = this.dropIndex({ kind: "dropIndex", table, name });
    if (index === undefined) return drop;
    return [...drop, ...this.createIndex({ kind: "createIndex", table, index: { ...index, name: newName } })];
  }

  #statements(texts: readonly string[]): readonly Step[] {
    return texts.map((text) => this.statement(text));
  }

  #index(table: QualifiedName, name: string): CatalogIndex | undefined {
    return this.findTable(table)?.indexes.find((index) => index.name === name);
  }

  /** The full-text indexes of a table that are there. */
  #made(table: CatalogTable | undefined): readonly CatalogIndex[] {
    return table?.indexes.filter((index) => isFullText(index) && !this.unmade.has(index.name)) ?? [];
  }

  #note(indexes: readonly CatalogIndex[], table: string): void {
    this.unmade = new Map([...this.unmade, ...indexes.map(({ name }) => [name, table] as const)]);
  }

  /** True where the index was to be made; it no longer is. */
  #take(name: string): boolean {
    const isUnmade = this.unmade.has(name);
    this.unmade = new Map([...this.unmade].filter(([other]) => other !== name));
    return isUnmade;
  }
}
