/** Tables of PostgreSQL: definitions, options, comments, partitions. */
import {
  displayName,
  nameKey,
  type CatalogColumn,
  type CatalogIdentity,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type {
  CatalogCheck,
  CatalogExclusion,
  CatalogIndex,
  CatalogIndexColumn,
  CatalogKey,
} from "../../metadata/catalog.ts";
import type { ConstraintDefinition, OperationOf } from "../../metadata/operation.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { constraintsOf } from "../definition-writer.ts";
import type { Step } from "../migration-dialect.ts";
import { OperationCompiler } from "../operation-compiler.ts";
import { parseNames } from "./definition-text.ts";
import { attributeOptionNames, tableOptionNames } from "./inspect-tables.ts";
import { textLiteral } from "./literal.ts";
import { possibleReaders, readerQuery } from "./reading-views.ts";

const ownOptions: ReadonlySet<string> = new Set(tableOptionNames);

/** What the parts of a table are in PostgreSQL. */
export abstract class PostgresqlTables extends OperationCompiler {
  protected override readonly dialectName = "PostgreSQL";

  protected override quote(name: string): string {
    return quoteIdentifier(name, '"');
  }

  protected override textLiteral(text: string): string {
    return textLiteral(text);
  }

  /** A text constant, or NULL for a comment that goes. */
  protected comment(target: string, comment: string | undefined): Step {
    return this.statement(`COMMENT ON ${target} IS ${comment === undefined ? "NULL" : textLiteral(comment)}`);
  }

  // -------------------------------------------------------------- clauses

  /** A qualified collation comes quoted. */
  protected override collate(collation: string): string {
    return `COLLATE ${collation.startsWith('"') ? collation : this.quote(collation)}`;
  }

  protected override column(column: CatalogColumn, table: CatalogTable): string {
    const { serial } = column.identity ?? {};
    if (serial === undefined) return super.column(column, table);
    return super.column({ ...column, identity: undefined, default: this.nextValue(table, serial) }, table);
  }

  protected nextValue(table: QualifiedName, sequence: string): string {
    return `nextval(${textLiteral(this.qualified({ schema: table.schema, name: sequence }))}::regclass)`;
  }

  /** Settings of columns are statements of their own. */
  protected override columnOptions(): string {
    return "";
  }

  protected override keyOptions(key: CatalogKey): string {
    const include = key.include === undefined ? "" : ` INCLUDE (${this.nameList(key.include)})`;
    return `${include}${this.deferrability(key.deferrable)}`;
  }

  protected override unique(key: CatalogKey): string {
    const nulls = key.nullsNotDistinct === true ? " NULLS NOT DISTINCT" : "";
    return `UNIQUE${nulls} (${this.nameList(key.columns)})${this.keyOptions(key)}`;
  }

  protected override onDeleteColumns(columns: readonly string[]): string {
    return ` (${this.nameList(columns)})`;
  }

  protected override notValid(): string {
    return " NOT VALID";
  }

  protected override check(check: CatalogCheck): string {
    const { noInherit, ...rest } = check;
    if (noInherit !== true) return super.check(rest);
    return `CHECK (${check.expression}) NO INHERIT${check.notValid === true ? this.notValid() : ""}`;
  }

  protected override exclusion(exclusion: CatalogExclusion): string {
    return exclusion.definition;
  }

  protected override indexTail(index: CatalogIndex): string {
    const include = index.include === undefined ? "" : ` INCLUDE (${this.nameList(index.include)})`;
    const nulls = index.nullsNotDistinct === true ? " NULLS NOT DISTINCT" : "";
    const options = this.storage(Object.entries(index.options ?? {}));
    const where = index.where === undefined ? "" : ` WHERE ${index.where}`;
    return `${include}${nulls}${options === "" ? "" : ` WITH (${options})`}${where}`;
  }

  protected override operatorClass({ operatorClass }: CatalogIndexColumn): string {
    return operatorClass === undefined ? "" : ` ${operatorClass}`;
  }

  /** "toast.name" is a parameter of the table's other storage. */
  protected storageName(name: string): string {
    return name.startsWith("toast.") ? `toast.${this.quote(name.slice("toast.".length))}` : this.quote(name);
  }

  protected storage(entries: readonly (readonly [string, string])[]): string {
    return entries.map(([name, value]) => `${this.storageName(name)} = ${textLiteral(value)}`).join(", ");
  }

  // -------------------------------------------------------------- CREATE TABLE

  override createTable({ table }: OperationOf<"createTable">): readonly Step[] {
    const serials = table.columns.filter((column) => column.identity?.serial !== undefined);
    return [
      ...serials.flatMap((column) => this.createSerial(table, column)),
      ...this.createAsKind(table),
      ...serials.map((column) => this.ownSerial(table, column)),
      ...table.columns.flatMap((column) =>
        this.columnSettings(table, column, inheritedColumn(this.parentOf(table), column)),
      ),
      ...laterConstraints(table).map((constraint) => this.alterTable(table, `ADD ${this.constraint(constraint)}`)),
      ...table.indexes.flatMap((index) => this.createIndex({ kind: "createIndex", table, index })),
      ...this.tableComments(table),
      ...this.optionSteps(table, pick(table.options, ["replicaIdentity", "rowSecurity", "forceRowSecurity"]), table),
      ...table.triggers.flatMap((trigger) => this.createOpaque({ kind: "trigger", table, trigger })),
      ...table.policies.flatMap((policy) => this.createOpaque({ kind: "policy", table, policy })),
    ];
  }

  /** The table that `table` is a partition of, where the catalog has it. */
  private parentOf(table: CatalogTable): CatalogTable | undefined {
    const { partitionOf, inherits } = table.options;
    const parents = parseNames(partitionOf ?? inherits ?? "") ?? [];
    return parents.length === 1 && parents[0] !== undefined ? this.findTable(parents[0]) : undefined;
  }

  private createAsKind(table: CatalogTable): readonly Step[] {
    const { partitionOf, partitionBound } = table.options;
    const parent = this.parentOf(table);
    if (partitionOf === undefined || partitionBound === undefined)
      return [this.statement(this.createTableText(withoutInherited(table, parent)))];
    if (parent !== undefined && sameColumns(parent, table))
      return [this.statement(this.partitionText(table, parent, `${partitionOf}`, partitionBound))];
    const alone: CatalogTable = { ...table, options: omit(table.options, ["partitionOf", "partitionBound"]) };
    return [
      this.statement(this.createTableText(alone)),
      this.statement(`ALTER TABLE ${partitionOf} ATTACH PARTITION ${this.qualified(table)} ${partitionBound}`),
    ];
  }

  /** Columns come from the parent; only other defaults are said. */
  private partitionText(table: CatalogTable, parent: CatalogTable, of: string, bound: string): string {
    const columns = table.columns.flatMap((column) => {
      const inherited = inheritedColumn(parent, column);
      const isSame = column.default === inherited?.default || column.default === undefined;
      return isSame ? [] : [`${this.quote(column.name)} WITH OPTIONS DEFAULT ${column.default}`];
    });
    const lines = [...columns, ...this.tableConstraints(table)];
    const body = lines.length === 0 ? "" : ` (${lines.map((line) => `\n  ${line}`).join(",")}\n)`;
    const options = this.tableOptions({ ...table, options: omit(table.options, ["partitionOf", "partitionBound"]) });
    return `${createHead(table)} ${this.qualified(table)} PARTITION OF ${of}${body} ${bound}${options}`;
  }

  protected override createTableText(table: CatalogTable): string {
    return super.createTableText(table).replace("CREATE TABLE", () => createHead(table));
  }

  protected override tableConstraints(table: CatalogTable): string[] {
    const later = new Set(laterConstraints(table).map((constraint) => constraint.name));
    return constraintsOf(table)
      .filter((constraint) => !later.has(constraint.name))
      .map((constraint) => this.constraint(constraint));
  }

  protected override tableOptions({ options }: CatalogTable): string {
    const { inherits, partitionBy, accessMethod, tablespace, server, serverOptions } = options;
    const storage = this.storage(Object.entries(options).filter(([name]) => !ownOptions.has(name)));
    return [
      inherits === undefined ? "" : ` INHERITS (${inherits})`,
      server === undefined ? "" : ` SERVER ${this.quote(server)}${this.serverOptions(serverOptions)}`,
      partitionBy === undefined ? "" : ` PARTITION BY ${partitionBy}`,
      accessMethod === undefined ? "" : ` USING ${this.quote(accessMethod)}`,
      storage === "" ? "" : ` WITH (${storage})`,
      tablespace === undefined ? "" : ` TABLESPACE ${this.quote(tablespace)}`,
    ].join("");
  }

  private serverOptions(options: string | undefined): string {
    if (options === undefined) return "";
    const list = (JSON.parse(options) as string[]).map((option) => {
      const at = option.indexOf("=");
      return `${this.quote(option.slice(0, at))} ${textLiteral(option.slice(at + 1))}`;
    });
    return ` OPTIONS (${list.join(", ")})`;
  }

  // -------------------------------------------------------------- serial columns

  protected createSerial(table: QualifiedName, { type, identity }: CatalogColumn): readonly Step[] {
    const { serial = "" } = identity ?? {};
    const options = this.identityOptions(identity ?? { always: false });
    const name = this.qualified({ schema: table.schema, name: serial });
    return [this.statement([`CREATE SEQUENCE ${name} AS ${type}`, ...options].join(" "))];
  }

  protected ownSerial(table: QualifiedName, { name, identity }: CatalogColumn): Step {
    const sequence = this.qualified({ schema: table.schema, name: identity?.serial ?? "" });
    return this.statement(`ALTER SEQUENCE ${sequence} OWNED BY ${this.qualified(table)}.${this.quote(name)}`);
  }

  /** The counter goes on behind the rows that are there. */
  protected advanceCounter(table: QualifiedName, column: string, identity: CatalogIdentity): Step {
    const start = identity.start ?? identity.minValue ?? "1";
    const isDescending = identity.increment?.startsWith("-") === true;
    const [last, comparison] = isDescending ? ["min", "<="] : ["max", ">="];
    const value = `${last}(${this.quote(column)})`;
    const sequence = `pg_catalog.pg_get_serial_sequence(${textLiteral(this.qualified(table))}, ${textLiteral(column)})`;
    return this.data(
      `SELECT pg_catalog.setval(${sequence}::regclass, ${value}::bigint) FROM ${this.qualified(table)} HAVING ${value} ${comparison} ${isDescending && identity.start === undefined ? "-1" : start}`,
    );
  }

  // -------------------------------------------------------------- settings and comments

  /** STORAGE, COMPRESSION, STATISTICS … where they are others than those of `before`. */
  protected columnSettings(
    table: QualifiedName,
    column: CatalogColumn,
    before: CatalogColumn | undefined,
  ): readonly Step[] {
    const options = column.options ?? {};
    const old = before?.options ?? {};
    const names = [...new Set([...Object.keys(options), ...Object.keys(old)])].toSorted();
    return names
      .filter((name) => options[name] !== old[name])
      .map((name) => {
        const action = this.columnSetting(name, options[name], column.type);
        return this.alterTable(table, `ALTER COLUMN ${this.quote(column.name)} ${action}`);
      });
  }

  private columnSetting(name: string, value: string | undefined, type: string): string {
    switch (name) {
      case "storage":
        return `SET STORAGE ${keyword(value ?? usualStorage(type))}`;
      case "compression":
        return `SET COMPRESSION ${keyword(value ?? "default")}`;
      case "statistics":
        return `SET STATISTICS ${keyword(value ?? "-1")}`;
      default:
        if (!attributeOptionNames.has(name)) this.unsupported(`column option '${name}'`, "Leave it out.");
        return value === undefined ? `RESET (${name})` : `SET (${name} = ${textLiteral(value)})`;
    }
  }

  protected override tableComments(table: CatalogTable): readonly Step[] {
    const name = this.qualified(table);
    return [
      ...(table.comment === undefined ? [] : [this.tableComment(table, table.comment)]),
      ...table.columns
        .filter((column) => column.comment !== undefined)
        .map((column) => this.comment(`COLUMN ${name}.${this.quote(column.name)}`, column.comment)),
    ];
  }

  private tableComment(table: CatalogTable, comment: string | undefined): Step {
    return this.comment(`${table.kind === "foreign" ? "FOREIGN TABLE" : "TABLE"} ${this.qualified(table)}`, comment);
  }

  override setTableComment({ table, comment }: OperationOf<"setTableComment">): readonly Step[] {
    return [this.tableComment(this.table(table), comment)];
  }

  override dropTable({ table }: OperationOf<"dropTable">): readonly Step[] {
    const isForeign = this.findTable(table)?.kind === "foreign";
    return [
      ...this.readingViews(table, undefined),
      this.statement(`DROP ${isForeign ? "FOREIGN " : ""}TABLE ${this.qualified(table)}`),
    ];
  }

  /** Refuses by name, where the server would only refuse. */
  protected readingViews(table: QualifiedName, column: string | undefined): readonly Step[] {
    return possibleReaders(this.catalog, table, column).map((view) =>
      this.viewCheck(view, readerQuery(this.qualified(view), this.qualified(table), column), table, column),
    );
  }

  // -------------------------------------------------------------- options

  override setTableOptions({ table, options }: OperationOf<"setTableOptions">): readonly Step[] {
    return this.optionSteps(table, options, this.table(table));
  }

  private optionSteps(
    table: QualifiedName,
    options: { readonly [name: string]: string | undefined },
    before: CatalogTable,
  ): readonly Step[] {
    const own = Object.entries(options).filter(([name]) => ownOptions.has(name));
    const storage = Object.entries(options).filter(([name]) => !ownOptions.has(name));
    const changed = storage.filter((entry): entry is [string, string] => entry[1] !== undefined);
    const gone = storage.filter(([, value]) => value === undefined).map(([name]) => this.storageName(name));
    return [
      ...own.flatMap(([name, value]) => this.ownOption(table, name, value, options, before)),
      ...(changed.length === 0 ? [] : [this.alterTable(table, `SET (${this.storage(changed)})`)]),
      ...(gone.length === 0 ? [] : [this.alterTable(table, `RESET (${gone.join(", ")})`)]),
    ];
  }

  private ownOption(
    table: QualifiedName,
    name: string,
    value: string | undefined,
    options: { readonly [name: string]: string | undefined },
    before: CatalogTable,
  ): readonly Step[] {
    switch (name) {
      case "unlogged":
        return [this.alterTable(table, value === "true" ? "SET UNLOGGED" : "SET LOGGED")];
      case "rowSecurity":
        return [this.alterTable(table, `${value === "true" ? "ENABLE" : "DISABLE"} ROW LEVEL SECURITY`)];
      case "forceRowSecurity":
        return [this.alterTable(table, `${value === "true" ? "" : "NO "}FORCE ROW LEVEL SECURITY`)];
      case "replicaIdentity":
        return [this.alterTable(table, `REPLICA IDENTITY ${keyword(value ?? "DEFAULT")}`)];
      case "tablespace":
        return [this.alterTable(table, `SET TABLESPACE ${this.quote(value ?? "pg_default")}`)];
      case "accessMethod":
        return [this.alterTable(table, `SET ACCESS METHOD ${this.quote(value ?? "heap")}`)];
      case "inherits":
        return this.inheritance(table, before.options["inherits"], value);
      case "partitionOf":
      case "partitionBound":
        return name === "partitionBound" && "partitionOf" in options ? [] : this.attachment(table, options, before);
      default:
        return this.unsupported(
          `change of '${name}' of table '${displayName(table)}'`,
          "Make a new table and move the rows.",
        );
    }
  }

  private inheritance(table: QualifiedName, before: string | undefined, after: string | undefined): readonly Step[] {
    const old = parseNames(before ?? "") ?? [];
    const wanted = parseNames(after ?? "") ?? [];
    const without = (names: readonly QualifiedName[], others: readonly QualifiedName[]): readonly QualifiedName[] =>
      names.filter((name) => !others.some((other) => nameKey(other) === nameKey(name)));
    return [
      ...without(old, wanted).map((parent) => this.alterTable(table, `NO INHERIT ${this.qualified(parent)}`)),
      ...without(wanted, old).map((parent) => this.alterTable(table, `INHERIT ${this.qualified(parent)}`)),
    ];
  }

  private attachment(
    table: QualifiedName,
    options: { readonly [name: string]: string | undefined },
    before: CatalogTable,
  ): readonly Step[] {
    const old = before.options["partitionOf"];
    const parent = "partitionOf" in options ? options["partitionOf"] : old;
    const bound = "partitionBound" in options ? options["partitionBound"] : before.options["partitionBound"];
    const name = this.qualified(table);
    return [
      ...(old === undefined ? [] : [this.statement(`ALTER TABLE ${old} DETACH PARTITION ${name}`)]),
      ...(parent === undefined || bound === undefined
        ? []
        : [this.statement(`ALTER TABLE ${parent} ATTACH PARTITION ${name} ${bound}`)]),
    ];
  }
}

function createHead(table: CatalogTable): string {
  if (table.kind === "foreign") return "CREATE FOREIGN TABLE";
  return table.options["unlogged"] === "true" ? "CREATE UNLOGGED TABLE" : "CREATE TABLE";
}

/** Constraints that CREATE TABLE would take as valid. */
function laterConstraints(table: CatalogTable): ConstraintDefinition[] {
  return constraintsOf(table).filter(
    (constraint) => (constraint.kind === "check" || constraint.kind === "foreignKey") && constraint.notValid === true,
  );
}

function inheritedColumn(parent: CatalogTable | undefined, column: CatalogColumn): CatalogColumn | undefined {
  return parent?.columns.find((candidate) => candidate.name === column.name);
}

/** What INHERITS brings is not said again unless it is said otherwise. */
function withoutInherited(table: CatalogTable, parent: CatalogTable | undefined): CatalogTable {
  if (parent === undefined || table.options["inherits"] === undefined) return table;
  const columns = table.columns.filter((column) => {
    const inherited = inheritedColumn(parent, column);
    return inherited === undefined || JSON.stringify(inherited) !== JSON.stringify(column);
  });
  return { ...table, columns };
}

function sameColumns(parent: CatalogTable, table: CatalogTable): boolean {
  const shape = ({ columns }: CatalogTable): string => JSON.stringify(columns.map(({ name, type }) => [name, type]));
  return shape(parent) === shape(table);
}

/** Words and numbers that are written as they are. */
function keyword(text: string): string {
  return /^[\w -]+$/.test(text) ? text : textLiteral(text);
}

/** What a type is stored like where nothing was said. */
function usualStorage(type: string): string {
  if (type.startsWith("numeric")) return "MAIN";
  return /^(text|character|bytea|json|bit|xml)|\[\]$/.test(type) ? "EXTENDED" : "PLAIN";
}

function pick(options: CatalogTable["options"], names: readonly string[]): CatalogTable["options"] {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

function omit(options: CatalogTable["options"], names: readonly string[]): CatalogTable["options"] {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}
