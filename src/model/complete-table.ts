/** Reads a model's `tableArgs` into its table. Called once a model, when its MetaData is first used. */
import type { TableOptions } from "../metadata/table.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { AnyModel } from "./any.ts";
import { nameOf, type ModelDefinition } from "./definition.ts";
import { ModelDefinitionError } from "./errors.ts";
import {
  CheckArgument,
  ExclusionArgument,
  ForeignKeyArgument,
  IndexArgument,
  TableOption,
  UniqueArgument,
} from "./table-args.ts";

type Additions = Omit<TableOptions, "name" | "columns" | "primaryKey">;

/**
 * Complete the table with what the class's own `tableArgs` say. False while the class is not known, and the table is not
 * about to be read as a whole (`isFinal`).
 */
export function completeTable(definition: ModelDefinition, isFinal: boolean): boolean {
  const { model } = definition;
  if (model === undefined && !isFinal) return false;
  definition.isComplete = true;
  if (model !== undefined && Object.hasOwn(model, "tableArgs")) readTableArgs(definition, model);
  checkReferences(definition);
  return true;
}

/** A field that says it is part of a foreign key must be in one. */
function checkReferences(definition: ModelDefinition): void {
  const { fields, table } = definition;
  const orphan = fields.find(
    ({ options, column }) =>
      options.foreignKey === true && !table.foreignKeys.some(({ columns }) => columns.includes(column.name)),
  );
  if (orphan === undefined) return;
  throw new ModelDefinitionError(
    `${nameOf(definition)}.${orphan.key} has foreignKey: true, but no foreign key of the tableArgs is on it. Add foreignKey([…], "table", […]) to them.`,
  );
}

function readTableArgs(definition: ModelDefinition, model: AnyModel): void {
  const given: unknown = Reflect.get(model, "tableArgs");
  if (!Array.isArray(given)) {
    throw new ModelDefinitionError(
      `${model.name}.tableArgs is ${describe(given)}. Make it an array: static override readonly tableArgs = [unique(${model.name}.c.name)].`,
    );
  }
  const additions = { foreignKeys: [], uniques: [], checks: [], exclusions: [], indexes: [] } as Collected;
  for (const argument of given as readonly unknown[]) collect(definition, argument, additions);
  definition.table.define(additions);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type List<K extends keyof Additions> = NonNullable<Additions[K]> extends readonly (infer E)[] ? E[] : never;
interface Collected extends Mutable<Additions> {
  foreignKeys: List<"foreignKeys">;
  uniques: List<"uniques">;
  checks: List<"checks">;
  exclusions: List<"exclusions">;
  indexes: List<"indexes">;
}

function collect(definition: ModelDefinition, argument: unknown, additions: Collected): void {
  if (argument instanceof IndexArgument) additions.indexes.push(argument.index);
  else if (argument instanceof UniqueArgument) additions.uniques.push(argument.unique);
  else if (argument instanceof CheckArgument) additions.checks.push(argument.check);
  else if (argument instanceof ExclusionArgument) additions.exclusions.push(argument.exclusion);
  else if (argument instanceof ForeignKeyArgument) additions.foreignKeys.push(argument.foreignKey);
  else if (argument instanceof TableOption) applyOption(definition, argument, additions);
  else {
    throw new ModelDefinitionError(
      `${nameOf(definition)}.tableArgs holds ${describe(argument)}. It takes what index(), unique(), check(), exclude(), foreignKey(), schema() and comment() make.`,
    );
  }
}

function applyOption(definition: ModelDefinition, { option }: TableOption, additions: Collected): void {
  switch (option.kind) {
    case "schema":
      if (!definition.ownsTable)
        throw new ModelDefinitionError(
          `${nameOf(definition)} has no table of its own, so it cannot be in a schema. Put schema("${option.name}") into its parent's tableArgs.`,
        );
      additions.schema = option.name;
      break;
    case "comment":
      additions.comment = option.text;
      break;
    case "polymorphicOn": {
      const column = definition.table.findColumn(option.column.name);
      if (column === undefined || definition.parent !== undefined) {
        throw new ModelDefinitionError(
          `${nameOf(definition)}: polymorphicOn() belongs into the tableArgs of the class at the top, and names a column of its table.`,
        );
      }
      definition.inheritance = { ...definition.inheritance, on: column.key };
      break;
    }
    case "polymorphicIdentity":
      definition.inheritance = { ...definition.inheritance, identity: option.value };
      break;
  }
}
