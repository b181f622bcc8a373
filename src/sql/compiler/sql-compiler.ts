/** The entry of all compilers: a statement to `Compiled`, or an expression of a table's definition to text. */
import { CompileError } from "../errors.ts";
import { typeOf } from "../expression/column-element.ts";
import type { Expression } from "../expression/node.ts";
import type { Statement } from "../statement/node.ts";
import { resultItems } from "../statement/result-items.ts";
import type { SqlType } from "../type/sql-type.ts";
import { required } from "../../util/assert-never.ts";
import { collectShape, type ListShaper } from "./collect-shape.ts";
import type { Compiled, ResultColumn } from "./compiled.ts";
import { isPlainRead } from "./plain-read.ts";
import { statementVerb } from "./statement-verb.ts";
import { MergeCompiler } from "./merge-compiler.ts";

/** Base class of every dialect's compiler. */
export abstract class SqlCompiler extends MergeCompiler {
  /** The most parameters one statement can have. */
  protected abstract readonly maxParameters: number;
  readonly #listShaper: ListShaper;
  #definition: ((expression: Expression) => string) | undefined;

  constructor(shaper: ListShaper) {
    super(shaper);
    this.#listShaper = shaper;
  }

  /**
   * Compile `statement`.
   * @param definition - Writes an expression as the table's definition does.
   */
  compile(statement: Statement, definition?: (expression: Expression) => string): Compiled {
    this.#definition = definition;
    this.expectValues(collectShape(statement, this.#listShaper).values);
    const text = this.takesWith(statement.kind)
      ? this.withClause(() => this.statement(statement))
      : this.statement(statement);
    this.expectNoMoreValues();
    const { sql, slots } = this.markers.replace(
      text,
      (position) => this.placeholderText(position),
      this.numbersPlaceholders,
    );
    if (slots.length > this.maxParameters) {
      throw new CompileError(
        `A statement on ${this.dialectName} can have ${String(this.maxParameters)} parameters, and this one has ${String(slots.length)}. Send the rows or values in several statements.`,
      );
    }
    return {
      sql,
      slots,
      columns: resultColumns(statement),
      isPlainRead: isPlainRead(statement),
      products: this.products,
      ...effects(statement, this.hasWritingCte),
    };
  }

  /**
   * An expression of a table's definition: columns by their own names, values written out by `inlineValue`.
   * @throws CompileError for what a definition cannot hold.
   */
  compileDefinition(expression: Expression, inlineValue: (value: unknown, type: SqlType) => string): string {
    this.inlineValue = inlineValue;
    this.qualifiesColumns = false;
    return this.expression(expression);
  }

  /** Whether a placeholder says which parameter it is, so that two can be the same. */
  protected readonly numbersPlaceholders: boolean = false;

  /** The database's placeholder of the n-th parameter, counting from 1. */
  protected placeholderText(_position: number): string {
    return "?";
  }

  protected override definitionText(node: Expression): string {
    return required(this.#definition, "writer of definitions")(node);
  }

  protected override statement(statement: Statement): string {
    switch (statement.kind) {
      case "select":
      case "compound":
        return this.query(statement);
      case "insert":
        return this.insert(statement);
      case "update":
        return this.update(statement);
      case "delete":
        return this.delete(statement);
      case "merge":
        return this.merge(statement);
      default:
        return this.template(statement.template);
    }
  }
}

function resultColumns(statement: Statement): ResultColumn[] {
  if (statement.kind === "text") return [];
  const isQuery = statement.kind === "select" || statement.kind === "compound";
  const items = isQuery ? resultItems(statement) : statement.returning;
  return items.map((item, index) => ({ name: resultName(item, index), type: typeOf(item) }));
}

function resultName(item: Expression, index: number): string {
  if (item.kind === "label" || item.kind === "column" || item.kind === "function") return item.name;
  return `column_${String(index + 1)}`;
}

function effects(
  statement: Statement,
  hasWritingCte: boolean,
): Pick<Compiled, "returnsRows" | "writes" | "touchesIsolation"> {
  switch (statement.kind) {
    case "select":
    case "compound":
      return { returnsRows: true, writes: hasWritingCte, touchesIsolation: false };
    case "text": {
      const text = statement.template.parts.join(" ");
      return { ...statementVerb(text), touchesIsolation: /isolation/i.test(text) };
    }
    default:
      return { returnsRows: statement.returning.length > 0, writes: true, touchesIsolation: false };
  }
}
