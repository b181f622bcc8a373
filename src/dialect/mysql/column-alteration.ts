/** Changes of columns as clauses of ALTER TABLE, and the queries that find the rows they would hurt. Base class of `operation-compiler.ts`. */
import { columnUsers } from "../../metadata/apply/columns.ts";
import { applyOperation } from "../../metadata/apply-operation.ts";
import {
  displayName,
  nameKey,
  type CatalogColumn,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { ColumnPosition, OperationOf } from "../../metadata/operation.ts";
import { mentionsColumn } from "../../metadata/rename-in-expression.ts";
import { CompileError } from "../../sql/errors.ts";
import { wholeNumber } from "../definition-writer.ts";
import type { CheckStep, Step } from "../migration-dialect.ts";
import { MysqlDefinitionText } from "./definition-text.ts";
import { largestInteger, lossCondition } from "./type-change.ts";
import { typeParts } from "./type-reflection.ts";

/** What one operation adds to its table's ALTER TABLE, and the steps before and after that. */
export interface Alteration {
  readonly before?: readonly Step[];
  readonly clauses: readonly string[];
  readonly after?: readonly Step[];
}

const textTypes = /^(?:char|varchar|tinytext|text|mediumtext|longtext|enum|set)$/;
/** Literals that ALTER COLUMN … SET DEFAULT takes everywhere. */
const plainLiteral = /^(?:-?\d+(?:\.\d+)?|'(?:[^'\\]|''|\\[\s\S])*')$/;
/** Rows that a check shows. */
const shownRows = 5;

export abstract class ColumnAlterations extends MysqlDefinitionText {
  protected adding({ table, column, position, fill }: OperationOf<"addColumn">): Alteration {
    const owner = this.table(table);
    const place = this.position(position);
    const start = column.identity?.start;
    const counter = start === undefined ? [] : [`AUTO_INCREMENT = ${wholeNumber(start)}`];
    if (fill === undefined) {
      const clauses = [`ADD COLUMN ${this.column(column, owner)}${place}`, ...counter];
      return { before: this.emptyCheck(owner, column), clauses };
    }
    const name = this.quote(column.name);
    return {
      clauses: [`ADD COLUMN ${this.column({ ...column, nullable: true }, owner)}${place}`],
      after: [
        this.data(`UPDATE ${this.qualified(table)} SET ${name} = ${fill}`),
        ...(column.nullable ? [] : [this.alterTable(table, `MODIFY COLUMN ${this.column(column, owner)}`)]),
      ],
    };
  }

  /** The server would give the rows 0 or '' without a word. */
  private emptyCheck(table: CatalogTable, column: CatalogColumn): readonly Step[] {
    const { nullable, identity, computed } = column;
    if (nullable || column.default !== undefined || identity !== undefined || computed !== undefined) return [];
    return [
      this.checkFirst(
        `SELECT * FROM ${this.qualified(table)} LIMIT 1`,
        `Column '${column.name}' of table '${displayName(table)}' is to be NOT NULL and has no default, but the table has rows: they would get 0 or ''.`,
        "Give the operation a `fill` for those rows, or the column a default.",
      ),
    ];
  }

  private position({ first, after }: ColumnPosition = {}): string {
    if (first === true) return " FIRST";
    return after === undefined ? "" : ` AFTER ${this.quote(after)}`;
  }

  /** An index would silently go on without the column: what names it goes with it. */
  protected dropping({ table, column }: OperationOf<"dropColumn">): readonly string[] {
    const owner = this.table(table);
    const users = columnUsers(owner, column);
    return [
      ...owner.foreignKeys
        .filter((key) => users.has(key))
        .flatMap((key) => this.droppingForeignKey(table, key.name ?? "")),
      ...(users.has(owner.primaryKey) ? ["DROP PRIMARY KEY"] : []),
      ...this.droppingUsers(owner, users),
      `DROP COLUMN ${this.quote(column)}`,
    ];
  }

  private droppingUsers(table: CatalogTable, users: ReadonlySet<unknown>): readonly string[] {
    const indexes = [...table.uniques, ...table.indexes].filter((index) => users.has(index));
    const checks = table.checks.filter((check) => users.has(check));
    return [
      ...indexes.map((index) => `DROP INDEX ${this.quote(index.name ?? "")}`),
      ...checks.map((check) => this.droppingCheck(check.name ?? "")),
    ];
  }

  private addingUsers(table: CatalogTable, users: ReadonlySet<unknown>): readonly string[] {
    return [
      ...table.uniques
        .filter((key) => users.has(key))
        .map((key) => `ADD ${this.constraint({ kind: "unique", ...key })}`),
      ...table.indexes.filter((index) => users.has(index)).map((index) => `ADD ${this.index(index)}`),
      ...table.checks
        .filter((check) => users.has(check))
        .map((check) => `ADD ${this.constraint({ kind: "check", ...check })}`),
    ];
  }

