/** Parts of MySQL's and MariaDB's definitions from the texts of a catalog. Base class of `operation-compiler.ts`. */
import type {
  Catalog,
  CatalogCheck,
  CatalogColumn,
  CatalogIdentity,
  CatalogIndex,
  CatalogIndexColumn,
  CatalogKey,
  CatalogTable,
  QualifiedName,
} from "../../metadata/catalog.ts";
import type { ForeignKeyAction } from "../../metadata/constraint.ts";
import type { ConstraintDefinition } from "../../metadata/operation.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { CompileError } from "../../sql/errors.ts";
import { wholeNumber } from "../definition-writer.ts";
import { OperationCompiler } from "../operation-compiler.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { plainTextLiteral, textLiteral } from "./literal.ts";
import { tableOptionTexts } from "./table-options.ts";

const indexKinds: { readonly [method: string]: string } = {
  fulltext: "FULLTEXT INDEX",
  spatial: "SPATIAL INDEX",
  rtree: "SPATIAL INDEX",
};
const indexMethods: { readonly [method: string]: string } = { btree: " USING BTREE", hash: " USING HASH" };

export abstract class MysqlDefinitionText extends OperationCompiler {
  protected override readonly dialectName: string;
  protected readonly flavour: MysqlFlavour;

  constructor(catalog: Catalog, flavour: MysqlFlavour) {
    super(catalog);
    this.flavour = flavour;
    this.dialectName = flavour.isMariaDb ? "MariaDB" : "MySQL";
  }

  protected override quote(name: string): string {
    return quoteIdentifier(name, "`");
  }

  protected override textLiteral(text: string): string {
    return textLiteral(text);
  }

  // -------------------------------------------------------------- tables

  protected override tableConstraints(table: CatalogTable): string[] {
    return [...super.tableConstraints(table), ...table.indexes.map((index) => this.index(index))];
  }

  /** What a table has that nobody gave options is what `createAll` gives it. */
  protected override tableOptions(table: CatalogTable): string {
    const { engine = "InnoDB", charset, collation, ...others } = table.options;
    const isDefault = charset === undefined && collation === undefined;
    const texts = tableOptionTexts(
      isDefault
        ? { engine, charset: "utf8mb4", collation: this.flavour.collation, ...others }
        : {
            engine,
            ...(charset === undefined ? {} : { charset }),
            ...(collation === undefined ? {} : { collation }),
            ...others,
          },
      this.dialectName,
    );
    const start = table.columns.find(({ identity }) => identity?.start !== undefined)?.identity?.start;
    const all = [
      ...texts,
      ...(start === undefined ? [] : [`AUTO_INCREMENT=${wholeNumber(start)}`]),
      ...(table.comment === undefined ? [] : [`COMMENT=${plainTextLiteral(table.comment)}`]),
      ...(others["systemVersioning"] === undefined ? [] : ["WITH SYSTEM VERSIONING"]),
      ...(others["partitionBy"] === undefined ? [] : [`PARTITION BY ${others["partitionBy"]}`]),
    ];
    return ` ${all.join(" ")}`;
  }

  // -------------------------------------------------------------- columns

  protected override column(column: CatalogColumn, _table: CatalogTable): string {
    const { computed, identity, options = {} } = column;
    const charset = options["charset"];
    const onUpdate = options["onUpdate"];
    const parts = [
      this.quote(column.name),
      column.type,
      charset === undefined ? "" : `CHARACTER SET ${this.word(charset)}`,
      column.collation === undefined ? "" : this.collate(column.collation),
      computed === undefined ? "" : this.generation(column),
      this.nullability(column),
      column.default === undefined || computed !== undefined ? "" : `DEFAULT ${column.default}`,
      onUpdate === undefined ? "" : `ON UPDATE ${this.call(onUpdate)}`,
      identity === undefined ? "" : this.identity(identity),
      this.columnOptions(column),
      column.comment === undefined ? "" : `COMMENT ${plainTextLiteral(column.comment)}`,
      // The grammar wants it last.
      options["check"] === undefined ? "" : `CHECK (${options["check"]})`,
    ];
    return parts.filter((part) => part !== "").join(" ");
  }

  /** Always said: a TIMESTAMP may be NOT NULL otherwise. MariaDB takes neither on a generated column. */
  private nullability({ nullable, computed }: CatalogColumn): string {
    if (computed !== undefined && this.flavour.isMariaDb) return "";
    return nullable ? "NULL" : "NOT NULL";
  }

  protected override identity(identity: CatalogIdentity): string {
    const { increment, minValue, maxValue, cycle, cache } = identity;
    if ([increment, minValue, maxValue, cycle, cache].some((option) => option !== undefined))
      this.unsupported("options of one identity but its start", "Leave them out.");
    return "AUTO_INCREMENT";
  }

