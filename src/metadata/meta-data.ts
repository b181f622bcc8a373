/** `MetaData`: a set of tables and the rules that name their constraints. */
import { didYouMean } from "../util/closest-name.ts";
import type { Column } from "./column.ts";
import type { ForeignKeyConstraint } from "./constraint.ts";
import { SchemaDefinitionError, UnknownReferenceError } from "./errors.ts";
import { defaultNamingConvention, type NamingConvention } from "./naming-convention.ts";
import type { Table } from "./table.ts";

/** A foreign key with both its ends found. */
export interface ResolvedForeignKey {
  readonly constraint: ForeignKeyConstraint;
  readonly table: Table;
  readonly referredTable: Table;
  readonly pairs: readonly { readonly column: Column; readonly referred: Column }[];
}

/**
 * Completes a table before it is used; false where that cannot be done yet, to be asked again. `isFinal` says that the
 * definition is about to be read as a whole, so that nothing can be added after it.
 */
export type TableCompletion = (isFinal: boolean) => boolean;

export class MetaData {
  readonly namingConvention: NamingConvention;
  readonly #tables = new Set<Table>();
  #completions: TableCompletion[] = [];

  constructor(options: { readonly namingConvention?: Partial<NamingConvention> } = {}) {
    this.namingConvention = { ...defaultNamingConvention, ...options.namingConvention };
  }

  /** All tables, in the order they were defined. Nothing can be added to their definitions afterwards. */
  get tables(): readonly Table[] {
    this.#complete(true);
    return [...this.#tables];
  }

  /** Add a table. @throws SchemaDefinitionError where there is one of the same name, found when the set is used. */
  add(table: Table): void {
    this.#tables.add(table);
  }

  /** Forget a table (a test's, or one that reflection replaced). */
  remove(table: Table): void {
    this.#tables.delete(table);
  }

  /** Have a table completed before it is next used: models read their `tableArgs` there. */
  onUse(completion: TableCompletion): void {
    this.#completions.push(completion);
  }

  /** Complete the definitions, as far as that can be done yet, and check that names are unique. */
  configure(): void {
    this.#complete(false);
  }

  #complete(isFinal: boolean): void {
    const completions = this.#completions;
    if (completions.length === 0) return;
    this.#completions = [];
    const waiting = completions.filter((completion) => !completion(isFinal));
    this.#completions.push(...waiting);
    if (waiting.length === completions.length) return;
    const names = new Set<string>();
    for (const table of this.#tables) {
      if (names.has(table.fullName)) {
        throw new SchemaDefinitionError(`Two tables are named '${table.fullName}'. Rename one, or give one of them another schema.`);
      }
      names.add(table.fullName);
    }
  }

  /** The table of this name ("team" or "app.team"), or undefined. */
  findTable(fullName: string): Table | undefined {
    this.configure();
    for (const table of this.#tables) if (table.fullName === fullName) return table;
    return undefined;
  }

  /** The foreign keys of `table` with the tables and columns they refer to. @throws UnknownReferenceError */
  foreignKeysOf(table: Table): ResolvedForeignKey[] {
    this.configure();
    return table.foreignKeys.map((constraint) => this.#resolve(table, constraint));
  }

  #resolve(table: Table, constraint: ForeignKeyConstraint): ResolvedForeignKey {
    const written = constraint.referredTable;
    const inSameSchema = table.schema === undefined || written.includes(".") ? undefined : `${table.schema}.${written}`;
    const referredTable = (inSameSchema === undefined ? undefined : this.findTable(inSameSchema)) ?? this.findTable(written);
    const key = `The foreign key (${constraint.columns.join(", ")}) of table '${table.fullName}'`;
    if (referredTable === undefined) {
      const names = [...this.#tables].map((known) => known.fullName);
      throw new UnknownReferenceError(
        `${key} refers to table '${written}', which no model defines.${didYouMean(written, names)} Import the model that defines it before the tables are used.`,
      );
    }
    const pairs = constraint.columns.map((name, index) => {
      const referredName = constraint.referredColumns[index] ?? "";
      const referred = referredTable.findColumn(referredName) ?? referredTable.columnByKey(referredName);
      if (referred === undefined) {
        const names = referredTable.columns.map((column) => column.name);
        throw new UnknownReferenceError(`${key} refers to column '${referredName}', which table '${referredTable.fullName}' does not have.${didYouMean(referredName, names)}`);
      }
      return { column: table.column(name), referred };
    });
    return { constraint, table, referredTable, pairs };
  }
}
