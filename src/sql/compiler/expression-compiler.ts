/**
 * Expressions to SQL: what all dialects share. Each dialect's `sql-compiler.ts` overrides what it says differently.
 * One compiler object compiles one statement.
 *
 * Invariant: binds are visited in the order of `collectShape`, whatever order their texts end up in; a part that is left
 * out of the text is compiled all the same.
 */
import { InternalError } from "../../util/coded-error.ts";
import { CompileError } from "../errors.ts";
import { typeOf } from "../expression/column-element.ts";
import { flattenJunction } from "../expression/flatten-junction.ts";
import {
  binaryOperators,
  type BetweenNode,
  type BinaryNode,
  type BindNode,
  type CaseNode,
  type CastNode,
  type ColumnNode,
  type ConstructNode,
  type Expression,
  type FromClause,
  type IdentifierNode,
  type InNode,
  type JunctionNode,
  type LabelNode,
  type ListNode,
  type NegativeNode,
  type NextValueNode,
  type OrderNode,
  type TemplateNode,
} from "../expression/node.ts";
import { keyword } from "../keyword.ts";
import { isFromClause } from "../expression/template-part.ts";
import type { QueryNode } from "../statement/node.ts";
import type { CustomType, SqlType } from "../type/sql-type.ts";
import type { CollectedValue, ListShaper } from "./collect-shape.ts";
import { writeConstruct, type ConstructWriters } from "./construct-call.ts";
import { ParameterMarkers } from "./parameter-markers.ts";
import { isHidden, isInScope, type Scope } from "./scope.ts";
import type { TypeCompiler } from "./type-compiler.ts";

export { keyword };

const junctions = Object.freeze({ and: " AND ", or: " OR " });
const directions = Object.freeze({ asc: "", desc: " DESC" });
const nullsOrders = Object.freeze({ first: " NULLS FIRST", last: " NULLS LAST" });

type CompoundExpression = Exclude<
  Expression,
  { kind: "column" | "bind" | "binary" | "junction" | "not" | "negative" | "isNull" | "in" | "between" }
>;

/** Kinds whose text needs no parentheses inside another expression. */
const atoms: ReadonlySet<Expression["kind"]> = new Set([
  "column",
  "bind",
  "function",
  "construct",
  "case",
  "cast",
  "subquery",
  "exists",
  "tuple",
  "star",
  "nextValue",
]);

/** What can compile expressions. */
export abstract class ExpressionCompiler {
  /** The database's name in messages. */
  protected abstract readonly dialectName: string;
  protected abstract readonly types: TypeCompiler;
  protected readonly markers: ParameterMarkers = new ParameterMarkers();
  protected scope: Scope | undefined;
  /** False in DDL and in RETURNING, where a column's own name is enough or all that is allowed. */
  protected qualifiesColumns = true;
  /** Writes a value into the text: set while an expression of a table's definition is compiled. */
  protected inlineValue: ((value: unknown, type: SqlType) => string) | undefined;
  /** What the select that is being compiled groups by, beside columns. */
  protected grouped: readonly Expression[] | undefined;
  protected groupedTexts: Map<Expression, string> = new Map();
  readonly #shaper: ListShaper;
  #values: readonly CollectedValue[] = [];
  #visited = 0;

  constructor(shaper: ListShaper) {
    this.#shaper = shaper;
  }

  /** Quote a name. */
  protected abstract quote(name: string): string;
  /** The escape character of LIKE. */
  protected abstract escapeLiteral(character: string): string;
  /** A function call's text, without FILTER and OVER. */
  protected abstract functionNode(node: Extract<Expression, { kind: "function" }>): string;
  /** A query without parentheses. */
  protected abstract query(node: QueryNode): string;
  /** `source` as an item of FROM. What has binds is compiled where it is first met. */
  protected abstract sourceText(source: FromClause): string;
  /** A column of a source that the database does not return as it is; undefined for all others. */
  protected abstract derivedColumn(node: ColumnNode): string | undefined;
  /** How this dialect writes constructs. */
  protected abstract readonly constructs: ConstructWriters;

