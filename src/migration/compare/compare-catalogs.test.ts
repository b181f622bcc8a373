/** What is compared, what is left alone, and how answers decide. Where operations lead to is tested with random schemas. */
import { describe, expect, test } from "vitest";
import { catalogColumn, catalogOf, catalogTable } from "../../../test/support/catalogs.ts";
import type { Catalog, CatalogColumn, CatalogTable } from "../../metadata/catalog.ts";
import { emptyCatalog } from "../../metadata/catalog.ts";
import { bookkeepingTable } from "../bookkeeping-table.ts";
import { compareCatalogs } from "./compare-catalogs.ts";
import type { CompareOptions, Comparison } from "./comparison.ts";

const capabilities = { addConstraint: true, renameConstraint: true, renameIndex: true, columnPositions: false };
const compare = (existing: Catalog, desired: Catalog, options: Partial<CompareOptions> = {}): Comparison =>
  compareCatalogs(existing, desired, { capabilities, ...options });
const kindsOf = ({ operations }: Comparison): string[] => operations.map(({ kind }) => kind);
const hero = (rest: Partial<CatalogTable> = {}): CatalogTable => catalogTable("hero", ["id"], rest);

const sequence = { name: "s", start: "1", increment: "1", minValue: "1", maxValue: "9", cache: "1", cycle: false };

test("a sequence that no model has is dropped, unless a default of the models names it", () => {
  const existing = catalogOf([hero()], { sequences: [sequence] });
  expect(compare(existing, catalogOf([hero()])).operations).toMatchObject([
    { kind: "dropSequence", sequence: { name: "s" }, existing: sequence },
  ]);
  const id = { ...catalogColumn("id"), default: "nextval('s'::regclass)" };
  const used = catalogTable("hero", [id]);
  expect(compare(catalogOf([used], { sequences: [sequence] }), catalogOf([used])).operations).toEqual([]);
});

describe("left alone", () => {
  test("our own bookkeeping, partitions, foreign and virtual tables, and what models do not own", () => {
    const existing = catalogOf(
      [
        catalogTable(bookkeepingTable, ["id"]),
        catalogTable("part", ["id"], { kind: "partition" }),
        catalogTable("far", ["id"], { kind: "foreign" }),
        hero({ options: { fillfactor: "70", rowSecurity: "true" } }),
      ],
      {
        views: [{ name: "v", materialized: false, definition: "…", indexes: [], columns: [] }],
        enums: [{ name: "unused", values: ["a"] }],
        sequences: [{ ...sequence, ownedBy: { table: { name: "hero" }, column: "id" } }],
      },
    );
    expect(compare(existing, catalogOf([hero()])).operations).toEqual([]);
    const kept = { schema: "ops", name: "applied" };
    const moved = catalogOf([hero(), catalogTable("applied", ["id"], { schema: "ops" })]);
    expect(compare(moved, catalogOf([hero()]), { versionTable: kept }).operations).toEqual([]);
  });

  test("a serial column whose model says identity, and a constraint that the database knows without a name", () => {
    const id = catalogColumn("id");
    const existing = catalogTable("hero", [{ ...id, identity: { always: false, serial: "hero_id_seq" } }], {
      uniques: [{ name: undefined, columns: ["id"] }],
    });
    const desired = catalogTable("hero", [{ ...id, identity: { always: false } }], {
      uniques: [{ name: "uq_hero_id", columns: ["id"] }],
    });
    expect(compare(catalogOf([existing]), catalogOf([desired])).operations).toEqual([]);
  });

  test("a conventional name, where another would cost more than a RENAME", () => {
    const existing = catalogOf([hero({ uniques: [{ name: "old", columns: ["id"] }] })]);
    const desired = catalogOf([hero({ uniques: [{ name: "new", columns: ["id"] }] })]);
    const poor = { ...capabilities, renameConstraint: false };
    expect(kindsOf(compare(existing, desired))).toEqual(["renameConstraint"]);
    expect(kindsOf(compare(existing, desired, { capabilities: poor }))).toEqual(["dropConstraint", "addConstraint"]);
    const isExplicitName = (): boolean => false;
    expect(kindsOf(compare(existing, desired, { capabilities: poor, isExplicitName }))).toEqual([]);
  });
});

test("hooks decide what takes part", () => {
  const existing = catalogOf([hero(), catalogTable("legacy", ["x"])]);
  expect(kindsOf(compare(existing, catalogOf([hero()])))).toEqual(["dropTable"]);
  expect(compare(existing, catalogOf([hero()]), { includeName: (name) => name !== "legacy" }).operations).toEqual([]);
  const seen: string[] = [];
  const result = compare(existing, catalogOf([catalogTable("hero", ["id", "age"])]), {
    includeObject: ({ type, name, isInDatabase, isInModels }) => {
      seen.push(`${type} ${String(name)} ${String(isInDatabase)} ${String(isInModels)}`);
      return name !== "legacy" && name !== "age";
    },
  });
  expect(result.operations).toEqual([]);
  expect(seen).toContain("table legacy true false");
  expect(seen).toContain("column age false true");
});