  protected override columnOptions({ options = {} }: CatalogColumn): string {
    const texts: string[] = [];
    for (const [name, value] of Object.entries(options)) {
      if (name === "invisible") texts.push("INVISIBLE");
      else if (name === "srid") texts.push(`SRID ${wholeNumber(value)}`);
      else if (name === "withoutSystemVersioning") texts.push("WITHOUT SYSTEM VERSIONING");
      else if (name !== "charset" && name !== "onUpdate" && name !== "check")
        this.unsupported(`column option '${name}'`, "Use charset, onUpdate, check or invisible.");
    }
    return texts.join(" ");
  }

  private word(text: string): string {
    if (/^\w+$/.test(text)) return text;
    throw new CompileError(`'${text}' is not the name of a character set.`);
  }

  private call(text: string): string {
    if (/^\w+(?:\(\d*\))?$/.test(text)) return text;
    throw new CompileError(`'${text}' is not what ON UPDATE takes: use current_timestamp or current_timestamp(6).`);
  }

  // -------------------------------------------------------------- constraints

  protected override constraint(constraint: ConstraintDefinition): string {
    // Every primary key is called PRIMARY.
    return super.constraint(constraint.kind === "primaryKey" ? { ...constraint, name: undefined } : constraint);
  }

  protected override primaryKey(key: CatalogKey): string {
    const columns = key.columns.map(
      (name, place) => `${this.quote(name)}${this.keyDetail(key.details?.[place] ?? "")}`,
    );
    return `PRIMARY KEY (${columns.join(", ")})${this.keyOptions(key)}`;
  }

  private keyDetail(detail: string): string {
    if (/^(?:\(\d+\))?(?: DESC)?$/.test(detail)) return detail;
    throw new CompileError(`'${detail}' is not the length or direction of a key's column.`);
  }

  protected override deferrability(deferrable: "immediate" | "deferred" | undefined): string {
    if (deferrable !== undefined)
      this.unsupported("deferrable constraints", "Leave `deferrable` out, and insert what is referred to first.");
    return "";
  }

  protected override action(action: ForeignKeyAction): string {
    if (action === "SET DEFAULT")
      this.unsupported("SET DEFAULT for foreign keys", "Use SET NULL, or set the default in the program.");
    return super.action(action);
  }

  protected override check(check: CatalogCheck): string {
    if (check.notEnforced !== true || this.flavour.isMariaDb) return super.check(check);
    return `${super.check({ ...check, notEnforced: undefined })} NOT ENFORCED`;
  }

  // -------------------------------------------------------------- indexes

  /** An index as it stands in CREATE TABLE and behind ALTER TABLE … ADD. */
  protected index(index: CatalogIndex): string {
    const { method } = index;
    if (method !== undefined && !Object.hasOwn(indexKinds, method) && !Object.hasOwn(indexMethods, method))
      this.unsupported(`index method '${method}'`, "Use btree, hash, fulltext or spatial.");
    const kind = (method === undefined ? undefined : indexKinds[method]) ?? (index.unique ? "UNIQUE INDEX" : "INDEX");
    const using = method === undefined ? "" : (indexMethods[method] ?? "");
    const columns = index.columns.map((column) => this.indexColumn(column)).join(", ");
    return `${kind} ${this.quote(index.name)}${using} (${columns})${this.indexTail(index)}`;
  }

  protected override createIndexText(table: QualifiedName, index: CatalogIndex): string {
    return `ALTER TABLE ${this.qualified(table)} ADD ${this.index(index)}`;
  }

  protected override indexTail({ options = {}, comment, where, ...index }: CatalogIndex): string {
    if (where !== undefined) this.unsupported("partial indexes", "Leave `where` out, or index a generated column.");
    const { parser, invisible, ...others } = options;
    const hidden = this.flavour.isMariaDb ? " IGNORED" : " INVISIBLE";
    return [
      super.indexTail({ ...index, options: others }),
      parser === undefined ? "" : ` WITH PARSER ${this.quote(parser)}`,
      comment === undefined ? "" : ` COMMENT ${plainTextLiteral(comment)}`,
      invisible === undefined ? "" : hidden,
    ].join("");
  }

  protected override indexColumn(column: CatalogIndexColumn): string {
    if (column.expression !== undefined && this.flavour.isMariaDb)
      this.unsupported("indexes on expressions", "Index a generated column instead.");
    if (column.collation !== undefined) this.unsupported("collations of indexes", "Give the column the collation.");
    return super.indexColumn(column);
  }

  protected override indexLength({ length }: CatalogIndexColumn): string {
    return length === undefined ? "" : `(${wholeNumber(String(length))})`;
  }

  protected override indexNulls(): string {
    return this.unsupported("order of NULLs in indexes", "Leave `nulls` out.");
  }
}
