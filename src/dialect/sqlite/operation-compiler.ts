/** Schema operations as SQLite's SQL: what ALTER TABLE does whatever the rows are, and one rebuild of a table for the rest. */
import { columnUsers } from "../../metadata/apply/columns.ts";
import type { Catalog, CatalogColumn, CatalogTable, CatalogTrigger, QualifiedName } from "../../metadata/catalog.ts";
import type { OpaqueObject, Operation, OperationOf } from "../../metadata/operation.ts";
import { mentionsColumn } from "../../metadata/rename-in-expression.ts";
import { CompileError } from "../../sql/errors.ts";
import { isFullText } from "../full-text-method.ts";
import type { CompiledOperations, Step } from "../migration-dialect.ts";
import { foldName, keyword, tokenize } from "./ddl-tokens.ts";
import { dependantChecks, foreignKeyChecks, viewsThatRead } from "./dependant-checks.ts";
import { groupOperations, type OperationGroup } from "./group-operations.ts";
import { SqliteIndexOperations } from "./index-operations.ts";
import { textLiteral } from "./literal.ts";
import { refuseSchema } from "./names.ts";
import { mentionsName, renameColumnInTrigger, renameTableInText, watchedColumns } from "./rename-in-trigger.ts";
import { noteFate, rebuildSteps, type ColumnFate } from "./table-rebuild.ts";

/** The SQL of `operations` on a database that holds `catalog`. */
export function compileOperations(operations: readonly Operation[], catalog: Catalog): readonly CompiledOperations[] {
  return new SqliteOperationCompiler(catalog).compile(operations);
}

class SqliteOperationCompiler extends SqliteIndexOperations {
  /** Tables that were made anew or dropped while foreign keys were off. */
  readonly #unchecked = new Set<string>();
  #hasDataChanges = false;
  /** Triggers whose text after a renaming is not known here, by what was renamed. */
  readonly #stale = new Map<string, string>();

  override compile(operations: readonly Operation[]): readonly CompiledOperations[] {
    let compiled: readonly CompiledOperations[] = [];
    for (const group of groupOperations(operations)) {
      const kind = group.operations[0]?.kind;
      if (kind !== undefined && dataKinds.has(kind)) compiled = withSteps(compiled, this.makeFullText());
      const checks = kind === "backfill" ? this.#foreignKeyChecks() : [];
      const next = this.#group(group);
      compiled = [...compiled, checks.length === 0 ? next : { ...next, steps: [...checks, ...next.steps] }];
    }
    return withSteps(compiled, [...this.makeFullText(), ...this.#foreignKeyChecks()]);
  }

  /** For all that happened since the last of them. */
  #foreignKeyChecks(): readonly Step[] {
    if (this.#unchecked.size === 0) return [];
    const checks = foreignKeyChecks(this.catalog, this.#hasDataChanges ? undefined : this.#unchecked);
    this.#unchecked.clear();
    this.#hasDataChanges = false;
    return checks;
  }

  #group({ table, operations }: OperationGroup): CompiledOperations {
    if (table === undefined) return this.#single(operations);
    const { catalog, unmade } = this;
    const steps: Step[] = [];
    for (const operation of operations) {
      if (!this.#isDirect(operation)) {
        this.catalog = catalog;
        this.unmade = unmade;
        return this.#rebuild(table, operations);
      }
      steps.push(...this.steps(operation));
      this.advance(operation);
    }
    return { operations, steps };
  }

  #single(operations: readonly Operation[]): CompiledOperations {
    const steps: Step[] = [];
    let withoutForeignKeys = false;
    for (const operation of operations) {
      steps.push(...this.steps(operation));
      if (operation.kind === "dropTable" && this.#isReferred(operation.table)) {
        // With foreign keys on, DROP TABLE deletes the rows first, and the rows that refer to them follow.
        withoutForeignKeys = true;
        this.#unchecked.add(operation.table.name);
      }
      if (operation.kind === "dropTable" && this.#isHeldByItself(operation.table)) withoutForeignKeys = true;
      if (operation.kind === "execute" || operation.kind === "run" || operation.kind === "bulkInsert")
        this.#hasDataChanges = true;
      this.advance(operation);
    }
    return { operations, steps, ...(withoutForeignKeys ? { withoutForeignKeys } : {}) };
  }

  /** True where a foreign key of another table refers to `name`. */
  #isReferred({ name }: QualifiedName): boolean {
    return this.catalog.tables.some(
      (table) => table.name !== name && table.foreignKeys.some(({ referred }) => referred.name === name),
    );
  }

  /** DROP TABLE deletes the rows one by one, and RESTRICT does not wait until those that refer are gone as well. */
  #isHeldByItself({ name }: QualifiedName): boolean {
    const table = this.catalog.tables.find((candidate) => candidate.name === name);
    return table?.foreignKeys.some((key) => key.referred.name === name && key.onDelete === "RESTRICT") === true;
  }

