/**
 * What syntax is made of: the one place that says in which properties of a node other nodes are, and the walks over them.
 * `compiler/collect-shape.ts` and the compilers go their own ways; `parts.test.ts` holds that they meet every part.
 */
import type { DefaultNode, Statement } from "../statement/node.ts";
import type { Expression, FromClause, IdentifierNode, ListNode, TupleListNode } from "./node.ts";
import { isFromClause } from "./template-part.ts";

/** Whatever a statement can hold. */
export type Syntax = Expression | ListNode | TupleListNode | IdentifierNode | DefaultNode | FromClause | Statement;

type Kind = Syntax["kind"];

// The keys of properties that hold syntax, at once or in records without a kind. A SQL type is data of another kind.
type KeyOf<R> = R extends unknown ? Exclude<keyof R, "type"> : never;
type ValueAt<R, K> = R extends unknown ? (K extends keyof R ? R[K] : never) : never;
type ItemOf<V> = V extends readonly (infer I)[] ? ItemOf<I> : V;
type Holds<V> = V extends Syntax
  ? true
  : V extends readonly (infer I)[]
    ? Holds<I>
    : V extends object
      ? { [K in KeyOf<V>]: Holds<ValueAt<V, K>> }[KeyOf<V>]
      : never;
type PartKey<R> = { [K in KeyOf<R>]: [Holds<ValueAt<R, K>>] extends [never] ? never : K }[KeyOf<R>];
/** Which properties of a record are parts (true), or records that have parts. All must be named, in the order they are walked. */
export type PartsOf<R> = { readonly [K in PartKey<R>]: PartsAt<ItemOf<Exclude<ValueAt<R, K>, undefined>>> };
type PartsAt<I> = [Extract<I, Syntax>] extends [never] ? PartsOf<Exclude<I, undefined>> : true;

const window = {
  partitionBy: true,
  orderBy: true,
  frame: { start: { offset: true }, end: { offset: true } },
} as const;
const assignment = { column: true, value: true } as const;

/** Where the parts of each kind are. A kind or a property that is missing here does not compile. */
export const partsOfKind: { readonly [K in Kind]: PartsOf<Extract<Syntax, { readonly kind: K }>> } = {
  // Expressions.
  column: { from: true },
  bind: {},
  binary: { left: true, right: true },
  junction: { operands: true },
  not: { operand: true },
  negative: { operand: true },
  isNull: { operand: true },
  in: { operand: true, values: true },
  list: {},
  tupleList: { rows: true },
  tuple: { items: true },
  between: { operand: true, low: true, high: true },
  function: { arguments: true, orderBy: true, filter: true, over: { ...window, window } },
  cast: { operand: true },
  case: { operand: true, branches: { when: true, then: true }, otherwise: true },
  exists: { statement: true },
  label: { operand: true, owner: true },
  collate: { operand: true },
  grouping: { sets: true },
  star: {},
  nextValue: {},
  template: { expressions: true },
  identifier: {},
  construct: { operands: true },
  order: { operand: true },
  default: {},
  // Sources. A subquery is one, or an expression.
  table: {},
  alias: { of: true },
  sample: { of: true, percent: true, repeatable: true },
  subquery: { statement: true },
  cte: { statement: true },
  cteReference: { of: true },
  values: { rows: true },
  tableFunction: { arguments: true },
  // Statements.
  select: {
    distinctOn: true,
    columns: true,
    from: true,
    joins: { target: true, on: true },
    where: true,
    groupBy: true,
    having: true,
    windows: { window },
    orderBy: true,
    limit: true,
    offset: true,
    forUpdate: { of: true },
  },
  compound: { operands: true, limit: true, offset: true },
  insert: {
    table: true,
    columns: true,
    rows: true,
    select: true,
    onConflict: { target: true, targetWhere: true, set: assignment, where: true },
    returning: true,
  },
  update: { table: true, from: true, set: assignment, where: true, returning: true },
  delete: { table: true, using: true, where: true, returning: true },
  merge: {
    table: true,
    source: true,
    on: true,
    clauses: { condition: true, action: { set: assignment, columns: true, values: true } },
  },
  text: { template: true },
};

/** The same as lists, which are quicker to go through. */
type Keys = readonly { readonly key: string; readonly inner: Keys | undefined }[];
type Properties = { readonly [key: string]: unknown };
type AnyParts = { readonly [key: string]: true | AnyParts };

function keysOf(parts: AnyParts): Keys {
  return Object.entries(parts).map(([key, inner]) => ({ key, inner: inner === true ? undefined : keysOf(inner) }));
}

const keysOfKind = Object.fromEntries(
  Object.entries<AnyParts>(partsOfKind).map(([kind, parts]) => [kind, keysOf(parts)]),
) as { readonly [K in Kind]: Keys };

/** The parts of `node` itself, in order. */
export function partsOf(node: Syntax): Syntax[] {
  const parts: Syntax[] = [];
  addParts(node, keysOfKind[node.kind], parts);
  return parts;
}

function addParts(record: object, keys: Keys, parts: Syntax[]): void {
  for (const { key, inner } of keys) addValue((record as Properties)[key], inner, parts);
}

function addValue(value: unknown, inner: Keys | undefined, parts: Syntax[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) for (const item of value) addValue(item, inner, parts);
  else if (inner === undefined) parts.push(value as Syntax);
  else addParts(value, inner, parts);
}

/**
 * `roots` and all that they are made of, depth first in the order they are written; a source, which many columns may name, only once.
 * An explicit stack: conditions built in a loop nest thousands deep.
 * @param isOpen - Whether the parts of a node are looked at too.
 */
export function syntaxIn(roots: readonly Syntax[], isOpen: (node: Syntax) => boolean = () => true): Syntax[] {
  const found: Syntax[] = [];
  const sources = new Set<Syntax>();
  const rest = roots.toReversed();
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (isFromClause(node)) {
      if (sources.has(node)) continue;
      sources.add(node);
    }
    found.push(node);
    if (!isOpen(node)) continue;
    const parts = partsOf(node);
    for (let index = parts.length - 1; index >= 0; index -= 1) {
      const part = parts[index];
      if (part !== undefined) rest.push(part);
    }
  }
  return found;
}

/** For `syntaxIn`: true but for columns and whatever is a statement of its own. */
export function isWithinStatement(node: Syntax): boolean {
  return node.kind !== "column" && node.kind !== "exists" && node.kind !== "subquery" && !isFromClause(node);
}

/** `node` with every part changed by `change`; `node` itself where nothing changes. */
export function mapParts<N extends Syntax>(node: N, change: (part: Syntax) => Syntax): N {
  return mapRecord(node, keysOfKind[node.kind], change);
}

function mapRecord<R extends object>(record: R, keys: Keys, change: (part: Syntax) => Syntax): R {
  const changed: { [key: string]: unknown } = {};
  let isChanged = false;
  for (const { key, inner } of keys) {
    const before = (record as Properties)[key];
    const after = mapValue(before, inner, change);
    if (after === before) continue;
    changed[key] = after;
    isChanged = true;
  }
  return isChanged ? { ...record, ...changed } : record;
}

function mapValue(value: unknown, inner: Keys | undefined, change: (part: Syntax) => Syntax): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item) => mapValue(item, inner, change));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  return inner === undefined ? change(value as Syntax) : mapRecord(value, inner, change);
}
