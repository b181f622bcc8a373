/** INSERT, UPDATE and DELETE to SQL. */
import type { ColumnNode, Expression, FromClause, TableSource } from "../expression/node.ts";
import type { Assignment, DeleteNode, InsertNode, OnConflictClause, QueryNode, UpdateNode } from "../statement/node.ts";
import { CompoundCompiler } from "./compound-compiler.ts";

/** What can compile statements that change rows. */
export abstract class WriteCompiler extends CompoundCompiler {
  protected insert(node: InsertNode): string {
    this.readFrom(node.table);
    const body = this.insertBody(node);
    const onConflict = node.onConflict === undefined ? "" : ` ${this.onConflict(node.onConflict, node)}`;
    return `INSERT INTO ${this.tableName(node.table)} ${body}${onConflict}${this.returning(node.returning)}`;
  }

  /** Columns and rows. */
  protected insertBody(node: InsertNode): string {
    if (node.columns.length === 0) return this.defaultValues(node);
    const columns = node.columns.map((column) => this.quote(column.name)).join(", ");
    if (node.select !== undefined) {
      // The select reads what it names itself, the table that is written to included.
      this.scope = undefined;
      const select = this.selectedRows(node.select, node);
      this.readFrom(node.table);
      return `(${columns}) ${select}`;
    }
    const rows = node.rows.map((row) => {
      const values = row.map((value, index) =>
        value.kind === "default" ? this.defaultKeyword() : this.assigned(value, node.columns[index]),
      );
      return `(${values.join(", ")})`;
    });
    return `(${columns}) VALUES ${rows.join(", ")}`;
  }

  /** The select that gives the rows. */
  protected selectedRows(select: QueryNode, _node: InsertNode): string {
    return this.query(select);
  }

  /** A row of defaults only. */
  protected defaultValues(node: InsertNode): string {
    if (node.rows.length > 1) {
      this.unsupported(
        "INSERT of several rows without columns",
        "Name a column in values(), or insert the rows one by one.",
      );
    }
    return "DEFAULT VALUES";
  }

  protected defaultKeyword(): string {
    return "DEFAULT";
  }

  /** A value on its way into a column, which gives a parameter its type. */
  protected assigned(value: Expression, _column: ColumnNode | undefined): string {
    return value.kind === "bind" ? this.placeholder(value) : this.expression(value);
  }

  protected assignments(set: readonly Assignment[]): string {
    return set.map(({ column, value }) => `${this.quote(column.name)} = ${this.assigned(value, column)}`).join(", ");
  }

  protected onConflict(clause: OnConflictClause, _node: InsertNode): string {
    const target = this.conflictTarget(clause);
    if (clause.set === undefined) return `ON CONFLICT${target} DO NOTHING`;
    const set = this.assignments(clause.set);
    const where = clause.where === undefined ? "" : ` WHERE ${this.expression(clause.where)}`;
    return `ON CONFLICT${target} DO UPDATE SET ${set}${where}`;
  }

  /** The unique key of ON CONFLICT. */
  protected conflictTarget(clause: OnConflictClause): string {
    if (clause.target.length === 0) return "";
    const columns = clause.target.map((column) => this.quote(column.name)).join(", ");
    return ` (${columns})${clause.targetWhere === undefined ? "" : ` WHERE ${this.definitionText(clause.targetWhere)}`}`;
  }

  /** An expression as a table's definition has it: values are written out, columns not qualified. */
  protected abstract definitionText(node: Expression): string;

  protected update(node: UpdateNode): string {
    const { from = [] } = node;
    this.readFrom(node.table, from);
    this.noteProduct("UPDATE", { from: [node.table, ...from], joins: [], where: node.where, scope: this.scope });
    const others = from.map((source) => this.sourceText(source));
    const set = this.assignments(node.set);
    const where = node.where === undefined ? "" : ` WHERE ${this.expression(node.where)}`;
    return `${this.updateText(node, this.tableName(node.table), others, set, where)}${this.returning(node.returning, others.length > 0)}`;
  }

  /** UPDATE of its parts. */
  protected updateText(
    _node: UpdateNode,
    table: string,
    others: readonly string[],
    set: string,
    where: string,
  ): string {
    return `UPDATE ${table} SET ${set}${others.length === 0 ? "" : ` FROM ${others.join(", ")}`}${where}`;
  }

  protected delete(node: DeleteNode): string {
    const { using = [] } = node;
    this.readFrom(node.table, using);
    this.noteProduct("DELETE", { from: [node.table, ...using], joins: [], where: node.where, scope: this.scope });
    const others = using.map((source) => this.sourceText(source));
    const where = node.where === undefined ? "" : this.expression(node.where);
    return `${this.deleteText(node, this.tableName(node.table), others, where)}${this.returning(node.returning, others.length > 0)}`;
  }

  /** DELETE of its parts. */
  protected deleteText(_node: DeleteNode, table: string, others: readonly string[], where: string): string {
    const using = others.length === 0 ? "" : ` USING ${others.join(", ")}`;
    return `DELETE FROM ${table}${using}${where === "" ? "" : ` WHERE ${where}`}`;
  }

  /** What the statement's expressions may read. */
  protected readFrom(table: TableSource, others: readonly FromClause[] = []): void {
    this.scope = { sources: new Set([table, ...others]), parent: undefined };
  }

  /** RETURNING; plain columns go by their own name, unless other tables may have one of that name. */
  protected returning(columns: readonly Expression[], isQualified = false): string {
    if (columns.length === 0) return "";
    const items = columns.map((column) => {
      this.qualifiesColumns = isQualified || column.kind !== "column";
      return this.selectItem(column);
    });
    this.qualifiesColumns = true;
    return ` RETURNING ${items.join(", ")}`;
  }
}
