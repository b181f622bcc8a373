/** What MySQL's SQL says in its own way: CONCAT, DIV, ON DUPLICATE KEY, emulated FILTER and NULLS FIRST. */
import type { ConstructWriters } from "../../sql/compiler/construct-call.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { keyword } from "../../sql/compiler/expression-compiler.ts";
import { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { ListShaper } from "../../sql/compiler/collect-shape.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type {
  BinaryNode,
  BinaryOperator,
  BindNode,
  ColumnNode,
  Expression,
  FrameNode,
  FunctionNode,
  GroupingNode,
  IdentifierNode,
  NextValueNode,
  OrderNode,
  TableFunctionSource,
  ValuesSource,
  WindowNode,
} from "../../sql/expression/node.ts";
import type {
  Assignment,
  DeleteNode,
  ForUpdateClause,
  InsertNode,
  JoinKind,
  OnConflictClause,
  QueryNode,
  Statement,
  UpdateNode,
  SelectNode,
} from "../../sql/statement/node.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { assignmentOrder, readsNoAssigned } from "./assignment-order.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { isJsonConstruct } from "../../sql/expression/construct.ts";
import { constructsOf } from "./constructs.ts";
import { JsonWriter } from "./json-constructs.ts";
import { aggregateText, isConcatenation } from "./aggregate-text.ts";
import { bareLiteral } from "./literal.ts";
import { rowComparison } from "./row-comparison.ts";
import { derivedColumn, tableFunctionText } from "./table-functions.ts";
import { MysqlTypeCompiler } from "./type-compiler.ts";

/** What follows `IS NULL` for NULLs to come first or last. */
const nullsOrders = Object.freeze({ first: " DESC", last: "" });
const integers: ReadonlySet<SqlType["kind"]> = new Set(["smallint", "integer", "bigint"]);
/** Types whose values are sent as text and must not be taken for it. */
const castParameters: ReadonlySet<SqlType["kind"]> = new Set(["numeric", "date", "time", "timestamp"]);
const arithmetic: ReadonlySet<BinaryOperator> = new Set(["plus", "minus", "times", "divide", "modulo"]);
/** "No limit", as MySQL's manual writes it. */
const noLimit = "18446744073709551615";
const shareWaits = Object.freeze({ wait: "", nowait: " NOWAIT", "skip locked": " SKIP LOCKED" });

/** Compiles statements for MySQL. */
export class MysqlSqlCompiler extends SqlCompiler {
  protected override readonly dialectName: string;
  protected override readonly types: MysqlTypeCompiler;
  protected override readonly constructs: ConstructWriters;
  // A statement counts its parameters in 16 bits.
  protected override readonly maxParameters = 65_535;
  readonly #flavour: MysqlFlavour;
  /** How the row that could not be inserted is spelled, within ON DUPLICATE KEY. */
  #excluded: "alias" | "function" | undefined;
  /** True while an UPDATE of several tables is compiled. */
  #readsOthers = false;

  constructor(shaper: ListShaper, flavour: MysqlFlavour) {
    super(shaper);
    this.#flavour = flavour;
    this.dialectName = flavour.isMariaDb ? "MariaDB" : "MySQL";
    this.types = new MysqlTypeCompiler(flavour);
    this.constructs = constructsOf(flavour);
  }

  protected override quote(name: string): string {
    return quoteIdentifier(name, "`");
  }

  protected override escapeLiteral(character: string): string {
    return bareLiteral(character);
  }

  protected override bind(node: BindNode): string {
    const text = this.placeholder(node);
    if (this.inlineValue !== undefined || !castParameters.has(storedType(node.type).kind)) return text;
    return `CAST(${text} AS ${this.parameterType(node.type)})`;
  }

  /** The type of a parameter: decimals with all the digits there can be, so that none is rounded away. */
  private parameterType(type: SqlType): string {
    return this.types.castType(storedType(type).kind === "numeric" ? { kind: "numeric" } : type);
  }

  protected override nextValue(node: NextValueNode): string {
    return this.#flavour.isMariaDb ? `nextval(${this.tableName(node.sequence)})` : super.nextValue(node);
  }

