/** What SQLite's SQL says in its own way: decimals by functions, balanced conditions, lists as JSON. */
import type { ConstructWriters } from "../../sql/compiler/construct-call.ts";
import { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type {
  BetweenNode,
  BinaryNode,
  BinaryOperator,
  BindNode,
  CastNode,
  ColumnNode,
  Expression,
  FrameNode,
  FunctionNode,
  GroupingNode,
  InNode,
  NegativeNode,
  OrderNode,
  TableFunctionSource,
  ValuesSource,
  WindowNode,
} from "../../sql/expression/node.ts";
import { addSources, type ExpressionSources } from "../../sql/expression/sources.ts";
import type {
  DeleteNode,
  ForUpdateClause,
  InsertNode,
  QueryNode,
  SetOperator,
  UpdateNode,
} from "../../sql/statement/node.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { typeKey } from "../../sql/type/type-key.ts";
import { isJsonConstruct } from "../../sql/expression/construct.ts";
import { constructs } from "./constructs.ts";
import { aggregateCall, nullForNoRows } from "./aggregate-text.ts";
import { textLiteral } from "./literal.ts";
import { quote } from "./names.ts";
import { derivedColumn, tableFunctionText } from "./table-functions.ts";
import { castTime } from "./date-constructs.ts";
import { SqliteTypeCompiler } from "./type-compiler.ts";

/** The present in UTC, in the form of timestamp columns. */
const now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')";

const equalities: ReadonlySet<BinaryOperator> = new Set(["eq", "ne", "isDistinctFrom", "isNotDistinctFrom"]);
const comparisons: ReadonlySet<BinaryOperator> = new Set([...equalities, "lt", "le", "gt", "ge"]);
const decimalArithmetic: { readonly [K in BinaryOperator]?: string } = Object.freeze({
  plus: "decimal_add",
  minus: "decimal_sub",
  times: "decimal_mul",
});

/** Conditions that one AND or OR may chain: the parser nests each in the next, and takes 1,000 levels. */
const longestChain = 200;

/** Compiles statements for SQLite. */
export class SqliteSqlCompiler extends SqlCompiler {
  protected override readonly dialectName = "SQLite";
  protected override readonly types: SqliteTypeCompiler = new SqliteTypeCompiler();
  protected override readonly constructs: ConstructWriters = constructs;
  protected override readonly maxParameters = 32_766;

  protected override quote(name: string): string {
    return quote(name);
  }

  protected override escapeLiteral(character: string): string {
    return textLiteral(character);
  }

  protected override bind(node: BindNode): string {
    const text = super.bind(node);
    const kind = storedType(node.type).kind;
    // Drivers send a whole number as INTEGER, with which 7 / 2 is 3.
    return this.inlineValue === undefined && (kind === "double" || kind === "real") ? `CAST(${text} AS REAL)` : text;
  }

  protected override joinConditions(texts: readonly string[], separator: string): string {
    if (texts.length <= longestChain) return texts.join(separator);
    const middle = Math.ceil(texts.length / 2);
    return `(${this.joinConditions(texts.slice(0, middle), separator)})${separator}(${this.joinConditions(texts.slice(middle), separator)})`;
  }

  protected override binary(node: BinaryNode): string {
    const { left, right } = node;
    if (left.kind !== "tuple" || !left.items.some(isDecimal)) return super.binary(node);
    if (right.kind !== "tuple") this.unsupported("decimals in a tuple beside a subquery", "Compare them one by one.");
    const keyed = (items: readonly Expression[]): string =>
      items
        .map((item, index) => {
          const text = this.expression(item);
          return left.items[index] !== undefined && isDecimal(left.items[index]) ? this.decimalKey(text) : text;
        })
        .join(", ");
    const text = `(${keyed(left.items)})`;
    return this.binaryText(node, text, `(${keyed(right.items)})`);
  }

  protected override binaryText(node: BinaryNode, left: string, right: string): string {
    if (isDecimal(node.left) || isDecimal(node.right)) return this.decimalText(node, left, right);
    switch (node.operator) {
      case "isDistinctFrom":
        return `${left} IS NOT ${right}`;
      case "isNotDistinctFrom":
        return `${left} IS ${right}`;
      case "ilike":
        return super.binaryText({ ...node, operator: "like" }, `lower(${left})`, `lower(${right})`);
      case "notIlike":
        return super.binaryText({ ...node, operator: "notLike" }, `lower(${left})`, `lower(${right})`);
      case "modulo":
        // The operator cuts both sides to integers.
        return isFloat(node.left) || isFloat(node.right)
          ? `mod(${left}, ${right})`
          : super.binaryText(node, left, right);
      default:
        return super.binaryText(node, left, right);
    }
  }

  /** Decimals are text here: the functions of decimal-functions.ts compare and calculate them exactly. */
  private decimalText(node: BinaryNode, left: string, right: string): string {
    const calculate = decimalArithmetic[node.operator];
    if (calculate !== undefined) return `${this.decimalFunction(calculate)}(${left}, ${right})`;
    if (node.operator === "divide" || node.operator === "modulo") {
      this.unsupported("division of decimals", "Divide double()s with cast(…, double()), or divide in the program.");
    }
    const isNative =
      !comparisons.has(node.operator) || (equalities.has(node.operator) && isSameForm(node.left, node.right));
    const [a, b] = isNative ? [left, right] : [this.decimalKey(left), this.decimalKey(right)];
    if (node.operator === "isDistinctFrom") return `${a} IS NOT ${b}`;
    if (node.operator === "isNotDistinctFrom") return `${a} IS ${b}`;
    return super.binaryText(node, a, b);
  }

  /** A decimal as a text that sorts as the number does. */
  private decimalKey(text: string): string {
    // A CHECK or an index must work in programs without our functions; a double is exact enough for a bound.
    return this.inlineValue === undefined ? `decimal_key(${text})` : `CAST(${text} AS REAL)`;
  }

  /** The name of one of decimal-functions.ts, which tables must not depend on: other programs do not have them. */
  private decimalFunction(name: string): string {
    if (this.inlineValue === undefined) return name;
    return this.unsupported("calculation with decimals in definitions", "Calculate in the program, or use double().");
  }

  protected override negative(node: NegativeNode, operand: string): string {
    return isDecimal(node) ? `${this.decimalFunction("decimal_sub")}('0', ${operand})` : super.negative(node, operand);
  }

  protected override between(node: BetweenNode): string {
    if (!isDecimal(node.operand)) return super.between(node);
    const [operand, low, high] = [node.operand, node.low, node.high].map((part) =>
      this.decimalKey(this.expression(part)),
    );
    return `${operand ?? ""} ${node.negated ? "NOT " : ""}BETWEEN ${low ?? ""} AND ${high ?? ""}`;
  }

  protected override orderText(node: OrderNode, operand: string): string {
    // As text, 10 would come before 9.
    const sorted = isJsonConstruct(node.operand) ? `${operand} ->> '$'` : operand;
    return super.orderText(node, isDecimal(node.operand) ? this.decimalKey(sorted) : sorted);
  }

  protected override inArray(operand: string, marker: string, type: SqlType, negated: boolean): string {
    return `${operand} ${negated ? "NOT IN" : "IN"} (SELECT value FROM json_each(${marker}))`;
  }

  protected override in(node: InNode): string {
    const isExpression = isDecimal(node.operand) && node.operand.kind !== "column";
    if (isExpression && node.values.kind === "list") {
      this.unsupported("IN for a calculated decimal", "Compare with eq() and or().");
    }
    return super.in(node);
  }

  protected override cast(node: CastNode): string {
    const type = storedType(node.type);
    if (type.kind !== "numeric") {
      const temporal = castTime(storedType(typeOf(node.operand)).kind, type.kind);
      if (temporal !== undefined) return temporal(this.operand(node.operand));
      // CAST would cut, where the other databases round.
      if (isWhole(type) && isFloat(node.operand)) return `CAST(round(${this.expression(node.operand)}) AS INTEGER)`;
      if (isWhole(type) && isDecimal(node.operand))
        return `CAST(${this.decimalFunction("decimal_cast")}(${this.expression(node.operand)}, 0) AS INTEGER)`;
      return super.cast(node);
    }
    const scale = type.scale ?? (type.precision === undefined ? undefined : 0);
    return `${this.decimalFunction("decimal_cast")}(${this.expression(node.operand)}, ${scale === undefined ? "NULL" : String(scale)})`;
  }

  protected override completed(node: FunctionNode, text: string): string {
    return nullForNoRows(node, text);
  }

  protected override callText(node: FunctionNode, callArguments: readonly string[], orderBy: string): string {
    const [first] = callArguments;
    if (node.withinGroup === true)
      this.unsupported(`${node.name}()`, "Number the rows by rowNumber() in a subquery, and pick one.");
    if (node.name === "grouping") this.unsupported("GROUPING()", "There are no several groupings to tell apart.");
    if (node.name === "string_agg" && node.distinct === true)
      this.unsupported("DISTINCT in stringAgg()", "Select the distinct values in a subquery.");
    const aggregate = aggregateCall(node, callArguments);
    if (aggregate !== undefined)
      return super.callText({ ...node, name: aggregate.name }, aggregate.callArguments, orderBy);
    switch (node.name) {
      case "now":
        return now;
      case "char_length":
        return super.callText({ ...node, name: "length" }, callArguments, orderBy);
      default:
        break;
    }
    if (
      first === undefined ||
      callArguments.length !== 1 ||
      node.arguments[0] === undefined ||
      !isDecimal(node.arguments[0])
    ) {
      return super.callText(node, callArguments, orderBy);
    }
    return this.decimalCall(node, first, orderBy);
  }

  protected override grouping(node: GroupingNode): string {
    return this.unsupported(node.mode.toUpperCase(), "Make a select for each grouping, and unite them.");
  }

  protected override frame(node: FrameNode, window: WindowNode): string {
    const hasOffset = node.start.offset !== undefined || node.end.offset !== undefined;
    if (node.unit === "range" && hasOffset && window.orderBy.some((item) => isDecimal(item.operand)))
      this.unsupported("distance between decimals in RANGE", "Order by cast(…, double()).");
    return super.frame(node, window);
  }

  private decimalCall(node: FunctionNode, argument: string, orderBy: string): string {
    switch (node.name) {
      case "sum":
        return super.callText({ ...node, name: this.decimalFunction("decimal_sum") }, [argument], orderBy);
      case "min":
      case "max":
        return `${this.decimalFunction("decimal_value")}(${super.callText(node, [this.decimalKey(argument)], orderBy)})`;
      case "abs":
        return `ltrim(${argument}, '-')`;
      default:
        return super.callText(node, [argument], orderBy);
    }
  }

  protected override defaultKeyword(): string {
    return this.unsupported(
      "DEFAULT in VALUES",
      "Insert the rows that take the default apart from those that have a value.",
    );
  }

  protected override insertBody(node: InsertNode): string {
    // A column that is DEFAULT in every row is left out, which means the same.
    const kept = node.columns.map((_, index) => node.rows.some((row) => row[index]?.kind !== "default"));
    if (node.rows.length === 0 || kept.every(Boolean)) return super.insertBody(node);
    return super.insertBody({
      ...node,
      columns: node.columns.filter((_, index) => kept[index]),
      rows: node.rows.map((row) => row.filter((_, index) => kept[index])),
    });
  }

  protected override selectedRows(select: QueryNode, node: InsertNode): string {
    return super.selectedRows(node.onConflict === undefined ? select : endingInCondition(select), node);
  }

  protected override updateText(
    node: UpdateNode,
    table: string,
    others: readonly string[],
    set: string,
    where: string,
  ): string {
    if (others.length > 0) this.refuseOtherReturning(node);
    return super.updateText(node, table, others, set, where);
  }

  private refuseOtherReturning({ table, returning }: UpdateNode | DeleteNode): void {
    const found: ExpressionSources = { needed: new Set(), named: new Set() };
    for (const column of returning) addSources(column, found);
    const other = [...found.needed].find((source) => source !== table);
    if (other !== undefined)
      this.unsupported(`RETURNING from '${other.name}'`, `Return columns of '${table.name}', and select the others.`);
  }

  protected override merge(): string {
    return this.noMerge();
  }

  protected override deleteText(node: DeleteNode, table: string, others: readonly string[], where: string): string {
    // There is no USING: the same rows are those for which the others have one that fits.
    if (others.length === 0) return super.deleteText(node, table, others, where);
    this.refuseOtherReturning(node);
    return super.deleteText(
      node,
      table,
      [],
      `EXISTS (SELECT 1 FROM ${others.join(", ")}${where === "" ? "" : ` WHERE ${where}`})`,
    );
  }

  protected override lateral(): string {
    return this.unsupported("LATERAL", "Select the value by scalarSubquery(), or number rows by a window function.");
  }

  protected override sample(): string {
    return this.unsupported("TABLESAMPLE", "Order by a random number and limit the rows.");
  }

  protected override writingCte(): void {
    this.unsupported("INSERT, UPDATE or DELETE in WITH", "Send the statements one after the other in a transaction.");
  }

  protected override recursionClauses(): string {
    return this.unsupported("SEARCH and CYCLE", "Carry the path in a column of the query, and compare with it.");
  }

  protected override setOperator(operator: SetOperator): string {
    if (operator === "intersectAll" || operator === "exceptAll") {
      this.unsupported(
        operator === "intersectAll" ? "INTERSECT ALL" : "EXCEPT ALL",
        "Number the rows by func.rowNumber().over(…) and compare the numbers too.",
      );
    }
    return super.setOperator(operator);
  }

  protected override enclosedQuery(text: string): string {
    return `SELECT * FROM (${text})`;
  }

  protected override canOrderByPosition(order: OrderNode): boolean {
    return !isDecimal(order.operand);
  }

  protected override valuesText(source: ValuesSource, rows: readonly (readonly string[])[]): string {
    // The parser takes 500 queries in a UNION, and any number of rows in VALUES, which names its columns itself.
    const columns = source.columns.map(({ name }, index) => `column${String(index + 1)} AS ${this.quote(name)}`);
    return `(SELECT ${columns.join(", ")} FROM (VALUES ${rows.map((row) => `(${row.join(", ")})`).join(", ")})) AS ${this.quote(source.name)}`;
  }

  protected override readsBeside(source: TableFunctionSource): boolean {
    return source.operation !== "generateSeries";
  }

  protected override tableFunctionText(source: TableFunctionSource, callArguments: readonly string[]): string {
    return tableFunctionText(source, callArguments, (name) => this.quote(name));
  }

  protected override derivedColumn(node: ColumnNode): string | undefined {
    return derivedColumn(node, (name) => this.quote(name));
  }

  protected override fromSeparator(): string {
    // A comma binds like JOIN here, and CROSS JOIN would forbid the planner to reorder.
    return ", ";
  }

  protected override limitClause(limit: string | undefined, offset: string | undefined): string {
    // OFFSET needs a LIMIT; -1 is none.
    return super.limitClause(limit ?? (offset === undefined ? undefined : "-1"), offset);
  }

  protected override forUpdate(_clause: ForUpdateClause): string {
    return this.unsupported("row locks", "Begin the transaction for writing instead: it locks the whole database.");
  }
}

/** Before ON CONFLICT a select needs a WHERE: the parser would take ON for a join's. */
function endingInCondition(query: QueryNode): QueryNode {
  if (query.kind === "select")
    return query.where === undefined ? { ...query, where: { kind: "junction", operator: "and", operands: [] } } : query;
  const last = query.operands.length - 1;
  return {
    ...query,
    operands: query.operands.map((operand, index) => (index === last ? endingInCondition(operand) : operand)),
  };
}

function isDecimal(node: Expression): boolean {
  return storedType(typeOf(node)).kind === "numeric";
}

function isWhole(type: SqlType): boolean {
  return type.kind === "smallint" || type.kind === "integer" || type.kind === "bigint";
}

function isFloat(node: Expression): boolean {
  const { kind } = storedType(typeOf(node));
  return kind === "double" || kind === "real";
}

/** True where equal decimals are equal texts: both are stored or bound as the same type. */
function isSameForm(left: Expression, right: Expression): boolean {
  const isStored = (node: Expression): boolean => node.kind === "column" || node.kind === "bind";
  return isStored(left) && isStored(right) && typeKey(typeOf(left)) === typeKey(typeOf(right));
}
