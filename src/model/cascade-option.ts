/** Reads the `cascade` option of relationships. */
import { didYouMean } from "../util/closest-name.ts";
import { ModelDefinitionError } from "./errors.ts";
import { cascades, type Cascade, type RelationshipDirection } from "./mapper.ts";
import type { ManyOptions } from "./relationship.ts";

const all: readonly Cascade[] = cascades.filter((cascade) => cascade !== "delete-orphan");
const writing: ReadonlySet<string> = new Set(["save-update", "delete", "delete-orphan", "merge"]);

/** The cascades of the relationship named `place`. @throws ModelDefinitionError */
export function cascadesOf(
  place: string,
  options: ManyOptions,
  direction: RelationshipDirection,
): ReadonlySet<Cascade> {
  const { cascade, viewonly = false, passiveDeletes } = options;
  if (cascade === undefined) return new Set(viewonly ? [] : ["save-update", "merge"]);
  const words = typeof cascade === "string" ? cascade.split(",").map((word) => word.trim()) : [...cascade];
  const known: readonly string[] = ["all", ...cascades];
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length > 0) {
    throw new ModelDefinitionError(
      `${place}: Invalid cascade option(s): ${unknown.map((word) => `'${word}'`).join(", ")}.${didYouMean(unknown[0] ?? "", known)} There are ${known.join(", ")}.`,
    );
  }
  const found = new Set(words.flatMap((word): readonly Cascade[] => (word === "all" ? all : [word as Cascade])));
  if (found.has("delete-orphan")) {
    if (!found.has("delete"))
      throw new ModelDefinitionError(
        `${place}: the cascade "delete-orphan" needs "delete". Write cascade: "all, delete-orphan".`,
      );
    if (direction !== "oneToMany") {
      throw new ModelDefinitionError(
        `${place}: "delete-orphan" needs an object that belongs to one parent only, but this is the ${direction === "manyToOne" ? "many" : "many-to-many"} side. Put it on the one-to-many side.`,
      );
    }
  }
  if (passiveDeletes === "all" && found.has("delete")) {
    throw new ModelDefinitionError(
      `${place}: passiveDeletes: "all" leaves deleting to the database, so the cascade "delete" would never act. Leave one of them out.`,
    );
  }
  const written = viewonly ? [...found].filter((word) => writing.has(word)) : [];
  if (written.length > 0)
    throw new ModelDefinitionError(
      `${place} is viewonly, so it cannot have the cascade ${written.map((word) => `"${word}"`).join(", ")}.`,
    );
  return found;
}
