/** Sequences of their own; those that belong to a column come and go with it. */
import { sameData } from "../../metadata/canonical-text.ts";
import { nameKey, type Catalog, type CatalogSequence } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";

export interface SequenceDifferences {
  /** Before tables: their defaults may draw from them. */
  readonly change: readonly Operation[];
  /** After tables. */
  readonly drop: readonly Operation[];
}

export function compareSequences(existing: Catalog, desired: Catalog): SequenceDifferences {
  const before = new Map(existing.sequences.map((sequence) => [nameKey(sequence), sequence]));
  const change = desired.sequences.flatMap((sequence): Operation[] => {
    const old = before.get(nameKey(sequence));
    if (old === undefined) return [{ kind: "createSequence", sequence }];
    const changes = sequenceChanges(old, sequence);
    const { schema, name } = sequence;
    return Object.keys(changes).length === 0 ? [] : [{ kind: "alterSequence", sequence: { schema, name }, changes }];
  });
  const drop = goneSequences(existing, desired).map(({ schema, name }): Operation => ({
    kind: "dropSequence",
    sequence: { schema, name },
  }));
  return { change, drop };
}

/** Sequences that the models no longer have, nor name. */
export function goneSequences(existing: Catalog, desired: Catalog): CatalogSequence[] {
  const after = new Set(desired.sequences.map(nameKey));
  return existing.sequences
    .filter((sequence) => !after.has(nameKey(sequence)) && sequence.ownedBy === undefined)
    .filter((sequence) => !isNamed(sequence, desired));
}

/** What models can say of a sequence; its owner and its comment are left alone. */
function sequenceChanges(
  existing: CatalogSequence,
  desired: CatalogSequence,
): Partial<Omit<CatalogSequence, "name" | "schema">> {
  const keys = ["type", "start", "increment", "minValue", "maxValue", "cache", "cycle"] as const;
  return Object.fromEntries(
    keys.filter((key) => !sameData(existing[key], desired[key])).map((key) => [key, desired[key]]),
  );
}

/** Whether a default of the models' own SQL draws from it: nextval('name'::regclass), nextval(`name`). */
function isNamed({ name }: CatalogSequence, { tables }: Catalog): boolean {
  const spellings = [name, quoteIdentifier(name, '"'), quoteIdentifier(name, "`")];
  const names = spellings.flatMap((text) => [`'${text}'`, `.${text}'`, `(${text})`, `.${text})`]);
  return tables.some(({ columns }) =>
    columns.some((column) => names.some((text) => column.default?.includes(text) === true)),
  );
}
