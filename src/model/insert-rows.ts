/** Rows of an INSERT, complete with defaults, and the columns of an INSERT from a select. Called by insert.ts. */
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { Expression } from "../sql/expression/node.ts";
import type { DefaultNode, InsertNode, QueryNode } from "../sql/statement/node.ts";
import { resultItems } from "../sql/statement/result-items.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { ConfiguredMapper, ModelAttribute } from "./configured-mapper.ts";
import { ValidationError } from "./errors.ts";
import type { FieldProblem } from "./mapper.ts";
import { boundValue, columnOf, readValues, valueNode } from "./write-values.ts";

type ValueNode = InsertNode["rows"][number][number];

/** What an INSERT writes. */
export type InsertSource = Pick<InsertNode, "columns" | "rows" | "select">;

/** The rows with the columns of all of them. @throws ValidationError, ArgumentError */
export function readRows(mapper: ConfiguredMapper, rows: readonly unknown[], call: string): InsertSource {
  const problems: FieldProblem[] = [];
  const complete = rows.map((row, index) => {
    const own: FieldProblem[] = [];
    const values = completeRow(mapper, row, own, call);
    for (const { field, message } of own)
      problems.push({ field: rows.length === 1 ? field : `[${String(index)}].${field}`, message });
    return values;
  });
  if (problems.length > 0) throw new ValidationError(mapper.name, problems);
  const used = new Set<ModelAttribute>();
  for (const row of complete) for (const attribute of row.keys()) used.add(attribute);
  const attributes = mapper.attributes.filter((attribute) => used.has(attribute));
  return {
    columns: attributes.map(columnOf),
    rows: complete.map((row) => attributes.map((attribute) => row.get(attribute) ?? absentValue(attribute))),
  };
}

/** True where the program makes values that the rows do not give, anew for each execution. */
export function makesValues(mapper: ConfiguredMapper, rows: readonly unknown[]): boolean {
  const given = rows.map((row) => new Set(Object.keys(row as object)));
  return mapper.attributes.some(
    ({ key, makeDefault, field }) =>
      (makeDefault !== undefined || field.columnType.hasDefault) && given.some((keys) => !keys.has(key)),
  );
}

/** The values of a row, with its defaults; what the database fills in is left out. */
function completeRow(
  mapper: ConfiguredMapper,
  row: unknown,
  problems: FieldProblem[],
  call: string,
): Map<ModelAttribute, ValueNode> {
  const given = readValues(mapper, row, call);
  const complete = new Map<ModelAttribute, ValueNode>();
  for (const attribute of mapper.attributes) {
    const bind = (value: unknown): ValueNode => boundValue(attribute, value);
    if (given.has(attribute)) complete.set(attribute, valueNode(attribute, given.get(attribute), problems));
    else if (attribute === mapper.polymorphicOn) complete.set(attribute, bind(mapper.polymorphicIdentity));
    else if (attribute.makeDefault !== undefined)
      complete.set(attribute, bind(attribute.check.parse(attribute.makeDefault(), problems)));
    else if (attribute.field.columnType.hasDefault) complete.set(attribute, bind(attribute.check.initial(problems)));
    else if (!attribute.serverGenerated && !attribute.computed && !attribute.nullable)
      problems.push({ field: attribute.key, message: "is required" });
  }
  return complete;
}

/** What a row has in a column that only other rows give. */
function absentValue(attribute: ModelAttribute): ValueNode {
  if (attribute.serverGenerated) return { kind: "default" } satisfies DefaultNode;
  return boundValue(attribute, null);
}

/** The columns that a select fills, and constants for those that have a default. @throws ArgumentError, ValidationError */
export function readSelected(mapper: ConfiguredMapper, names: readonly string[], select: QueryNode): InsertSource {
  const call = `insert(${mapper.name}).fromSelect()`;
  const attributes = names.map((name) => selectedAttribute(mapper, name, call));
  if (new Set(attributes).size < attributes.length)
    throw new ArgumentError(`${call} names a column twice: ${names.join(", ")}.`);
  const count = resultItems(select).length;
  if (count !== attributes.length)
    throw new ArgumentError(`${call} names ${String(attributes.length)} columns, and the select has ${String(count)}.`);
  const problems: FieldProblem[] = [];
  const added = mapper.attributes
    .filter((attribute) => !attributes.includes(attribute))
    .flatMap((attribute) => {
      const value = constantOf(mapper, attribute, problems);
      return value === undefined ? [] : [{ attribute, value }];
    });
  if (problems.length > 0) throw new ValidationError(mapper.name, problems);
  return {
    columns: [...attributes, ...added.map(({ attribute }) => attribute)].map(columnOf),
    rows: [],
    select: withColumns(
      select,
      added.map(({ value }) => value),
    ),
  };
}

/** The query with more columns, the same in all its rows. */
function withColumns(query: QueryNode, added: readonly Expression[]): QueryNode {
  if (added.length === 0) return query;
  if (query.kind === "compound")
    return { ...query, operands: query.operands.map((operand) => withColumns(operand, added)) };
  return { ...query, columns: [...query.columns, ...added] };
}

function selectedAttribute(mapper: ConfiguredMapper, name: unknown, call: string): ModelAttribute {
  const attribute = typeof name === "string" ? mapper.attributeByKey.get(name) : undefined;
  if (attribute === undefined)
    throw new ArgumentError(
      `${call} names ${typeof name === "string" ? `'${name}'` : describe(name)}, which is no column of ${mapper.name}.${typeof name === "string" ? didYouMean(name, mapper.attributeByKey.keys()) : ""}`,
    );
  if (attribute.computed)
    throw new ArgumentError(`${call} names '${attribute.key}', which the database computes. Leave it out.`);
  return attribute;
}

/** What all rows have in a column that the select does not give; undefined leaves it to the database. */
function constantOf(
  mapper: ConfiguredMapper,
  attribute: ModelAttribute,
  problems: FieldProblem[],
): Expression | undefined {
  if (attribute === mapper.polymorphicOn) return boundValue(attribute, mapper.polymorphicIdentity);
  if (attribute === mapper.version) return boundValue(attribute, 1);
  if (attribute.makeDefault !== undefined) {
    problems.push({
      field: attribute.key,
      message: "has a default that the program makes for each row. Name it in fromSelect(), with a value in the select",
    });
    return undefined;
  }
  if (attribute.field.columnType.hasDefault) return boundValue(attribute, attribute.check.initial(problems));
  if (!attribute.serverGenerated && !attribute.computed && !attribute.nullable)
    problems.push({ field: attribute.key, message: "is required" });
  return undefined;
}
