/** INSERT, UPDATE and DELETE to SQL. */
import type { ColumnNode, Expression } from "../expression/node.ts";
import type { Assignment, DeleteNode, InsertNode, OnConflictClause, UpdateNode } from "../statement/node.ts";
import { SelectCompiler } from "./select-compiler.ts";

/** What can compile statements that change rows. */
export abstract class WriteCompiler extends SelectCompiler {
  protected insert(node: InsertNode): string {
    this.scope = { sources: new Set([node.table]), parent: undefined };
    const body = this.insertBody(node);
    const onConflict = node.onConflict === undefined ? "" : ` ${this.onConflict(node.onConflict, node)}`;
    return `INSERT INTO ${this.tableName(node.table)} ${body}${onConflict}${this.returning(node.returning)}`;
  }

  /** Columns and rows. */
  protected insertBody(node: InsertNode): string {
    if (node.columns.length === 0) return this.defaultValues(node);
    const columns = node.columns.map((column) => this.quote(column.name)).join(", ");
    const rows = node.rows.map((row) => {
      const values = row.map((value, index) =>
        value.kind === "default" ? this.defaultKeyword() : this.assigned(value, node.columns[index]),
      );
      return `(${values.join(", ")})`;
    });
    return `(${columns}) VALUES ${rows.join(", ")}`;
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
    const target =
      clause.target.length === 0 ? "" : ` (${clause.target.map((column) => this.quote(column.name)).join(", ")})`;
    if (clause.set === undefined) return `ON CONFLICT${target} DO NOTHING`;
    return `ON CONFLICT${target} DO UPDATE SET ${this.assignments(clause.set)}`;
  }

  protected update(node: UpdateNode): string {
    this.scope = { sources: new Set([node.table]), parent: undefined };
    const set = this.assignments(node.set);
    const where = node.where === undefined ? "" : ` WHERE ${this.expression(node.where)}`;
    return `UPDATE ${this.tableName(node.table)} SET ${set}${where}${this.returning(node.returning)}`;
  }

  protected delete(node: DeleteNode): string {
    this.scope = { sources: new Set([node.table]), parent: undefined };
    const where = node.where === undefined ? "" : ` WHERE ${this.expression(node.where)}`;
    return `DELETE FROM ${this.tableName(node.table)}${where}${this.returning(node.returning)}`;
  }

  /** RETURNING; plain columns go by their own name. */
  protected returning(columns: readonly Expression[]): string {
    if (columns.length === 0) return "";
    const items = columns.map((column) => {
      this.qualifiesColumns = column.kind !== "column";
      return this.selectItem(column);
    });
    this.qualifiesColumns = true;
    return ` RETURNING ${items.join(", ")}`;
  }
}