  /** Take the values that binds are to be matched with. */
  protected expectValues(values: readonly CollectedValue[]): void {
    this.#values = values;
    this.#visited = 0;
  }

  /** Check that every value was visited. */
  protected expectNoMoreValues(): void {
    if (this.#visited !== this.#values.length) throw outOfOrder();
  }

  /** An expression's text, without parentheses around it. */
  protected expression(node: Expression): string {
    const { grouped } = this;
    if (grouped?.includes(node) !== true) return this.plainExpression(node);
    // Compiled all the same, so that its binds are visited.
    const text = this.plainExpression(node);
    const known = this.groupedTexts.get(node);
    if (known !== undefined) return known;
    this.groupedTexts.set(node, text);
    this.markers.share(text);
    return text;
  }

  private plainExpression(node: Expression): string {
    switch (node.kind) {
      case "column":
        return this.column(node);
      case "bind":
        return this.bind(node);
      case "binary":
        return this.binary(node);
      case "junction":
        return this.junction(node);
      case "not":
        return `NOT ${this.operand(node.operand)}`;
      case "negative":
        return this.negative(node, this.operand(node.operand));
      case "isNull":
        return `${this.operand(node.operand)} IS ${node.negated ? "NOT " : ""}NULL`;
      case "in":
        return this.in(node);
      case "between":
        return this.between(node);
      default:
        return this.compound(node);
    }
  }

  /** Minus; two of them would begin a comment. */
  protected negative(_node: NegativeNode, operand: string): string {
    return operand.startsWith("-") ? `-(${operand})` : `-${operand}`;
  }

  private compound(node: CompoundExpression): string {
    switch (node.kind) {
      case "function":
        return this.functionNode(node);
      case "cast":
        return this.cast(node);
      case "case":
        return this.case(node);
      case "subquery":
        return `(${this.query(node.statement)})`;
      case "exists":
        return `${node.negated ? "NOT " : ""}EXISTS (${this.query(node.statement)})`;
      case "label":
        return this.owned(node, this.expression(node.operand));
      case "collate":
        return `${this.operand(node.operand)} COLLATE ${this.quote(node.collation)}`;
      case "grouping":
        throw new CompileError("ROLLUP, CUBE and GROUPING SETS are items of GROUP BY only.");
      case "tuple":
        return `(${this.list(node.items)})`;
      case "star":
        return "*";
      case "nextValue":
        return this.nextValue(node);
      case "template":
        return this.template(node);
      case "construct":
        return this.construct(node);
      default:
        return this.order(node);
    }
  }

  /** The next number of a sequence. */
  protected nextValue(_node: NextValueNode): string {
    return this.unsupported("sequences", "Use an identity column, or make the number in the program.");
  }

  /** An expression's text, in parentheses where another operator could tear it apart. */
  protected operand(node: Expression): string {
    if (node.kind === "label") return this.owned(node, this.operand(node.operand));
    const text = this.expression(node);
    return atoms.has(node.kind) && !(node.kind === "exists" && node.negated) ? text : `(${text})`;
  }

  /** `text` of a label, whose owner's text is made where it is met, as those of columns' sources are. */
  private owned({ owner }: LabelNode, text: string): string {
    if (owner !== undefined && owner.kind !== "table" && owner.kind !== "alias") this.sourceText(owner);
    return text;
  }

  /** `node` as an operand next to `other`, which tells the database the type of a bare parameter. */
  protected beside(node: Expression, other: Expression): string {
    const typed = node.kind === "bind" && other.kind !== "bind" && typeOf(other).kind === node.type.kind;
    return typed ? this.placeholder(node) : this.operand(node);
  }

  /** Texts with commas between. */
  protected list(nodes: readonly Expression[]): string {
    return nodes.map((node) => this.expression(node)).join(", ");
  }

  /** A value, with what its place needs to give it its type. */
  protected bind(node: BindNode): string {
    return this.placeholder(node);
  }

  /** A value where the place gives it its type. */
  protected placeholder(node: BindNode): string {
    if (this.inlineValue !== undefined) return this.inlineValue(node.value, node.type);
    return this.markers.add({ bind: this.#nextValue(node), type: node.type, secret: node.secret === true });
  }

  /** One value as several parameters, each of which makes its own of it. */
  protected placeholders(node: BindNode, types: readonly CustomType[]): string[] {
    const inline = this.inlineValue;
    if (inline !== undefined) return types.map((type) => inline(type.bind(node.value), type.impl));
    const slot = { bind: this.#nextValue(node), secret: node.secret === true };
    return types.map((type) => this.markers.add({ ...slot, type }));
  }

  protected column(node: ColumnNode): string {
    const isTable = node.from.kind === "table" || node.from.kind === "alias";
    if (!isTable) this.sourceText(node.from);
    const name = this.quote(node.name);
    if (!this.qualifiesColumns) return name;
    if (this.scope !== undefined && !isInScope(node.from, this.scope)) {
      throw new CompileError(
        `Column '${node.name}' of '${node.from.name}' is used where '${node.from.name}' cannot be read. Join it, or add it to FROM.`,
      );
    }
    if (isHidden(node.from, this.scope))
      throw new CompileError(
        `Column '${node.name}' of '${node.from.name}' cannot be read in a subquery that reads another '${node.from.name}': it would be taken for that one's. Give one of them another name by alias(…).`,
      );
    return (isTable ? undefined : this.derivedColumn(node)) ?? `${this.sourceName(node.from)}.${name}`;
  }

  /** What columns of `source` are qualified with. */
  protected sourceName(source: FromClause): string {
    return source.kind === "table" ? this.tableName(source) : this.quote(source.name);
  }

  protected tableName(table: { readonly name: string; readonly schema: string | undefined }): string {
    const name = this.quote(table.name);
    return table.schema === undefined ? name : `${this.quote(table.schema)}.${name}`;
  }

  protected binary(node: BinaryNode): string {
    const left = this.beside(node.left, node.right);
    const right = this.beside(node.right, node.left);
    return this.binaryText(node, left, right);
  }

  /** An operator between two texts. */
  protected binaryText(node: BinaryNode, left: string, right: string): string {
    const operator = keyword(binaryOperators, node.operator, "an operator");
    const escape = node.escape === undefined ? "" : ` ESCAPE ${this.escapeLiteral(node.escape)}`;
    return `${left} ${operator} ${right}${escape}`;
  }

  protected junction(node: JunctionNode): string {
    const separator = keyword(junctions, node.operator, "AND or OR");
    const operands = flattenJunction(node);
    if (operands.length === 0) return this.truth(node.operator === "and");
    const [only] = operands;
    if (operands.length === 1 && only !== undefined) return this.expression(only);
    const texts = operands.map((operand) => {
      const text = this.expression(operand);
      return operand.kind === "junction" || operand.kind === "template" || operand.kind === "label"
        ? `(${text})`
        : text;
    });
    return this.joinConditions(texts, separator);
  }

  /** Two or more conditions with AND or OR between. */
  protected joinConditions(texts: readonly string[], separator: string): string {
    return texts.join(separator);
  }

  /** TRUE or FALSE. */
  protected truth(value: boolean): string {
    return value ? "TRUE" : "FALSE";
  }

  protected in(node: InNode): string {
    const operand = this.operand(node.operand);
    const operator = node.negated ? "NOT IN" : "IN";
    const { values } = node;
    if (values.kind === "list") return this.inList(node, operand, values);
    if (values.kind === "subquery") return `${operand} ${operator} ${this.inSubquery(values.statement)}`;
    const { items } = node.operand as Extract<Expression, { kind: "tuple" }>;
    const rows = values.rows.map(
      (row) => `(${row.map((value, index) => this.beside(value, items[index] ?? value)).join(", ")})`,
    );
    return rows.length === 0 ? this.truth(node.negated) : `${operand} ${operator} (${rows.join(", ")})`;
  }

  protected inSubquery(statement: QueryNode): string {
    return `(${this.query(statement)})`;
  }

  private inList(node: InNode, operand: string, list: ListNode): string {
    if (this.inlineValue !== undefined) {
      const inline = this.inlineValue;
      const texts = list.values.map((value) => inline(value, list.type));
      return texts.length === 0
        ? this.truth(node.negated)
        : `${operand} ${node.negated ? "NOT IN" : "IN"} (${texts.join(", ")})`;
    }
    const bind = this.#nextValue(list);
    const slot = { bind, type: list.type, secret: list.secret === true };
    const shape = this.#shaper.listShape(list.values.length, list.type);
    if (shape === "array")
      return this.inArray(operand, this.markers.add({ ...slot, member: "all" }), list.type, node.negated);
    if (shape === 0) return this.truth(node.negated);
    const members = Array.from({ length: shape }, (_, member) =>
      this.listMember(this.markers.add({ ...slot, member }), node.operand, list.type),
    );
    return `${operand} ${node.negated ? "NOT IN" : "IN"} (${members.join(", ")})`;
  }

  /** One placeholder of a list beside `operand`. */
  protected listMember(marker: string, _operand: Expression, _type: SqlType): string {
    return marker;
  }

  /** IN with all values in one parameter; only dialects whose `listShape` says "array" come here. */
  protected inArray(_operand: string, _marker: string, _type: SqlType, _negated: boolean): string {
    throw new InternalError(`${this.dialectName} has no lists in one parameter.`);
  }

  protected between(node: BetweenNode): string {
    const operand = this.operand(node.operand);
    const low = this.beside(node.low, node.operand);
    const high = this.beside(node.high, node.operand);
    return `${operand} ${node.negated ? "NOT " : ""}BETWEEN ${low} AND ${high}`;
  }

  protected cast(node: CastNode): string {
    return `CAST(${this.expression(node.operand)} AS ${this.types.castType(node.type)})`;
  }

  protected case(node: CaseNode): string {
    const operand = node.operand === undefined ? "" : `${this.operand(node.operand)} `;
    const branches = node.branches.map(
      (branch) => `WHEN ${this.expression(branch.when)} THEN ${this.expression(branch.then)}`,
    );
    const otherwise = node.otherwise === undefined ? "" : ` ELSE ${this.expression(node.otherwise)}`;
    return `CASE ${operand}${branches.join(" ")}${otherwise} END`;
  }

  protected order(node: OrderNode): string {
    return this.orderText(node, this.operand(node.operand));
  }

  /**
   * `operand` with its direction.
   * @param _within - What stands for the operand inside an expression, where that is not the operand: a result's name does not everywhere.
   */
  protected orderText(node: OrderNode, operand: string, _within?: string): string {
    const nulls = node.nulls === undefined ? "" : keyword(nullsOrders, node.nulls, "an order of NULLs");
    return `${operand}${keyword(directions, node.direction, "a direction")}${nulls}`;
  }

  protected template(node: TemplateNode): string {
    return node.parts.reduce((text, part, index) => {
      if (part.includes("\0")) throw new CompileError("An sql template must not contain the character NUL.");
      const next = node.expressions[index];
      return `${text}${part}${next === undefined ? "" : this.templatePart(next)}`;
    }, "");
  }

  private templatePart(part: TemplateNode["expressions"][number]): string {
    if (part.kind === "identifier") return this.identifier(part);
    if (isFromClause(part)) return this.sourceText(part);
    return part.kind === "order" ? this.order(part) : this.operand(part);
  }

  protected identifier(node: IdentifierNode): string {
    return node.path.map((part) => this.quote(part)).join(".");
  }

  protected construct(node: ConstructNode): string {
    return writeConstruct(keyword(this.constructs, node.name, "a construct"), node, {
      operand: (operand) => this.operand(operand),
      parameters: (bind, types) => this.placeholders(bind, types),
      castType: (type) => this.types.castType(type),
      isDefinition: this.inlineValue !== undefined,
      unsupported: (construct, remedy) => this.unsupported(construct, remedy),
    });
  }

  protected unsupported(construct: string, remedy: string): never {
    throw CompileError.unsupported(this.dialectName, construct, remedy);
  }

  #nextValue(node: CollectedValue): number {
    const index = this.#visited;
    if (this.#values[index] !== node) throw outOfOrder();
    this.#visited += 1;
    return index;
  }
}

function outOfOrder(): InternalError {
  return new InternalError("A statement's values were visited in another order than they were collected.");
}
