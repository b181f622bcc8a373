/** Schemas that the models' tables and types need. None is ever dropped: who else uses it is not known. */
import type { Catalog } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

export function compareSchemas(existing: Catalog, desired: Catalog): Operation[] {
  const there = new Set(existing.schemas.map(({ name }) => name));
  const objects = [...desired.tables, ...desired.enums, ...desired.sequences];
  const used = new Set([...existing.tables, ...existing.enums].flatMap(({ schema }) => schema ?? []));
  const needed = new Set(objects.flatMap(({ schema }) => schema ?? []));
  return [...needed]
    .filter((name) => !there.has(name) && !used.has(name))
    .map((name): Operation => ({ kind: "createSchema", name }));
}
