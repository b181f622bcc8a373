/** The expression of a column property: made when it is first needed, checked, and taken for what its Zod type says. */
import type * as core from "zod/v4/core";
import { aggregateNames } from "../sql/expression/aggregate-names.ts";
import { ColumnElement, describe, isScalarSelectable, typeOf } from "../sql/expression/column-element.ts";
import type { Expression, FromClause, TableSource } from "../sql/expression/node.ts";
import { isWithinStatement, syntaxIn } from "../sql/expression/parts.ts";
import { addSources, type ExpressionSources } from "../sql/expression/sources.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { required } from "../util/assert-never.ts";
import { lineage, nameOf, type ModelDefinition } from "./definition.ts";
import { ModelDefinitionError } from "./errors.ts";
import type { ExpressionAttribute, ExpressionReads } from "./mapper.ts";
import { withOwnSources } from "./own-sources.ts";
import type { PropertyDefinition } from "./property-definition.ts";
import type { ColumnType } from "./zod-type.ts";

/** A column property of a mapper. Its expression is made late: it may name models that are not there yet. */
export class PropertyAttribute implements ExpressionAttribute {
  readonly index: number;
  readonly key: string;
  readonly name: string;
  readonly hidden: boolean;
  readonly schema: core.$ZodType;
  readonly columnType: ColumnType;
  readonly #definition: ModelDefinition;
  readonly #property: PropertyDefinition;
  #made: Made | "making" | undefined;

  constructor(definition: ModelDefinition, property: PropertyDefinition, index: number) {
    refuseGetter(definition, property);
    const { key, name, hidden, schema, columnType } = property;
    this.index = index;
    this.key = key;
    this.name = name;
    this.hidden = hidden;
    this.schema = schema;
    this.columnType = columnType;
    this.#definition = definition;
    this.#property = property;
  }

  get expression(): Expression {
    return this.#make().expression;
  }

  get type(): SqlType {
    return this.#make().type;
  }

  get reads(): ExpressionReads {
    return this.#make().reads;
  }

  #make(): Made {
    if (this.#made === "making") throw this.#error("needs its own value to be computed. Use columns only.");
    if (this.#made !== undefined) return this.#made;
    this.#made = "making";
    try {
      const tables = new Set<TableSource>(lineage(this.#definition).map(({ table }) => table));
      const given = this.#call();
      this.#refuseOtherTables(given, tables);
      const expression = withOwnSources(given, { sources: tables, parent: undefined });
      const made = { expression, type: this.#typeFor(expression), reads: readsOf(expression, tables) };
      this.#made = made;
      return made;
    } finally {
      if (this.#made === "making") this.#made = undefined;
    }
  }

  #call(): Expression {
    const columns: unknown = Reflect.get(required(this.#definition.model, "model class"), "c");
    let given: unknown;
    try {
      given = this.#property.makeExpression(columns);
    } catch (cause) {
      if (!(cause instanceof ReferenceError)) throw cause;
      throw this.#error(
        `refers to a class that does not exist yet. Use ${nameOf(this.#definition)} only when the modules of all models in the expression have run; ${cause.message}.`,
        cause,
      );
    }
    if (ColumnElement.isElement(given)) return given.node.kind === "label" ? given.node.operand : given.node;
    if (isScalarSelectable(given)) return given.subqueryNode;
    throw this.#error(
      `gives ${describe(given)} and no SQL expression. Return an expression of the model's columns, or a select of one value.`,
    );
  }

  /** It is computed for one row at a time, of which only the model's own columns are known. */
  #refuseOtherTables(expression: Expression, tables: ReadonlySet<FromClause>): void {
    const found: ExpressionSources = { needed: new Set(), named: new Set() };
    addSources(expression, found);
    const other = [...found.needed].find((source) => !tables.has(source));
    if (other !== undefined)
      throw this.#error(
        `reads '${other.name}', which is none of the model's own tables. Select from it in the expression: () => select(…).where(…), with a condition on the model's own columns.`,
      );
    const over = overRows(expression);
    if (over !== undefined)
      throw this.#error(
        `has ${over}() over rows of the statement that reads it, whichever these are. Select from an alias of the model in the expression: () => select(…).where(…).`,
      );
  }

  /** The expression's own type, where its values are like those of the Zod type. */
  #typeFor(expression: Expression): SqlType {
    const declared = this.columnType.type;
    const found = typeOf(expression);
    if (found.kind === "unknown" || (declared.kind === "custom" && found.kind !== "custom")) return declared;
    if (found.kind === "custom" || valueKind(found) === valueKind(declared)) return found;
    throw this.#error(
      `is ${valueKind(declared)} by its Zod type, but its expression gives ${valueKind(found)} (SQL type ${found.kind}). Change the Zod type, or the expression by cast(…).`,
    );
  }

  #error(problem: string, cause?: unknown): ModelDefinitionError {
    return new ModelDefinitionError(
      `Column property ${nameOf(this.#definition)}.${this.key} ${problem}`,
      cause === undefined ? undefined : { cause },
    );
  }
}

/** A member of the class would be read in its place. */
function refuseGetter(definition: ModelDefinition, { key }: PropertyDefinition): void {
  const prototype: unknown = Reflect.get(required(definition.model, "model class"), "prototype");
  if (!Object.hasOwn(prototype as object, key)) return;
  throw new ModelDefinitionError(
    `${nameOf(definition)} has a getter or method '${key}', and a column property of that name. Rename one of them; a getter gets its SQL by hybrid().`,
  );
}

interface Made {
  readonly expression: Expression;
  readonly type: SqlType;
  readonly reads: ExpressionReads;
}

/** What a value of this type is in JavaScript, in words. */
function valueKind(type: SqlType): string {
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "real":
    case "double":
      return "a number";
    case "bigint":
      return "a bigint";
    case "boolean":
      return "a boolean";
    case "timestamp":
      return type.as === "date" ? "a Date" : "a string";
    case "json":
      return "a JSON value";
    case "bytes":
      return "bytes";
    case "array":
      return "an array";
    case "custom":
    case "unknown":
      return "a value";
    default:
      return "a string";
  }
}

/** The first aggregate or window function that is in no subquery. */
function overRows(expression: Expression): string | undefined {
  for (const node of syntaxIn([expression], isWithinStatement))
    if (node.kind === "function" && (node.over !== undefined || aggregateNames.has(node.name))) return node.name;
  return undefined;
}

/** What the value of the expression depends on: columns of the row, and tables that are read for it. */
function readsOf(expression: Expression, own: ReadonlySet<FromClause>): ExpressionReads {
  const columns = new Set<string>();
  const tables = new Set<TableSource>();
  let isKnown = true;
  for (const node of syntaxIn([expression], ({ kind }) => kind !== "column")) {
    if (node.kind === "table") tables.add(node);
    else if (node.kind === "column" && own.has(node.from)) columns.add(node.name);
    else if (node.kind === "template" && node.parts.some((part) => /\bselect\b/i.test(part))) isKnown = false;
  }
  return { columns, tables: isKnown ? tables : undefined };
}