  protected override binary(node: BinaryNode): string {
    const { left: row, right: other } = node;
    if (row.kind === "tuple" && other.kind === "tuple") {
      const left = row.items.map((item) => this.operand(item));
      const right = other.items.map((item, index) => this.beside(item, row.items[index] ?? item));
      const text = rowComparison(node.operator, left, right);
      return text ?? this.binaryText(node, `(${left.join(", ")})`, `(${right.join(", ")})`);
    }
    // Beside a number, a decimal that is sent as text would be calculated with as a double.
    if (!arithmetic.has(node.operator)) return super.binary(node);
    const left = this.operand(node.left);
    return this.binaryText(node, left, this.operand(node.right));
  }

  protected override inArray(operand: string, marker: string, type: SqlType, negated: boolean): string {
    const table = `JSON_TABLE(${marker}, '$[*]' COLUMNS (v ${this.types.jsonTableType(type)} PATH '$')) AS list`;
    return `${operand} ${negated ? "NOT IN" : "IN"} (SELECT v FROM ${table})`;
  }

  protected override inSubquery(statement: QueryNode): string {
    const text = super.inSubquery(statement);
    // LIMIT is refused in a subquery of IN, but not one level further down.
    return statement.limit === undefined && statement.offset === undefined
      ? text
      : `(SELECT * FROM ${text} AS limited)`;
  }

  protected override binaryText(node: BinaryNode, left: string, right: string): string {
    switch (node.operator) {
      case "concat":
        return `CONCAT(${left}, ${right})`;
      case "divide":
        return isInteger(node.left) && isInteger(node.right)
          ? `${left} DIV ${right}`
          : super.binaryText(node, left, right);
      case "isDistinctFrom":
        return `NOT (${left} <=> ${right})`;
      case "isNotDistinctFrom":
        return `${left} <=> ${right}`;
      case "ilike":
        return super.binaryText({ ...node, operator: "like" }, `LOWER(${left})`, `LOWER(${right})`);
      case "notIlike":
        return super.binaryText({ ...node, operator: "notLike" }, `LOWER(${left})`, `LOWER(${right})`);
      default:
        return super.binaryText(node, left, right);
    }
  }

  protected override call(
    node: FunctionNode,
    callArguments: readonly string[],
    orderBy: string,
    filter: string | undefined,
  ): string {
    if (node.withinGroup === true) this.checkWithinGroup(node);
    const aggregate = aggregateText(node, { callArguments, orderBy, filter });
    if (aggregate !== undefined) {
      if (node.over !== undefined && isConcatenation(node))
        this.unsupported(`${node.name}() as a window function`, "Put the values together in a subquery of each group.");
      return aggregate;
    }
    if (filter === undefined) return super.call(node, callArguments, orderBy, filter);
    const [only] = callArguments;
    if (only === undefined || callArguments.length > 1) {
      this.unsupported(
        `FILTER for ${node.name}() with several arguments`,
        "Put a CASE into the argument that decides.",
      );
    }
    return super.call(node, [`CASE WHEN ${filter} THEN ${only === "*" ? "1" : only} END`], orderBy, undefined);
  }

  private checkWithinGroup(node: FunctionNode): void {
    const isThere = this.#flavour.isMariaDb && node.over !== undefined && node.name !== "mode";
    if (isThere) return;
    const remedy =
      this.#flavour.isMariaDb && node.name !== "mode"
        ? "It has a window function: add .over(…)."
        : "Number the rows by rowNumber() in a subquery, and pick one.";
    this.unsupported(`${node.name}() as an aggregate`, remedy);
  }

