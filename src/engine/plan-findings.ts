/** What in a plan can be mended. Called by `explain.ts`. */
import type { PlanNode } from "../dialect/explain.ts";
import type { ForeignKeyConstraint } from "../metadata/constraint.ts";
import { Table } from "../metadata/table.ts";
import type { Statement } from "../sql/statement/node.ts";
import type { PlanFinding } from "./plan.ts";

/** The tables that plans may name, and what the program calls them. */
export interface KnownTables {
  readonly tables: Iterable<Table>;
  /** The model of a table, where there is one. */
  readonly modelName: (table: Table) => string | undefined;
}

/** A step whose estimate is off by this factor misleads the planner … */
const farOff = 10;
/** … where it is about more rows than this. */
const manyRows = 1000;

/** All findings, in the order of the plan's steps. */
export function findingsOf(root: PlanNode, statement: Statement, known: KnownTables): PlanFinding[] {
  const use = useOf(statement);
  for (const table of known.tables) if (!use.tables.has(table.name)) use.tables.set(table.name, table);
  const findings: PlanFinding[] = [];
  const visit = (node: PlanNode, isCut: boolean): void => {
    findings.push(
      ...missingIndexes(node, use, known),
      ...(node.spilled ? [spilled(node)] : []),
      ...wrongEstimate(node, isCut),
    );
    for (const child of node.children) visit(child, isCut || stopsEarly(node));
  };
  visit(root, false);
  return findings;
}

interface StatementUse {
  /** Tables by the names that a plan may give them. */
  readonly tables: Map<string, Table>;
  /** Columns that rows are looked up by: compared for equality. */
  readonly lookups: Map<Table, Set<string>>;
}

/** Read from the tree whatever its nodes are called: every part of it is plain data. */
function useOf(statement: Statement): StatementUse {
  const use: StatementUse = { tables: new Map(), lookups: new Map() };
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof Table) {
      use.tables.set(value.name, value);
      return;
    }
    const node = value as Readonly<Record<string, unknown>>;
    if (node["kind"] === "alias" && node["of"] instanceof Table) use.tables.set(String(node["name"]), node["of"]);
    if (node["kind"] === "binary" && node["operator"] === "eq") noteLookups(use, [node["left"], node["right"]]);
    if (node["kind"] === "in" && node["negated"] === false) noteLookups(use, [node["operand"]]);
    for (const member of Object.values(node)) visit(member);
  };
  visit(statement);
  return use;
}

function noteLookups(use: StatementUse, operands: readonly unknown[]): void {
  for (const operand of operands) {
    const node = operand as Readonly<Record<string, unknown>>;
    if (node["kind"] === "tuple") noteLookups(use, node["items"] as readonly unknown[]);
    if (node["kind"] !== "column") continue;
    const from = node["from"] as Readonly<Record<string, unknown>>;
    const table = from["kind"] === "alias" ? from["of"] : from;
    if (!(table instanceof Table)) continue;
    const columns = use.lookups.get(table) ?? new Set<string>();
    use.lookups.set(table, columns.add(String(node["name"])));
  }
}

function missingIndexes(node: PlanNode, use: StatementUse, known: KnownTables): PlanFinding[] {
  const table =
    node.kind === "sequentialScan" && node.relation !== undefined ? use.tables.get(node.relation) : undefined;
  if (table === undefined) return [];
  return table.foreignKeys
    .filter(
      (key) => key.columns.some((column) => isLookedUp(table, column, node, use)) && !isIndexed(table, key.columns),
    )
    .map((key) => missingIndex(node, table, key, known));
}

function isLookedUp(table: Table, column: string, { condition }: PlanNode, { lookups }: StatementUse): boolean {
  if (lookups.get(table)?.has(column) === true) return true;
  return condition?.match(/[\p{L}_][\p{L}\p{N}_$]*/gu)?.includes(column) === true;
}

/** True where these columns, in any order, are the first of an index or a key. */
function isIndexed(table: Table, columns: readonly string[]): boolean {
  const whole = table.indexes.filter(({ where }) => where === undefined);
  const keys = [
    table.primaryKey.columns,
    ...table.uniques.map((unique) => unique.columns),
    ...whole.map((index) =>
      index.columns.map(({ expression }) => (expression.kind === "column" ? expression.name : "")),
    ),
  ];
  return keys.some((key) => columns.every((column) => key.slice(0, columns.length).includes(column)));
}

function missingIndex(
  node: PlanNode,
  table: Table,
  { columns, referredTable }: ForeignKeyConstraint,
  { modelName }: KnownTables,
): PlanFinding {
  const model = modelName(table);
  const names = columns.map((column) => table.findColumn(column)?.key ?? column);
  const code = `index(${names.map((name) => `${model ?? table.name}.c.${name}`).join(", ")})`;
  return {
    code: "foreign-key-without-index",
    message: `'${table.fullName}' is read from its first row to its last, and its foreign key to '${referredTable}' (${columns.join(", ")}) has no index.`,
    remedy: `Add ${code} to the tableArgs of ${model ?? `'${table.fullName}'`}${names.length === 1 ? `, or { index: true } to its field ${names.join("")}` : ""}.`,
    node,
  };
}

function spilled(node: PlanNode): PlanFinding {
  const isSort = node.kind === "sort";
  return {
    code: isSort ? "sort-on-disk" : "hash-on-disk",
    message: `${node.operation} did not fit into memory, and went on on disk.`,
    remedy: isSort
      ? "Add an index in the order of ORDER BY, add a limit, or give the statement more memory (work_mem, sort_buffer_size)."
      : "Read fewer rows or columns, or give the statement more memory (work_mem, join_buffer_size).",
    node,
  };
}

function wrongEstimate(node: PlanNode, isCut: boolean): PlanFinding[] {
  const { estimatedRows: estimated, actualRows: actual, loops = 1 } = node;
  if (estimated === undefined || actual === undefined || loops === 0) return [];
  const [less, more] = [Math.min(estimated, actual), Math.max(estimated, actual)];
  // A step whose rows were not all wanted has given fewer than it could.
  if (more < Math.max(less, 1) * farOff || more * loops <= manyRows || (isCut && actual < estimated)) return [];
  const place = node.relation === undefined ? node.operation : `${node.operation} of '${node.relation}'`;
  return [
    {
      code: "estimate-far-off",
      message: `${place} was expected to give ${String(Math.round(estimated))} rows, and gave ${String(Math.round(actual))}.`,
      remedy:
        "Have the database look at the data again (ANALYZE, ANALYZE TABLE); where columns depend on each other, give it statistics of both together (CREATE STATISTICS).",
      node,
    },
  ];
}

/** True for steps that may not want all rows of the steps below. */
function stopsEarly({ operation, detail }: PlanNode): boolean {
  const type = detail["Join Type"];
  return /limit|merge join/i.test(operation) || type === "Semi" || type === "Anti";
}
