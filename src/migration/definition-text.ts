/** What a revision file defines, in one database's own words: definitions become parts of a catalog. */
import type {
  CatalogCheck,
  CatalogColumn,
  CatalogForeignKey,
  CatalogIdentity,
  CatalogIndex,
  CatalogIndexColumn,
  CatalogKey,
  CatalogTable,
  QualifiedName,
} from "../metadata/catalog.ts";
import { displayName, emptyTable } from "../metadata/catalog.ts";
import type { ConstraintDefinition } from "../metadata/operation.ts";
import { shortenName } from "../metadata/ddl/object-names.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import { literal } from "../sql/expression/operators.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { assertNever } from "../util/assert-never.ts";
import type {
  CheckDefinition,
  ConstraintElement,
  ColumnDefinition,
  DefaultValue,
  ForeignKeyDefinition,
  IdentityOptions,
  IndexColumnDefinition,
  IndexDefinition,
  KeyDefinition,
  ObjectName,
  Sql,
  TableElement,
} from "./definitions.ts";

/** Writes definitions for one database. */
export class DefinitionText {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** @param where - The operation, for messages. */
  name(name: ObjectName, where: string): QualifiedName {
    const { schema, name: own } = typeof name === "string" ? { schema: undefined, name } : name;
    const isText = typeof own === "string" && own !== "" && (schema === undefined || typeof schema === "string");
    if (!isText) throw new ArgumentError(`${where} takes a name: "hero", or { schema: "app", name: "hero" }.`);
    return { schema, name: own };
  }

  sql(template: Sql): string {
    if (!ColumnElement.isElement(template)) {
      throw new ArgumentError("SQL in a migration is a template: write sql`…`. Text from elsewhere cannot become SQL.");
    }
    return this.#dialect.ddl.expression(template.node);
  }

  /** A constant. */
  literal(value: unknown, type?: SqlType): string {
    return this.#dialect.ddl.expression(literal(value, type).node);
  }

  type(type: SqlType | Sql): string {
    return ColumnElement.isElement(type) ? this.sql(type) : this.#dialect.migrations.typeText(type);
  }

  default(value: DefaultValue | undefined): string | undefined {
    if (value === undefined) return undefined;
    return ColumnElement.isElement(value) ? this.sql(value) : this.literal(value);
  }

  identity(identity: boolean | IdentityOptions | undefined): CatalogIdentity | undefined {
    if (identity === undefined || identity === false) return undefined;
    if (identity === true) return { always: false };
    const { always = false, serial, cycle, start, increment, minValue, maxValue, cache } = identity;
    return defined({
      always,
      serial,
      start: start?.toString(),
      increment: increment?.toString(),
      minValue: minValue?.toString(),
      maxValue: maxValue?.toString(),
      cache: cache?.toString(),
      cycle,
    });
  }

  column(definition: ColumnDefinition): CatalogColumn {
    const {
      name,
      type,
      nullable = false,
      identity,
      generated,
      stored = true,
      collation,
      comment,
      options,
    } = definition;
    return defined({
      name,
      type: this.type(type),
      nullable,
      default: this.default(definition.default),
      identity: this.identity(identity),
      computed: generated === undefined ? undefined : { expression: this.sql(generated), stored },
      collation,
      comment,
      options,
    });
  }

  key(definition: KeyDefinition, table: QualifiedName): CatalogKey {
    const { kind, columns, name, include, nullsNotDistinct, deferrable, details } = definition;
    const own = kind === "primaryKey" ? `pk_${table.name}` : `uq_${table.name}_${columns.join("_")}`;
    return defined({ name: this.#constraintName(name, own), columns, include, nullsNotDistinct, deferrable, details });
  }

  foreignKey(definition: ForeignKeyDefinition, table: QualifiedName): CatalogForeignKey {
    const { kind: _, name, referred, onDelete, onUpdate, ...rest } = definition;
    const target = this.name(referred, "A foreign key");
    const own = `fk_${table.name}_${rest.columns.join("_")}_${target.name}`;
    // NO ACTION is what a foreign key does anyway.
    return defined({
      ...rest,
      name: this.#constraintName(name, own),
      referred: target,
      onDelete: onDelete === "NO ACTION" ? undefined : onDelete,
      onUpdate: onUpdate === "NO ACTION" ? undefined : onUpdate,
    });
  }

  check({ name, condition, noInherit, notValid, notEnforced }: CheckDefinition): CatalogCheck {
    return defined({ name: name ?? undefined, expression: this.sql(condition), noInherit, notValid, notEnforced });
  }

  index(definition: IndexDefinition): CatalogIndex {
    const { name, columns, unique = false, method, include, where, nullsNotDistinct, comment, options } = definition;
    return defined({
      name,
      columns: columns.map((part) => this.#indexColumn(part)),
      unique,
      method,
      include,
      where: where === undefined ? undefined : this.sql(where),
      nullsNotDistinct,
      comment,
      options,
    });
  }

  constraint(element: ConstraintElement, table: QualifiedName): ConstraintDefinition {
    switch (element.kind) {
      case "primaryKey":
      case "unique":
        return { kind: element.kind, ...this.key(element, table) };
      case "foreignKey":
        return { kind: "foreignKey", ...this.foreignKey(element, table) };
      case "check":
        return { kind: "check", ...this.check(element) };
      case "exclusion":
        return { kind: "exclusion", name: element.name, definition: this.sql(element.definition) };
      default:
        return assertNever(element, "table element");
    }
  }

  /** A table out of its elements. */
  table(name: QualifiedName, elements: readonly TableElement[], rest: Partial<CatalogTable>): CatalogTable {
    const of = <K extends TableElement["kind"]>(kind: K): Extract<TableElement, { readonly kind: K }>[] =>
      elements.filter((element): element is Extract<TableElement, { readonly kind: K }> => element.kind === kind);
    const keys = elements.filter(
      (element): element is KeyDefinition => element.kind === "primaryKey" || element.kind === "unique",
    );
    const [primaryKey, another] = keys.filter(({ kind }) => kind === "primaryKey");
    if (another !== undefined) {
      throw new ArgumentError(`createTable '${displayName(name)}' is given two primary keys. Leave one out.`);
    }
    return {
      ...emptyTable(name),
      columns: of("column").map((element) => this.column(element)),
      uniques: keys.filter(({ kind }) => kind === "unique").map((element) => this.key(element, name)),
      foreignKeys: of("foreignKey").map((element) => this.foreignKey(element, name)),
      checks: of("check").map((element) => this.check(element)),
      exclusions: of("exclusion").map((element) => ({ name: element.name, definition: this.sql(element.definition) })),
      indexes: of("index").map((element) => this.index(element)),
      ...defined({ primaryKey: primaryKey === undefined ? undefined : this.key(primaryKey, name), ...rest }),
    };
  }

  #indexColumn(part: string | Sql | IndexColumnDefinition): CatalogIndexColumn {
    if (typeof part === "string") return { column: part };
    if (ColumnElement.isElement(part)) return { expression: this.sql(part) };
    const { on, ...rest } = part;
    return defined({ ...(typeof on === "string" ? { column: on } : { expression: this.sql(on) }), ...rest });
  }

  #constraintName(given: string | null | undefined, own: string): string | undefined {
    return given === null ? undefined : (given ?? shortenName(own, this.#dialect.maxIdentifierLength));
  }
}

/** `value` without the keys that hold nothing: two catalogs are compared by what they have. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as T;
}