  protected override callText(node: FunctionNode, callArguments: readonly string[], orderBy: string): string {
    if (node.name === "grouping" && this.#flavour.isMariaDb)
      this.unsupported("GROUPING()", "What was grouped together is NULL.");
    // MySQL takes an aggregate's name for a column where a space comes before the parenthesis; there is none.
    return node.name === "now" ? "UTC_TIMESTAMP(6)" : super.callText(node, callArguments, orderBy);
  }

  protected override windowed(
    node: FunctionNode,
    callArguments: readonly string[],
    call: string,
    over: string,
  ): string {
    const [value, offset, otherwise] = callArguments;
    const hasDefault = (node.name === "lag" || node.name === "lead") && otherwise !== undefined;
    if (!hasDefault || !this.#flavour.isMariaDb) return super.windowed(node, callArguments, call, over);
    // MariaDB's LAG takes no default; the same of a constant is NULL where there is no such row.
    const isMissing = `${node.name}(1, ${offset ?? ""})${over} IS NULL`;
    return `CASE WHEN ${isMissing} THEN ${otherwise} ELSE ${node.name}(${value ?? ""}, ${offset ?? ""})${over} END`;
  }

  protected override frame(node: FrameNode, window: WindowNode): string {
    if (node.unit === "groups")
      this.unsupported("GROUPS in the frame of a window", "Count in rows, or number the groups by dense_rank() first.");
    if (node.exclude !== undefined)
      this.unsupported("EXCLUDE in the frame of a window", "Take the row's own value out of the result.");
    return super.frame(node, window);
  }

  protected override orderText(node: OrderNode, operand: string, within = operand): string {
    if (this.#flavour.isMariaDb && isJsonConstruct(node.operand)) return this.jsonOrder(node, operand);
    // NULL is less than all values.
    const isUsual = node.nulls === (node.direction === "asc" ? "first" : "last");
    if (node.nulls === undefined || isUsual) return super.orderText({ ...node, nulls: undefined }, operand);
    const nulls = `${within} IS NULL${keyword(nullsOrders, node.nulls, "an order of NULLs")}`;
    return `${nulls}, ${super.orderText({ ...node, nulls: undefined }, operand)}`;
  }

  /** MariaDB's JSON is text, of which 10 comes before 9: numbers first, by their values, then the rest. */
  private jsonOrder(node: OrderNode, operand: string): string {
    const json = new JsonWriter(this.#flavour);
    const plain: OrderNode = { ...node, operand: { kind: "star" } };
    return [json.number(operand), json.unquoted(operand)].map((key) => this.orderText(plain, key)).join(", ");
  }

  protected override joinKind(kind: JoinKind): string {
    if (kind === "full") this.unsupported("FULL JOIN", "Unite a left join and a right join.");
    return super.joinKind(kind);
  }

  protected override lateral(): string {
    if (this.#flavour.isMariaDb)
      this.unsupported("LATERAL", "Select the value by scalarSubquery(), or number rows by a window function.");
    return super.lateral();
  }

  protected override sample(): string {
    return this.unsupported("TABLESAMPLE", "Order by a random number and limit the rows.");
  }

  protected override takesWith(kind: Statement["kind"]): boolean {
    if (kind === "insert") return false;
    return !this.#flavour.isMariaDb || (kind !== "update" && kind !== "delete");
  }

  protected override writingCte(): void {
    this.unsupported("INSERT, UPDATE or DELETE in WITH", "Send the statements one after the other in a transaction.");
  }

  protected override materializedHint(): string {
    return "";
  }

  protected override recursionClauses(): string {
    return this.unsupported("SEARCH and CYCLE", "Carry the path in a column of the query, and compare with it.");
  }

  protected override canOrderByPosition(order: OrderNode): boolean {
    return order.nulls === undefined;
  }

  protected override valuesText(source: ValuesSource, rows: readonly (readonly string[])[]): string {
    const name = this.quote(source.name);
    if (!this.#flavour.isMariaDb) {
      const list = rows.map((row) => `ROW(${row.join(", ")})`).join(", ");
      return `(VALUES ${list}) AS ${name} (${this.columnNames(source.columns)})`;
    }
    // MariaDB names the columns of VALUES after its first row, and takes no other names for them.
    const [first = [], ...rest] = rows;
    const named = first.map((text, index) => `${text} AS ${this.quote(source.columns[index]?.name ?? "")}`);
    const selects = [named, ...rest].map((row) => `SELECT ${row.join(", ")}`);
    return `(${selects.join(" UNION ALL ")}) AS ${name}`;
  }

  protected override tableFunctionText(source: TableFunctionSource, callArguments: readonly string[]): string {
    return tableFunctionText(source, callArguments, (name) => this.quote(name), this.dialectName, this.types);
  }

  protected override derivedColumn(node: ColumnNode): string | undefined {
    return derivedColumn(
      node,
      (source) => this.argumentTexts(source),
      (name) => this.quote(name),
    );
  }

  protected override limitClause(limit: string | undefined, offset: string | undefined): string {
    return super.limitClause(limit ?? (offset === undefined ? undefined : noLimit), offset);
  }

  protected override groupBy(node: SelectNode): string {
    const [only] = node.groupBy;
    if (!node.groupBy.some((item) => item.kind === "grouping")) return super.groupBy(node);
    const isPlain =
      only?.kind === "grouping" && node.groupBy.length === 1 && only.sets.every((set) => set.length === 1);
    if (!isPlain || only.mode !== "rollup")
      this.unsupported("groupings but one ROLLUP of columns", "Make a select for each grouping, and unite them.");
    if (this.#flavour.isMariaDb && node.orderBy.length > 0)
      this.unsupported("ORDER BY beside ROLLUP", "Sort in a select around this one.");
    return super.groupBy(node);
  }

  protected override grouping(_node: GroupingNode, sets: readonly string[]): string {
    return `${sets.join(", ")} WITH ROLLUP`;
  }

  protected override rowCount(node: Expression): string {
    if (node.kind !== "bind") this.unsupported("LIMIT and OFFSET by an expression", "Ask for the number first.");
    return super.rowCount(node);
  }

  protected override withTies(limit: string | undefined, offset: string | undefined, node: SelectNode): string {
    return this.#flavour.isMariaDb ? this.fetchWithTies(limit, offset, node) : super.withTies(limit, offset, node);
  }

  protected override forUpdate(clause: ForUpdateClause): string {
    if (clause.strength === "no key update" || clause.strength === "key share")
      this.unsupported("locks of all but the key", "Use forUpdate() or forShare().");
    if (clause.of !== undefined && this.#flavour.isMariaDb)
      this.unsupported("FOR UPDATE OF", "Leave `of` out: the rows of all tables are locked.");
    if (clause.strength !== "share" || !this.#flavour.isMariaDb) return super.forUpdate(clause);
    return ` LOCK IN SHARE MODE${shareWaits[clause.wait]}`;
  }

  protected override defaultValues(node: InsertNode): string {
    return `() VALUES ${node.rows.length === 0 ? "()" : node.rows.map(() => "()").join(", ")}`;
  }

  protected override selectedRows(select: QueryNode, node: InsertNode): string {
    if (node.onConflict === undefined) return super.selectedRows(select, node);
    // ON DUPLICATE KEY sees the select's tables too, and takes their columns for those of the one that is written to.
    const names = node.columns.map(({ name }) => name);
    return `SELECT * FROM (${super.selectedRows(labelled(select, names), node)}) AS selected`;
  }

  protected override onConflict(clause: OnConflictClause, node: InsertNode): string {
    this.checkConflict(clause, node);
    if (clause.set === undefined) return this.doNothing(node);
    const isAliased = !this.#flavour.isMariaDb && node.select === undefined;
    this.#excluded = isAliased ? "alias" : "function";
    const texts = clause.set.map(({ column, value }) => this.assigned(value, column));
    const where = clause.where === undefined ? undefined : this.expression(clause.where);
    this.#excluded = undefined;
    const set = this.inOrder(clause.set, clause.where).map((position) => {
      const name = this.quote(clause.set?.[position]?.column.name ?? "");
      const value = texts[position] ?? "";
      return `${name} = ${where === undefined ? value : `IF(${where}, ${value}, ${this.tableName(node.table)}.${name})`}`;
    });
    return `${isAliased ? `AS ${this.quote("excluded")} ` : ""}ON DUPLICATE KEY UPDATE ${set.join(", ")}`;
  }

  /** ON DUPLICATE KEY looks at every unique key: a target must be the only one that can be in conflict. */
  private checkConflict(clause: OnConflictClause, node: InsertNode): void {
    const { target, keys } = clause;
    if (target.length > 0) {
      const anyKey = "Leave `target` out: the row is updated where any unique key conflicts.";
      const names = target.map(({ name }) => `'${name}'`).join(", ");
      if (keys === undefined || clause.targetWhere !== undefined)
        this.unsupported("ON CONFLICT for one unique key", anyKey);
      if (!keys.isUnique)
        this.unsupported(`ON CONFLICT for ${names}, which is no unique key of '${node.table.name}'`, anyKey);
      if (keys.others.length > 0)
        this.unsupported(
          `ON CONFLICT for ${names} alone: the rows have values for another unique key as well, ${keys.others.join(", ")}`,
          anyKey,
        );
    }
    if (node.returning.length === 0 || (clause.set !== undefined && clause.where === undefined)) return;
    this.unsupported(
      clause.set === undefined ? "RETURNING beside DO NOTHING" : "RETURNING beside a condition of DO UPDATE",
      "It would return the rows that were left as they are, too. Select the rows afterwards.",
    );
  }

  /** Setting a column to itself is MySQL's way to do nothing; IGNORE would hide other errors too. */
  private doNothing(node: InsertNode): string {
    const [column] = node.columns;
    if (column === undefined) this.unsupported("DO NOTHING for a row of defaults", "Name a column in values().");
    const name = `${this.tableName(node.table)}.${this.quote(column.name)}`;
    return `ON DUPLICATE KEY UPDATE ${this.quote(column.name)} = ${name}`;
  }

  /** The positions of assignments in an order in which none reads what another has assigned. */
  private inOrder(set: readonly Assignment[], condition: Expression | undefined): readonly number[] {
    return assignmentOrder(set, condition) ?? this.refuseMutual();
  }

  private refuseMutual(): never {
    this.unsupported(
      "assignments that read each other's columns",
      "It assigns one after the other. Use a statement for each of these columns.",
    );
  }

  protected override assignments(set: readonly Assignment[]): string {
    const texts = set.map(({ column, value }) => {
      const name = this.quote(column.name);
      const place = this.#readsOthers ? `${this.sourceName(column.from)}.${name}` : name;
      return `${place} = ${this.assigned(value, column)}`;
    });
    // With several tables no order is promised.
    if (this.#readsOthers && !readsNoAssigned(set)) this.refuseMutual();
    return this.inOrder(set, undefined)
      .map((position) => texts[position])
      .join(", ");
  }

  protected override update(node: UpdateNode): string {
    if (node.returning.length > 0) this.unsupported("RETURNING for UPDATE", "Select the rows afterwards.");
    this.#readsOthers = node.from !== undefined && node.from.length > 0;
    return super.update(node);
  }

  protected override updateText(
    node: UpdateNode,
    table: string,
    others: readonly string[],
    set: string,
    where: string,
  ): string {
    if (others.length === 0) return super.updateText(node, table, others, set, where);
    return `UPDATE ${[table, ...others].join(", ")} SET ${set}${where}`;
  }

  protected override merge(): string {
    return this.noMerge();
  }

  protected override deleteText(node: DeleteNode, table: string, others: readonly string[], where: string): string {
    if (others.length === 0) return super.deleteText(node, table, others, where);
    if (node.returning.length > 0)
      this.unsupported("RETURNING for DELETE with USING", "Write the other tables into subqueries of where().");
    return `DELETE ${table} FROM ${[table, ...others].join(", ")}${where === "" ? "" : ` WHERE ${where}`}`;
  }

  protected override identifier(node: IdentifierNode): string {
    const [table, column] = node.path;
    // `excluded`, the row that could not be inserted, is VALUES(…) here, or an alias.
    const isExcluded =
      this.#excluded === "function" && table === "excluded" && column !== undefined && node.path.length === 2;
    return isExcluded ? `VALUES(${this.quote(column)})` : super.identifier(node);
  }

  protected override returning(columns: readonly Expression[], isQualified = false): string {
    const text = super.returning(columns, isQualified);
    if (text !== "" && !this.#flavour.isMariaDb) this.unsupported("RETURNING", "Select the rows afterwards.");
    return text;
  }
}

/** The query with a name for each of its columns. */
function labelled(query: QueryNode, names: readonly string[]): QueryNode {
  if (query.kind === "compound")
    return {
      ...query,
      operands: query.operands.map((operand, index) => (index === 0 ? labelled(operand, names) : operand)),
    };
  const columns = query.columns.map((column, index): Expression =>
    column.kind === "label" ? column : { kind: "label", operand: column, name: names[index] ?? "" },
  );
  return { ...query, columns };
}

function isInteger(node: Expression): boolean {
  return integers.has(storedType(typeOf(node)).kind);
}
