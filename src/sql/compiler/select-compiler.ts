/** SELECT to SQL. */
import type { Expression, GroupingNode, OrderNode } from "../expression/node.ts";
import { groupedExpressions } from "../statement/grouped.ts";
import { labelPosition } from "../statement/label-position.ts";
import type { ForUpdateClause, JoinClause, JoinKind, SelectNode } from "../statement/node.ts";
import { CompileError } from "../errors.ts";
import { keyword } from "./expression-compiler.ts";
import { SelectWindows } from "./function-compiler.ts";
import { planFrom } from "./scope.ts";
import { SourceCompiler } from "./source-compiler.ts";

const joinKinds: { readonly [K in JoinKind]: string } = Object.freeze({
  inner: "JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  full: "FULL JOIN",
  cross: "CROSS JOIN",
});
const groupings = Object.freeze({ rollup: "ROLLUP", cube: "CUBE", "grouping sets": "GROUPING SETS" });
const lockStrengths = Object.freeze({
  update: "FOR UPDATE",
  "no key update": "FOR NO KEY UPDATE",
  share: "FOR SHARE",
  "key share": "FOR KEY SHARE",
});
const lockWaits = Object.freeze({ wait: "", nowait: " NOWAIT", "skip locked": " SKIP LOCKED" });

/** What can compile SELECT. */
export abstract class SelectCompiler extends SourceCompiler {
  protected override select(node: SelectNode): string {
    const enclosing = this.scope;
    const qualified = this.qualifiesColumns;
    const enclosingWindows = this.windows;
    const { grouped, groupedTexts } = this;
    this.windows = new SelectWindows();
    this.grouped = groupedExpressions(node.groupBy);
    this.groupedTexts = new Map();
    const { from, scope } = planFrom(node, enclosing);
    this.scope = scope;
    this.qualifiesColumns = true;
    this.noteProduct("SELECT", { from, joins: node.joins, where: node.where, scope });
    const distinct = node.distinctOn === undefined ? "" : this.distinctOn(node.distinctOn);
    const columns = node.columns.map((column) => this.selectItem(column));
    // The texts of FROM are made in their turn, but those found by their columns only once these have been visited.
    for (const source of node.from) this.sourceText(source);
    const joins = node.joins.map((join) => this.join(join));
    const where = node.where === undefined ? "" : ` WHERE ${this.expression(node.where)}`;
    const groupBy = node.groupBy.length === 0 ? "" : ` GROUP BY ${this.groupBy(node)}`;
    const having = node.having === undefined ? "" : ` HAVING ${this.expression(node.having)}`;
    for (const window of node.windows ?? []) this.namedWindow(window);
    const orderBy = node.orderBy.map((item) => this.orderItem(item, node, columns));
    const limit = node.limit === undefined ? undefined : this.rowCount(node.limit);
    const offset = node.offset === undefined ? undefined : this.rowCount(node.offset);
    const text = [
      // EXISTS asks for no column, SQL for one.
      `SELECT ${distinct}${node.distinct && distinct === "" ? "DISTINCT " : ""}${columns.length === 0 ? "1" : columns.join(", ")}`,
      from.length === 0
        ? ""
        : ` FROM ${from.map((source) => this.sourceText(source)).join(this.fromSeparator(joins.length > 0))}`,
      ...joins,
      where,
      groupBy,
      having,
      this.windows.clause((name) => this.quote(name)),
      orderBy.length === 0 ? "" : ` ORDER BY ${orderBy.join(", ")}`,
      node.withTies === true ? this.withTies(limit, offset, node) : this.limitClause(limit, offset),
      node.forUpdate === undefined ? "" : this.forUpdate(node.forUpdate),
    ].join("");
    this.scope = enclosing;
    this.qualifiesColumns = qualified;
    this.windows = enclosingWindows;
    this.grouped = grouped;
    this.groupedTexts = groupedTexts;
    return text;
  }

  /** One result column. */
  protected selectItem(node: Expression): string {
    const text = this.expression(node);
    return node.kind === "label" ? `${text} AS ${this.quote(node.name)}` : text;
  }

  /** Between FROM clauses without a join. A comma binds less than JOIN, whose ON could not see what is before it. */
  protected fromSeparator(hasJoins: boolean): string {
    return hasJoins ? " CROSS JOIN " : ", ";
  }

