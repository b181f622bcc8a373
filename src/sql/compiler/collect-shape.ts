/**
 * The quick walk before each execution: a statement's structure as a cache key, and its values in order.
 * Compilers visit binds in the same order and check that they do (`ExpressionCompiler.nextValue`).
 */
import { ArgumentError } from "../errors.ts";
import { flattenJunction } from "../expression/flatten-junction.ts";
import { checkedRowCount, NamedParameter } from "../expression/parameter.ts";
import { isFromClause } from "../expression/template-part.ts";
import type {
  BindNode,
  CaseNode,
  ColumnNode,
  CteSource,
  Expression,
  FromClause,
  FunctionNode,
  IdentifierNode,
  InNode,
  ListNode,
  NextValueNode,
  NamedWindowNode,
  OrderNode,
  SourceColumn,
  TemplateNode,
  WindowNode,
} from "../expression/node.ts";
import { groupedExpressions } from "../statement/grouped.ts";
import { labelPosition } from "../statement/label-position.ts";
import type { CompoundNode, QueryNode, SelectNode, Statement } from "../statement/node.ts";
import type { SqlType } from "../type/sql-type.ts";
import { typeKey } from "../type/type-key.ts";
import { columnCode, columnListCode, countCode } from "./column-codes.ts";
import { walkLock, walkWindow } from "./clause-shape.ts";
import { walkWrite, type ShapeWalk } from "./write-shape.ts";

/** One value of a statement, or the values of one `IN (…)`: the syntax node itself, so nothing is allocated. */
export type CollectedValue = BindNode | ListNode;

/** What a walk finds. */
export interface StatementShape {
  /** Equal for statements that compile to the same text, slots and columns; different for all others. */
  readonly key: string;
  readonly values: readonly CollectedValue[];
}

/** What of a dialect decides a statement's shape. */
export interface ListShaper {
  listShape(length: number, type: SqlType): "array" | number;
}

/** Walk `statement`. */
export function collectShape(statement: Statement, shaper: ListShaper): StatementShape {
  const collector = new ShapeCollector(shaper);
  collector.statement(statement);
  return collector;
}

/**
 * Every part writes a code that no other part's code begins with, so that the whole can be read back in one way only:
 * different structures never share a key.
 */
class ShapeCollector implements StatementShape, ShapeWalk {
  key = "";
  readonly values: CollectedValue[] = [];
  readonly #shaper: ListShaper;
  /** Aliases and subqueries met so far: the first meeting describes them, later ones give their number. */
  readonly #sources: FromClause[] = [];
  /** Named windows met in the current select. */
  #windows: Set<NamedWindowNode> | undefined;

  /** What the current select groups by, beside columns: one object wherever it is the same. */
  #grouped: readonly Expression[] | undefined;

  constructor(shaper: ListShaper) {
    this.#shaper = shaper;
  }

  statement(node: Statement): void {
    switch (node.kind) {
      case "select":
        return this.select(node);
      case "compound":
        return this.#compoundQuery(node);
      case "text":
        this.key += "x";
        return this.#template(node.template);
      default:
        return walkWrite(this, node);
    }
  }

  select(node: SelectNode): void {
    const enclosing = this.#windows;
    const enclosingGroups = this.#grouped;
    this.#windows = undefined;
    this.#grouped = groupedExpressions(node.groupBy);
    this.key += node.distinct ? "D" : "S";
    if (node.distinctOn !== undefined) {
      this.key += "o";
      this.#expressions(node.distinctOn);
    }
    const columns = columnListCode(node.columns);
    if (columns === undefined) this.#expressions(node.columns);
    else this.key += columns;
    this.#count(node.from.length);
    for (const from of node.from) this.source(from);
    this.#count(node.joins.length);
    for (const join of node.joins) {
      this.key += `${join.kind};`;
      this.source(join.target);
      this.#optional(join.on);
    }
    this.#optional(node.where);
    this.#items(node.groupBy, node.columns);
    this.#optional(node.having);
    if (node.windows !== undefined) for (const window of node.windows) this.#over(window);
    this.#items(node.orderBy, node.columns);
    this.#rowCount(node.limit, "limit");
    this.#rowCount(node.offset, "offset");
    if (node.withTies === true) this.key += "t";
    if (node.forUpdate === undefined) this.key += ".";
    else walkLock(this, node.forUpdate);
    this.#windows = enclosing;
    this.#grouped = enclosingGroups;
  }

  query(node: QueryNode): void {
    if (node.kind === "select") this.select(node);
    else this.#compoundQuery(node);
  }

