/** Operations as the calls of a revision file. What they need to import is collected in `imports`. */
import type { MigrationDialect } from "../../dialect/migration-dialect.ts";
import type {
  CatalogCheck,
  CatalogColumn,
  CatalogDomain,
  CatalogIndex,
  CatalogIndexColumn,
  CatalogKey,
  CatalogTable,
  QualifiedName,
} from "../../metadata/catalog.ts";
import type { ConstraintDefinition, DomainOperation, Operation, OperationOf } from "../../metadata/operation.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { givenOptions } from "../standard-options.ts";
import { arrayCode, callCode, objectCode, sqlCode, stringCode, type Code } from "./code.ts";
import {
  constraintChange,
  constraintsOf,
  enumCode,
  extensionCode,
  foreignKeyParameters,
  identityCode,
  nameCode,
  nameText,
  op,
  optionsCode,
  sequenceCode,
  stringsCode,
  textOrNull,
} from "./operation-parts.ts";
import { typeCode } from "./type-code.ts";

/** The type that a model gives a column, where one does. */
export type TypeHint = (table: QualifiedName, column: string) => SqlType | undefined;

export interface RenderOptions {
  readonly dialect: MigrationDialect;
  readonly typeHint?: TypeHint | undefined;
}

/** Writes operations; one for each file, because of the imports. */
export class OperationRenderer {
  /** Names to import from the migration entry. */
  readonly imports = new Set<string>();
  readonly #dialect: MigrationDialect;
  readonly #typeHint: TypeHint;

  constructor({ dialect, typeHint = () => undefined }: RenderOptions) {
    this.#dialect = dialect;
    this.#typeHint = typeHint;
  }

  /** One call, without its semicolon. */
  operation(operation: Operation): Code {
    switch (operation.kind) {
      case "createSchema":
      case "dropSchema":
        return op(operation.kind, stringCode(operation.name));
      case "createTable":
        return this.#createTable(operation.table);
      case "dropTable":
        return op("dropTable", nameCode(operation.table));
      case "renameTable":
        return op("renameTable", nameCode(operation.table), stringCode(operation.newName));
      case "setTableComment":
        return op("setTableComment", nameCode(operation.table), textOrNull(operation.comment));
      case "setTableOptions":
        return op("setTableOptions", nameCode(operation.table), optionsCode(operation.options));
      case "addColumn":
      case "dropColumn":
      case "alterColumn":
      case "renameColumn":
        return this.#column(operation);
      case "addConstraint":
        return this.#addConstraint(operation);
      case "dropConstraint":
        return this.#dropConstraint(operation);
      case "renameConstraint":
      case "validateConstraint":
        return constraintChange(operation);
      case "createIndex":
      case "dropIndex":
      case "renameIndex":
        return this.#index(operation);
      default:
        return this.#rest(operation);
    }
  }