  protected abstract droppingForeignKey(table: QualifiedName, name: string): readonly string[];

  protected droppingCheck(name: string): string {
    return `DROP ${this.flavour.isMariaDb ? "CONSTRAINT" : "CHECK"} ${this.quote(name)}`;
  }

  /** MariaDB follows the name into expressions; MySQL wants them changed in the same statement. */
  protected renaming(operation: OperationOf<"renameColumn">): readonly string[] {
    const { table, column, newName } = operation;
    const rename = `RENAME COLUMN ${this.quote(column)} TO ${this.quote(newName)}`;
    if (this.flavour.isMariaDb) return [rename];
    const before = this.table(table);
    const after = applyOperation(this.catalog, operation).tables.find((other) => nameKey(other) === nameKey(table));
    if (after === undefined) return [rename];
    const checks = after.checks.filter((check, index) => check.expression !== before.checks[index]?.expression);
    const generated = after.columns.filter(
      ({ computed }, index) => computed?.expression !== before.columns[index]?.computed?.expression,
    );
    return [
      ...checks.map((check) => this.droppingCheck(check.name ?? "")),
      rename,
      ...generated.map((other) => `MODIFY COLUMN ${this.column(other, after)}`),
      ...checks.map((check) => `ADD ${this.constraint({ kind: "check", ...check })}`),
    ];
  }

  protected altering(operation: OperationOf<"alterColumn">): Alteration {
    const { table, column, changes, using } = operation;
    const owner = this.table(table);
    const before = this.columnOf(table, column);
    const after = merged(before, changes);
    if (using !== undefined) return this.converting(owner, before, after, using);
    if (before.computed?.stored === false && after.computed === undefined)
      return this.converting(owner, before, after, this.quote(column));
    const checks = this.changeChecks(owner, before, after);
    const becomesComputed = after.computed !== undefined && after.computed.stored !== before.computed?.stored;
    if (becomesComputed) return { before: checks, clauses: this.replacing(owner, before, after) };
    const keys = Object.keys(changes);
    const isDefaultOnly = keys.length === 1 && keys[0] === "default";
    if (isDefaultOnly && (after.default === undefined ? after.nullable : plainLiteral.test(after.default)))
      return { clauses: [`ALTER COLUMN ${this.quote(column)} SET DEFAULT ${after.default ?? "NULL"}`] };
    const start = changes.identity?.start;
    return {
      before: checks,
      clauses: [
        `MODIFY COLUMN ${this.column(after, owner)}`,
        ...(start === undefined ? [] : [`AUTO_INCREMENT = ${wholeNumber(start)}`]),
      ],
    };
  }

  /** What the rows must be like for MODIFY to lose nothing. */
  private changeChecks(table: CatalogTable, before: CatalogColumn, after: CatalogColumn): readonly CheckStep[] {
    const name = this.quote(before.name);
    const title = `Column '${before.name}' of table '${displayName(table)}'`;
    const checks: CheckStep[] = [];
    if (before.nullable && !after.nullable && after.computed === undefined)
      checks.push(this.nullCheck(table, name, title));
    if (after.computed !== undefined && before.computed === undefined) {
      checks.push(
        this.rowsCheck(
          table,
          name,
          `NOT (${name} <=> (${after.computed.expression}))`,
          `${title} is to be computed, but rows hold something else than what it would be.`,
          "Change those rows first, or drop the column and add it anew.",
        ),
      );
    }
    checks.push(...this.counterCheck(table, before, after, title));
    const loss = after.computed === undefined ? lossCondition(name, before.type, after.type) : undefined;
    if (loss !== undefined) {
      checks.push(
        this.rowsCheck(
          table,
          name,
          loss,
          `${title} is to become ${after.type}, but rows hold values that it cannot hold as they are.`,
          "Change those rows first, or say how to convert them with `using`.",
        ),
      );
    }
    return checks;
  }

  /** The server keeps a counter that the new type cannot hold, and refuses each row from then on. */
  private counterCheck(
    table: CatalogTable,
    before: CatalogColumn,
    after: CatalogColumn,
    title: string,
  ): readonly CheckStep[] {
    const [old, limit] = [before, after].map(({ type }) => largestInteger(type));
    if (after.identity === undefined || limit === undefined || (old !== undefined && old <= limit)) return [];
    const schema = table.schema === undefined ? "DATABASE()" : this.textLiteral(table.schema);
    return [
      this.checkFirst(
        `SELECT auto_increment FROM information_schema.tables WHERE table_schema = ${schema} AND table_name = ${this.textLiteral(table.name)} AND auto_increment > ${String(limit)}`,
        `${title} is to become ${after.type}, but has counted further than that reaches: rows that were deleted count, too.`,
        "Keep a type with room for the numbers to come.",
      ),
    ];
  }

  private nullCheck(table: CatalogTable, name: string, title: string): CheckStep {
    return this.rowsCheck(
      table,
      name,
      `${name} IS NULL`,
      `${title} is to be NOT NULL, but rows hold NULL.`,
      "Give those rows a value first, for example with backfill().",
    );
  }

