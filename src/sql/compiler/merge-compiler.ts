/** MERGE to SQL. */
import type { MergeClause, MergeNode } from "../statement/node.ts";
import { WriteCompiler } from "./write-compiler.ts";

/** What can compile all statements that change rows. */
export abstract class MergeCompiler extends WriteCompiler {
  /** MERGE, as the standard has it. */
  protected merge(node: MergeNode): string {
    this.readFrom(node.table, [node.source]);
    const source = this.sourceText(node.source);
    const on = this.expression(node.on);
    const clauses = node.clauses.map((clause) => this.mergeClause(clause));
    return `MERGE INTO ${this.tableName(node.table)} USING ${source} ON ${on}${clauses.join("")}`;
  }

  private mergeClause({ isMatched, condition, action }: MergeClause): string {
    const when = condition === undefined ? "" : ` AND ${this.operand(condition)}`;
    return ` WHEN ${isMatched ? "" : "NOT "}MATCHED${when} THEN ${this.mergeAction(action)}`;
  }

  private mergeAction(action: MergeClause["action"]): string {
    switch (action.kind) {
      case "update":
        return `UPDATE SET ${this.assignments(action.set)}`;
      case "delete":
        return "DELETE";
      case "nothing":
        return "DO NOTHING";
      default: {
        const { columns, values } = action;
        if (columns.length === 0) return "INSERT DEFAULT VALUES";
        const names = columns.map((column) => this.quote(column.name)).join(", ");
        const texts = values.map((value, index) =>
          value.kind === "default" ? this.defaultKeyword() : this.assigned(value, columns[index]),
        );
        return `INSERT (${names}) VALUES (${texts.join(", ")})`;
      }
    }
  }

  /** For databases that have none. */
  protected noMerge(): never {
    this.unsupported(
      "MERGE",
      "Use insert(…).fromSelect(…).onConflictDoUpdate(…), and deleteFrom(…) for rows that are to go.",
    );
  }
}
