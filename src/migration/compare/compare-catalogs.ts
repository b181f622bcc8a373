/** What makes the schema that a database has the one that the models describe. */
import type { Catalog } from "../../metadata/catalog.ts";
import type { CompareOptions, Comparison } from "./comparison.ts";
import { compareEnums } from "./enums.ts";
import { comparedParts } from "./filter.ts";
import { inOrder } from "./order.ts";
import { findRenames } from "./renames.ts";
import { compareSchemas } from "./schemas.ts";
import { compareSequences } from "./sequences.ts";
import { compareTables } from "./tables.ts";
import { withExisting } from "./with-existing.ts";

/**
 * Compare two catalogs of one kind of database, text by text.
 * Left alone is what models do not own: views, routines, triggers, policies, extensions, domains, partitions, enum
 * types that no table of the models used, options that only the database has, and the order of columns.
 */
export function compareCatalogs(existing: Catalog, desired: Catalog, options: CompareOptions): Comparison {
  const compared = comparedParts(existing, desired, options);
  const renames = findRenames(compared.existing, compared.desired, options);
  const { questions, warnings } = renames;
  // What an answer decides may be part of any other operation: nothing is said before all are answered.
  if (questions.length > 0) return { operations: [], questions, warnings };
  const { desired: wanted } = compared;
  const changes = inOrder(
    {
      schemas: compareSchemas(existing, wanted),
      enums: compareEnums(renames.existing, wanted),
      sequences: compareSequences(renames.existing, wanted),
      tables: compareTables(renames.existing, wanted, options),
    },
    options.capabilities,
  );
  const operations = [...renames.operations, ...changes];
  return {
    operations: withExisting(operations, compared.existing, options.capabilities.columnPositions),
    questions,
    warnings,
  };
}