describe("renames", () => {
  const before = catalogOf([catalogTable("hero", ["id", catalogColumn("fone", "varchar(20)")])]);
  const after = catalogOf([catalogTable("person", ["id", catalogColumn("phone", "varchar(30)")])]);

  test("are questions, one after the other, and nothing is dropped before they are answered", () => {
    const first = compare(before, after, { renames: ["hero:person"] });
    expect(first.operations).toEqual([]);
    expect(first.questions).toMatchObject([{ kind: "column", token: "person.fone:phone" }]);
    const { operations, questions } = compare(before, after, { renames: ["hero:person", "hero.fone:phone"] });
    expect(questions).toEqual([]);
    expect(operations).toMatchObject([
      { kind: "renameTable", newName: "person" },
      { kind: "renameColumn", column: "fone", newName: "phone" },
      { kind: "alterColumn", column: "phone", changes: { type: "varchar(30)" } },
    ]);
  });

  test("that fit nothing are told", () => {
    expect(compare(before, before, { renames: ["hero.x:y"] }).warnings).toEqual([
      expect.stringContaining("The rename 'hero.x:y' fits nothing"),
    ]);
  });

  test("of an enum's value: as many values, one label differs", () => {
    const table = hero({ columns: [catalogColumn("mood", "mood")] });
    const withValues = (values: string[]): Catalog => ({
      ...emptyCatalog,
      tables: [table],
      enums: [{ name: "mood", values }],
    });
    const [old, now] = [withValues(["sad", "ok"]), withValues(["sad", "fine"])];
    expect(compare(old, now).questions).toMatchObject([{ kind: "enumValue", token: "mood.ok:fine", score: 1 }]);
    expect(kindsOf(compare(old, now, { renames: ["mood.ok:fine"] }))).toEqual(["renameEnumValue"]);
    expect(kindsOf(compare(old, now, { notRenames: ["mood.ok:fine"] }))).toEqual(["replaceEnumValues"]);
    expect(compare(old, withValues(["meh", "sad", "ok", "top"])).operations).toMatchObject([
      { kind: "addEnumValue", value: "meh", before: "sad" },
      { kind: "addEnumValue", value: "top" },
    ]);
  });
});

test("a sequence under a new name is a question, even where little is alike", () => {
  const numbers = { start: "1", increment: "1", minValue: "1", maxValue: "9", cache: "1", cycle: false };
  const withSequences = (...names: string[]): Catalog => ({
    ...emptyCatalog,
    tables: [hero({ columns: [catalogColumn("no", "bigint", { default: `nextval('${names[0] ?? ""}'::regclass)` })] })],
    sequences: names.map((name) => ({ name, ...numbers, increment: name === "b" ? "5" : "1" })),
  });
  const [old, now] = [withSequences("a"), withSequences("b")];
  expect(compare(old, now).questions).toMatchObject([{ kind: "sequence", from: "a", to: "b", token: "a:b" }]);
  expect(compare(old, now, { renames: ["a:b"] }).operations).toMatchObject([
    { kind: "renameSequence", sequence: { name: "a" }, newName: "b" },
    { kind: "alterSequence", sequence: { name: "b" }, changes: { increment: "5" } },
  ]);
  expect(kindsOf(compare(old, now, { notRenames: ["a:b"] }))).toEqual([
    "createSequence",
    "alterColumn",
    "dropSequence",
  ]);
  expect(compare(withSequences("a", "c"), withSequences("a")).questions).toEqual([]);
});

test("foreign keys go before the key that they refer to changes, and come back after", () => {
  const team = (columns: string[]): CatalogTable =>
    catalogTable("team", ["id", "no"], {
      primaryKey: { name: "pk_team", columns },
      uniques: [{ name: "uq_team", columns: ["id"] }],
    });
  const child = catalogTable("hero", ["team_id"], {
    foreignKeys: [{ name: "fk", columns: ["team_id"], referred: { name: "team" }, referredColumns: ["id"] }],
  });
  expect(kindsOf(compare(catalogOf([child, team(["id"])]), catalogOf([child, team(["id", "no"])])))).toEqual([
    "dropConstraint",
    "dropConstraint",
    "addConstraint",
    "addConstraint",
  ]);
});

