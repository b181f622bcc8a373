/** Enum types, domains, extensions and sequences of PostgreSQL. */
import {
  displayName,
  nameKey,
  type CatalogCheck,
  type CatalogColumn,
  type CatalogEnum,
  type CatalogSequence,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import { MissingObjectError } from "../../metadata/errors.ts";
import type { OperationOf } from "../../metadata/operation.ts";
import { wholeNumber } from "../definition-writer.ts";
import type { Step } from "../migration-dialect.ts";
import { sequenceMove } from "../sequence-change.ts";
import { mentions, parseTypeName } from "./definition-text.ts";
import { dependantsOfType, boundToColumns } from "./operation-compiler-dependants.ts";
import { PostgresqlColumns } from "./operation-compiler-columns.ts";
import { textLiteral } from "./literal.ts";

/** The old type's name while columns move to the new one. */
const replacedName = "sqlmodel_replaced_enum";

/** Marks a value that was mapped already. */
const mark = "\u0001";

interface EnumColumn {
  readonly table: CatalogTable;
  readonly column: CatalogColumn;
  readonly isArray: boolean;
}

type Replacement = OperationOf<"replaceEnumValues">;

/** What happens to types and sequences in PostgreSQL. */
export abstract class PostgresqlTypes extends PostgresqlColumns {
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
    const domain = this.catalog.domains.find((candidate) => isOfType(candidate.type, type) !== undefined);
    if (domain !== undefined)
      this.unsupported(
        `way of replacing the values of '${displayName(type)}' under the domain '${displayName(domain)}'`,
        "Change the columns of the domain to the enum first.",
      );
    const columns = this.columnsOfType(type);
    const tables = [...new Set(columns.map(({ table }) => table))];
    const dependants = dependantsOfType(this.catalog, type, tables);
    const bound = tables.map((table) => ({ table, ...this.boundToType(table, type, columns) }));
    const quoted = this.qualified(type);
    const old = this.qualified({ schema: type.schema, name: replacedName });
    return [
      ...columns.flatMap((column) => this.vanishedCheck(operation, known, column)),
      ...this.dropObjects(dependants.objects),
      ...bound.flatMap(({ table, indexes, constraints }) => [
        ...indexes.map(({ name }) => this.statement(`DROP INDEX ${this.qualified({ schema: table.schema, name })}`)),
        ...constraints.map(({ name }) => this.alterTable(table, `DROP CONSTRAINT ${this.quote(name ?? "")}`)),
      ]),
      this.statement(`ALTER TYPE ${quoted} RENAME TO ${this.quote(replacedName)}`),
      ...this.createEnum({ kind: "createEnum", type: { ...known, values: operation.values } }),
      ...columns.flatMap((column) => this.moveColumn(operation, known, column)),
      this.statement(`DROP TYPE ${old}`),
      ...bound.flatMap(({ table, indexes, constraints }) => [
        ...constraints.map((constraint) => this.alterTable(table, `ADD ${this.constraint(constraint)}`)),
        ...indexes.flatMap((index) => this.createIndex({ kind: "createIndex", table, index })),
      ]),
      ...this.createObjects(dependants.objects),
    ];
  }

  private enumType(name: QualifiedName): CatalogEnum {
    const type = this.catalog.enums.find((candidate) => nameKey(candidate) === nameKey(name));
    if (type === undefined) throw new MissingObjectError(`There is no enum type '${displayName(name)}'.`);
    return type;
  }

  private columnsOfType(type: QualifiedName): EnumColumn[] {
    return this.catalog.tables
      .filter((table) => table.kind !== "partition")
      .flatMap((table) =>
        table.columns.flatMap((column) => {
          const found = isOfType(column.type, type);
          return found === undefined ? [] : [{ table, column, isArray: found.isArray }];
        }),
      );
  }

  /** Indexes and constraints with an expression over the columns: they would compare the new type with the old. */
  private boundToType(
    table: CatalogTable,
    type: QualifiedName,
    columns: readonly EnumColumn[],
  ): ReturnType<typeof boundToColumns> {
    const names = columns.filter((column) => column.table === table).map(({ column }) => column.name);
    const { indexes, constraints } = boundToColumns(table, names);
    const uses = (text: string | undefined): boolean => text !== undefined && mentions(text, type.name);
    return {
      indexes: indexes.filter(
        (index) => uses(index.where) || index.columns.some(({ expression }) => expression !== undefined),
      ),
      constraints: constraints.filter(({ kind }) => kind === "check" || kind === "exclusion"),
    };
  }

  /** Values that go away and are mapped to nothing must be in no row. */
  private vanishedCheck({ values, mapping, type }: Replacement, known: CatalogEnum, of: EnumColumn): readonly Step[] {
    const gone = vanished(known.values, values, mapping);
    if (gone.length === 0) return [];
    const { table, column, isArray } = of;
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

  private moveColumn(operation: Replacement, known: CatalogEnum, of: EnumColumn): readonly Step[] {
    const { table, column, isArray } = of;
    const { values, mapping = {} } = operation;
    const quoted = this.quote(column.name);
    const type = `${this.qualified(operation.type)}${isArray ? "[]" : ""}`;
    const fallback = this.movedDefault(operation, known, column);
    const using = isArray
      ? `${mappedArray(`${quoted}::text[]`, mapping)}::${type}`
      : `${mappedValue(`${quoted}::text`, mapping, values)}::${type}`;
    return [
      ...(column.default === undefined ? [] : [this.alter(table, column.name, "DROP DEFAULT")]),
      this.alter(table, column.name, `TYPE ${type} USING ${using}`),
      ...(fallback === undefined ? [] : [this.alter(table, column.name, `SET DEFAULT ${fallback}`)]),
    ];
  }

  /** The default of the new type; undefined where it is a value that is gone. */
  private movedDefault(
    operation: Replacement,
    known: CatalogEnum,
    { default: text, type }: CatalogColumn,
  ): string | undefined {
    if (text === undefined) return undefined;
    const { mapping = {}, values } = operation;
    const value = known.values.find((candidate) => text === `${serverLiteral(candidate)}::${type}`);
    if (value === undefined) return text;
    const after = Object.hasOwn(mapping, value) ? mapping[value] : value;
    return after === undefined || !values.includes(after) ? undefined : `${textLiteral(after)}::${type}`;
  }

  // -------------------------------------------------------------- domains and extensions

  override createDomain({ domain }: OperationOf<"createDomain">): readonly Step[] {
    const name = this.qualified(domain);
    const parts = [
      `CREATE DOMAIN ${name} AS ${domain.type}`,
      ...(domain.collation === undefined ? [] : [this.collate(domain.collation)]),
      ...(domain.default === undefined ? [] : [`DEFAULT ${domain.default}`]),
      ...(domain.nullable ? [] : ["NOT NULL"]),
      ...domain.checks.map((check) => this.constraint({ kind: "check", ...check })),
    ];
    return [
      this.statement(parts.join(" ")),
      ...(domain.comment === undefined ? [] : [this.comment(`DOMAIN ${name}`, domain.comment)]),
    ];
  }

  override dropDomain({ domain }: OperationOf<"dropDomain">): readonly Step[] {
    return [this.statement(`DROP DOMAIN ${this.qualified(domain)}`)];
  }

  /** The server holds new checks against the rows of all tables itself. */
  override alterDomain({ domain, changes }: OperationOf<"alterDomain">): readonly Step[] {
    const known = this.catalog.domains.find((candidate) => nameKey(candidate) === nameKey(domain));
    if (known === undefined) throw new MissingObjectError(`There is no domain '${displayName(domain)}'.`);
    const name = this.qualified(domain);
    const alter = (action: string): Step => this.statement(`ALTER DOMAIN ${name} ${action}`);
    const { checks = known.checks, nullable = known.nullable } = changes;
    const text = (check: CatalogCheck): string => this.constraint({ kind: "check", ...check });
    const isIn = (list: readonly CatalogCheck[], check: CatalogCheck): boolean =>
      list.some((other) => text(other) === text(check));
    return [
      ...known.checks
        .filter((check) => !isIn(checks, check))
        .map(({ name: check = "" }) => alter(`DROP CONSTRAINT ${this.quote(check)}`)),
      ...("default" in changes
        ? [alter(changes.default === undefined ? "DROP DEFAULT" : `SET DEFAULT ${changes.default}`)]
        : []),
      ...(nullable === known.nullable ? [] : [alter(nullable ? "DROP NOT NULL" : "SET NOT NULL")]),
      ...checks.filter((check) => !isIn(known.checks, check)).map((check) => alter(`ADD ${text(check)}`)),
      ...("comment" in changes ? [this.comment(`DOMAIN ${name}`, changes.comment)] : []),
    ];
  }

  override createExtension({ extension }: OperationOf<"createExtension">): readonly Step[] {
    const { name, schema, version } = extension;
    const place = schema === undefined ? "" : ` SCHEMA ${this.quote(schema)}`;
    const wanted = version === undefined || version === "" ? "" : ` VERSION ${textLiteral(version)}`;
    return [this.statement(`CREATE EXTENSION ${this.quote(name)}${place}${wanted}`)];
  }

  override dropExtension({ name }: OperationOf<"dropExtension">): readonly Step[] {
    return [this.statement(`DROP EXTENSION ${this.quote(name)}`)];
  }

  // -------------------------------------------------------------- sequences

  override createSequence({ sequence }: OperationOf<"createSequence">): readonly Step[] {
    const name = this.qualified(sequence);
    return [
      this.statement([`CREATE SEQUENCE ${name}`, ...this.sequenceOptions(sequence)].join(" ")),
      ...(sequence.comment === undefined ? [] : [this.comment(`SEQUENCE ${name}`, sequence.comment)]),
    ];
  }

  override dropSequence({ sequence }: OperationOf<"dropSequence">): readonly Step[] {
    return [this.statement(`DROP SEQUENCE ${this.qualified(sequence)}`)];
  }

  override alterSequence({ sequence, changes }: OperationOf<"alterSequence">): readonly Step[] {
    const options = this.sequenceOptions(changes);
    const name = this.qualified(sequence);
    return [
      ...this.sequenceMoveSteps(sequence, changes),
      ...(options.length === 0 ? [] : [this.statement([`ALTER SEQUENCE ${name}`, ...options].join(" "))]),
      ...("comment" in changes ? [this.comment(`SEQUENCE ${name}`, changes.comment)] : []),
    ];
  }

  /** The server refuses bounds that the counter is not in. */
  private sequenceMoveSteps(
    sequence: QualifiedName,
    changes: OperationOf<"alterSequence">["changes"],
  ): readonly Step[] {
    const before = this.catalog.sequences.find((candidate) => nameKey(candidate) === nameKey(sequence));
    const after = before === undefined ? undefined : { ...before, ...changes };
    const move = before === undefined || after === undefined ? undefined : sequenceMove(before, after);
    if (after === undefined || move === undefined) return [];
    const name = this.qualified(sequence);
    const [isBefore, isBeyond, last] = move.isDescending
      ? [">", "<", wholeNumber(after.minValue)]
      : ["<", ">", wholeNumber(after.maxValue)];
    const first = wholeNumber(move.first);
    const type = changes.type === undefined ? {} : { type: "bigint" };
    return [
      this.checkFirst(
        `SELECT last_value FROM ${name} WHERE last_value ${isBeyond} ${last} AND is_called`,
        `The sequence '${displayName(sequence)}' has counted further than its new bounds reach.`,
        "Leave room for the numbers to come: the sequence would have none left.",
      ),
      this.statement([`ALTER SEQUENCE ${name}`, ...this.sequenceOptions({ ...move.between, ...type })].join(" ")),
      this.statement(
        `SELECT pg_catalog.setval(${textLiteral(name)}::regclass, ${first}, false) FROM ${name} WHERE last_value ${isBefore} ${first} OR (last_value ${isBeyond} ${last} AND NOT is_called)`,
      ),
    ];
  }

  private sequenceOptions(options: Partial<CatalogSequence>): string[] {
    const { type, start, increment, minValue, maxValue, cache, cycle, ownedBy } = options;
    const owner = ownedBy === undefined ? "NONE" : `${this.qualified(ownedBy.table)}.${this.quote(ownedBy.column)}`;
    return [
      ...(type === undefined ? [] : [`AS ${type}`]),
      ...(increment === undefined ? [] : [`INCREMENT BY ${wholeNumber(increment)}`]),
      ...(minValue === undefined ? [] : [`MINVALUE ${wholeNumber(minValue)}`]),
      ...(maxValue === undefined ? [] : [`MAXVALUE ${wholeNumber(maxValue)}`]),
      ...(start === undefined ? [] : [`START WITH ${wholeNumber(start)}`]),
      ...(cache === undefined ? [] : [`CACHE ${wholeNumber(cache)}`]),
      ...(cycle === undefined ? [] : [cycle ? "CYCLE" : "NO CYCLE"]),
      ...("ownedBy" in options ? [`OWNED BY ${owner}`] : []),
    ];
  }
}

/** Whether a column's type is `type` or an array of it. */
function isOfType(text: string, type: QualifiedName): { readonly isArray: boolean } | undefined {
  const parsed = parseTypeName(text);
  return parsed !== undefined && nameKey(parsed.name) === nameKey(type) ? parsed : undefined;
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

/** A text constant as the server prints it in definitions. */
function serverLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
