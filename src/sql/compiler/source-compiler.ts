/** FROM clauses to SQL, and the WITH of the statements that use common table expressions. */
import { assertNever } from "../../util/assert-never.ts";
import { CompileError } from "../errors.ts";
import type {
  ColumnNode,
  CteRecursion,
  CteSource,
  Expression,
  FromClause,
  SampleSource,
  SubquerySource,
  TableFunctionSource,
  ValuesSource,
} from "../expression/node.ts";
import type { CompoundNode, QueryNode, SelectNode, Statement } from "../statement/node.ts";
import { cartesianProduct, type CartesianProduct, type Reading } from "./cartesian-product.ts";
import { keyword } from "./expression-compiler.ts";
import { FunctionCompiler } from "./function-compiler.ts";
import { scopeOf, type Scope } from "./scope.ts";

const sampleMethods = Object.freeze({ bernoulli: "BERNOULLI", system: "SYSTEM" });
const searchOrders = Object.freeze({ depth: "DEPTH", breadth: "BREADTH" });

const functionName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;

/** A CTE's text, and the CTEs that it reads itself: they stand before it. */
interface CteText {
  readonly text: string;
  readonly uses: ReadonlySet<CteSource>;
}

/** What can compile sources. */
export abstract class SourceCompiler extends FunctionCompiler {
  /** True once a CTE was met that changes rows. */
  protected hasWritingCte = false;
  /** What is read and connected by nothing. */
  protected readonly products: CartesianProduct[] = [];
  readonly #sourceTexts = new Map<FromClause, string>();
  readonly #argumentTexts = new Map<TableFunctionSource, readonly string[]>();
  readonly #cteTexts = new Map<CteSource, CteText>();
  /** The CTEs of the WITH that is being gathered; undefined where no WITH can stand. */
  #used: Set<CteSource> | undefined;

  protected abstract select(node: SelectNode): string;
  protected abstract setOperation(node: CompoundNode): string;
  protected abstract statement(node: Statement): string;

  protected override query(node: QueryNode): string {
    // Where the whole statement cannot have a WITH, each of its outermost queries has its own.
    if (this.#used === undefined) return this.withClause(() => this.query(node));
    return node.kind === "select" ? this.select(node) : this.setOperation(node);
  }

  /** Note where a statement reads what nothing connects. */
  protected noteProduct(verb: CartesianProduct["verb"], reading: Reading): void {
    const product = cartesianProduct(verb, reading);
    if (product !== undefined) this.products.push(product);
  }

  /** The text that `body` makes, after the WITH of the CTEs that are read in it. */
  protected withClause(body: () => string): string {
    const enclosing = this.#used;
    const used = new Set<CteSource>();
    this.#used = used;
    const text = body();
    this.#used = enclosing;
    return used.size === 0 ? text : `${this.#withText(used)} ${text}`;
  }

  /** True where WITH may stand before a statement of this kind. */
  protected takesWith(_kind: Statement["kind"]): boolean {
    return true;
  }

  protected override sourceText(source: FromClause): string {
    if (source.kind === "table") return this.tableName(source);
    if (source.kind === "alias") return `${this.tableName(source.of)} AS ${this.quote(source.name)}`;
    if (source.kind === "cte") this.#use(source);
    let text = this.#sourceTexts.get(source);
    if (text === undefined) {
      text = this.#namedSource(source);
      this.#sourceTexts.set(source, text);
    }
    return text;
  }

  #namedSource(source: Exclude<FromClause, { kind: "table" | "alias" }>): string {
    switch (source.kind) {
      case "sample":
        return this.sample(source);
      case "subquery":
        return this.subquerySource(source);
      case "cte":
        return this.quote(source.name);
      case "cteReference":
        return this.#cteReference(source);
      case "values":
        return this.valuesSource(source);
      case "tableFunction":
        return this.#tableFunction(source);
      default:
        return assertNever(source, "source");
    }
  }

