/** What PostgreSQL's SQL says in its own way: numbered parameters with types, lists in one parameter. */
import type { ConstructWriters } from "../../sql/compiler/construct-call.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { SqlCompiler } from "../../sql/compiler/sql-compiler.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type {
  BinaryNode,
  BindNode,
  Expression,
  FunctionNode,
  NextValueNode,
  OrderNode,
  TableFunctionSource,
} from "../../sql/expression/node.ts";
import type { InsertNode, OnConflictClause, SelectNode } from "../../sql/statement/node.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { isJsonConstruct } from "../../sql/expression/construct.ts";
import { aggregateArguments } from "./aggregate-text.ts";
import { constructs } from "./constructs.ts";
import { textLiteral } from "./literal.ts";
import { tableFunctionText } from "./table-functions.ts";
import { PostgresqlTypeCompiler } from "./type-compiler.ts";

/** Compiles statements for PostgreSQL. */
export class PostgresqlSqlCompiler extends SqlCompiler {
  protected override readonly dialectName = "PostgreSQL";
  protected override readonly types: PostgresqlTypeCompiler = new PostgresqlTypeCompiler();
  protected override readonly constructs: ConstructWriters = constructs;
  protected override readonly numbersPlaceholders = true;
  // A message counts its parameters in 16 bits.
  protected override readonly maxParameters = 65_535;

  protected override quote(name: string): string {
    return quoteIdentifier(name, '"');
  }

  protected override escapeLiteral(character: string): string {
    return textLiteral(character);
  }

  protected override placeholderText(position: number): string {
    return `$${String(position)}`;
  }

  protected override bind(node: BindNode): string {
    const text = this.placeholder(node);
    if (this.inlineValue !== undefined || node.type.kind === "unknown") return text;
    return `${text}::${this.types.parameterType(node.type)}`;
  }

  protected override inArray(operand: string, marker: string, type: SqlType, negated: boolean): string {
    const array = `${marker}::${this.types.parameterType(type)}[]`;
    return negated ? `${operand} <> ALL(${array})` : `${operand} = ANY(${array})`;
  }

  /** The name is a constant, so that a default follows the sequence when that is renamed. */
  protected override nextValue({ sequence }: NextValueNode): string {
    return `nextval(${textLiteral(this.tableName(sequence))}::regclass)`;
  }

  protected override binaryText(node: BinaryNode, left: string, right: string): string {
    const kind = storedType(typeOf(node.left)).kind;
    if (node.operator === "modulo" && (kind === "double" || kind === "real")) {
      this.unsupported("remainder of floating-point numbers", "Use cast(…, decimal()) on both sides.");
    }
    return super.binaryText(node, left, right);
  }

  protected override tableFunctionText(source: TableFunctionSource, callArguments: readonly string[]): string {
    return tableFunctionText(source, callArguments, (name) => this.quote(name));
  }

  protected override orderText(node: OrderNode, operand: string): string {
    // JSON's null is a value, and the least there is.
    return super.orderText(node, isJsonConstruct(node.operand) ? `NULLIF(${operand}, 'null'::jsonb)` : operand);
  }

  protected override onConflict(clause: OnConflictClause, node: InsertNode): string {
    if (clause.set !== undefined && clause.target.length === 0) {
      this.unsupported("ON CONFLICT DO UPDATE without columns", "Name the columns of the unique key in `target`.");
    }
    return super.onConflict(clause, node);
  }

  protected override distinctOn(columns: readonly Expression[]): string {
    return `DISTINCT ON (${this.list(columns)}) `;
  }

  protected override withTies(limit: string | undefined, offset: string | undefined, node: SelectNode): string {
    return this.fetchWithTies(limit, offset, node);
  }

  protected override callText(node: FunctionNode, callArguments: readonly string[], orderBy: string): string {
    return super.callText(node, aggregateArguments(node, callArguments), orderBy);
  }

  protected override windowed(
    node: FunctionNode,
    callArguments: readonly string[],
    call: string,
    over: string,
  ): string {
    if (node.withinGroup === true)
      this.unsupported(`${node.name}() as a window function`, "Leave .over(…) out, and join the groups' values.");
    return super.windowed(node, callArguments, call, over);
  }
}
