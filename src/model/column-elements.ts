/** `Hero.c`: a model's columns as expressions. Those of a subclass remember whose they are. */
import { ColumnElement } from "../sql/expression/column-element.ts";
import type { ColumnNode } from "../sql/expression/node.ts";
import { required } from "../util/assert-never.ts";
import { lineage, type ModelDefinition } from "./definition.ts";

/** Columns of subclasses: their tables hold rows of other classes too, so a statement that names one is limited to its own. */
const subclassColumns = new WeakMap<ColumnNode, ModelDefinition>();

/** The subclass whose column this is, or undefined. */
export function subclassOf(node: ColumnNode): ModelDefinition | undefined {
  return subclassColumns.get(node);
}

/** The columns of a model, by property. */
export function columnElements(definition: ModelDefinition): { readonly [key: string]: ColumnElement<unknown> } {
  const elements = Object.create(null) as { [key: string]: ColumnElement<unknown> };
  for (const { table, fields, ownsTable } of lineage(definition)) {
    // With joined inheritance the key is in each table; the nearest is meant.
    const keys = ownsTable ? table.columns.filter((column) => column.primaryKey).map((column) => column.key) : [];
    for (const key of [...keys, ...fields.map((field) => field.key)]) {
      const { node, element } = required(table.columnByKey(key), `column '${key}'`);
      elements[key] = definition.parent === undefined ? element : subclassElement(node, definition);
    }
  }
  return Object.freeze(elements);
}

function subclassElement(node: ColumnNode, definition: ModelDefinition): ColumnElement<unknown> {
  const own = { ...node };
  subclassColumns.set(own, definition);
  return new ColumnElement(own);
}
