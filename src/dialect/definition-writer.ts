/** Parts of definitions from the texts of a catalog, as standard SQL; each dialect overrides what it writes differently. */
import type {
  CatalogCheck,
  CatalogColumn,
  CatalogExclusion,
  CatalogForeignKey,
  CatalogIdentity,
  CatalogIndex,
  CatalogIndexColumn,
  CatalogKey,
  CatalogTable,
  QualifiedName,
} from "../metadata/catalog.ts";
import { foreignKeyActions, type ForeignKeyAction } from "../metadata/constraint.ts";
import type { ConstraintDefinition } from "../metadata/operation.ts";
import { CompileError } from "../sql/errors.ts";

/** Base class of every dialect's operation compiler: the clauses. */
export abstract class DefinitionWriter {
  protected abstract readonly dialectName: string;

  protected abstract quote(name: string): string;
  /** A text constant. */
  protected abstract textLiteral(text: string): string;

  protected unsupported(construct: string, remedy: string): never {
    throw CompileError.unsupported(this.dialectName, construct, remedy);
  }

  protected qualified({ schema, name }: QualifiedName): string {
    return schema === undefined ? this.quote(name) : `${this.quote(schema)}.${this.quote(name)}`;
  }

  protected nameList(names: readonly string[]): string {
    return names.map((name) => this.quote(name)).join(", ");
  }

  // -------------------------------------------------------------- tables and columns

  /** CREATE TABLE without what `createTable` adds by statements of their own (indexes, comments, triggers). */
  protected createTableText(table: CatalogTable): string {
    const lines = [...table.columns.map((column) => this.column(column, table)), ...this.tableConstraints(table)];
    return `CREATE TABLE ${this.qualified(table)} (${lines.map((line) => `\n  ${line}`).join(",")}\n)${this.tableOptions(table)}`;
  }

  protected tableConstraints(table: CatalogTable): string[] {
    return constraintsOf(table).map((constraint) => this.constraint(constraint));
  }

  /** What follows CREATE TABLE's parenthesis. */
  protected tableOptions(table: CatalogTable): string {
    const [first] = Object.keys(table.options);
    return first === undefined ? "" : this.unsupported(`table option '${first}'`, "Leave it out.");
  }

  /** One column's definition; `table` is the table that it is or will be in. */
  protected column(column: CatalogColumn, _table: CatalogTable): string {
    const parts = [
      this.quote(column.name),
      column.type,
      column.collation === undefined ? "" : this.collate(column.collation),
      this.generation(column),
      column.default === undefined ? "" : `DEFAULT ${column.default}`,
      column.nullable ? "" : "NOT NULL",
      this.columnOptions(column),
    ];
    return parts.filter((part) => part !== "").join(" ");
  }

  /** COLLATE; a catalog's collation is a name. */
  protected collate(collation: string): string {
    return `COLLATE ${this.quote(collation)}`;
  }

  /** Identity and generated columns. */
  protected generation({ computed, identity }: CatalogColumn): string {
    if (computed !== undefined)
      return `GENERATED ALWAYS AS (${computed.expression}) ${computed.stored ? "STORED" : "VIRTUAL"}`;
    return identity === undefined ? "" : this.identity(identity);
  }

  protected identity(identity: CatalogIdentity): string {
    const options = this.identityOptions(identity);
    const parenthesis = options.length === 0 ? "" : ` (${options.join(" ")})`;
    return `GENERATED ${identity.always ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY${parenthesis}`;
  }

  protected identityOptions(identity: CatalogIdentity): string[] {
    return [
      ...(identity.start === undefined ? [] : [`START WITH ${wholeNumber(identity.start)}`]),
      ...(identity.increment === undefined ? [] : [`INCREMENT BY ${wholeNumber(identity.increment)}`]),
      ...(identity.minValue === undefined ? [] : [`MINVALUE ${wholeNumber(identity.minValue)}`]),
      ...(identity.maxValue === undefined ? [] : [`MAXVALUE ${wholeNumber(identity.maxValue)}`]),
      ...(identity.cache === undefined ? [] : [`CACHE ${wholeNumber(identity.cache)}`]),
      ...(identity.cycle === true ? ["CYCLE"] : []),
    ];
  }

  /** What a definition says of `column.options`. */
  protected columnOptions(column: CatalogColumn): string {
    const [first] = Object.keys(column.options ?? {});
    return first === undefined ? "" : this.unsupported(`column option '${first}'`, "Leave it out.");
  }

  // -------------------------------------------------------------- constraints

  /** A constraint as it stands in CREATE TABLE and behind ALTER TABLE … ADD. */
  protected constraint(constraint: ConstraintDefinition): string {
    switch (constraint.kind) {
      case "primaryKey":
        return `${this.constraintName(constraint.name)}${this.primaryKey(constraint)}`;
      case "unique":
        return `${this.constraintName(constraint.name)}${this.unique(constraint)}`;
      case "foreignKey":
        return `${this.constraintName(constraint.name)}${this.foreignKey(constraint)}`;
      case "check":
        return `${this.constraintName(constraint.name)}${this.check(constraint)}`;
      case "exclusion":
        return `${this.constraintName(constraint.name)}${this.exclusion(constraint)}`;
    }
  }

  protected constraintName(name: string | undefined): string {
    return name === undefined ? "" : `CONSTRAINT ${this.quote(name)} `;
  }

  protected primaryKey(key: CatalogKey): string {
    return `PRIMARY KEY (${this.nameList(key.columns)})${this.keyOptions(key)}`;
  }

  protected unique(key: CatalogKey): string {
    if (key.nullsNotDistinct === true)
      this.unsupported("UNIQUE NULLS NOT DISTINCT", "Make the columns NOT NULL, or leave it out.");
    return `UNIQUE (${this.nameList(key.columns)})${this.keyOptions(key)}`;
  }

