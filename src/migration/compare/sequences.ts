/** Sequences of their own. Those that the models do not know are left alone. */
import { sameData } from "../../metadata/canonical-text.ts";
import { nameKey, type Catalog, type CatalogSequence } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

export function compareSequences(existing: Catalog, desired: Catalog): Operation[] {
  const before = new Map(existing.sequences.map((sequence) => [nameKey(sequence), sequence]));
  return desired.sequences.flatMap((sequence): Operation[] => {
    const old = before.get(nameKey(sequence));
    if (old === undefined) return [{ kind: "createSequence", sequence }];
    const changes = sequenceChanges(old, sequence);
    const { schema, name } = sequence;
    return Object.keys(changes).length === 0 ? [] : [{ kind: "alterSequence", sequence: { schema, name }, changes }];
  });
}

function sequenceChanges(
  existing: CatalogSequence,
  desired: CatalogSequence,
): Partial<Omit<CatalogSequence, "name" | "schema">> {
  const keys = ["type", "start", "increment", "minValue", "maxValue", "cache", "cycle", "ownedBy", "comment"] as const;
  return Object.fromEntries(
    keys.filter((key) => !sameData(existing[key], desired[key])).map((key) => [key, desired[key]]),
  );
}
