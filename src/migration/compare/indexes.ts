/** Indexes of one table: known by their names. A changed one is dropped and created again. */
import { columnUsers } from "../../metadata/apply/columns.ts";
import { canonicalText } from "../../metadata/canonical-text.ts";
import type { CatalogIndex, CatalogTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import type { CompareOptions } from "./comparison.ts";
import { tableName, type PartChanges } from "./table-changes.ts";

export function compareIndexes(
  existing: CatalogTable,
  desired: CatalogTable,
  recreated: ReadonlySet<string>,
  options: CompareOptions,
): PartChanges {
  const table = tableName(desired);
  const changes = { drop: [] as Operation[], rename: [] as Operation[], add: [] as Operation[] };
  const forced = new Set([...recreated].flatMap((column) => [...columnUsers(existing, column)]));
  const rest = new Map(existing.indexes.map((index) => [index.name, index]));
  const added: CatalogIndex[] = [];
  for (const index of desired.indexes) {
    const old = rest.get(index.name);
    if (old === undefined) {
      added.push(index);
      continue;
    }
    rest.delete(index.name);
    if (!forced.has(old) && isSame(old, index)) continue;
    changes.drop.push({ kind: "dropIndex", table, name: old.name });
    changes.add.push({ kind: "createIndex", table, index });
  }
  for (const index of added) {
    const old = [...rest.values()].find((candidate) => !forced.has(candidate) && isSame(candidate, index));
    if (old === undefined || !options.capabilities.renameIndex) {
      changes.add.push({ kind: "createIndex", table, index });
      continue;
    }
    rest.delete(old.name);
    changes.rename.push({ kind: "renameIndex", table, name: old.name, newName: index.name });
  }
  for (const { name } of rest.values()) changes.drop.push({ kind: "dropIndex", table, name });
  return changes;
}

/** Alike in all but the name. Comments and options that only the database has are its own business. */
function isSame(existing: CatalogIndex, desired: CatalogIndex): boolean {
  const options = { ...existing.options, ...desired.options };
  const compared = (index: CatalogIndex): string =>
    canonicalText({
      ...index,
      name: undefined,
      comment: desired.comment === undefined ? undefined : index.comment,
      options: desired.options === undefined ? undefined : index.options,
    });
  if (desired.options === undefined) return compared(existing) === compared(desired);
  return compared(existing) === compared({ ...desired, options });
}
