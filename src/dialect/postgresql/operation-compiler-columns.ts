/** Columns of PostgreSQL: adding, and changing everything about them. */
import {
  displayName,
  nameKey,
  type CatalogColumn,
  type CatalogIdentity,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { OpaqueObject, OperationOf } from "../../metadata/operation.ts";
import type { Step } from "../migration-dialect.ts";
import { parseTypeName } from "./definition-text.ts";
import { domainOf } from "./type-change.ts";
import { sequenceDefaults } from "./inspect-tables.ts";
import { boundToColumns, dependantsOfColumn, type Dependants } from "./operation-compiler-dependants.ts";
import { PostgresqlTables } from "./operation-compiler-tables.ts";
import { notePrivileges, restorePrivileges } from "./view-privileges.ts";
import { castExpression, castsByItself, misfits } from "./type-cast.ts";

/** A column as it is and as it will be. */
interface Change {
  readonly table: CatalogTable;
  readonly before: CatalogColumn;
  readonly after: CatalogColumn;
  readonly using: string | undefined;
}

/** What happens to columns in PostgreSQL. */
export abstract class PostgresqlColumns extends PostgresqlTables {
  protected alter(table: QualifiedName, column: string, action: string): Step {
    return this.alterTable(table, `ALTER COLUMN ${this.quote(column)} ${action}`);
  }

  // -------------------------------------------------------------- ADD COLUMN

  override addColumn({ table: name, column, fill }: OperationOf<"addColumn">): readonly Step[] {
    const table = this.table(name);
    const isSerial = column.identity?.serial !== undefined;
    const isFilled = fill !== undefined;
    const needsValue =
      !column.nullable &&
      column.default === undefined &&
      column.identity === undefined &&
      column.computed === undefined;
    const added = isFilled ? { ...column, nullable: true } : column;
    const quoted = this.quote(column.name);
    return [
      ...(needsValue && !isFilled ? [this.checkEmpty(table, column.name)] : []),
      ...(isSerial ? this.createSerial(table, column) : []),
      this.alterTable(table, `ADD COLUMN ${this.column(added, table)}`),
      ...(isSerial ? [this.ownSerial(table, column)] : []),
      ...(isFilled ? [this.data(`UPDATE ${this.qualified(table)} SET ${quoted} = ${fill}`)] : []),
      ...(isFilled && !column.nullable ? this.setNotNull(table, column.name) : []),
      ...this.columnSettings(table, column, undefined),
      ...(column.comment === undefined ? [] : [this.columnComment(table, column.name, column.comment)]),
    ];
  }

  private checkEmpty(table: CatalogTable, column: string): Step {
    return this.checkFirst(
      `SELECT 'rows in ' || ${this.textLiteral(displayName(table))} FROM ${this.qualified(table)} LIMIT 1`,
      `Column '${column}' of table '${displayName(table)}' is NOT NULL without a default, and the table has rows.`,
      "Say what they get: give addColumn() a fill, or the column a default.",
    );
  }

  private columnComment(table: QualifiedName, column: string, comment: string | undefined): Step {
    return this.comment(`COLUMN ${this.qualified(table)}.${this.quote(column)}`, comment);
  }

  private setNotNull(table: CatalogTable, column: string): readonly Step[] {
    const quoted = this.quote(column);
    return [
      this.checkFirst(
        `SELECT pg_catalog.count(*) AS rows_with_null FROM ${this.qualified(table)} WHERE ${quoted} IS NULL HAVING pg_catalog.count(*) > 0`,
        `Column '${column}' of table '${displayName(table)}' is to become NOT NULL, but rows hold NULL there.`,
        "Give them a value first, with a backfill or an UPDATE.",
      ),
      this.alter(table, column, "SET NOT NULL"),
    ];
  }

  // -------------------------------------------------------------- ALTER COLUMN

  override alterColumn(operation: OperationOf<"alterColumn">): readonly Step[] {
    const table = this.table(operation.table);
    const before = this.columnOf(table, operation.column);
    const after: CatalogColumn = { ...before, ...operation.changes };
    const change: Change = { table, before, after, using: operation.using };
    const isRemade = after.computed !== undefined && JSON.stringify(before.computed) !== JSON.stringify(after.computed);
    return [
      ...(isRemade ? this.remake(change) : this.alterInPlace(change)),
      ...this.columnSettings(table, after, isRemade ? undefined : before),
      ...(after.comment === (isRemade ? undefined : before.comment)
        ? []
        : [this.columnComment(table, after.name, after.comment)]),
    ];
  }

  private alterInPlace(change: Change): readonly Step[] {
    const { table, before, after } = change;
    const name = after.name;
    const dropsExpression = before.computed !== undefined && after.computed === undefined;
    const identity = JSON.stringify(before.identity) === JSON.stringify(after.identity) ? undefined : change;
    const retyped = this.isRetyped(change);
    const defaults = this.defaultSteps(change, retyped);
    return [
      ...(dropsExpression ? [this.alter(table, name, "DROP EXPRESSION")] : []),
      ...(identity === undefined ? [] : this.dropIdentity(change)),
      ...defaults.first,
      ...(retyped ? this.retype(change) : []),
      ...(before.nullable && !after.nullable ? this.setNotNull(table, name) : []),
      ...(identity === undefined ? [] : this.addIdentity(change)),
      ...(!before.nullable && after.nullable ? [this.alter(table, name, "DROP NOT NULL")] : []),
      ...defaults.last,
    ];
  }

  private isRetyped({ before, after }: Change): boolean {
    return before.type !== after.type || before.collation !== after.collation;
  }

  /** What is done to the default before a change of type, and after it. */
  private defaultSteps(
    change: Change,
    retyped: boolean,
  ): { readonly first: readonly Step[]; readonly last: readonly Step[] } {
    const { table, before, after, using } = change;
    const set = (text: string): Step => this.alter(table, after.name, `SET DEFAULT ${text}`);
    const drop = this.alter(table, after.name, "DROP DEFAULT");
    const mustGo = retyped && (using !== undefined || !castsByItself(before.type, after.type));
    if (before.default === after.default) {
      if (before.default === undefined || !mustGo) return { first: [], last: [] };
      return { first: [drop], last: [set(castExpression(`(${before.default})`, before.type, after.type))] };
    }
    const last = after.default === undefined ? [] : [set(after.default)];
    if (before.default === undefined || before.computed !== undefined) return { first: [], last };
    return after.default === undefined || retyped ? { first: [drop], last } : { first: [], last };
  }

  override dropColumn(operation: OperationOf<"dropColumn">): readonly Step[] {
    return [...this.readingViews(operation.table, operation.column), ...super.dropColumn(operation)];
  }

  // -------------------------------------------------------------- types

  private retype(change: Change): readonly Step[] {
    const { table, before, after } = change;
    const dependants = dependantsOfColumn(this.catalog, table, after.name);
    const serial = before.identity?.serial;
    const isKept = serial !== undefined && serial === after.identity?.serial && before.type !== after.type;
    const sequences = isKept ? [this.qualified({ schema: table.schema, name: serial })] : [];
    const conversion = this.conversion(change);
    const collation = after.collation === undefined ? "" : ` ${this.collate(after.collation)}`;
    return [
      ...this.misfitCheck(change),
      ...this.dropDependants(table, dependants),
      this.alter(table, after.name, `TYPE ${after.type}${collation}${conversion}`),
      ...sequences.map((sequence) => this.statement(`ALTER SEQUENCE ${sequence} AS ${after.type}`)),
      ...this.createDependants(table, dependants),
    ];
  }

  private conversion({ before, after, using }: Change): string {
    if (using !== undefined) return ` USING ${using}`;
    if (castsByItself(before.type, after.type)) return "";
    return ` USING ${castExpression(this.quote(after.name), before.type, after.type)}`;
  }

  /** Without a conversion of the program's own, no value may change or fail. */
  private misfitCheck({ table, before, after, using }: Change): readonly Step[] {
    if (using !== undefined || before.type === after.type) return [];
    const column = this.quote(after.name);
    const [from, to] = [before.type, after.type].map((type) => this.underlying(type));
    const condition = misfits(column, from ?? "", to ?? "", this.enumValues(after.type));
    if (condition === undefined) return [];
    return [
      this.checkFirst(
        `SELECT ${column}::text AS value, pg_catalog.count(*) AS rows FROM ${this.qualified(table)} WHERE ${column} IS NOT NULL AND (${condition}) GROUP BY 1 ORDER BY 2 DESC LIMIT 5`,
        `Column '${after.name}' of table '${displayName(table)}' is to become '${after.type}', but holds values that '${after.type}' cannot hold as they are.`,
        "Change those values first, or say with `using` what becomes of them.",
      ),
    ];
  }

  /** What a domain is made of. */
  private underlying(type: string): string {
    const domain = domainOf(this.catalog, type);
    return domain === undefined ? type : this.underlying(domain.type);
  }

  private enumValues(type: string): readonly string[] | undefined {
    const parsed = parseTypeName(type);
    if (parsed === undefined || parsed.isArray) return undefined;
    return this.catalog.enums.find((candidate) => nameKey(candidate) === nameKey(parsed.name))?.values;
  }

  protected dropDependants(table: CatalogTable, { objects, generated }: Dependants): readonly Step[] {
    return [
      ...this.dropObjects(objects),
      ...generated.map(({ name }) => this.alterTable(table, `DROP COLUMN ${this.quote(name)}`)),
    ];
  }

  protected createDependants(table: CatalogTable, { objects, generated }: Dependants): readonly Step[] {
    return [
      ...generated.flatMap((column) => this.addColumn({ kind: "addColumn", table, column })),
      ...this.createBound(
        table,
        generated.map(({ name }) => name),
      ),
      ...this.createObjects(objects),
    ];
  }

  /** What is created again afterwards; who owns and may use a view is noted. */
  protected dropObjects(objects: readonly OpaqueObject[]): readonly Step[] {
    return objects
      .toReversed()
      .flatMap((object) => [
        ...(object.kind === "view" ? [this.statement(notePrivileges(this.qualified(object.view)))] : []),
        ...this.dropOpaque(object),
      ]);
  }

  protected createObjects(objects: readonly OpaqueObject[]): readonly Step[] {
    return objects.flatMap((object) => [
      ...this.createOpaque(object),
      ...(object.kind === "view"
        ? [this.statement(restorePrivileges(this.qualified(object.view), object.view.materialized))]
        : []),
    ]);
  }

  /** Indexes and constraints that went with `columns`. */
  private createBound(table: CatalogTable, columns: readonly string[]): readonly Step[] {
    const { indexes, constraints } = boundToColumns(table, columns);
    return [
      ...constraints.map((constraint) => this.alterTable(table, `ADD ${this.constraint(constraint)}`)),
      ...indexes.flatMap((index) => this.createIndex({ kind: "createIndex", table, index })),
    ];
  }

  /** Another expression: the column is made anew, with what was on it. */
  private remake({ table, before, after }: Change): readonly Step[] {
    const dependants = dependantsOfColumn(this.catalog, table, before.name);
    const { indexes, constraints } = boundToColumns(table, [before.name]);
    return [
      ...this.dropDependants(table, dependants),
      // Dropping the column takes those of its own with it; the others stay unless they are dropped.
      ...constraints.map(({ name }) => this.alterTable(table, `DROP CONSTRAINT IF EXISTS ${this.quote(name ?? "")}`)),
      ...indexes.map(({ name }) =>
        this.statement(`DROP INDEX IF EXISTS ${this.qualified({ schema: table.schema, name })}`),
      ),
      this.alterTable(table, `DROP COLUMN ${this.quote(before.name)}`),
      this.alterTable(table, `ADD COLUMN ${this.column(after, table)}`),
      ...this.createBound(table, [before.name]),
      ...this.createDependants(table, dependants),
    ];
  }

  // -------------------------------------------------------------- identities

  private dropIdentity({ table, before, after }: Change): readonly Step[] {
    const { identity } = before;
    if (identity === undefined) return [];
    if (identity.serial === undefined)
      return after.identity === undefined || after.identity.serial !== undefined
        ? [this.alter(table, before.name, "DROP IDENTITY")]
        : [];
    if (after.identity?.serial !== undefined) return [];
    return [
      this.alter(table, before.name, "DROP DEFAULT"),
      this.statement(`DROP SEQUENCE ${this.qualified({ schema: table.schema, name: identity.serial })}`),
    ];
  }

  private addIdentity(change: Change): readonly Step[] {
    const { table, before, after } = change;
    const { identity } = after;
    if (identity === undefined) return [];
    const wasSame =
      before.identity !== undefined && (before.identity.serial === undefined) === (identity.serial === undefined);
    if (wasSame) return this.changeIdentity(change, before.identity, identity);
    if (identity.serial === undefined)
      return [
        this.alter(table, after.name, `ADD ${this.identity(identity)}`),
        this.advanceCounter(table, after.name, identity),
      ];
    return [
      ...this.createSerial(table, after),
      this.alter(table, after.name, `SET DEFAULT ${this.nextValue(table, identity.serial)}`),
      this.ownSerial(table, after),
      this.advanceCounter(table, after.name, identity),
    ];
  }

  private changeIdentity({ table, after }: Change, old: CatalogIdentity, wanted: CatalogIdentity): readonly Step[] {
    const options = sequenceChanges(after.type, old, wanted);
    if (wanted.serial === undefined || old.serial === undefined) {
      const generated =
        old.always === wanted.always ? [] : [`SET GENERATED ${wanted.always ? "ALWAYS" : "BY DEFAULT"}`];
      const actions = [...generated, ...options.map((option) => `SET ${option}`)];
      return actions.length === 0 ? [] : [this.alter(table, after.name, actions.join(" "))];
    }
    const before = this.qualified({ schema: table.schema, name: old.serial });
    const sequence = this.qualified({ schema: table.schema, name: wanted.serial });
    return [
      ...(before === sequence
        ? []
        : [this.statement(`ALTER SEQUENCE ${before} RENAME TO ${this.quote(wanted.serial)}`)]),
      ...(options.length === 0 ? [] : [this.statement(`ALTER SEQUENCE ${sequence} ${options.join(" ")}`)]),
    ];
  }
}

/** The options of a sequence that differ, with the database's own where none is given. */
function sequenceChanges(type: string, old: CatalogIdentity, wanted: CatalogIdentity): string[] {
  const usual = sequenceDefaults(type, wanted.increment ?? "1");
  const options: readonly (readonly [string, string | undefined, string | undefined, string])[] = [
    ["START WITH", old.start, wanted.start, usual.start],
    ["INCREMENT BY", old.increment, wanted.increment, "1"],
    ["MINVALUE", old.minValue, wanted.minValue, usual.min],
    ["MAXVALUE", old.maxValue, wanted.maxValue, usual.max],
    ["CACHE", old.cache, wanted.cache, "1"],
  ];
  const cycle = (old.cycle ?? false) === (wanted.cycle ?? false) ? [] : [wanted.cycle === true ? "CYCLE" : "NO CYCLE"];
  return [
    ...options
      .filter(([, before, after]) => before !== after)
      .map(([name, , after, other]) => `${name} ${after ?? other}`),
    ...cycle,
  ];
}
