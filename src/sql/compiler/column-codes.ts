/** The codes of what most of a statement's shape is made of, each written once. Used by `collect-shape.ts`. */
import type { ColumnNode, Expression } from "../expression/node.ts";

const columns = new WeakMap<ColumnNode, string>();

/** The code of a table's own column. */
export function columnCode(node: ColumnNode): string {
  let code = columns.get(node);
  if (code === undefined) {
    code = `t${String(node.from.id)};${String(node.name.length)}:${node.name}`;
    columns.set(node, code);
  }
  return code;
}

const lists = new WeakMap<readonly Expression[], string>();
/** Lists of the same columns have the same code. */
const numbers = new Map<string, number>();

/** Give a list of tables' own columns a code, so that it need not be walked: all columns of a model, which many statements select. */
export function addColumnList(list: readonly ColumnNode[]): void {
  const code = list.map(columnCode).join("");
  let number = numbers.get(code);
  if (number === undefined) numbers.set(code, (number = numbers.size));
  lists.set(list, `E${String(number)};`);
}

/** The code of such a list; undefined for all others. */
export function columnListCode(list: readonly Expression[]): string | undefined {
  return lists.get(list);
}

const counts = Array.from({ length: 64 }, (_, count) => `${String(count)};`);

/** The code of a number of parts. */
export function countCode(count: number): string {
  return counts[count] ?? `${String(count)};`;
}