  protected override advance(operation: Operation): void {
    const { tables } = this.catalog;
    super.advance(operation);
    if (operation.kind === "renameColumn") {
      const renamed = { table: operation.table.name, from: operation.column, to: operation.newName };
      this.#followRenaming(
        tables,
        (text, owner) => renameColumnInTrigger(text, owner, renamed, tables),
        `column '${renamed.from}' of table '${renamed.table}'`,
      );
    } else if (operation.kind === "renameTable") {
      const { table, newName } = operation;
      this.#followRenaming(
        tables,
        (text) => renameTableInText(text, table.name, newName, tables),
        `table '${table.name}'`,
      );
      if (this.#unchecked.delete(table.name)) this.#unchecked.add(newName);
    }
  }

  /** SQLite follows references wherever they are: the texts of triggers and views must be known for later. */
  #followRenaming(
    before: readonly CatalogTable[],
    edit: (text: string, owner: string) => string | undefined,
    what: string,
  ): void {
    const texts = new Map<string, string>();
    for (const { name: owner, triggers } of before) {
      for (const { name, definition } of triggers) {
        const text = edit(definition, owner);
        if (text === undefined) this.#stale.set(name, what);
        texts.set(name, text ?? definition);
      }
    }
    const tables = this.catalog.tables.map((table) => ({
      ...table,
      triggers: table.triggers.map((trigger) => ({
        ...trigger,
        definition: texts.get(trigger.name) ?? trigger.definition,
      })),
    }));
    const views = this.catalog.views.map((view) => ({
      ...view,
      definition: edit(view.definition, "") ?? view.definition,
    }));
    this.catalog = { ...this.catalog, tables, views };
  }

  override dropTable(operation: OperationOf<"dropTable">): readonly Step[] {
    const { table } = operation;
    const checks = viewsThatRead(this.catalog, table.name).map((name) =>
      this.viewCheck(
        { name },
        `SELECT name FROM sqlite_schema WHERE type = 'view' AND name = ${textLiteral(name)}`,
        table,
      ),
    );
    return [...checks, ...super.dropTable(operation)];
  }

  // -------------------------------------------------------------- what ALTER TABLE can do

  #isDirect(operation: Operation): boolean {
    switch (operation.kind) {
      case "addColumn":
        return this.#canAdd(operation);
      case "dropColumn":
        return this.#canDrop(this.table(operation.table), operation.column);
      case "alterColumn":
        return Object.keys(operation.changes).every((change) => change === "comment");
      default:
        return ["createIndex", "dropIndex", "renameIndex", "setTableComment"].includes(operation.kind);
    }
  }

  /** Never by luck: what fails only on a table with rows passes every test and fails in production. */
  #canAdd({ table, column, position, fill }: OperationOf<"addColumn">): boolean {
    if (fill !== undefined || column.identity !== undefined || column.computed?.stored === true) return false;
    if (position?.first === true || (position?.after !== undefined && !this.#isLast(table, position.after)))
      return false;
    if (column.default !== undefined && !isConstant(column.default)) return false;
    return column.nullable || (column.default !== undefined && column.computed === undefined);
  }

  #isLast(table: QualifiedName, column: string): boolean {
    return this.table(table).columns.at(-1)?.name === column;
  }

  #canDrop(table: CatalogTable, column: string): boolean {
    const isGeneratedFrom = ({ computed }: CatalogColumn): boolean =>
      computed !== undefined && mentionsColumn(computed.expression, table.name, column);
    if (table.columns.length < 2 || columnUsers(table, column).size > 0 || table.columns.some(isGeneratedFrom))
      return false;
    const { tables, views } = this.catalog;
    const isParentKey = tables.some(({ foreignKeys }) =>
      foreignKeys.some(
        ({ referred, referredColumns }) => referred.name === table.name && referredColumns.includes(column),
      ),
    );
    const texts = [...tables.flatMap(({ triggers }) => triggers), ...views].map(({ definition }) => definition);
    return !isParentKey && !texts.some((text) => mentionsName(text, column));
  }

  override setTableComment({ table, comment }: OperationOf<"setTableComment">): readonly Step[] {
    return comment === undefined ? [] : this.noComment(`table '${table.name}'`);
  }

  /** Asked only for changes that need no rebuild. */
  override alterColumn({ table, column, changes }: OperationOf<"alterColumn">): readonly Step[] {
    return changes.comment === undefined ? [] : this.noComment(`column '${column}' of table '${table.name}'`);
  }

  override createSchema({ name }: OperationOf<"createSchema">): never {
    return refuseSchema(name);
  }

  override dropSchema({ name }: OperationOf<"dropSchema">): never {
    return refuseSchema(name);
  }

  protected override createOpaque(object: OpaqueObject): readonly Step[] {
    if (object.kind === "routine") return this.unsupported("functions in the database", "Leave it out.");
    if (object.kind === "view" && object.view.materialized)
      return this.unsupported("materialized views", "Create a table, and triggers that keep it.");
    return super.createOpaque(object);
  }

  protected override dropOpaque(object: OpaqueObject): readonly Step[] {
    return object.kind === "routine"
      ? this.unsupported("functions in the database", "Leave it out.")
      : super.dropOpaque(object);
  }

  // -------------------------------------------------------------- rebuild

  #rebuild(name: QualifiedName, operations: readonly Operation[]): CompiledOperations {
    const before = this.table(name);
    if (before.kind !== "table")
      this.unsupported(`changes of ${before.kind} tables`, `Make '${name.name}' anew with execute().`);
    const detached = this.unmakeFullText(before);
    const fate: ColumnFate = { kept: new Map(), fills: new Map() };
    for (const column of before.columns) fate.kept.set(column.name, { using: undefined });
    for (const operation of operations) {
      noteFate(fate, operation);
      this.#refuse(operation);
      this.advance(operation);
    }
    const after = this.table(name);
    this.#refuseOrphans(before, after);
    this.noteFullText(after);
    const attached = [
      ...after.indexes.filter((index) => !isFullText(index)).map((index) => this.createIndexText(after, index)),
      ...after.triggers.map((trigger) => this.#triggerAgain(trigger, after)),
    ];
    const steps = rebuildSteps({
      before,
      after,
      fate,
      createText: (temporary) => this.createTableText({ ...after, name: temporary }),
      detached,
      attached,
    });
    this.#unchecked.add(name.name);
    return { operations, steps: [...steps, ...dependantChecks(this.catalog, after)], withoutForeignKeys: true };
  }

  #triggerAgain({ name, definition }: CatalogTrigger, table: CatalogTable): string {
    const renamed = this.#stale.get(name);
    if (renamed !== undefined)
      throw new CompileError(
        `Trigger '${name}' of table '${table.name}' may mention ${renamed}, which is renamed in the same revision, and must be created again. Put the renaming into a revision of its own.`,
      );
    const known = new Set(table.columns.map((column) => foldName(column.name)));
    const gone = watchedColumns(definition).find((column) => !known.has(foldName(column)));
    if (gone === undefined) return definition;
    throw new CompileError(
      `Trigger '${name}' of table '${table.name}' watches column '${gone}', which goes away. Drop the trigger before, and create it anew.`,
    );
  }

  /** A name in double quotes that is no column's can be a text for SQLite. */
  #refuseOrphans(before: CatalogTable, after: CatalogTable): void {
    const kept = new Set(after.columns.map(({ name }) => name));
    const gone = before.columns.filter(({ name }) => !kept.has(name));
    for (const { name, computed } of after.columns) {
      const used = gone.find(
        (column) => computed !== undefined && mentionsColumn(computed.expression, after.name, column.name),
      );
      if (used === undefined) continue;
      throw new CompileError(
        `Column '${name}' of table '${after.name}' is generated from column '${used.name}', which goes away. Drop or change '${name}' before.`,
      );
    }
  }

  /** What a rebuild would pass over without a word. */
  #refuse(operation: Operation): void {
    if (operation.kind === "validateConstraint") this.validateConstraint(operation);
    if (operation.kind === "addConstraint" && operation.usingIndex !== undefined)
      this.unsupported("ADD CONSTRAINT … USING INDEX", "Leave the index out: the constraint makes its own.");
  }
}

/** Operations that may look at what those before them have made. */
const dataKinds: ReadonlySet<Operation["kind"]> = new Set(["execute", "run", "bulkInsert", "backfill"]);

/** With more steps at the end. */
function withSteps(compiled: readonly CompiledOperations[], steps: readonly Step[]): readonly CompiledOperations[] {
  const last = compiled.at(-1);
  if (last === undefined || steps.length === 0) return compiled;
  return [...compiled.slice(0, -1), { ...last, steps: [...last.steps, ...steps] }];
}

/** True for a literal: what every row can be given without asking anything. */
function isConstant(text: string): boolean {
  const [first, second, ...rest] = tokenize(text);
  if (first === undefined || rest.length > 0) return false;
  if (second !== undefined) return (first.text === "-" || first.text === "+") && second.kind === "number";
  const word = keyword(first);
  return (
    first.kind === "string" || first.kind === "number" || first.kind === "blob" || word === "TRUE" || word === "FALSE"
  );
}