  #compoundQuery(node: CompoundNode): void {
    this.key += `V${node.operator};`;
    this.#count(node.operands.length);
    for (const operand of node.operands) this.query(operand);
    this.#count(node.orderBy.length);
    for (const { position, direction, nulls } of node.orderBy)
      this.key += `${String(position)}${direction === "desc" ? "d" : "a"}${nulls ?? ""};`;
    this.#rowCount(node.limit, "limit");
    this.#rowCount(node.offset, "offset");
  }

  /** ORDER BY or GROUP BY: result columns with a label are referred to, not walked again. */
  #items(items: readonly Expression[], columns: readonly Expression[]): void {
    this.#count(items.length);
    for (const item of items) {
      if (item.kind === "grouping") {
        this.key += `G${item.mode};`;
        this.#count(item.sets.length);
        for (const set of item.sets) this.#items(set, columns);
        continue;
      }
      const position = labelPosition(item.kind === "order" ? item.operand : item, columns);
      if (position < 0) {
        this.expression(item);
      } else {
        if (item.kind === "order") this.#order(item);
        this.key += `#${String(position)};`;
      }
    }
  }

  #order(node: OrderNode): void {
    this.key += `o${node.direction === "desc" ? "d" : "a"}${node.nulls ?? ""};`;
  }

  source(from: FromClause): void {
    if (from.kind === "table") {
      this.key += `t${String(from.id)};`;
      return;
    }
    const known = this.#sources.indexOf(from);
    if (known >= 0) {
      this.key += `A${String(known)};`;
      return;
    }
    this.#sources.push(from);
    this.#describeSource(from);
  }

  /** A source where it is met first. */
  #describeSource(from: Exclude<FromClause, { kind: "table" }>): void {
    switch (from.kind) {
      case "alias":
        this.key += `a${String(from.of.id)};`;
        return this.#name(from.name);
      case "subquery":
        this.key += from.lateral === true ? "Q" : "q";
        this.#name(from.name);
        return this.query(from.statement);
      case "cte":
        return this.#cte(from);
      case "cteReference":
        this.key += "r";
        this.#name(from.name);
        this.#name(from.cteName);
        if (from.of === undefined) this.key += ".";
        else this.source(from.of);
        return;
      case "values":
        this.key += "h";
        this.#name(from.name);
        this.#sourceColumns(from.columns);
        this.#count(from.rows.length);
        for (const row of from.rows) this.#expressions(row);
        return;
      case "tableFunction":
        this.key += `g${from.operation};`;
        this.#name(from.name);
        this.#name(from.function);
        this.#sourceColumns(from.columns);
        if (from.ordinality === undefined) this.key += ".";
        else this.#name(from.ordinality);
        return this.#expressions(from.arguments);
      default:
        this.key += `y${from.method};${String(from.of.id)};`;
        this.#name(from.name);
        this.expression(from.percent);
        return this.#optional(from.repeatable);
    }
  }

  #cte(from: CteSource): void {
    this.key += from.materialized === undefined ? "k" : `k${from.materialized ? "+" : "-"}`;
    this.#name(from.name);
    const { recursion } = from;
    if (recursion === undefined) this.key += ".";
    else this.#name(JSON.stringify([recursion.search, recursion.cycle]));
    this.statement(from.statement);
  }

  #sourceColumns(columns: readonly SourceColumn[]): void {
    this.#count(columns.length);
    for (const { name, type } of columns) {
      this.#name(name);
      this.key += typeKey(type);
    }
  }

  #column(node: ColumnNode): void {
    if (node.from.kind !== "table") {
      this.source(node.from);
      this.#name(node.name);
      return;
    }
    this.key += columnCode(node);
  }

  expression(node: Expression): void {
    if (this.#grouped !== undefined) {
      const group = this.#grouped.indexOf(node);
      if (group >= 0) this.key += `^${String(group)};`;
    }
    switch (node.kind) {
      case "column":
        return this.#column(node);
      case "bind":
        this.key += node.secret === true ? `~${typeKey(node.type)}` : `$${typeKey(node.type)}`;
        this.values.push(node);
        return;
      case "binary":
        this.key += `2${node.operator};${typeKey(node.type)}.`;
        if (node.escape !== undefined) this.#name(node.escape);
        this.expression(node.left);
        return this.expression(node.right);
      case "junction":
        this.key += node.operator === "and" ? "&" : "|";
        return this.#expressions(flattenJunction(node));
      case "not":
        this.key += "!";
        return this.expression(node.operand);
      case "negative":
        this.key += "-";
        return this.expression(node.operand);
      case "isNull":
        this.key += node.negated ? "N" : "n";
        return this.expression(node.operand);
      case "in":
        return this.#in(node);
      case "between":
        this.key += node.negated ? "W" : "w";
        this.expression(node.operand);
        this.expression(node.low);
        return this.expression(node.high);
      default:
        return this.#compound(node);
    }
  }

  #compound(
    node: Exclude<
      Expression,
      { kind: "column" | "bind" | "binary" | "junction" | "not" | "negative" | "isNull" | "in" | "between" }
    >,
  ): void {
    switch (node.kind) {
      case "function":
        return this.#function(node);
      case "case":
        return this.#case(node);
      case "cast":
        this.key += `c${typeKey(node.type)}`;
        return this.expression(node.operand);
      case "subquery":
        this.key += `s${typeKey(node.type)}`;
        return this.query(node.statement);
      case "exists":
        this.key += node.negated ? "E" : "e";
        return this.query(node.statement);
      case "label":
        this.key += node.owner === undefined ? "l" : "L";
        this.#name(node.name);
        this.expression(node.operand);
        if (node.owner !== undefined) this.source(node.owner);
        return;
      case "collate":
        this.key += "O";
        this.#name(node.collation);
        return this.expression(node.operand);
      case "grouping":
        throw new ArgumentError("ROLLUP, CUBE and GROUPING SETS are items of GROUP BY only.");
      case "tuple":
        this.key += "u";
        return this.#expressions(node.items);
      case "star":
        this.key += "*";
        return;
      case "nextValue":
        this.key += `G${typeKey(node.type)}`;
        return this.#identifier({ kind: "identifier", path: sequencePath(node) });
      case "template":
        return this.#template(node);
      case "construct":
        this.key += `k${node.name};`;
        this.#name(node.detail);
        this.key += typeKey(node.type);
        return this.#expressions(node.operands);
      default:
        this.#order(node);
        return this.expression(node.operand);
    }
  }

  #in(node: InNode): void {
    this.key += node.negated ? "M" : "m";
    this.expression(node.operand);
    const { values } = node;
    if (values.kind === "list") {
      this.key += `${values.secret === true ? "K" : "L"}${typeKey(values.type)}${String(this.#shaper.listShape(values.values.length, values.type))};`;
      this.values.push(values);
    } else if (values.kind === "subquery") {
      this.expression(values);
    } else {
      this.key += "R";
      this.#count(values.rows.length);
      for (const row of values.rows) for (const value of row) this.expression(value);
    }
  }

  #function(node: FunctionNode): void {
    this.key += node.distinct === true ? "F" : "f";
    this.#name(node.name);
    this.key += typeKey(node.type);
    this.#expressions(node.arguments);
    if (node.orderBy === undefined) this.key += ".";
    else {
      if (node.withinGroup === true) this.key += "w";
      this.#expressions(node.orderBy);
    }
    this.#optional(node.filter);
    if (node.over === undefined) this.key += ".";
    else this.#over(node.over);
  }

  #over(node: WindowNode | NamedWindowNode): void {
    this.#windows ??= new Set();
    walkWindow(this, node, this.#windows);
  }

  #case(node: CaseNode): void {
    this.key += `C${typeKey(node.type)}`;
    this.#optional(node.operand);
    this.#count(node.branches.length);
    for (const branch of node.branches) {
      this.expression(branch.when);
      this.expression(branch.then);
    }
    this.#optional(node.otherwise);
  }

  #template(node: TemplateNode): void {
    this.key += `p${typeKey(node.type)}`;
    this.#count(node.parts.length);
    for (const part of node.parts) this.#name(part);
    for (const part of node.expressions) {
      if (part.kind === "identifier") {
        this.#identifier(part);
      } else if (isFromClause(part)) {
        this.key += "@";
        this.source(part);
      } else {
        this.expression(part);
      }
    }
  }

  #identifier(node: IdentifierNode): void {
    this.key += "d";
    this.#count(node.path.length);
    for (const part of node.path) this.#name(part);
  }

  /** LIMIT and OFFSET: bound like all values, but only a whole number that a database can count to is one. */
  #rowCount(node: Expression | undefined, clause: string): void {
    this.#optional(node);
    if (node?.kind !== "bind") return;
    const { value } = node;
    if (!NamedParameter.isParameter(value)) checkedRowCount(value, clause);
  }

  #optional(node: Expression | undefined): void {
    if (node === undefined) this.key += ".";
    else this.expression(node);
  }

  #expressions(nodes: readonly Expression[]): void {
    this.#count(nodes.length);
    for (const node of nodes) this.expression(node);
  }

  #count(count: number): void {
    this.key += countCode(count);
  }

  #name(name: string): void {
    this.key += `${String(name.length)}:${name}`;
  }
}

function sequencePath({ sequence: { schema, name } }: NextValueNode): readonly string[] {
  return schema === undefined ? [name] : [schema, name];
}
