/**
 * Schema operations as MySQL's and MariaDB's SQL. Each DDL statement commits by itself, so an operation is one ALTER TABLE wherever
 * it can be, and operations that the server takes only together share one (`operation-groups.ts`). MODIFY COLUMN says all of a
 * column: what an operation does not name comes from the catalog.
 */
import { applyOperation } from "../../metadata/apply-operation.ts";
import {
  displayName,
  nameKey,
  type Catalog,
  type CatalogForeignKey,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { OpaqueObject, Operation, OperationOf } from "../../metadata/operation.ts";
import { CompileError } from "../../sql/errors.ts";
import { isFullText } from "../full-text-method.ts";
import type { CompiledOperations, StatementStep, Step } from "../migration-dialect.ts";
import { wholeNumber } from "../definition-writer.ts";
import { constraintWords } from "../operation-compiler.ts";
import { sequenceMove } from "../sequence-change.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { ColumnAlterations, type Alteration } from "./column-alteration.ts";
import { DetachedForeignKeys, followsTable } from "./detached-foreign-keys.ts";
import { fullTextAlgorithm } from "./full-text-algorithm.ts";
import { keysWithOwnIndex } from "./key-indexes.ts";
import { plainTextLiteral, textLiteral } from "./literal.ts";
import { canonicalOperation, groupOperations, isTableAlteration, type TableAlteration } from "./operation-groups.ts";
import { tableOptionTexts } from "./table-options.ts";

/** The SQL of `operations` on a database that holds `catalog`. */
export function compileOperations(
  operations: readonly Operation[],
  catalog: Catalog,
  flavour: MysqlFlavour,
): readonly CompiledOperations[] {
  return new MysqlOperationCompiler(catalog, flavour).compile(operations);
}

const noSteps: readonly Step[] = Object.freeze([]);

class MysqlOperationCompiler extends ColumnAlterations {
  /** Foreign keys that are away while their columns get other types. */
  readonly #detached = new DetachedForeignKeys();

  override compile(operations: readonly Operation[]): readonly CompiledOperations[] {
    const groups = groupOperations(operations, this.catalog);
    return groups.map((group, index) => {
      const detach = this.#detached
        .before(group, this.catalog)
        .map(({ table, name }) => this.alterTable(table, `DROP FOREIGN KEY ${this.quote(name)}`));
      const steps = this.groupSteps(group);
      const attach = this.#detached
        .after(groups.slice(index + 1).flat(), this.catalog)
        .map(({ table, key }) => this.alterTable(table, `ADD ${this.constraint({ kind: "foreignKey", ...key })}`));
      return { operations: group, steps: [...detach, ...steps, ...attach] };
    });
  }

  private groupSteps(group: readonly Operation[]): readonly Step[] {
    const [first] = group;
    if (first === undefined) return noSteps;
    if (isTableAlteration(first)) return this.alterationSteps(group.filter(isTableAlteration));
    const operation = canonicalOperation(first, this.catalog);
    const steps = this.steps(operation);
    this.advance(operation);
    return steps;
  }

  /** One ALTER TABLE for all of `operations`, which are of one table, with what must come before and after it. */
  private alterationSteps(operations: readonly TableAlteration[]): readonly Step[] {
    const [first] = operations;
    if (first === undefined) return noSteps;
    const tableBefore = this.table(first.table);
    const alterations: Alteration[] = [];
    for (const operation of operations) {
      const canonical = canonicalOperation(operation, this.catalog);
      alterations.push(this.alteration(canonical));
      this.advance(canonical);
    }
    const tableAfter = this.findTable(first.table);
    const indexes = tableAfter === undefined ? [] : this.foreignKeyIndexes(tableBefore, tableAfter, operations);
    const isOfWords = operations.some((operation) => operation.kind === "createIndex" && isFullText(operation.index));
    const algorithm = isOfWords ? (fullTextAlgorithm(this.flavour) ?? []) : [];
    const clauses = [...alterations.flatMap((alteration) => alteration.clauses), ...indexes].concat(algorithm);
    return [
      ...alterations.flatMap(({ before = [] }) => before),
      ...(clauses.length === 0 ? [] : [this.alterTable(first.table, clauses.join(", "))]),
      ...alterations.flatMap(({ after = [] }) => after),
    ];
  }

  private alteration(operation: TableAlteration): Alteration {
    switch (operation.kind) {
      case "addColumn":
        return this.adding(operation);
      case "dropColumn":
        return { before: this.readingViews(operation.table, operation.column), clauses: this.dropping(operation) };
      case "alterColumn":
        return this.altering(operation);
      case "renameColumn":
        return { clauses: this.renaming(operation) };
      case "addConstraint":
        return { clauses: this.addingConstraint(operation) };
      case "dropConstraint":
        return { clauses: this.droppingConstraint(operation) };
      case "renameConstraint":
        return { clauses: this.renamingConstraint(operation) };
      case "createIndex":
        return { clauses: [`ADD ${this.index(operation.index)}`] };
      case "dropIndex":
        return { clauses: [`DROP INDEX ${this.quote(operation.name)}`] };
      case "renameIndex":
        return { clauses: [`RENAME INDEX ${this.quote(operation.name)} TO ${this.quote(operation.newName)}`] };
      case "setTableComment":
        return { clauses: [`COMMENT=${plainTextLiteral(operation.comment ?? "")}`] };
      case "setTableOptions":
        return this.settingOptions(operation);
    }
  }

  override dropTable({ table }: OperationOf<"dropTable">): readonly Step[] {
    const drop = { ...this.statement(`DROP TABLE ${this.qualified(table)}`), tables: [table] };
    return [...this.readingViews(table, undefined), drop];
  }

  /** The server drops what views read without a word, and they fail from then on. */
  private readingViews(table: QualifiedName, column: string | undefined): readonly Step[] {
    const isNamed = (definition: string, name: string): boolean => definition.includes(this.quote(name));
    const views = this.catalog.views.filter(
      ({ definition }) => isNamed(definition, table.name) && (column === undefined || isNamed(definition, column)),
    );
    return views.map((view) => {
      const schema = view.schema === undefined ? "DATABASE()" : textLiteral(view.schema);
      const sql = `SELECT table_name FROM information_schema.views WHERE table_schema = ${schema} AND table_name = ${textLiteral(view.name)}`;
      return this.viewCheck(view, sql, table, column);
    });
  }

  // -------------------------------------------------------------- indexes of foreign keys

  /**
   * What keeps the server's own indexes of foreign keys as a new table would have them: one goes where another serves now or its
   * key is gone, and comes back where nothing serves any more.
   */
  private foreignKeyIndexes(
    before: CatalogTable,
    after: CatalogTable,
    operations: readonly TableAlteration[],
  ): readonly string[] {
    const renamed = new Map(
      operations.flatMap((operation) =>
        operation.kind === "renameConstraint" && operation.constraintKind === "foreignKey"
          ? [[operation.name, operation.newName] as const]
          : [],
      ),
    );
    const had = keysWithOwnIndex(before).map(({ name = "" }) => renamed.get(name) ?? name);
    const has = keysWithOwnIndex(after);
    const known = new Set(before.foreignKeys.map(({ name = "" }) => renamed.get(name) ?? name));
    const exists = this.flavour.isMariaDb ? "IF EXISTS " : "";
    const missing = this.flavour.isMariaDb ? "IF NOT EXISTS " : "";
    const gone = had.filter((name) => !has.some((key) => key.name === name) && !this.isTaken(after, name));
    const needed = has.filter(({ name = "" }) => known.has(name) && !had.includes(name));
    return [
      ...gone.map((name) => `DROP INDEX ${exists}${this.quote(name)}`),
      ...needed.map(({ name = "", columns }) => `ADD INDEX ${missing}${this.quote(name)} (${this.nameList(columns)})`),
    ];
  }

  /** True where the index is one of the table's own by now. */
  private isTaken(table: CatalogTable, name: string): boolean {
    return table.indexes.some((index) => index.name === name) || table.uniques.some((key) => key.name === name);
  }

  // -------------------------------------------------------------- constraints

  private addingConstraint({ table, constraint, usingIndex }: OperationOf<"addConstraint">): readonly string[] {
    if (usingIndex !== undefined)
      this.unsupported("ADD CONSTRAINT … USING INDEX", "Leave the index out: the constraint makes its own.");
    if (constraint.kind === "foreignKey") requireReachable(table, constraint);
    return [`ADD ${this.constraint(constraint)}`];
  }

  private droppingConstraint({ table, constraintKind, name }: OperationOf<"dropConstraint">): readonly string[] {
    if (constraintKind === "primaryKey") return ["DROP PRIMARY KEY"];
    if (name === undefined) {
      throw new CompileError(
        `A ${constraintWords[constraintKind]} of table '${displayName(table)}' is to be dropped, but it has no name. Give its name.`,
      );
    }
    switch (constraintKind) {
      case "foreignKey":
        return this.droppingForeignKey(table, name);
      case "unique":
        return [`DROP INDEX ${this.quote(name)}`];
      case "check":
        return [this.droppingCheck(name)];
      case "exclusion":
        return this.unsupported("EXCLUDE", "Leave it out.");
    }
  }

  protected override droppingForeignKey(table: QualifiedName, name: string): readonly string[] {
    // One that waits for the other type of its columns is away already.
    return this.#detached.forget(table, name) ? [] : [`DROP FOREIGN KEY ${this.quote(name)}`];
  }

  /** Neither foreign keys nor checks can be renamed. */
  private renamingConstraint(operation: OperationOf<"renameConstraint">): readonly string[] {
    const { table, constraintKind, name, newName } = operation;
    const { foreignKeys, checks } = this.table(table);
    const key = foreignKeys.find((candidate) => candidate.name === name);
    const check = checks.find((candidate) => candidate.name === name);
    if (constraintKind === "primaryKey") return [];
    if (constraintKind === "unique") return [`RENAME INDEX ${this.quote(name)} TO ${this.quote(newName)}`];
    if (constraintKind === "check" && check !== undefined)
      return [this.droppingCheck(name), `ADD ${this.constraint({ kind: "check", ...check, name: newName })}`];
    if (constraintKind !== "foreignKey" || key === undefined) return [];
    const ownsIndex = keysWithOwnIndex(this.table(table)).includes(key);
    return [
      `DROP FOREIGN KEY ${this.quote(name)}`,
      ...(ownsIndex ? [`RENAME INDEX ${this.quote(name)} TO ${this.quote(newName)}`] : []),
      `ADD ${this.constraint({ kind: "foreignKey", ...key, name: newName })}`,
    ];
  }

  // -------------------------------------------------------------- tables

  protected override alterTable(table: QualifiedName, action: string): StatementStep {
    return { ...super.alterTable(table, action), tables: [table] };
  }

  override alterColumn(operation: OperationOf<"alterColumn">): readonly Step[] {
    return this.alterationSteps([operation]);
  }

  override createSchema({ name }: OperationOf<"createSchema">): readonly Step[] {
    return [this.statement(`CREATE DATABASE ${this.quote(name)}`)];
  }

  /** DROP DATABASE takes all its tables along, which nobody has asked for. */
  override dropSchema({ name }: OperationOf<"dropSchema">): readonly Step[] {
    const check = this.checkFirst(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = ${textLiteral(name)} LIMIT 5`,
      `Schema '${name}' is to be dropped, but it still holds tables or views.`,
      "Drop or move them first.",
    );
    return [check, this.statement(`DROP DATABASE ${this.quote(name)}`)];
  }

  override createTable({ table }: OperationOf<"createTable">): readonly Step[] {
    for (const key of table.foreignKeys) requireReachable(table, key);
    const triggers = table.triggers.flatMap((trigger) => this.createOpaque({ kind: "trigger", table, trigger }));
    const { schema, name } = table;
    return [{ ...this.statement(this.createTableText(table)), tables: [{ schema, name }] }, ...triggers];
  }

  override renameTable({ table, newName }: OperationOf<"renameTable">): readonly Step[] {
    // Without its schema, the new name would move the table.
    const renamed = { schema: table.schema, name: newName };
    return [{ ...this.alterTable(table, `RENAME TO ${this.qualified(renamed)}`), tables: [table, renamed] }];
  }

  private settingOptions({ table, options }: OperationOf<"setTableOptions">): Alteration {
    const { partitionBy, systemVersioning, ...others } = options;
    const texts = tableOptionTexts(others, this.dialectName);
    const versioning = systemVersioning === undefined ? "DROP SYSTEM VERSIONING" : "ADD SYSTEM VERSIONING";
    const partitioning = partitionBy === undefined ? "REMOVE PARTITIONING" : `PARTITION BY ${partitionBy}`;
    return {
      clauses: [
        ...(texts.length === 0 ? [] : [texts.join(" ")]),
        ...("charset" in options || "collation" in options ? this.followingColumns(this.table(table)) : []),
        ...("systemVersioning" in options ? [versioning] : []),
      ],
      after: "partitionBy" in options ? [this.alterTable(table, partitioning)] : [],
    };
  }

  /** The columns whose collation is the table's: they would keep the old one. */
  private followingColumns(table: CatalogTable): readonly string[] {
    return table.columns.filter(followsTable).map((column) => `MODIFY COLUMN ${this.column(column, table)}`);
  }

  // -------------------------------------------------------------- what is kept by its definition

  protected override dropOpaque(object: OpaqueObject): readonly Step[] {
    if (object.kind !== "trigger") return super.dropOpaque(object);
    const name: QualifiedName = { schema: object.table.schema, name: object.trigger.name };
    return [this.statement(`DROP TRIGGER ${this.qualified(name)}`)];
  }

  override createSequence({ sequence }: OperationOf<"createSequence">): readonly Step[] {
    return this.sequenceSteps("CREATE", sequence, sequence);
  }

  override alterSequence({ sequence, changes }: OperationOf<"alterSequence">): readonly Step[] {
    return [...this.sequenceMoveSteps(sequence, changes), ...this.sequenceSteps("ALTER", sequence, changes)];
  }

  /** The server refuses bounds that the counter has not come to. */
  private sequenceMoveSteps(
    sequence: QualifiedName,
    changes: OperationOf<"alterSequence">["changes"],
  ): readonly Step[] {
    const before = this.catalog.sequences.find((candidate) => nameKey(candidate) === nameKey(sequence));
    const after = before === undefined ? undefined : { ...before, ...changes };
    const move = before === undefined || after === undefined ? undefined : sequenceMove(before, after);
    if (after === undefined || move === undefined) return noSteps;
    const isBeyond = move.isDescending ? `< ${wholeNumber(after.minValue)}` : `> ${wholeNumber(after.maxValue)}`;
    return [
      // The server would accept such bounds, and refuse each number from then on, or begin anew.
      this.checkFirst(
        `SELECT next_not_cached_value FROM ${this.qualified(sequence)} WHERE next_not_cached_value ${isBeyond}`,
        `The sequence '${displayName(sequence)}' has counted further than its new bounds reach.`,
        "Leave room for the numbers to come, or make it anew: it would have none left.",
      ),
      ...this.sequenceSteps("ALTER", sequence, move.between),
      // It never goes back: where the counter is further on, nothing happens.
      this.data(`SELECT setval(${this.qualified(sequence)}, ${wholeNumber(move.first)}, 0)`),
    ];
  }

  override dropSequence({ sequence }: OperationOf<"dropSequence">): readonly Step[] {
    return [this.statement(`DROP SEQUENCE ${this.qualified(sequence)}`)];
  }

  /** Defaults would go on naming the old one. */
  override renameSequence(operation: OperationOf<"renameSequence">): readonly Step[] {
    const { sequence, newName } = operation;
    if (!this.flavour.isMariaDb) this.unsupported("sequences", "Use an identity column.");
    const after = applyOperation(this.catalog, operation);
    const followers = after.tables.flatMap((table, index) =>
      table.columns
        .filter((column, place) => column.default !== this.catalog.tables[index]?.columns[place]?.default)
        .map((column) => ({ table, column })),
    );
    return [
      this.statement(
        `RENAME TABLE ${this.qualified(sequence)} TO ${this.qualified({ schema: sequence.schema, name: newName })}`,
      ),
      ...followers.map(({ table, column }) =>
        this.alterTable(table, `ALTER COLUMN ${this.quote(column.name)} SET DEFAULT ${column.default ?? "NULL"}`),
      ),
    ];
  }

  private sequenceSteps(
    verb: "CREATE" | "ALTER",
    name: QualifiedName,
    sequence: OperationOf<"alterSequence">["changes"],
  ): readonly Step[] {
    if (!this.flavour.isMariaDb) this.unsupported("sequences", "Use an identity column.");
    const options = this.sequenceOptions(sequence);
    return options === "" ? noSteps : [this.statement(`${verb} SEQUENCE ${this.qualified(name)}${options}`)];
  }

  private sequenceOptions(sequence: OperationOf<"alterSequence">["changes"]): string {
    const { start, increment, minValue, maxValue, cache, cycle, comment } = sequence;
    return [
      start === undefined ? "" : ` START WITH ${wholeNumber(start)}`,
      increment === undefined ? "" : ` INCREMENT BY ${wholeNumber(increment)}`,
      minValue === undefined ? "" : ` MINVALUE ${wholeNumber(minValue)}`,
      maxValue === undefined ? "" : ` MAXVALUE ${wholeNumber(maxValue)}`,
      cache === undefined ? "" : cache === "0" ? " NOCACHE" : ` CACHE ${wholeNumber(cache)}`,
      cycle === undefined ? "" : cycle ? " CYCLE" : " NOCYCLE",
      comment === undefined ? "" : ` COMMENT=${plainTextLiteral(comment)}`,
    ].join("");
  }
}

/** A referred table without a schema is taken to be in the table's own, and the connection's own database has no name here. */
function requireReachable(table: QualifiedName, { name, referred }: CatalogForeignKey): void {
  if (table.schema === undefined || referred.schema !== undefined) return;
  throw new CompileError(
    `Foreign key '${name ?? ""}' of table '${displayName(table)}' refers to table '${referred.name}' of the connection's own database, which must be named from another one. ` +
      "Add it with execute(), and the database's name written out.",
  );
}