  private rowsCheck(table: CatalogTable, name: string, where: string, problem: string, remedy: string): CheckStep {
    const keys = table.primaryKey?.columns.map((column) => this.quote(column)) ?? [];
    const shown = [...new Set([...keys, name])].join(", ");
    const sql = `SELECT ${shown} FROM ${this.qualified(table)} WHERE ${where} LIMIT ${String(shownRows)}`;
    return this.checkFirst(sql, problem, remedy);
  }

  /** The column dropped and added at its place, in one statement: for values that are computed anyway. */
  private replacing(table: CatalogTable, before: CatalogColumn, after: CatalogColumn): readonly string[] {
    const users = this.usersToMove(table, before);
    return [
      ...this.droppingUsers(table, users),
      `DROP COLUMN ${this.quote(before.name)}`,
      `ADD COLUMN ${this.column(after, table)}${this.placeOf(table, before)}`,
      ...this.addingUsers(table, users),
    ];
  }

  private placeOf({ columns }: CatalogTable, column: CatalogColumn): string {
    const neighbour = columns[columns.indexOf(column) - 1];
    return this.position(neighbour === undefined ? { first: true } : { after: neighbour.name });
  }

  /**
   * A conversion that MODIFY does not know: into a second column, which then takes the place and the name of the first one. The
   * rows are written before the old column goes away. Generated columns that read it are made anew: the server would keep
   * what they were computed from the old values.
   */
  private converting(table: CatalogTable, before: CatalogColumn, after: CatalogColumn, using: string): Alteration {
    const generated = table.columns.filter(
      ({ computed }) => computed !== undefined && mentionsColumn(computed.expression, table.name, before.name),
    );
    const users = new Set([before, ...generated].flatMap((column) => [...this.usersToMove(table, column)]));
    const name = freeName(table, before.name);
    const quoted = this.quote(name);
    const { default: _, identity: __, comment: ___, ...rest } = after;
    const between: CatalogColumn = { ...rest, name, nullable: true };
    const title = `Column '${before.name}' of table '${displayName(table)}'`;
    const added = this.addingUsers(table, users);
    return {
      clauses: [`ADD COLUMN ${this.column(between, table)} AFTER ${this.quote(before.name)}`],
      after: [
        this.data(`UPDATE ${this.qualified(table)} SET ${quoted} = ${using}`),
        ...(after.nullable ? [] : [this.nullCheck(table, quoted, title)]),
        this.alterTable(
          table,
          [
            ...this.droppingUsers(table, users),
            ...[...generated, before].map((column) => `DROP COLUMN ${this.quote(column.name)}`),
            `CHANGE COLUMN ${quoted} ${this.column(after, table)}`,
            ...(generated.length === 0 ? added : []),
          ].join(", "),
        ),
        ...(generated.length === 0
          ? []
          : [
              this.alterTable(
                table,
                [
                  ...generated.map(
                    (column) => `ADD COLUMN ${this.column(column, table)}${this.placeOf(table, column)}`,
                  ),
                  ...added,
                ].join(", "),
              ),
            ]),
      ],
    };
  }

  /** Indexes and checks that go and come back with the column. @throws CompileError for keys that other tables may refer to. */
  private usersToMove(table: CatalogTable, column: CatalogColumn): ReadonlySet<unknown> {
    const users = columnUsers(table, column.name);
    const referred = this.catalog.tables.some((other) =>
      other.foreignKeys.some(
        (key) => nameKey(key.referred) === nameKey(table) && key.referredColumns.includes(column.name),
      ),
    );
    if (!referred && !users.has(table.primaryKey) && !table.foreignKeys.some((key) => users.has(key))) return users;
    throw new CompileError(
      `Column '${column.name}' of table '${displayName(table)}' is to be converted, but it is part of a primary or foreign key. ` +
        "Drop the key before, and add it again afterwards.",
    );
  }
}

/** The column after `changes`: what a text alone has goes away with it. */
function merged(before: CatalogColumn, changes: OperationOf<"alterColumn">["changes"]): CatalogColumn {
  const after = { ...before, ...changes };
  const parts = typeParts(after.type);
  // A type that says its character set itself, as a UUID's does, takes no other.
  const isText = textTypes.test(parts?.name ?? "") && !/character set|collate/.test(parts?.rest ?? "");
  if (changes.type === undefined || isText) return after;
  const { charset, ...options } = after.options ?? {};
  return {
    ...after,
    collation: changes.collation,
    options: changes.options ?? (charset === undefined ? after.options : options),
  };
}

function freeName(table: CatalogTable, name: string): string {
  const taken = new Set(table.columns.map((column) => column.name));
  let candidate = `${name.slice(0, 50)}_converted`;
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${name.slice(0, 50)}_converted_${String(count)}`;
  return candidate;
}
