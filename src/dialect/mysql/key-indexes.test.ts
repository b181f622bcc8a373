/** Which foreign keys have an index of their own. */
import { expect, test } from "vitest";
import { emptyTable, type CatalogTable } from "../../metadata/catalog.ts";
import { keysWithOwnIndex } from "./key-indexes.ts";

const key = (name: string, ...columns: readonly string[]): CatalogTable["foreignKeys"][number] => ({
  name,
  columns,
  referred: { name: "t" },
  referredColumns: columns,
});

test.each([
  ["a shorter key is served by a longer one, whichever comes first", ["a"], ["a", "b"], "second"],
  ["and the other way round", ["a", "b"], ["a"], "first"],
  ["of two on the same columns the first has the index", ["a"], ["a"], "first"],
])("%s", (_, first, second, owner) => {
  const table = { ...emptyTable({ name: "t" }), foreignKeys: [key("first", ...first), key("second", ...second)] };
  expect(keysWithOwnIndex(table).map(({ name }) => name)).toEqual([owner]);
});

test("an index that begins with the columns serves all of them", () => {
  const table: CatalogTable = {
    ...emptyTable({ name: "t" }),
    foreignKeys: [key("first", "a"), key("second", "a", "b")],
    indexes: [{ name: "ix", columns: [{ column: "a" }, { column: "b" }, { column: "c" }], unique: false }],
  };
  expect(keysWithOwnIndex(table)).toEqual([]);
});
