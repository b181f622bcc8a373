/** An INSERT as the statements that a database takes: few enough parameters, few enough bytes, no DEFAULT where there is none. */
import type { Capabilities } from "../../dialect/capabilities.ts";
import { collectShape } from "../../sql/compiler/collect-shape.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { emptySelect, type InsertNode } from "../../sql/statement/node.ts";

type Row = InsertNode["rows"][number];

/** Rows of one statement where there must be several: enough that a round trip no longer counts, and always one text. */
const mostRows = 1_000;
/** Bytes of one statement, well below `max_allowed_packet`. */
const mostBytes = 4 * 2 ** 20;

/** The statements, in order: `node` itself where it can be sent as it is. */
export function insertParts(node: InsertNode, capabilities: Capabilities): readonly InsertNode[] {
  if (node.rows.length < 2) return [node];
  if (!capabilities.defaultKeyword || node.columns.length === 0) {
    const runs = uniformRuns(node, capabilities);
    return runs.length === 1 ? sized(node, capabilities) : runs.flatMap((run) => sized(run, capabilities));
  }
  return sized(node, capabilities);
}

/** Runs of rows that leave the same columns to the database. */
function uniformRuns(node: InsertNode, capabilities: Capabilities): InsertNode[] {
  if (node.columns.length === 0) {
    return capabilities.severalDefaultRows ? [node] : node.rows.map((row) => ({ ...node, rows: [row] }));
  }
  const runs: { readonly pattern: string; readonly rows: Row[] }[] = [];
  for (const row of node.rows) {
    const pattern = row.map(({ kind }) => (kind === "default" ? "-" : "+")).join("");
    const last = runs.at(-1);
    if (last?.pattern === pattern) last.rows.push(row);
    else runs.push({ pattern, rows: [row] });
  }
  return runs.flatMap(({ pattern, rows }) => {
    const run = withoutDefaults({ ...node, rows }, pattern);
    return run.columns.length === 0 ? uniformRuns(run, capabilities) : [run];
  });
}

function withoutDefaults(node: InsertNode, pattern: string): InsertNode {
  if (!pattern.includes("-")) return node;
  const isKept = (_: unknown, index: number): boolean => pattern[index] === "+";
  return { ...node, columns: node.columns.filter(isKept), rows: node.rows.map((row) => row.filter(isKept)) };
}

function sized(node: InsertNode, { maxParameters }: Capabilities): InsertNode[] {
  const { rows, columns } = node;
  // What follows the rows has parameters too.
  const besides = rows.length * columns.length > maxParameters / 2 ? parametersOf(node) : 0;
  const weights = rows.map(weigh);
  const total = weights.reduce((sum, { parameters }) => sum + parameters, besides);
  const bytes = weights.reduce((sum, weight) => sum + weight.bytes, 0);
  if (total <= maxParameters && bytes <= mostBytes) return [node];
  const parts: Row[][] = [];
  let room = { rows: 0, parameters: 0, bytes: 0 };
  for (const [index, row] of rows.entries()) {
    const weight = weights[index] ?? noWeight;
    const isFull = room.rows === 0 || room.parameters < weight.parameters || room.bytes < weight.bytes;
    if (isFull) {
      parts.push([]);
      room = { rows: mostRows, parameters: maxParameters - besides, bytes: mostBytes };
    }
    parts.at(-1)?.push(row);
    room = {
      rows: room.rows - 1,
      parameters: room.parameters - weight.parameters,
      bytes: room.bytes - weight.bytes,
    };
  }
  return parts.map((part) => ({ ...node, rows: part }));
}

interface Weight {
  readonly parameters: number;
  readonly bytes: number;
}

const noWeight: Weight = { parameters: 0, bytes: 0 };

function weigh(row: Row): Weight {
  let [parameters, bytes] = [0, 0];
  for (const value of row) {
    if (value.kind === "default") continue;
    if (value.kind !== "bind") {
      parameters += countParameters([value]);
      continue;
    }
    parameters += 1;
    bytes += byteLength(value.value);
  }
  return { parameters, bytes };
}

function byteLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  // JSON and arrays, by a guess that errs towards too much.
  return typeof value === "object" && value !== null && !(value instanceof Date) ? JSON.stringify(value).length : 8;
}

/** The parameters of all but the rows. */
function parametersOf({ onConflict, returning }: InsertNode): number {
  const set = onConflict?.set?.map(({ value }) => value) ?? [];
  return countParameters([...set, ...(onConflict?.where === undefined ? [] : [onConflict.where]), ...returning]);
}

function countParameters(columns: readonly Expression[]): number {
  // Lists count with all their members, whatever the dialect makes of them.
  const { values } = collectShape({ ...emptySelect, columns }, { listShape: (length) => length });
  return values.reduce((sum, value) => sum + (value.kind === "list" ? 2 * value.values.length : 1), 0);
}