  #rest(
    operation: Exclude<
      Operation,
      { readonly kind: `${string}Table` | `${string}Column` | `${string}Constraint` | `${string}Index` }
    >,
  ): Code {
    switch (operation.kind) {
      case "createEnum":
      case "dropEnum":
      case "renameEnum":
      case "addEnumValue":
      case "renameEnumValue":
      case "replaceEnumValues":
        return enumCode(operation);
      case "createSequence":
      case "alterSequence":
      case "renameSequence":
      case "dropSequence":
        return sequenceCode(operation);
      case "createDomain":
      case "alterDomain":
      case "dropDomain":
        return this.#domain(operation);
      case "createExtension":
      case "dropExtension":
        return extensionCode(operation);
      case "execute":
        return op(
          "execute",
          this.#sql(operation.sql),
          objectCode([["transactional", operation.transactional ? undefined : "false"]]),
        );
      case "backfill":
        return this.#backfill(operation);
      case "createObject":
      case "dropObject":
        return this.#object(operation);
      case "bulkInsert":
        return op(
          "bulkInsert",
          nameCode(operation.table),
          arrayCode(
            operation.rows.map(
              (row) =>
                objectCode(operation.columns.map((name, position) => [name, this.#sql(row[position] ?? "NULL")])) ??
                "{}",
            ),
          ),
        );
      default:
        // A callback has no source text here; its place is kept.
        return `// op.run: ${operation.kind === "run" ? operation.description.replace(/\s+/g, " ") : operation.kind}`;
    }
  }

  #domain(operation: DomainOperation): Code {
    if (operation.kind === "dropDomain") return op("dropDomain", nameCode(operation.domain));
    const isChange = operation.kind === "alterDomain";
    const given: Partial<CatalogDomain> = isChange ? operation.changes : operation.domain;
    const orNull = (key: "default" | "comment", code: Code | undefined): Code | undefined =>
      code ?? (isChange && key in given ? "null" : undefined);
    const checks = given.checks?.map((check) => this.#call("check", ...this.#checkParameters(check))) ?? [];
    const options = objectCode([
      ["nullable", given.nullable === undefined || (!isChange && given.nullable) ? undefined : String(given.nullable)],
      ["default", orNull("default", given.default === undefined ? undefined : this.#sql(given.default))],
      ["collation", given.collation === undefined ? undefined : stringCode(given.collation)],
      ["checks", given.checks === undefined || (!isChange && checks.length === 0) ? undefined : arrayCode(checks)],
      ["comment", orNull("comment", given.comment === undefined ? undefined : stringCode(given.comment))],
    ]);
    const type = isChange ? undefined : this.#sql(operation.domain.type);
    return op(operation.kind, nameCode(operation.domain), ...(type === undefined ? [] : [type]), options);
  }

  #createTable(table: CatalogTable): Code {
    const elements = [
      ...table.columns.map((column) => this.#columnCode(table, column)),
      ...constraintsOf(table).map((constraint) => this.#constraintCode(constraint)),
      ...table.indexes.map((index) => this.#call("index", stringCode(index.name), ...this.#indexParameters(index))),
    ];
    const given = givenOptions(table.options, this.#dialect);
    const options = objectCode([
      ["comment", table.comment === undefined ? undefined : stringCode(table.comment)],
      ["options", Object.keys(given).length === 0 ? undefined : optionsCode(given)],
    ]);
    return op("createTable", nameCode(table), arrayCode(elements), options);
  }

  #column(operation: OperationOf<"addColumn" | "dropColumn" | "alterColumn" | "renameColumn">): Code {
    const table = nameCode(operation.table);
    switch (operation.kind) {
      case "addColumn": {
        const { position, fill } = operation;
        const options = objectCode([
          ["after", position?.after === undefined ? undefined : stringCode(position.after)],
          ["first", position?.first === true ? "true" : undefined],
          ["fill", fill === undefined ? undefined : this.#sql(fill)],
        ]);
        return op("addColumn", table, this.#columnCode(operation.table, operation.column), options);
      }
      case "dropColumn":
        return op("dropColumn", table, stringCode(operation.column));
      case "renameColumn":
        return op("renameColumn", table, stringCode(operation.column), stringCode(operation.newName));
      case "alterColumn":
        return op("alterColumn", table, stringCode(operation.column), this.#changes(operation) ?? "{}");
    }
  }

  #changes({ table, column, changes, using }: OperationOf<"alterColumn">): Code | undefined {
    const has = (key: keyof typeof changes): boolean => Object.hasOwn(changes, key);
    const { computed } = changes;
    return objectCode([
      ["type", changes.type === undefined ? undefined : this.#type(table, column, changes.type)],
      ["nullable", changes.nullable === undefined ? undefined : String(changes.nullable)],
      ["default", has("default") ? (changes.default === undefined ? "null" : this.#sql(changes.default)) : undefined],
      ["identity", has("identity") ? (identityCode(changes.identity) ?? "false") : undefined],
      ["generated", has("computed") ? (computed === undefined ? "null" : this.#sql(computed.expression)) : undefined],
      ["stored", computed?.stored === false ? "false" : undefined],
      ["collation", has("collation") ? textOrNull(changes.collation) : undefined],
      ["comment", has("comment") ? textOrNull(changes.comment) : undefined],
      ["options", has("options") ? (changes.options === undefined ? "null" : optionsCode(changes.options)) : undefined],
      ["using", using === undefined ? undefined : this.#sql(using)],
    ]);
  }

  #columnCode(table: QualifiedName, column: CatalogColumn): Code {
    const { computed, collation, comment, options } = column;
    return this.#call(
      "column",
      stringCode(column.name),
      this.#type(table, column.name, column.type),
      objectCode([
        ["nullable", column.nullable ? "true" : undefined],
        ["default", column.default === undefined ? undefined : this.#sql(column.default)],
        ["identity", identityCode(column.identity)],
        ["generated", computed === undefined ? undefined : this.#sql(computed.expression)],
        ["stored", computed?.stored === false ? "false" : undefined],
        ["collation", collation === undefined ? undefined : stringCode(collation)],
        ["comment", comment === undefined ? undefined : stringCode(comment)],
        ["options", options === undefined ? undefined : optionsCode(options)],
      ]),
    );
  }

  #addConstraint({ table, constraint, usingIndex }: OperationOf<"addConstraint">): Code {
    const target = nameCode(table);
    switch (constraint.kind) {
      case "primaryKey":
      case "unique": {
        const name = constraint.kind === "unique" ? "createUniqueConstraint" : "createPrimaryKey";
        const [columns, options] = this.#keyParameters(constraint, usingIndex);
        return op(name, target, columns, options);
      }
      case "foreignKey":
        return op("createForeignKey", target, ...foreignKeyParameters(constraint));
      case "check":
        return op("createCheckConstraint", target, ...this.#checkParameters(constraint));
      case "exclusion":
        return op("createExcludeConstraint", target, stringCode(constraint.name), this.#sql(constraint.definition));
    }
  }

  #dropConstraint({ table, name, constraintKind, existing }: OperationOf<"dropConstraint">): Code {
    const which =
      name === undefined && existing !== undefined ? this.#constraintCode(existing) : stringCode(name ?? "");
    return op("dropConstraint", nameCode(table), which, stringCode(constraintKind));
  }

  /** A constraint as an element of `createTable`. */
  #constraintCode(constraint: ConstraintDefinition): Code {
    switch (constraint.kind) {
      case "primaryKey":
      case "unique":
        return this.#call(constraint.kind, ...this.#keyParameters(constraint));
      case "foreignKey":
        return this.#call("foreignKey", ...foreignKeyParameters(constraint));
      case "check":
        return this.#call("check", ...this.#checkParameters(constraint));
      case "exclusion":
        return this.#call("exclude", stringCode(constraint.name), this.#sql(constraint.definition));
    }
  }

  #index(operation: OperationOf<"createIndex" | "dropIndex" | "renameIndex">): Code {
    const table = nameCode(operation.table);
    if (operation.kind === "renameIndex") {
      return op("renameIndex", table, stringCode(operation.name), stringCode(operation.newName));
    }
    const concurrently = operation.concurrently === true;
    if (operation.kind === "createIndex") {
      return op(
        "createIndex",
        table,
        stringCode(operation.index.name),
        ...this.#indexParameters(operation.index, concurrently),
      );
    }
    return op(
      "dropIndex",
      table,
      stringCode(operation.name),
      objectCode([["concurrently", concurrently ? "true" : undefined]]),
    );
  }

  #backfill({ table, set, where, batchSize, pause }: OperationOf<"backfill">): Code {
    const values = Object.entries(set).map(([name, text]) => [name, this.#sql(text)] as const);
    return op(
      "backfill",
      nameCode(table),
      objectCode(values) ?? "{}",
      objectCode([
        ["where", where === undefined ? undefined : this.#sql(where)],
        ["batchSize", batchSize === 1000 ? undefined : String(batchSize)],
        ["pause", pause === 0 ? undefined : String(pause)],
      ]),
    );
  }

  /** What is kept by its definition is created by it. */
  #object({ kind, object }: OperationOf<"createObject" | "dropObject">): Code {
    if (kind === "dropObject" && object.kind === "view") {
      const options = objectCode([["materialized", object.view.materialized ? "true" : undefined]]);
      return op("dropView", nameCode(object.view), options);
    }
    if (object.kind === "view") return op("execute", this.#sql(object.view.definition));
    if (object.kind === "routine") return op("execute", this.#sql(object.routine.definition));
    if (object.kind === "trigger") return op("execute", this.#sql(object.trigger.definition));
    return `// policy ${stringCode(object.policy.name)} on ${nameText(object.table)}`;
  }

  #keyParameters(key: CatalogKey, usingIndex?: string): [Code, Code | undefined] {
    const { name, columns, include, nullsNotDistinct, deferrable, details } = key;
    const options = objectCode([
      ["name", name === undefined ? "null" : stringCode(name)],
      ["include", include === undefined ? undefined : stringsCode(include)],
      ["nullsNotDistinct", nullsNotDistinct === true ? "true" : undefined],
      ["deferrable", deferrable === undefined ? undefined : stringCode(deferrable)],
      ["details", details === undefined ? undefined : stringsCode(details)],
      ["usingIndex", usingIndex === undefined ? undefined : stringCode(usingIndex)],
    ]);
    return [stringsCode(columns), options];
  }

  #checkParameters({ name, expression, noInherit, notValid, notEnforced }: CatalogCheck): Code[] {
    const options = objectCode([
      ["noInherit", noInherit === true ? "true" : undefined],
      ["notValid", notValid === true ? "true" : undefined],
      ["notEnforced", notEnforced === true ? "true" : undefined],
    ]);
    return [textOrNull(name), this.#sql(expression), ...(options === undefined ? [] : [options])];
  }

  #indexParameters(index: CatalogIndex, concurrently = false): [Code, Code | undefined] {
    const { unique, method, include, where, nullsNotDistinct, comment, options } = index;
    return [
      arrayCode(index.columns.map((column) => this.#indexColumn(column))),
      objectCode([
        ["unique", unique ? "true" : undefined],
        ["method", method === undefined ? undefined : stringCode(method)],
        ["include", include === undefined ? undefined : stringsCode(include)],
        ["where", where === undefined ? undefined : this.#sql(where)],
        ["nullsNotDistinct", nullsNotDistinct === true ? "true" : undefined],
        ["comment", comment === undefined ? undefined : stringCode(comment)],
        ["options", options === undefined ? undefined : optionsCode(options)],
        ["concurrently", concurrently ? "true" : undefined],
      ]),
    ];
  }

  #indexColumn({ column, expression, ...rest }: CatalogIndexColumn): Code {
    const on = column === undefined ? this.#sql(expression ?? "") : stringCode(column);
    const { descending, nulls, collation, operatorClass, length } = rest;
    const details = objectCode([
      ["descending", descending === true ? "true" : undefined],
      ["nulls", nulls === undefined ? undefined : stringCode(nulls)],
      ["collation", collation === undefined ? undefined : stringCode(collation)],
      ["operatorClass", operatorClass === undefined ? undefined : stringCode(operatorClass)],
      ["length", length === undefined ? undefined : String(length)],
    ]);
    if (details === undefined || typeof details === "string") return on;
    return { ...details, items: [`on: ${on}`, ...details.items] };
  }

  #type(table: QualifiedName, column: string, text: string): string {
    const { code, imports } = typeCode(text, this.#dialect, this.#typeHint(table, column));
    for (const name of imports) this.imports.add(name);
    return code;
  }

  #sql(text: string): string {
    this.imports.add("sql");
    return sqlCode(text);
  }

  #call(name: string, ...parameters: (Code | undefined)[]): Code {
    this.imports.add(name);
    return callCode(name, parameters);
  }
}