test("a table goes before the key that it refers to changes, and after everything else where none does", () => {
  const primaryKey = { name: "pk_hero", columns: ["id"] };
  const key = { name: "fk", columns: ["id"], referred: { name: "hero" }, referredColumns: ["id"] };
  const city = catalogTable("city", ["id"], { foreignKeys: [key] });
  const existing = catalogOf([city, catalogTable("hero", ["id", "no"], { primaryKey })]);
  const other = catalogTable("hero", ["id", "no"], { primaryKey: { ...primaryKey, columns: ["id", "no"] } });
  expect(kindsOf(compare(existing, catalogOf([other])))).toEqual(["dropTable", "dropConstraint", "addConstraint"]);
  const commented = catalogTable("hero", ["id", "no"], { primaryKey, comment: "c" });
  expect(kindsOf(compare(existing, catalogOf([commented])))).toEqual(["setTableComment", "dropTable"]);
});

test("a column leaves an enum type before the type loses values that its rows may hold", () => {
  const hero = (feeling: string): CatalogTable =>
    catalogTable("hero", ["id", catalogColumn("mood", "mood"), catalogColumn("feeling", feeling)]);
  const moods = (values: string[]): Partial<Catalog> => ({ enums: [{ name: "mood", values }] });
  const existing = catalogOf([hero("mood")], moods(["sad", "ok"]));
  const desired = catalogOf([hero("text")], moods(["sad"]));
  expect(kindsOf(compare(existing, desired))).toEqual(["alterColumn", "replaceEnumValues"]);
  expect(kindsOf(compare(desired, existing))).toEqual(["addEnumValue", "alterColumn"]);
});

describe("a column is dropped after the generated columns that read it", () => {
  const generated = (name: string, expression: string): CatalogColumn =>
    catalogColumn(name, "integer", { computed: { expression, stored: true } });
  const steps = (existing: Catalog, desired: Catalog): string[] =>
    compare(existing, desired).operations.map((operation) =>
      "column" in operation && typeof operation.column === "string"
        ? `${operation.kind} ${operation.column}`
        : operation.kind,
    );
  const moods = (values: string[]): Partial<Catalog> => ({ enums: [{ name: "mood", values }] });
  const mood = (rest: Partial<CatalogColumn>): CatalogColumn => catalogColumn("mood", "mood", rest);

  test.each([
    ["that become plain", catalogColumn("twice", "bigint"), ["alterColumn twice", "dropColumn age"]],
    ["that read another", generated("twice", "(id * 2)"), ["dropColumn twice", "dropColumn age"]],
  ])("%s, while an enum type loses values", (_, twice, expected) => {
    const existing = catalogTable("hero", ["id", "age", mood({}), generated("twice", "(age * 2)")]);
    const desired = catalogTable("hero", ["id", mood({}), twice]);
    const result = steps(catalogOf([existing], moods(["sad", "ok"])), catalogOf([desired], moods(["sad"])));
    expect(result.slice(0, 3)).toEqual([...expected, "replaceEnumValues"]);
  });

  test("of a type that loses values: plain before, the default with the new values", () => {
    const computed = { expression: "CASE WHEN age > 1 THEN 'ok'::mood END", stored: true };
    const existing = catalogTable("hero", ["id", "age", mood({ computed })]);
    const desired = catalogTable("hero", ["id", mood({ default: "'new'::mood" })]);
    const changed = compare(catalogOf([existing], moods(["ok", "sad"])), catalogOf([desired], moods(["new", "ok"])));
    expect(changed.operations).toMatchObject([
      { kind: "alterColumn", changes: { computed: undefined } },
      { kind: "dropColumn", column: "age" },
      { kind: "replaceEnumValues" },
      { kind: "alterColumn", changes: { default: "'new'::mood" } },
    ]);
  });

  test("where it becomes generated itself", () => {
    const existing = catalogTable("hero", [
      "id",
      "age",
      generated("twice", "(age * 2)"),
      generated("half", "(age / 2)"),
    ]);
    const desired = catalogTable("hero", ["id", generated("age", "(id + 1)"), catalogColumn("twice")]);
    expect(steps(catalogOf([existing]), catalogOf([desired]))).toEqual([
      "alterColumn twice",
      "dropColumn half",
      "dropColumn age",
      "addColumn",
    ]);
  });
});

test("tables that refer to each other are created and dropped", () => {
  const referring = (name: string, referred: string): CatalogTable =>
    catalogTable(name, ["id"], {
      foreignKeys: [{ name: `fk_${name}`, columns: ["id"], referred: { name: referred }, referredColumns: ["id"] }],
    });
  const both = catalogOf([referring("a", "b"), referring("b", "a")]);
  expect(kindsOf(compare(emptyCatalog, both))).toEqual(["createTable", "createTable", "addConstraint"]);
  expect(kindsOf(compare(both, emptyCatalog))).toEqual(["dropConstraint", "dropTable", "dropTable"]);
});