  /** INCLUDE and DEFERRABLE of a key. */
  protected keyOptions(key: CatalogKey): string {
    if (key.include !== undefined && key.include.length > 0)
      this.unsupported("INCLUDE of a key", "Put the columns in an index of their own.");
    return this.deferrability(key.deferrable);
  }

  protected foreignKey(key: CatalogForeignKey): string {
    const referred = `${this.qualified(key.referred)} (${this.nameList(key.referredColumns)})`;
    const match = key.match === undefined ? "" : " MATCH FULL";
    const onDelete = key.onDelete === undefined ? "" : ` ON DELETE ${this.action(key.onDelete)}`;
    const columns = key.onDeleteColumns === undefined ? "" : this.onDeleteColumns(key.onDeleteColumns);
    const onUpdate = key.onUpdate === undefined ? "" : ` ON UPDATE ${this.action(key.onUpdate)}`;
    const notValid = key.notValid === true ? this.notValid() : "";
    return `FOREIGN KEY (${this.nameList(key.columns)}) REFERENCES ${referred}${match}${onDelete}${columns}${onUpdate}${this.deferrability(key.deferrable)}${notValid}`;
  }

  protected action(action: ForeignKeyAction): string {
    const known = foreignKeyActions.find((candidate) => candidate === action);
    if (known !== undefined) return known;
    throw new CompileError(
      `'${action}' is not an action of a foreign key. Use one of: ${foreignKeyActions.join(", ")}.`,
    );
  }

  protected onDeleteColumns(_columns: readonly string[]): string {
    return this.unsupported("ON DELETE SET NULL (columns)", "Leave the list of columns out.");
  }

  protected notValid(): string {
    return this.unsupported("NOT VALID", "Let the rows be checked when the constraint is added.");
  }

  protected deferrability(deferrable: "immediate" | "deferred" | undefined): string {
    if (deferrable === undefined) return "";
    return ` DEFERRABLE INITIALLY ${deferrable === "deferred" ? "DEFERRED" : "IMMEDIATE"}`;
  }

  protected check(check: CatalogCheck): string {
    if (check.noInherit === true) this.unsupported("CHECK … NO INHERIT", "Leave it out.");
    if (check.notEnforced === true) this.unsupported("CHECK … NOT ENFORCED", "Leave the check out.");
    return `CHECK (${check.expression})${check.notValid === true ? this.notValid() : ""}`;
  }

  protected exclusion(_exclusion: CatalogExclusion): string {
    return this.unsupported("EXCLUDE", "Use a trigger.");
  }

  // -------------------------------------------------------------- indexes

  /** CREATE INDEX without the ways of creating it (CONCURRENTLY). */
  protected createIndexText(table: QualifiedName, index: CatalogIndex): string {
    const columns = index.columns.map((column) => this.indexColumn(column)).join(", ");
    return `${this.createIndexHead(index)} ON ${this.qualified(table)}${this.indexMethod(index)} (${columns})${this.indexTail(index)}`;
  }

  protected createIndexHead(index: CatalogIndex): string {
    return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${this.quote(index.name)}`;
  }

  /** ` USING method`. */
  protected indexMethod({ method }: CatalogIndex): string {
    return method === undefined ? "" : ` USING ${this.quote(method)}`;
  }

  /** What follows the columns. */
  protected indexTail(index: CatalogIndex): string {
    if (index.include !== undefined) this.unsupported("INCLUDE of an index", "Make the columns part of it.");
    if (index.nullsNotDistinct === true) this.unsupported("NULLS NOT DISTINCT", "Leave it out.");
    const [option] = Object.keys(index.options ?? {});
    if (option !== undefined) this.unsupported(`index option '${option}'`, "Leave it out.");
    return index.where === undefined ? "" : ` WHERE ${index.where}`;
  }

  protected indexColumn(column: CatalogIndexColumn): string {
    const text = column.column === undefined ? `(${column.expression ?? ""})` : this.quote(column.column);
    const collation = column.collation === undefined ? "" : ` ${this.collate(column.collation)}`;
    const direction = column.descending === true ? " DESC" : "";
    const nulls = column.nulls === undefined ? "" : this.indexNulls(column.nulls);
    return `${text}${this.indexLength(column)}${collation}${this.operatorClass(column)}${direction}${nulls}`;
  }

  protected indexLength({ length }: CatalogIndexColumn): string {
    return length === undefined ? "" : this.unsupported("indexes on the beginning of a column", "Index an expression.");
  }

  protected operatorClass({ operatorClass }: CatalogIndexColumn): string {
    return operatorClass === undefined ? "" : this.unsupported("operator classes of indexes", "Leave it out.");
  }

  protected indexNulls(nulls: "first" | "last"): string {
    return nulls === "first" ? " NULLS FIRST" : " NULLS LAST";
  }
}

/** All constraints of a table in the order of CREATE TABLE. */
export function constraintsOf(table: CatalogTable): ConstraintDefinition[] {
  return [
    ...(table.primaryKey === undefined ? [] : [{ kind: "primaryKey" as const, ...table.primaryKey }]),
    ...table.uniques.map((key) => ({ kind: "unique" as const, ...key })),
    ...table.checks.map((check) => ({ kind: "check" as const, ...check })),
    ...table.exclusions.map((exclusion) => ({ kind: "exclusion" as const, ...exclusion })),
    ...table.foreignKeys.map((key) => ({ kind: "foreignKey" as const, ...key })),
  ];
}

/** A whole number of a catalog, which is text there. @throws CompileError for anything else. */
export function wholeNumber(text: string): string {
  if (/^-?\d+$/.test(text)) return text;
  throw new CompileError(`'${text}' is not a whole number.`);
}
