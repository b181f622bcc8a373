/** Random schemas: what was compared leads from one to the other, and back. */
import { expect, test } from "vitest";
import { editedSchema } from "../../../test/support/random-edits.ts";
import { catalogOfSchema } from "../../../test/support/random-schema-forms.ts";
import { Random, randomSchema } from "../../../test/support/random-schema.ts";
import { applyOperations } from "../../metadata/apply-operation.ts";
import type { Catalog } from "../../metadata/catalog.ts";
import { canonicalText } from "../../metadata/canonical-text.ts";
import { reverseOperations } from "../../metadata/reverse-operation.ts";
import { compareCatalogs } from "./compare-catalogs.ts";
import type { CompareCapabilities, Comparison } from "./comparison.ts";

const runs = Number(process.env.RUNS ?? 400);
const kinds: { readonly [name: string]: CompareCapabilities } = {
  "PostgreSQL's": { addConstraint: true, renameConstraint: true, renameIndex: true, columnPositions: false },
  "MySQL's": { addConstraint: true, renameConstraint: false, renameIndex: true, columnPositions: true },
  "SQLite's": { addConstraint: false, renameConstraint: false, renameIndex: false, columnPositions: false },
};

/** All questions answered, at random. */
function compare(before: Catalog, after: Catalog, capabilities: CompareCapabilities, random: Random): Comparison {
  const renames: string[] = [];
  const notRenames: string[] = [];
  for (;;) {
    const comparison = compareCatalogs(before, after, { capabilities, renames, notRenames });
    if (comparison.questions.length === 0) return comparison;
    for (const { token } of comparison.questions) (random.chance(50) ? renames : notRenames).push(token);
  }
}

/** A catalog's text; order counts for columns only where the database can place them. */
function textOf(catalog: Catalog, ordersColumns: boolean): string {
  const byName = (left: { name: string | undefined }, right: { name: string | undefined }): number =>
    (left.name ?? "") < (right.name ?? "") ? -1 : 1;
  return canonicalText({
    ...catalog,
    tables: catalog.tables.toSorted(byName).map((table) => ({
      ...table,
      columns: ordersColumns ? table.columns : table.columns.toSorted(byName),
      uniques: table.uniques.toSorted(byName),
      foreignKeys: table.foreignKeys.toSorted(byName),
      checks: table.checks.toSorted(byName),
      exclusions: table.exclusions.toSorted(byName),
      indexes: table.indexes.toSorted(byName),
    })),
    enums: catalog.enums.toSorted(byName),
  });
}

test.each(Object.keys(kinds))("from A to B and back, with %s capabilities", (kind) => {
  const capabilities = kinds[kind]!;
  for (let seed = 1; seed <= runs; seed += 1) {
    const random = new Random(seed);
    const schema = randomSchema(random);
    const other = random.chance(80) ? editedSchema(schema, random) : randomSchema(random);
    // Where tables are made anew, an enum is a check of its column.
    const [before, after] = [schema, other].map(catalogOfSchema).map((catalog) => ({
      ...catalog,
      enums: capabilities.addConstraint ? catalog.enums : [],
    })) as [Catalog, Catalog];
    const title = `seed ${String(seed)}`;
    const { operations } = compare(before, after, capabilities, random);
    const reached = applyOperations(before, operations);
    expect(textOf(reached, false), title).toBe(textOf(after, false));
    expect(compareCatalogs(reached, after, { capabilities }).operations, title).toEqual([]);
    const back = applyOperations(reached, reverseOperations(operations));
    expect(textOf(back, capabilities.columnPositions), title).toBe(textOf(before, capabilities.columnPositions));
  }
});