  protected join(node: JoinClause): string {
    const kind = this.joinKind(node.kind);
    const target = this.sourceText(node.target);
    if (node.on !== undefined) return ` ${kind} ${target} ON ${this.expression(node.on)}`;
    if (node.kind !== "cross")
      throw new CompileError(`The join of '${node.target.name}' has no condition. Give one, or use a cross join.`);
    return ` ${kind} ${target}`;
  }

  protected joinKind(kind: JoinKind): string {
    return keyword(joinKinds, kind, "a kind of join");
  }

  /** DISTINCT ON with its columns. */
  protected distinctOn(_columns: readonly Expression[]): string {
    return this.unsupported(
      "DISTINCT ON",
      "Number the rows in a subquery by func.rowNumber().over({ partitionBy, orderBy }), and take those with number 1.",
    );
  }

  /** All items of GROUP BY. */
  protected groupBy(node: SelectNode): string {
    return node.groupBy.map((item) => this.groupItem(item, node.columns)).join(", ");
  }

  /** Several groupings in one. */
  protected grouping(node: GroupingNode, sets: readonly string[]): string {
    return `${keyword(groupings, node.mode, "a kind of grouping")} (${sets.join(", ")})`;
  }

  /** LIMIT with the rows that equal the last. */
  protected withTies(_limit: string | undefined, _offset: string | undefined, _node: SelectNode): string {
    return this.unsupported(
      "FETCH … WITH TIES",
      "Rank the rows in a subquery by func.rank().over({ orderBy }), and take those up to the rank.",
    );
  }

  /** FETCH, where there is one; SQL has ties only in an order. */
  protected fetchWithTies(limit: string | undefined, offset: string | undefined, node: SelectNode): string {
    if (node.orderBy.length === 0)
      throw new CompileError("fetch(…, { withTies: true }) needs an order in which rows are equal. Add orderBy(…).");
    return `${offset === undefined ? "" : ` OFFSET ${offset} ROWS`} FETCH FIRST ${limit ?? "1"} ROWS WITH TIES`;
  }

  /** An item of GROUP BY; a result column with a label goes by its position, which no other column can be taken for. */
  protected groupItem(node: Expression, columns: readonly Expression[]): string {
    if (node.kind === "grouping") {
      const sets = node.sets.map((set) => {
        const items = set.map((item) => this.groupItem(item, columns));
        return items.length === 1 ? (items[0] ?? "") : `(${items.join(", ")})`;
      });
      return this.grouping(node, sets);
    }
    const position = labelPosition(node, columns);
    return position < 0 ? this.expression(node) : String(position + 1);
  }

  /** An item of ORDER BY; a result column with a label goes by that. */
  private orderItem(item: Expression, node: SelectNode, texts: readonly string[]): string {
    const order: OrderNode =
      item.kind === "order" ? item : { kind: "order", operand: item, direction: "asc", nulls: undefined };
    const { operand } = order;
    const position = operand.kind === "label" ? labelPosition(operand, node.columns) : -1;
    if (operand.kind !== "label" || position < 0) return this.orderText(order, this.operand(operand));
    const name = this.quote(operand.name);
    const isGrouped = node.groupBy.some((group) => labelPosition(group, node.columns) === position);
    const text = (texts[position] ?? name).slice(0, -` AS ${name}`.length);
    return this.orderText(order, name, isGrouped ? name : `(${text})`);
  }

  /** A number of rows. */
  protected rowCount(node: Expression): string {
    return node.kind === "bind" ? this.placeholder(node) : this.operand(node);
  }

  protected limitClause(limit: string | undefined, offset: string | undefined): string {
    return `${limit === undefined ? "" : ` LIMIT ${limit}`}${offset === undefined ? "" : ` OFFSET ${offset}`}`;
  }

  protected forUpdate(clause: ForUpdateClause): string {
    const strength = keyword(lockStrengths, clause.strength, "a strength of lock");
    return ` ${strength}${this.lockedSources(clause)}${keyword(lockWaits, clause.wait, "a way to wait for a lock")}`;
  }

  private lockedSources({ of }: ForUpdateClause): string {
    if (of === undefined) return "";
    for (const source of of) {
      if (this.scope?.sources.has(source) === true) continue;
      throw new CompileError(
        `The rows of '${source.name}' cannot be locked: the select does not read from it. Join it, or leave it out of \`of\`.`,
      );
    }
    return ` OF ${of.map((source) => this.quote(source.name)).join(", ")}`;
  }
}
