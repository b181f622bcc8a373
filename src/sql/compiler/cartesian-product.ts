/**
 * Finds what a statement reads without a word on which rows belong together. Called by the compilers, once for each shape. Where it
 * cannot know (text of the program's own), it finds nothing.
 */
import { aggregateNames } from "../expression/aggregate-names.ts";
import type { Expression, FromClause, TemplateNode } from "../expression/node.ts";
import { addSources, type ExpressionSources } from "../expression/sources.ts";
import type { JoinClause, QueryNode, SelectNode } from "../statement/node.ts";
import { planFrom, type Scope } from "./scope.ts";

/** A statement that reads tables which nothing connects. */
export interface CartesianProduct {
  readonly verb: "SELECT" | "UPDATE" | "DELETE";
  /** What is connected, by the names in the statement; each with all the others makes the product. */
  readonly parts: readonly (readonly string[])[];
}

/** What a statement reads, and what it says of that. */
export interface Reading {
  readonly from: readonly FromClause[];
  readonly joins: readonly JoinClause[];
  readonly where: Expression | undefined;
  readonly scope: Scope | undefined;
}

interface Found extends ExpressionSources {
  readonly subqueries: QueryNode[];
  readonly templates: TemplateNode[];
}

/** The product that a statement makes; undefined where it makes none, or where nobody can know. */
export function cartesianProduct(
  verb: CartesianProduct["verb"],
  { from, joins, where, scope }: Reading,
): CartesianProduct | undefined {
  const elements = [...from, ...joins.map(({ target }) => target)];
  if (elements.length < 2) return undefined;
  const groups = new Groups();
  const templates: TemplateNode[] = [];
  for (const element of elements) groups.connect([element, ...readsOfSource(element, scope, templates)]);
  const [anchor] = elements;
  for (const [index, { target, on }] of joins.entries()) {
    const reads = on === undefined ? [] : [...readsOf(on, scope, templates)];
    const left = elements.slice(0, from.length + index);
    // A join without a word on what is before it is meant as a product.
    const isExplicit = !reads.some((source) => left.includes(source)) && anchor !== undefined;
    groups.connect([target, ...reads, ...(isExplicit ? [anchor] : [])]);
  }
  // An UPDATE from one row of another table says which by a condition on that alone.
  const isChange = verb !== "SELECT" && anchor !== undefined;
  for (const condition of conditionsOf(where)) {
    const reads = [...readsOf(condition, scope, templates)];
    groups.connect(isChange ? [anchor, ...reads] : reads);
  }
  if (templates.some(isText)) return undefined;
  const parts = groups.of(elements.filter((element) => !hasOneRow(element)));
  return parts.length < 2 ? undefined : { verb, parts: parts.map((part) => part.map(({ name }) => name)) };
}

/** Sources that belong together. */
class Groups {
  readonly #groups = new Map<FromClause, Set<FromClause>>();

  connect(sources: readonly FromClause[]): void {
    const whole = new Set<FromClause>();
    for (const source of sources) for (const member of this.#groups.get(source) ?? [source]) whole.add(member);
    for (const member of whole) this.#groups.set(member, whole);
  }

  /** `elements` in groups, in the order of the first of each. */
  of(elements: readonly FromClause[]): FromClause[][] {
    const parts = new Map<unknown, FromClause[]>();
    for (const element of elements) {
      const group = this.#groups.get(element) ?? element;
      const part = parts.get(group);
      if (part === undefined) parts.set(group, [element]);
      else part.push(element);
    }
    return [...parts.values()];
  }
}

/** The conditions of a WHERE that compare something: what AND, OR and NOT are made of. */
function conditionsOf(where: Expression | undefined): Expression[] {
  const found: Expression[] = [];
  // A list instead of recursion: conditions may be chained by the thousand.
  const rest = where === undefined ? [] : [where];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.kind === "junction") rest.push(...node.operands);
    else if (node.kind === "not") rest.push(node.operand);
    else found.push(node);
  }
  return found;
}

function emptyFound(templates: TemplateNode[]): Found {
  return { needed: new Set(), named: new Set(), subqueries: [], templates };
}

/** What `root` reads, by subqueries too: only what is around them. */
function readsOf(root: Expression, scope: Scope | undefined, templates: TemplateNode[]): ReadonlySet<FromClause> {
  const found = emptyFound(templates);
  addSources(root, found);
  addOuterReads(found, scope);
  return found.needed;
}

function addOuterReads(found: Found, scope: Scope | undefined): void {
  for (let query = found.subqueries.pop(); query !== undefined; query = found.subqueries.pop())
    for (const source of outerReads(query, scope, found.templates)) found.needed.add(source);
}

/** What a query reads of the statements around it. */
function outerReads(
  query: QueryNode,
  enclosing: Scope | undefined,
  templates: TemplateNode[],
): ReadonlySet<FromClause> {
  if (query.kind === "compound")
    return new Set(query.operands.flatMap((operand) => [...outerReads(operand, enclosing, templates)]));
  const { from, scope } = planFrom(query, enclosing);
  const found = emptyFound(templates);
  for (const part of expressionsOf(query)) addSources(part, found);
  addOuterReads(found, scope);
  for (const source of [...from, ...query.joins.map(({ target }) => target)])
    for (const read of readsOfSource(source, scope, templates)) found.needed.add(read);
  for (const own of scope.sources) found.needed.delete(own);
  return found.needed;
}

function expressionsOf(node: SelectNode): Expression[] {
  const { columns, joins, where, groupBy, having, orderBy, limit, offset, distinctOn = [] } = node;
  const parts = [...columns, ...distinctOn, ...joins.map(({ on }) => on), where, ...groupBy, having, ...orderBy];
  return [...parts, limit, offset].filter((part) => part !== undefined);
}

/** What a source reads of those beside it and around it. */
function readsOfSource(
  source: FromClause,
  scope: Scope | undefined,
  templates: TemplateNode[],
): ReadonlySet<FromClause> {
  if (source.kind === "subquery" && source.lateral === true) return outerReads(source.statement, scope, templates);
  const found = emptyFound(templates);
  if (source.kind === "tableFunction") for (const part of source.arguments) addSources(part, found);
  addOuterReads(found, scope);
  return found.needed;
}

/** Text that may name what no expression in it does: more than signs and numbers. */
function isText({ parts }: TemplateNode): boolean {
  return parts.some((part) => /[\p{L}_"`[]/u.test(part));
}

/** True for what never has more than one row, so that no row comes twice with it. */
function hasOneRow(source: FromClause): boolean {
  if (source.kind === "values") return source.rows.length < 2;
  if ((source.kind !== "subquery" && source.kind !== "cte") || source.statement.kind !== "select") return false;
  const { from, joins, columns, where, groupBy } = source.statement;
  if (groupBy.length > 0) return false;
  const found = emptyFound([]);
  for (const part of [...columns, ...(where === undefined ? [] : [where])]) addSources(part, found);
  const readsNothing = from.length + joins.length + found.needed.size + found.templates.filter(isText).length === 0;
  return readsNothing || columns.some((column) => isAggregate(column));
}

function isAggregate(column: Expression): boolean {
  if (column.kind === "label" || column.kind === "cast") return isAggregate(column.operand);
  return column.kind === "function" && column.over === undefined && aggregateNames.has(column.name);
}
