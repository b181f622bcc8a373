/** Values of INSERT and UPDATE: by property, checked by their Zod types, or expressions. Called by insert.ts and update.ts. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe, isScalarSelectable } from "../sql/expression/column-element.ts";
import type { BindNode, ColumnNode, Expression, TableSource } from "../sql/expression/node.ts";
import type { Assignment } from "../sql/statement/node.ts";
import { placedParameter } from "../sql/expression/parameter.ts";
import { didYouMean } from "../util/closest-name.ts";
import { mapperOfDefinition } from "./configure.ts";
import type { ConfiguredMapper, ModelAttribute } from "./configured-mapper.ts";
import { findDefinition } from "./definition.ts";
import { ValidationError } from "./errors.ts";
import type { FieldProblem } from "./mapper.ts";

/** The mapper of a model that is written to; an alias or anything else is refused. */
export function writableMapper(model: unknown, call: string): ConfiguredMapper {
  const definition = findDefinition(model);
  if (definition !== undefined) return mapperOfDefinition(definition);
  throw new ArgumentError(`${call}() takes a model, not ${describe(model)}.`);
}

/** An object of values by property. @throws ArgumentError */
export function readValues(mapper: ConfiguredMapper, values: unknown, call: string): Map<ModelAttribute, unknown> {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new ArgumentError(`${call} takes an object of ${mapper.name}'s columns, not ${describe(values)}.`);
  }
  const found = new Map<ModelAttribute, unknown>();
  for (const key of Object.keys(values)) {
    const value = (values as { readonly [key: string]: unknown })[key];
    const attribute = mapper.attributeByKey.get(key);
    if (attribute === undefined) {
      if (mapper.expressionByKey.has(key)) throw computedValue(call, key);
      const hint = mapper.relationshipByKey.has(key)
        ? ` '${key}' is a relationship: give its foreign key.`
        : didYouMean(key, mapper.attributeByKey.keys());
      throw new ArgumentError(`${call} has '${key}', which is no column of ${mapper.name}.${hint}`);
    }
    if (attribute.computed) throw computedValue(call, key);
    if (value === undefined)
      throw new ArgumentError(
        `${call} was given ${key}: undefined. Leave it out${attribute.nullable ? ", or give null" : ""}.`,
      );
    found.set(attribute, value);
  }
  return found;
}

function computedValue(call: string, key: string): ArgumentError {
  return new ArgumentError(`${call} has '${key}', which the database computes. Leave it out.`);
}

/** A value as part of a statement; what is wrong with it is added to the problems. */
export function valueNode(attribute: ModelAttribute, value: unknown, problems: FieldProblem[]): Expression {
  if (ColumnElement.isElement(value)) {
    const { column, hidden, check } = attribute;
    return placedParameter(value.node, column.type, hidden, (given) => {
      const found: FieldProblem[] = [];
      const parsed = check.parse(given, found);
      if (found.length > 0) throw new ValidationError(column.node.from.name, found);
      return parsed;
    });
  }
  if (isScalarSelectable(value)) return value.subqueryNode;
  return boundValue(attribute, attribute.check.parse(value, problems));
}

/** A value for a column, kept out of logs where the column is hidden. */
export function boundValue({ column, hidden }: ModelAttribute, value: unknown): BindNode {
  return { kind: "bind", value, type: column.type, ...(hidden ? { secret: true } : {}) };
}

/** `SET` of an UPDATE or of ON CONFLICT. @throws ArgumentError, ValidationError */
export function assignments(mapper: ConfiguredMapper, values: unknown, call: string): Assignment[] {
  const problems: FieldProblem[] = [];
  const set = [...readValues(mapper, values, call)].map(([attribute, value]): Assignment => ({
    column: columnOf(attribute),
    value: valueNode(attribute, value, problems),
  }));
  if (problems.length > 0) throw new ValidationError(mapper.name, problems);
  if (set.length === 0) throw new ArgumentError(`${call} was given no values. Name at least one column.`);
  return set;
}

/** The column that holds the attribute in every row of its model. */
export function columnOf(attribute: ModelAttribute): ColumnNode {
  return (attribute.columns[0] ?? attribute.column).node;
}

/** What every UPDATE sets: `onUpdate` of fields, and one more for the version, so that no session overwrites it unseen. */
export function automaticAssignments(
  mapper: ConfiguredMapper,
  table: TableSource,
  set: readonly Assignment[],
): Assignment[] {
  const problems: FieldProblem[] = [];
  const added: Assignment[] = [];
  for (const attribute of mapper.attributes) {
    if (attribute.makeOnUpdate === undefined && attribute !== mapper.version) continue;
    const column = columnOf(attribute);
    if (column.from !== table || set.some((assignment) => assignment.column.name === column.name)) continue;
    added.push({ column, value: automaticValue(attribute, column, problems) });
  }
  if (problems.length > 0) throw new ValidationError(mapper.name, problems);
  return added;
}

function automaticValue(attribute: ModelAttribute, column: ColumnNode, problems: FieldProblem[]): Expression {
  if (attribute.makeOnUpdate !== undefined) return valueNode(attribute, attribute.makeOnUpdate(), problems);
  const one: Expression = { kind: "bind", value: 1, type: column.type };
  return { kind: "binary", operator: "plus", left: column, right: one, type: column.type };
}
