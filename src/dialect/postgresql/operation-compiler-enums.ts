/** Enum types of PostgreSQL: values come with ALTER TYPE, and go by way of a new type that everything moves to. */
import { defaultOfReplacedEnum } from "../../metadata/apply/enum-default.ts";
import {
  displayName,
  nameKey,
  type CatalogEnum,
  type CatalogRoutine,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import { MissingObjectError } from "../../metadata/errors.ts";
import type { OpaqueObject, OperationOf } from "../../metadata/operation.ts";
import { renameEnumValueInExpression } from "../../metadata/rename-in-expression.ts";
import type { Step } from "../migration-dialect.ts";
import { parseTypeName } from "./definition-text.ts";
import { textLiteral } from "./literal.ts";
import { PostgresqlColumns } from "./operation-compiler-columns.ts";
import { conditionOf, dependantsOfType, type EnumColumn, type TypeUses } from "./operation-compiler-type-dependants.ts";

/** The old type's name while columns move to the new one. */
const replacedName = "sqlmodel_replaced_enum";

/** Marks a value that was mapped already. */
const mark = "\u0001";

type Replacement = OperationOf<"replaceEnumValues">;

/** What happens to enum types in PostgreSQL. */
export abstract class PostgresqlEnums extends PostgresqlColumns {
  override createEnum({ type }: OperationOf<"createEnum">): readonly Step[] {
    return [
      this.statement(`CREATE TYPE ${this.qualified(type)} AS ENUM (${type.values.map(textLiteral).join(", ")})`),
      ...(type.comment === undefined ? [] : [this.comment(`TYPE ${this.qualified(type)}`, type.comment)]),
    ];
  }

  override dropEnum({ type }: OperationOf<"dropEnum">): readonly Step[] {
    return [this.statement(`DROP TYPE ${this.qualified(type)}`)];
  }

  override renameEnum({ type, newName }: OperationOf<"renameEnum">): readonly Step[] {
    return [this.statement(`ALTER TYPE ${this.qualified(type)} RENAME TO ${this.quote(newName)}`)];
  }

  /** A transaction of its own: until it commits, nothing can use the value. */
  override addEnumValue({ type, value, before, after }: OperationOf<"addEnumValue">): readonly Step[] {
    const place =
      before === undefined
        ? after === undefined
          ? ""
          : ` AFTER ${textLiteral(after)}`
        : ` BEFORE ${textLiteral(before)}`;
    return [this.alone(`ALTER TYPE ${this.qualified(type)} ADD VALUE IF NOT EXISTS ${textLiteral(value)}${place}`)];
  }

  override renameEnumValue({ type, value, newValue }: OperationOf<"renameEnumValue">): readonly Step[] {
    const values = `${textLiteral(value)} TO ${textLiteral(newValue)}`;
    return [this.statement(`ALTER TYPE ${this.qualified(type)} RENAME VALUE ${values}`)];
  }

  // -------------------------------------------------------------- new values in place of old ones

  override replaceEnumValues(operation: Replacement): readonly Step[] {
    const { type } = operation;
    const known = this.enumType(type);
    const { tables, objects, routines } = dependantsOfType(this.catalog, type);
    this.requireMovable(type, routines);
    this.requireNoValueGone(operation, known, tables, objects);
    const quoted = this.qualified(type);
    return [
      ...tables.flatMap(({ table, columns }) =>
        columns.flatMap((use) => this.vanishedCheck(operation, known, table, use)),
      ),
      ...this.dropObjects(objects),
      ...this.dropParts(tables),
      this.statement(`ALTER TYPE ${quoted} RENAME TO ${this.quote(replacedName)}`),
      ...this.createEnum({ kind: "createEnum", type: { ...known, values: operation.values } }),
      ...tables.flatMap(({ table, columns, defaults }) => [
        ...columns.flatMap((use) => this.moveColumn(operation, known, table, use)),
        ...defaults.map(({ name, default: text = "" }) => this.alter(table, name, `SET DEFAULT ${text}`)),
      ]),
      this.statement(`DROP TYPE ${this.qualified({ schema: type.schema, name: replacedName })}`),
      ...this.createParts(tables),
      ...this.createObjects(objects),
    ];
  }

  /** Constraints that others refer to go after those that refer to them. */
  private dropParts(tables: readonly TypeUses[]): readonly Step[] {
    const constraints = tables.flatMap((uses) =>
      uses.constraints.map((constraint) => ({ table: uses.table, constraint })),
    );
    const ordered = [
      ...constraints.filter(({ constraint }) => constraint.kind === "foreignKey"),
      ...constraints.filter(({ constraint }) => constraint.kind !== "foreignKey"),
    ];
    return [
      ...ordered.map(({ table, constraint: { name } }) =>
        this.alterTable(table, `DROP CONSTRAINT ${this.quote(name ?? "")}`),
      ),
      ...tables.flatMap(({ table, indexes, generated, defaults }) => [
        ...indexes.map(({ name }) => this.statement(`DROP INDEX ${this.qualified({ schema: table.schema, name })}`)),
        ...generated.map(({ name }) => this.alterTable(table, `DROP COLUMN ${this.quote(name)}`)),
        ...defaults.map(({ name }) => this.alter(table, name, "DROP DEFAULT")),
      ]),
    ];
  }

  /** Foreign keys when all that they refer to is there again. */
  private createParts(tables: readonly TypeUses[]): readonly Step[] {
    const added = (uses: TypeUses, isForeignKey: boolean): readonly Step[] =>
      uses.constraints
        .filter(({ kind }) => (kind === "foreignKey") === isForeignKey)
        .map((constraint) => this.alterTable(uses.table, `ADD ${this.constraint(constraint)}`));
    return [
      ...tables.flatMap((uses) => [
        ...uses.generated.flatMap((column) => this.addColumn({ kind: "addColumn", table: uses.table, column })),
        ...added(uses, false),
        ...uses.indexes.flatMap((index) => this.createIndex({ kind: "createIndex", table: uses.table, index })),
      ]),
      ...tables.flatMap((uses) => added(uses, true)),
    ];
  }

  private requireMovable(type: QualifiedName, [routine]: readonly CatalogRoutine[]): void {
    const title = `way of replacing the values of '${displayName(type)}' under the`;
    const domain = this.catalog.domains.find((candidate) => isOfType(candidate.type, type));
    if (domain !== undefined)
      this.unsupported(
        `${title} domain '${displayName(domain)}'`,
        "Change the columns of the domain to the enum first.",
      );
    if (routine !== undefined)
      this.unsupported(
        `${title} ${routine.kind} '${displayName(routine)}(${routine.arguments})'`,
        "Drop it before, and create it again afterwards.",
      );
  }

  /** What is created again as it was must not name a value that is gone. */
  private requireNoValueGone(
    { type, values }: Replacement,
    known: CatalogEnum,
    tables: readonly TypeUses[],
    objects: readonly OpaqueObject[],
  ): void {
    const gone = known.values.filter((value) => !values.includes(value));
    const texts = [
      ...tables.flatMap(({ table, generated, indexes, constraints, defaults }) => {
        const of = `of table '${displayName(table)}'`;
        return [
          ...generated.map(({ name, computed }) => [`column '${name}' ${of}`, computed?.expression] as const),
          ...defaults.map(({ name, default: text }) => [`default of column '${name}' ${of}`, text] as const),
          ...indexes.map(
            ({ name, where, columns }) =>
              [`index '${name}' ${of}`, [where, ...columns.map(({ expression }) => expression)].join(" ")] as const,
          ),
          ...constraints.map(
            (constraint) => [`constraint '${constraint.name ?? ""}' ${of}`, conditionOf(constraint)] as const,
          ),
        ];
      }),
      ...objects.map((object) => [objectTitle(object), objectText(object)] as const),
    ];
    for (const value of gone) {
      const found = texts.find(
        ([, text]) => text !== undefined && renameEnumValueInExpression(text, type, value, `${value}\u0000`) !== text,
      );
      if (found !== undefined)
        this.unsupported(
          `way of taking the value '${value}' from the enum type '${displayName(type)}' while the ${found[0]} names it`,
          "Drop or change that first.",
        );
    }
  }

  private enumType(name: QualifiedName): CatalogEnum {
    const type = this.catalog.enums.find((candidate) => nameKey(candidate) === nameKey(name));
    if (type === undefined) throw new MissingObjectError(`There is no enum type '${displayName(name)}'.`);
    return type;
  }

  /** Values that go away and are mapped to nothing must be in no row. */
  private vanishedCheck(
    { values, mapping, type }: Replacement,
    known: CatalogEnum,
    table: CatalogTable,
    { column, isArray }: EnumColumn,
  ): readonly Step[] {
    const gone = vanished(known.values, values, mapping);
    if (gone.length === 0) return [];
    const quoted = this.quote(column.name);
    const list = gone.map(textLiteral).join(", ");
    const [value, source] = isArray
      ? [
          "v.value::text",
          `${this.qualified(table)} AS t CROSS JOIN LATERAL pg_catalog.unnest(t.${quoted}) AS v (value)`,
        ]
      : [`${quoted}::text`, this.qualified(table)];
    return [
      this.checkFirst(
        `SELECT ${value} AS value, pg_catalog.count(*) AS rows FROM ${source} WHERE ${value} IN (${list}) GROUP BY 1 ORDER BY 2 DESC LIMIT 5`,
        `The enum type '${displayName(type)}' is to lose values that column '${column.name}' of table '${displayName(table)}' holds.`,
        "Change those rows first, or say with `mapping` which value takes their place.",
      ),
    ];
  }

  private moveColumn(
    operation: Replacement,
    known: CatalogEnum,
    table: CatalogTable,
    { column, isArray }: EnumColumn,
  ): readonly Step[] {
    const { values, mapping = {} } = operation;
    const quoted = this.quote(column.name);
    const type = `${this.qualified(operation.type)}${isArray ? "[]" : ""}`;
    const fallback = defaultOfReplacedEnum(known, operation, column);
    const using = isArray
      ? `${mappedArray(`${quoted}::text[]`, mapping)}::${type}`
      : `${mappedValue(`${quoted}::text`, mapping, values)}::${type}`;
    return [
      ...(column.default === undefined ? [] : [this.alter(table, column.name, "DROP DEFAULT")]),
      this.alter(table, column.name, `TYPE ${type} USING ${using}`),
      ...(fallback === undefined ? [] : [this.alter(table, column.name, `SET DEFAULT ${fallback}`)]),
    ];
  }
}

/** Whether a column's type is `type` or an array of it. */
function isOfType(text: string, type: QualifiedName): boolean {
  const parsed = parseTypeName(text);
  return parsed !== undefined && nameKey(parsed.name) === nameKey(type);
}

function vanished(
  before: readonly string[],
  after: readonly string[],
  mapping: { readonly [value: string]: string } = {},
): readonly string[] {
  return before.filter((value) => !after.includes(value) && !Object.hasOwn(mapping, value));
}

function mappedValue(text: string, mapping: { readonly [value: string]: string }, values: readonly string[]): string {
  const cases = Object.entries(mapping).filter(([, to]) => values.includes(to));
  if (cases.length === 0) return text;
  const branches = cases.map(([from, to]) => `WHEN ${textLiteral(from)} THEN ${textLiteral(to)}`);
  return `(CASE ${text} ${branches.join(" ")} ELSE ${text} END)`;
}

/** Conversions take no subquery: values are replaced one after the other, marked so that none is replaced twice. */
function mappedArray(text: string, mapping: { readonly [value: string]: string }): string {
  const replace = (array: string, from: string, to: string): string =>
    `pg_catalog.array_replace(${array}, ${textLiteral(from)}, ${textLiteral(to)})`;
  const entries = Object.entries(mapping);
  const marked = entries.reduce((array, [from, to]) => replace(array, from, `${mark}${to}`), text);
  return [...new Set(entries.map(([, to]) => to))].reduce((array, to) => replace(array, `${mark}${to}`, to), marked);
}

function objectTitle(object: OpaqueObject): string {
  switch (object.kind) {
    case "view":
      return `view '${displayName(object.view)}'`;
    case "routine":
      return `${object.routine.kind} '${displayName(object.routine)}'`;
    case "trigger":
      return `trigger '${object.trigger.name}' of table '${displayName(object.table)}'`;
    case "policy":
      return `policy '${object.policy.name}' of table '${displayName(object.table)}'`;
  }
}

function objectText(object: OpaqueObject): string {
  switch (object.kind) {
    case "view":
      return object.view.definition;
    case "routine":
      return object.routine.definition;
    case "trigger":
      return object.trigger.definition;
    case "policy":
      return `${object.policy.using ?? ""} ${object.policy.withCheck ?? ""}`;
  }
}