  /** Run `body` where the names of `scope`, and no others, can be read. */
  #within(scope: Scope | undefined, body: () => string): string {
    const enclosing = this.scope;
    const qualified = this.qualifiesColumns;
    this.scope = scope;
    this.qualifiesColumns = true;
    const text = body();
    this.scope = enclosing;
    this.qualifiesColumns = qualified;
    return text;
  }

  /** What can be read where `source` stands: what is beside it, and what is around that. */
  #beside(source: FromClause): Scope | undefined {
    const owner = scopeOf(source, this.scope);
    if (owner === undefined) return undefined;
    return { sources: new Set([...owner.sources].filter((other) => other !== source)), parent: owner.parent };
  }

  // ---------------------------------------------------------------- subqueries and samples

  protected subquerySource(source: SubquerySource): string {
    const isLateral = source.lateral === true;
    // A subquery in FROM sees nothing of the statement around it, unless it is lateral.
    const scope = isLateral ? this.#beside(source) : undefined;
    const body = this.#within(scope, () => this.query(source.statement));
    return `${isLateral ? this.lateral() : ""}(${body}) AS ${this.quote(source.name)}`;
  }

  /** What stands before a subquery that reads what is beside it. */
  protected lateral(): string {
    return "LATERAL ";
  }

  protected sample(source: SampleSource): string {
    const method = keyword(sampleMethods, source.method, "a way to take a sample");
    const percent = this.operand(source.percent);
    const repeatable = source.repeatable === undefined ? "" : ` REPEATABLE (${this.expression(source.repeatable)})`;
    return `${this.tableName(source.of)} AS ${this.quote(source.name)} TABLESAMPLE ${method} (${percent})${repeatable}`;
  }

  // ---------------------------------------------------------------- common table expressions

  #cteReference(source: Extract<FromClause, { kind: "cteReference" }>): string {
    if (source.of !== undefined) this.sourceText(source.of);
    const name = this.quote(source.cteName);
    return source.cteName === source.name ? name : `${name} AS ${this.quote(source.name)}`;
  }

  /** Put `source`, and what it reads, into the WITH that is being gathered. */
  #use(source: CteSource): void {
    let known = this.#cteTexts.get(source);
    if (known === undefined) {
      const enclosing = this.#used;
      const uses = new Set<CteSource>();
      this.#used = uses;
      const text = this.#within(undefined, () => this.cte(source));
      this.#used = enclosing;
      known = { text, uses };
      this.#cteTexts.set(source, known);
    }
    if (this.#used === undefined) {
      this.unsupported(
        `WITH before this statement, which reads '${source.name}'`,
        "Read the common table expression in a subquery, such as where(….in(select(…))).",
      );
    }
    for (const other of known.uses) this.#used.add(other);
    this.#used.add(source);
  }

  /** `name AS (…)`. */
  protected cte(source: CteSource): string {
    const { statement } = source;
    const isQuery = statement.kind === "select" || statement.kind === "compound";
    if (!isQuery) {
      this.hasWritingCte = true;
      this.writingCte();
    }
    const body = isQuery ? this.query(statement) : this.statement(statement);
    const hint = source.materialized === undefined ? "" : this.materializedHint(source.materialized);
    const { search, cycle } = source.recursion ?? {};
    const recursion = search === undefined && cycle === undefined ? "" : this.recursionClauses({ search, cycle });
    return `${this.quote(source.name)} AS ${hint}(${body})${recursion}`;
  }

  /** Called for INSERT, UPDATE and DELETE inside WITH, which few databases have. */
  protected writingCte(): void {}

  protected materializedHint(materialized: boolean): string {
    return materialized ? "MATERIALIZED " : "NOT MATERIALIZED ";
  }

  /** SEARCH and CYCLE. */
  protected recursionClauses({ search, cycle }: CteRecursion): string {
    const names = (list: readonly string[]): string => list.map((name) => this.quote(name)).join(", ");
    const searchText =
      search === undefined
        ? ""
        : ` SEARCH ${keyword(searchOrders, search.order, "an order of search")} FIRST BY ${names(search.by)} SET ${this.quote(search.as)}`;
    const cycleText =
      cycle === undefined
        ? ""
        : ` CYCLE ${names(cycle.columns)} SET ${this.quote(cycle.mark)} USING ${this.quote(cycle.path)}`;
    return searchText + cycleText;
  }

  #withText(used: ReadonlySet<CteSource>): string {
    const names = [...used].map(({ name }) => name);
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) {
      throw new CompileError(
        `Two common table expressions of one statement are named '${repeated}'. Give one of them another name, or make it once and use it twice.`,
      );
    }
    const isRecursive = [...used].some(({ recursion }) => recursion !== undefined);
    const texts = [...used].map((source) => this.#cteTexts.get(source)?.text ?? "");
    return `WITH ${isRecursive ? "RECURSIVE " : ""}${texts.join(", ")}`;
  }

  // ---------------------------------------------------------------- values and functions

  protected valuesSource(source: ValuesSource): string {
    if (source.rows.length === 0) return this.emptyValues(source);
    const rows = source.rows.map((row) => row.map((value) => this.expression(value)));
    return this.valuesText(source, rows);
  }

  /** A list of rows; `rows` are the texts of its values. */
  protected valuesText(source: ValuesSource, rows: readonly (readonly string[])[]): string {
    return `(VALUES ${rows.map((row) => `(${row.join(", ")})`).join(", ")}) AS ${this.quote(source.name)} (${this.columnNames(source.columns)})`;
  }

  private emptyValues(source: ValuesSource): string {
    const columns = source.columns.map(
      ({ name, type }) => `CAST(NULL AS ${this.types.castType(type)}) AS ${this.quote(name)}`,
    );
    return `(SELECT ${columns.join(", ")} LIMIT 0) AS ${this.quote(source.name)}`;
  }

  protected columnNames(columns: readonly { readonly name: string }[]): string {
    return columns.map(({ name }) => this.quote(name)).join(", ");
  }

  #tableFunction(source: TableFunctionSource): string {
    const scope = this.readsBeside(source) ? this.#beside(source) : undefined;
    let texts: readonly string[] = [];
    this.#within(scope, () => {
      texts = source.arguments.map((argument: Expression) => this.expression(argument));
      return "";
    });
    this.#argumentTexts.set(source, texts);
    if (!functionName.test(source.function))
      throw new CompileError(`'${source.function}' is not the name of a SQL function.`);
    return this.tableFunctionText(source, texts);
  }

  /** True where the arguments may read what stands beside the function in FROM. */
  protected readsBeside(_source: TableFunctionSource): boolean {
    return true;
  }

  /** The texts of a table function's arguments, for columns that are calculated from them. */
  protected argumentTexts(source: TableFunctionSource): readonly string[] {
    return this.#argumentTexts.get(source) ?? [];
  }

  /** A function that returns rows as an item of FROM. */
  protected abstract tableFunctionText(source: TableFunctionSource, callArguments: readonly string[]): string;

  protected override derivedColumn(_node: ColumnNode): string | undefined {
    return undefined;
  }
}
