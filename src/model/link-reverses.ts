/** Ties the two sides of `backPopulates` together, and refuses sides that do not fit. Called by configure.ts. */
import { required } from "../util/assert-never.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { ConfiguredMapper, ConfiguredRelationship } from "./configured-mapper.ts";
import { RelationshipDefinitionError } from "./errors.ts";
import type { AttributePair, Relationship } from "./mapper.ts";
import type { DeclaredRelationship } from "./resolve-relationship.ts";

/** Set `reverse` of each relationship that names another side. @throws RelationshipDefinitionError */
export function linkReverses(declared: readonly DeclaredRelationship[]): void {
  for (const side of declared) {
    const { backPopulates } = side.declaration.options;
    const relationship = required(side.made, "relationship");
    if (backPopulates === undefined) continue;
    const other = findOther(declared, relationship, backPopulates);
    const back = other.declaration.options.backPopulates;
    if (back !== side.key) throw notMutual(relationship, required(other.made, "relationship"), back);
    relationship.reverse = checked(relationship, required(other.made, "relationship"));
  }
}

function findOther(
  declared: readonly DeclaredRelationship[],
  relationship: ConfiguredRelationship,
  name: string,
): DeclaredRelationship {
  for (let mapper: ConfiguredMapper | undefined = relationship.target; mapper !== undefined; mapper = mapper.parent) {
    const found = declared.find((other) => other.mapper === mapper && other.key === name);
    if (found !== undefined) return found;
  }
  const { target } = relationship;
  const isColumn = target.attributeByKey.has(name);
  const names = declared.filter((other) => other.mapper === target).map((other) => other.key);
  throw new RelationshipDefinitionError(
    `${place(relationship)} has backPopulates '${name}', ${isColumn ? `which is a column of ${target.name}` : `but ${target.name} has no relationship of that name`}.${didYouMean(name, names)}`,
  );
}

function notMutual(
  relationship: Relationship,
  other: Relationship,
  back: string | undefined,
): RelationshipDefinitionError {
  const says = back === undefined ? "does not name it back" : `names '${back}' instead`;
  return new RelationshipDefinitionError(
    `${place(relationship)} has backPopulates '${other.key}', but ${place(other)} ${says}. Add backPopulates: "${relationship.key}" to ${place(other)}.`,
  );
}

function checked(relationship: ConfiguredRelationship, other: ConfiguredRelationship): Relationship {
  const [left, right] = [place(relationship), place(other)];
  if (other.target.root !== relationship.parent.root) {
    throw new RelationshipDefinitionError(
      `${left} and ${right} are no two sides of one relationship: ${right} leads to ${other.target.name}, not to ${relationship.parent.name}.`,
    );
  }
  if (relationship.direction === other.direction && relationship.direction !== "manyToMany") {
    const side =
      relationship.direction === "manyToOne" ? "have the foreign key" : "are the side without the foreign key";
    throw new RelationshipDefinitionError(
      `${left} and ${right} name each other, but both ${side}. One of them must be the other side: many(…), or foreignKey on the side that has it.`,
    );
  }
  if (!sameColumns(relationship, other)) {
    throw new RelationshipDefinitionError(
      `${left} and ${right} name each other, but follow different foreign keys. Give both the same foreignKey.`,
    );
  }
  return other;
}

function sameColumns(left: Relationship, right: Relationship): boolean {
  if (left.secondary !== undefined || right.secondary !== undefined)
    return left.secondary?.table === right.secondary?.table;
  return (
    left.pairs.length === right.pairs.length &&
    left.pairs.every((pair) => right.pairs.some((other) => mirrors(pair, other)))
  );
}

function mirrors(pair: AttributePair, other: AttributePair): boolean {
  return pair.local.key === other.remote.key && pair.remote.key === other.local.key;
}

function place(relationship: Relationship): string {
  return `${relationship.parent.name}.${relationship.key}`;
}
