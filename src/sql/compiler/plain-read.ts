/** Tells statements that only read tables, by nothing that can have an effect of its own. Called by `sql-compiler.ts`. */
import { assertNever } from "../../util/assert-never.ts";
import { aggregateNames } from "../expression/aggregate-names.ts";
import type { Expression, FromClause, FunctionNode, InNode, TemplateNode, WindowNode } from "../expression/node.ts";
import type { ConstructName } from "../expression/construct-name.ts";
import type { CompoundNode, QueryNode, SelectNode, Statement } from "../statement/node.ts";

/** Built into every database, and nothing but their arguments and rows decides what they return. */
const pureFunctions: ReadonlySet<string> = new Set([
  ...aggregateNames,
  "lower",
  "upper",
  "char_length",
  "abs",
  "coalesce",
  "row_number",
  "rank",
  "dense_rank",
  "percent_rank",
  "cume_dist",
  "ntile",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value",
  "grouping",
]);

const impureConstructs: ReadonlySet<ConstructName> = new Set(["number.random", "date.current"]);

/**
 * True for a select of columns, operators, values, joins and the usual aggregates: no locks, no text of the program's own, and no
 * function that could depend on a transaction or change one.
 */
export function isPlainRead(statement: Statement): boolean {
  if (statement.kind !== "select" && statement.kind !== "compound") return false;
  // A list instead of recursion: conditions may be chained by the thousand.
  const rest: Part[] = [statement];
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    const parts = partsOfAny(part);
    if (parts === undefined) return false;
    for (const found of parts) if (found !== undefined) rest.push(found);
  }
  return true;
}

type Part = Expression | QueryNode | Unknown;
/** What is to be looked at next; undefined for what is not plain. */
type Parts = readonly (Part | undefined)[] | undefined;
const nothing: readonly never[] = [];
/** Stands for a source of which nobody knows what it does. */
interface Unknown {
  readonly kind: "unknown";
}
const unknown: Unknown = Object.freeze({ kind: "unknown" });

function partsOfAny(part: Part): Parts {
  switch (part.kind) {
    case "select":
      return partsOfSelect(part);
    case "compound":
      return partsOfCompound(part);
    case "unknown":
      return undefined;
    default:
      return partsOf(part);
  }
}

function partsOfCompound({ operands, limit, offset }: CompoundNode): Parts {
  return [...operands, limit, offset];
}

function partsOfSelect(node: SelectNode): Parts {
  if (node.forUpdate !== undefined) return undefined;
  const {
    columns,
    from,
    joins,
    where,
    groupBy,
    having,
    windows = nothing,
    distinctOn = nothing,
    orderBy,
    limit,
    offset,
  } = node;
  const sources = [...from, ...joins.map(({ target }) => target)].flatMap(partsOfSource);
  const defined = windows.flatMap(({ window }) => partsOfWindow(window));
  const conditions = [...joins.map(({ on }) => on), where, having];
  return [...distinctOn, ...columns, ...sources, ...conditions, ...groupBy, ...defined, ...orderBy, limit, offset];
}

function partsOfSource(from: FromClause): readonly Part[] {
  switch (from.kind) {
    case "subquery":
      return [from.statement];
    case "cte":
      return from.statement.kind === "select" || from.statement.kind === "compound" ? [from.statement] : [unknown];
    case "cteReference":
      return from.of === undefined ? nothing : partsOfSource(from.of);
    case "values":
      return from.rows.flat();
    case "tableFunction":
      return from.operation === "call" ? [unknown] : from.arguments;
    case "sample":
      return [unknown];
    default:
      return nothing;
  }
}

function partsOf(node: Expression): Parts {
  switch (node.kind) {
    case "column":
      return node.from.kind === "table" || node.from.kind === "alias" ? nothing : partsOfSource(node.from);
    case "bind":
    case "star":
      return nothing;
    case "binary":
      return [node.left, node.right];
    case "junction":
      return node.operands;
    case "not":
    case "negative":
    case "isNull":
    case "label":
    case "collate":
    case "order":
      return [node.operand];
    case "between":
      return [node.operand, node.low, node.high];
    case "in":
      return [node.operand, membersOf(node)];
    case "tuple":
      return node.items;
    case "grouping":
      return node.sets.flat();
    case "cast":
      // A type of the program's own may have casts of its own.
      return node.type.kind === "custom" ? undefined : [node.operand];
    case "case":
      return [node.operand, ...node.branches.flatMap(({ when, then }) => [when, then]), node.otherwise];
    case "subquery":
    case "exists":
      return [node.statement];
    case "function":
      return partsOfFunction(node);
    case "nextValue":
      // It counts the sequence up.
      return undefined;
    case "construct":
      // The present differs between transactions and statements.
      return impureConstructs.has(node.name) ? undefined : node.operands;
    case "template":
      return isNumber(node) ? nothing : undefined;
    default:
      return assertNever(node, "expression");
  }
}

function membersOf({ values }: InNode): Part | undefined {
  return values.kind === "subquery" ? values : undefined;
}

function partsOfFunction(node: FunctionNode): Parts {
  if (!pureFunctions.has(node.name)) return undefined;
  const { orderBy = nothing, filter, over } = node;
  return [
    ...node.arguments,
    ...orderBy,
    filter,
    ...partsOfWindow(over !== undefined && "name" in over ? over.window : over),
  ];
}

function partsOfWindow(window: WindowNode | undefined): readonly (Part | undefined)[] {
  if (window === undefined) return nothing;
  const { start, end } = window.frame ?? {};
  const offsets = [start?.offset, end?.offset].filter((offset) => typeof offset === "object");
  return [...window.partitionBy, ...window.orderBy, ...offsets];
}

/** The 1 of `SELECT 1` in EXISTS; of any other text nobody knows what it does. */
function isNumber(node: TemplateNode): boolean {
  return node.expressions.length === 0 && /^\d+$/.test(node.parts.join(" "));
}
