/** The `include` that would have loaded what a repeated query looks for. Used by `query-watch.ts`. */
import { mappers } from "../../model/configure.ts";
import type { ColumnAttribute, Mapper, Relationship } from "../../model/mapper.ts";
import type { ColumnNode } from "../../sql/expression/node.ts";
import type { IdentityMap } from "../identity-map.ts";

/** select(Team).include({ heroes: true }) */
export function includeOf(relationship: Relationship): string {
  return `select(${relationship.parent.name}).include({ ${relationship.key}: true })`;
}

/** Of the relationships to a model, one whose owners the session has. */
export function includeOfKey(target: Mapper, identityMap: IdentityMap): string | undefined {
  const found = relationships().filter(({ direction, target: to }) => direction === "manyToOne" && to === target);
  return best(found, identityMap, true);
}

/** Of the relationships that are loaded by these columns, one whose owners the session has. */
export function includeFor(columns: readonly ColumnNode[], identityMap: IdentityMap): string | undefined {
  const found = relationships().filter(({ pairs, secondary }) => {
    if (secondary !== undefined)
      return secondary.parentPairs.every(({ link }) => columns.some((column) => isColumn(column, [link.node])));
    return pairs.length > 0 && pairs.every(({ remote }) => columns.some((column) => isAttribute(column, remote)));
  });
  const collections = found.filter(({ direction }) => direction !== "manyToOne");
  return best(found, identityMap, true) ?? best(collections, identityMap, false);
}

function relationships(): Relationship[] {
  return mappers().flatMap((mapper) => mapper.relationships.filter(({ parent }) => parent === mapper));
}

function best(found: readonly Relationship[], identityMap: IdentityMap, mustBeHeld: boolean): string | undefined {
  const held = found.filter(({ parent }) => !mustBeHeld || identityMap.of(parent).size > 0);
  const [first] = held;
  return first === undefined ? undefined : includeOf(first);
}

function isAttribute(column: ColumnNode, attribute: ColumnAttribute): boolean {
  return isColumn(
    column,
    attribute.columns.map(({ node }) => node),
  );
}

function isColumn({ from, name }: ColumnNode, nodes: readonly ColumnNode[]): boolean {
  const table = from.kind === "alias" ? from.of : from;
  return nodes.some((node) => node.name === name && node.from === table);
}
