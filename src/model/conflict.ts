/** The unique key that an upsert is about: by columns, by name, or a partial index. Called by insert.ts. */
import { ObjectNames } from "../metadata/ddl/object-names.ts";
import type { Index } from "../metadata/constraint.ts";
import { collectShape } from "../sql/compiler/collect-shape.ts";
import { ArgumentError } from "../sql/errors.ts";
import { didYouMean } from "../util/closest-name.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import type { ColumnNode, Expression } from "../sql/expression/node.ts";
import { conditionNode } from "../sql/expression/operators.ts";
import { emptySelect, type ConflictKeys, type OnConflictClause } from "../sql/statement/node.ts";
import type { ConfiguredMapper } from "./configured-mapper.ts";

type TargetColumns = ColumnElement<unknown> | readonly ColumnElement<unknown>[];

/**
 * Which unique key: its columns, the name of a unique constraint or index, or columns and condition of a partial unique
 * index.
 */
export type ConflictTarget =
  TargetColumns | string | { readonly columns: TargetColumns; readonly where: ColumnElement<boolean> };

/** A target as statements have it. */
export type ConflictKey = Pick<OnConflictClause, "target" | "targetWhere">;

/** A unique key of the model's table. */
interface UniqueKey {
  readonly name: string;
  /** Undefined for an expression. */
  readonly columns: readonly (string | undefined)[];
  readonly where: Expression | undefined;
}

const noTarget: ConflictKey = Object.freeze({ target: [] });
/** Names as they are written; a database that cuts them has the model's constraint all the same. */
const names = new ObjectNames(Number.MAX_SAFE_INTEGER);

/** Read what the caller gave. @throws ArgumentError */
export function readTarget(mapper: ConfiguredMapper, target: unknown): ConflictKey {
  if (target === undefined) return noTarget;
  if (typeof target === "string") return namedTarget(mapper, target);
  if (isPartial(target)) return partialTarget(mapper, target);
  return { target: targetColumns(mapper, target) };
}

function isPartial(target: unknown): target is { readonly columns: unknown; readonly where: unknown } {
  return (
    typeof target === "object" &&
    target !== null &&
    !ColumnElement.isElement(target) &&
    "columns" in target &&
    "where" in target
  );
}

function namedTarget(mapper: ConfiguredMapper, name: string): ConflictKey {
  const key = uniqueKeys(mapper).find((candidate) => candidate.name === name);
  if (key === undefined) {
    const known = uniqueKeys(mapper).map((candidate) => candidate.name);
    throw new ArgumentError(
      `${mapper.name} has no unique key '${name}'.${didYouMean(name, known)} Name columns, or one of its unique constraints and indexes.`,
    );
  }
  const target = key.columns.map((column) => {
    if (column !== undefined) return mapper.table.column(column).node;
    throw new ArgumentError(
      `'${name}' is an index on an expression, which onConflict…() cannot name. Use a unique key of columns.`,
    );
  });
  return { target, ...(key.where === undefined ? {} : { targetWhere: key.where }) };
}

/** The index's own condition: the database compares the two, and ours may have values where its definition has text. */
function partialTarget(
  mapper: ConfiguredMapper,
  given: { readonly columns: unknown; readonly where: unknown },
): ConflictKey {
  const target = targetColumns(mapper, given.columns);
  const where = conditionNode(given.where, "target.where");
  const shape = conditionShape(where);
  const found = uniqueKeys(mapper).find(
    (key) =>
      key.where !== undefined && sameColumns(key.columns, target) && conditionShape(key.where).text === shape.text,
  );
  if (found?.where !== undefined) return { target, targetWhere: found.where };
  if (!shape.hasValues) return { target, targetWhere: where };
  throw new ArgumentError(
    `No unique index of ${mapper.name} on ${target.map(({ name }) => name).join(", ")} has this condition. Add index(…).unique().where(…) to its tableArgs, or name the index in \`target\`.`,
  );
}

function conditionShape(where: Expression): { readonly text: string; readonly hasValues: boolean } {
  const { key, values } = collectShape({ ...emptySelect, columns: [where] }, { listShape: (length) => length });
  const texts = values.map((value) => String(value.kind === "list" ? value.values.join() : value.value));
  return { text: [key, ...texts].join("|"), hasValues: values.length > 0 };
}

function targetColumns(mapper: ConfiguredMapper, target: unknown): ColumnNode[] {
  const elements: readonly unknown[] = Array.isArray(target) ? target : [target];
  if (elements.length === 0)
    throw new ArgumentError("The target of a conflict has no columns. Name those of a unique key.");
  return elements.map((element) => {
    if (ColumnElement.isElement(element) && element.node.kind === "column") {
      if (element.node.from === mapper.table) return element.node;
      throw new ArgumentError(
        `The target of a conflict is '${element.node.from.name}.${element.node.name}', which is no column of ${mapper.name}.`,
      );
    }
    throw new ArgumentError(
      `The target of a conflict is a column or an array of columns, not ${ColumnElement.isElement(element) ? "an expression" : describe(element)}.`,
    );
  });
}

/** What the model knows of the unique keys that rows with values for `columns` may violate. */
export function conflictKeys(
  mapper: ConfiguredMapper,
  target: readonly ColumnNode[],
  columns: readonly ColumnNode[],
): ConflictKeys {
  const keys = uniqueKeys(mapper).filter(({ where }) => where === undefined);
  const given = new Set(columns.map(({ name }) => name));
  const isFilled = ({ columns: own }: UniqueKey): boolean =>
    own.every((name) => (name === undefined ? given.size > 0 : given.has(name)));
  return {
    isUnique: keys.some((key) => sameColumns(key.columns, target)),
    others: keys
      .filter((key) => !sameColumns(key.columns, target) && isFilled(key))
      .map(({ name, columns: own }) => `'${name}' (${own.map((column) => column ?? "an expression").join(", ")})`),
  };
}

function sameColumns(names: readonly (string | undefined)[], target: readonly ColumnNode[]): boolean {
  return names.length === target.length && target.every(({ name }) => names.includes(name));
}

function uniqueKeys({ table, metadata }: ConfiguredMapper): UniqueKey[] {
  return [
    { name: names.primaryKey(table, metadata), columns: table.primaryKey.columns, where: undefined },
    ...table.uniques.map((unique) => ({
      name: names.unique(table, unique, metadata),
      columns: unique.columns,
      where: undefined,
    })),
    ...table.indexes
      .filter(({ unique }) => unique)
      .map((index) => ({
        name: names.index(table, index, metadata),
        columns: indexColumns(index),
        where: index.where,
      })),
  ];
}

function indexColumns(index: Index): (string | undefined)[] {
  return index.columns.map(({ expression }) => (expression.kind === "column" ? expression.name : undefined));
}
