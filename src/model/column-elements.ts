/** `Hero.c`: a model's columns as expressions. Those of a subclass remember whose they are. */
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { ColumnNode, Expression, FromClause, LabelNode } from "../sql/expression/node.ts";
import { typedElement } from "../sql/expression/typed-element.ts";
import { required } from "../util/assert-never.ts";
import { mapperOfDefinition } from "./configure.ts";
import { lineage, type ModelDefinition } from "./definition.ts";
import { entitySource, type EntitySource } from "./entity-source.ts";

/** Columns of subclasses: their tables hold rows of other classes too, so a statement that names one is limited to its own. */
const subclassColumns = new WeakMap<ColumnNode | LabelNode, () => EntitySource>();
let isInUse = false;

/** False while the program has asked for no subclass's columns, so that nobody need look for them. */
export function hasSubclassColumns(): boolean {
  return isInUse;
}

/** The subclass, or alias of one, whose column or property this is; undefined for all others. */
export function subclassOf(node: ColumnNode | LabelNode): EntitySource | undefined {
  return subclassColumns.get(node)?.();
}

/** A column as an expression that remembers the subclass it belongs to. */
export function subclassElement(node: ColumnNode, source: () => EntitySource): ColumnElement<unknown> {
  return typedElement(ofSubclass({ ...node }, source));
}

function ofSubclass<N extends ColumnNode | LabelNode>(node: N, source: () => EntitySource): N {
  subclassColumns.set(node, source);
  isInUse = true;
  return node;
}

/**
 * What is computed of a row of `owner`, under a name. With it, GROUP BY and ORDER BY refer to the result column instead of calculating
 * again. `subclass` is given where not all rows of `owner` have it.
 */
export function propertyNode(
  operand: Expression,
  name: string,
  owner: FromClause,
  subclass: (() => EntitySource) | undefined,
): LabelNode {
  const node: LabelNode = { kind: "label", operand, name, owner };
  return subclass === undefined ? node : ofSubclass(node, subclass);
}

/** Add the column properties of an entity to `elements`, each made when it is first asked for. */
export function addProperties(elements: object, keys: Iterable<string>, source: () => EntitySource): void {
  for (const key of keys) {
    let known: ColumnElement<unknown> | undefined;
    Object.defineProperty(elements, key, {
      enumerable: true,
      get: () => {
        if (known !== undefined) return known;
        const of = source();
        const attribute = required(of.mapper.expressionByKey.get(key), `column property '${key}'`);
        const subclass = of.mapper.parent === undefined ? undefined : source;
        return (known = typedElement(propertyNode(of.expression(attribute), attribute.name, of.from, subclass)));
      },
    });
  }
}

/** The columns of a model, by property. */
export function columnElements(definition: ModelDefinition): { readonly [key: string]: ColumnElement<unknown> } {
  const own = (): EntitySource => entitySource(mapperOfDefinition(definition));
  const elements = Object.create(null) as { [key: string]: ColumnElement<unknown> };
  for (const { table, fields, properties, ownsTable } of lineage(definition)) {
    // With joined inheritance the key is in each table; the nearest is meant.
    const keys = ownsTable ? table.columns.filter((column) => column.primaryKey).map((column) => column.key) : [];
    for (const key of [...keys, ...fields.map((field) => field.key)]) {
      const { node, element } = required(table.columnByKey(key), `column '${key}'`);
      elements[key] = definition.parent === undefined ? element : subclassElement(node, own);
    }
    addProperties(
      elements,
      properties.map((property) => property.key),
      own,
    );
  }
  return Object.freeze(elements);
}
