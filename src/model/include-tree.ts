/** Reads what `include` was given into the relationships to load, and refuses names that are none. Called by select.ts. */
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import { didYouMean } from "../util/closest-name.ts";
import { LoaderOption } from "./loader-option.ts";
import type { Mapper, Relationship } from "./mapper.ts";
import type { LoadNode } from "./query.ts";

/** The relationships of `mapper` that `tree` names. @throws ArgumentError */
export function readInclude(mapper: Mapper, tree: unknown): readonly LoadNode[] {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) {
    throw new ArgumentError(
      `include() takes an object such as { ${exampleName(mapper)}: true }, not ${describe(tree)}.`,
    );
  }
  return Object.entries(tree).map(([name, value]) => readNode(mapper, name, value));
}

function readNode(mapper: Mapper, name: string, value: unknown): LoadNode {
  const relationship = mapper.relationshipByKey.get(name);
  if (relationship === undefined) {
    const isColumn = mapper.attributeByKey.has(name);
    const said = isColumn
      ? `'${name}' is a column of ${mapper.name} and always loaded.`
      : `${mapper.name} has no relationship '${name}'.${didYouMean(name, mapper.relationshipByKey.keys())}`;
    throw new ArgumentError(`include(): ${said}`);
  }
  if (LoaderOption.isOption(value)) {
    const { strategy, where, orderBy, limit, include } = value;
    return { relationship, strategy, where, orderBy, limit, children: childrenOf(relationship, include) };
  }
  return {
    relationship,
    strategy: "selectin",
    where: undefined,
    orderBy: undefined,
    limit: undefined,
    children: childrenOf(relationship, value),
  };
}

function childrenOf(relationship: Relationship, value: unknown): readonly LoadNode[] {
  if (value === true) return [];
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return readInclude(relationship.target, value);
  throw new ArgumentError(
    `include(): '${relationship.key}' takes true, a tree of what to load below it, selectin(…) or joined(…), not ${describe(value)}.`,
  );
}

function exampleName(mapper: Mapper): string {
  return mapper.relationships[0]?.key ?? "relationship";
}
