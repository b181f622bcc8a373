/** Operations on catalogs, without a database. */
import { describe, expect, test } from "vitest";
import { catalogColumn, catalogIndex, catalogOf, catalogTable } from "../../test/support/catalogs.ts";
import { reverseOperation } from "./reverse-operation.ts";
import { applyOperation, applyOperations } from "./apply-operation.ts";
import { MissingObjectError } from "./errors.ts";

const team = catalogTable("team", ["id", catalogColumn("name", "text")], {
  primaryKey: { name: "pk_team", columns: ["id"] },
  uniques: [{ name: "uq_team_name", columns: ["name"] }],
});
const hero = catalogTable("hero", ["id", "team_id", catalogColumn("age", "integer", { nullable: true })], {
  primaryKey: { name: "pk_hero", columns: ["id"] },
  foreignKeys: [{ name: "fk_hero_team", columns: ["team_id"], referred: { name: "team" }, referredColumns: ["id"] }],
  checks: [{ name: "ck_age", expression: "((age > 0) AND (team_id <> 0))" }],
  indexes: [
    catalogIndex("ix_hero_age", ["age"], { where: "(age IS NOT NULL)", include: ["team_id"] }),
    { name: "ix_hero_expr", unique: false, columns: [{ expression: "abs(age)" }] },
  ],
});
const catalog = catalogOf([hero, team], {
  enums: [{ name: "mood", values: ["sad", "ok"] }],
  sequences: [
    {
      name: "s",
      start: "1",
      increment: "1",
      minValue: "1",
      maxValue: "9",
      cache: "1",
      cycle: false,
      ownedBy: { table: { name: "hero" }, column: "age" },
    },
  ],
});
const heroOf = (after: typeof catalog): typeof hero => after.tables.find(({ name }) => name !== "team") ?? hero;

describe("renames", () => {
  test("a column's new name is in keys, indexes, checks, expressions and what other tables refer to", () => {
    const after = heroOf(
      applyOperation(catalog, { kind: "renameColumn", table: { name: "hero" }, column: "age", newName: "Years" }),
    );
    expect(after.columns.map(({ name }) => name)).toEqual(["id", "team_id", "Years"]);
    expect(after.checks[0]?.expression).toBe('(("Years" > 0) AND (team_id <> 0))');
    expect(after.indexes[0]).toMatchObject({ columns: [{ column: "Years" }], where: '("Years" IS NOT NULL)' });
    expect(after.indexes[1]?.columns).toEqual([{ expression: 'abs("Years")' }]);
    const referred = applyOperation(catalog, {
      kind: "renameColumn",
      table: { name: "team" },
      column: "id",
      newName: "key",
    });
    expect(heroOf(referred).foreignKeys[0]?.referredColumns).toEqual(["key"]);
    expect(referred.tables[1]?.primaryKey?.columns).toEqual(["key"]);
  });

  test("a table's new name is where foreign keys refer to it and where sequences belong", () => {
    const after = applyOperations(catalog, [
      { kind: "renameTable", table: { name: "team" }, newName: "club" },
      { kind: "renameTable", table: { name: "hero" }, newName: "person" },
    ]);
    expect(after.tables.map(({ name }) => name)).toEqual(["club", "person"]);
    expect(after.tables[1]?.foreignKeys[0]?.referred).toEqual({ schema: undefined, name: "club" });
    expect(after.sequences[0]?.ownedBy?.table.name).toBe("person");
  });

  test("an enum type's new name is in types and casts", () => {
    const person = catalogTable("person", [
      catalogColumn("mood", "mood", { default: "'ok'::mood" }),
      catalogColumn("moods", "mood[]"),
    ]);
    const after = applyOperations(catalogOf([person], { enums: catalog.enums }), [
      { kind: "renameEnum", type: { name: "mood" }, newName: "feeling" },
      { kind: "renameEnumValue", type: { name: "feeling" }, value: "ok", newValue: "it's ok" },
    ]);
    expect(after.tables[0]?.columns).toEqual([
      catalogColumn("mood", "feeling", { default: "'it''s ok'::feeling" }),
      catalogColumn("moods", "feeling[]"),
    ]);
    expect(after.enums).toEqual([{ name: "feeling", values: ["sad", "it's ok"] }]);
  });
});

test.each([
  [`nextval('"old s"'::regclass)`, `nextval('new_s'::regclass)`],
  [`nextval('"old s"'::regclass) + length('"old s"'::text)`, `nextval('new_s'::regclass) + length('"old s"'::text)`],
  ["nextval(`old s`) + length('`old s`')", "nextval(`new_s`) + length('`old s`')"],
  [`nextval('app."old s"'::regclass)`, `nextval('app."old s"'::regclass)`],
])("a sequence's new name is in defaults that draw from it: %s", (before, after) => {
  const table = catalogTable("order", [catalogColumn("no", "bigint", { default: before })]);
  const numbers = { start: "1", increment: "1", minValue: "1", maxValue: "9", cache: "1", cycle: false };
  const start = catalogOf([table], { sequences: [{ name: "old s", ...numbers }] });
  const rename = { kind: "renameSequence", sequence: { name: "old s" }, newName: "new_s" } as const;
  const renamed = applyOperations(start, [rename]);
  expect([renamed.sequences[0]?.name, renamed.tables[0]?.columns[0]?.default]).toEqual(["new_s", after]);
  expect(applyOperations(renamed, reverseOperation(rename))).toEqual(start);
});

describe("columns", () => {
  test("a new column goes where its position says", () => {
    const add = (position: { after?: string; first?: boolean } | undefined): string[] =>
      heroOf(
        applyOperation(catalog, { kind: "addColumn", table: { name: "hero" }, column: catalogColumn("new"), position }),
      ).columns.map(({ name }) => name);
    expect(add(undefined)).toEqual(["id", "team_id", "age", "new"]);
    expect(add({ first: true })).toEqual(["new", "id", "team_id", "age"]);
    expect(add({ after: "id" })).toEqual(["id", "new", "team_id", "age"]);
  });

  test("a dropped column takes along what cannot be without it", () => {
    const after = applyOperation(catalog, { kind: "dropColumn", table: { name: "hero" }, column: "age" });
    expect(heroOf(after)).toMatchObject({ checks: [], indexes: [] });
    expect(heroOf(after).foreignKeys).toHaveLength(1);
    expect(after.sequences).toEqual([]);
  });

  test("alterColumn changes what it names and keeps the rest", () => {
    const changes = { nullable: false, default: "0", comment: undefined } as const;
    const after = applyOperation(catalog, { kind: "alterColumn", table: { name: "hero" }, column: "age", changes });
    expect(heroOf(after).columns[2]).toEqual({ ...catalogColumn("age"), default: "0", comment: undefined });
  });
});

describe("what is not there", () => {
  const refuse = (operation: Parameters<typeof applyOperation>[1]): string => {
    try {
      applyOperation(catalog, operation);
    } catch (error) {
      expect(error).toBeInstanceOf(MissingObjectError);
      return (error as Error).message;
    }
    return "nothing was thrown";
  };

  test("is named, with the nearest name there is", () => {
    const table = { name: "hero" };
    expect(refuse({ kind: "dropTable", table: { name: "heroe" } })).toBe(
      "The schema has no table 'heroe' at this point. Did you mean 'hero'? Look at the operations before this one. [E103]",
    );
    expect(refuse({ kind: "dropColumn", table, column: "ages" })).toContain(
      "Table 'hero' has no column 'ages' at this point. Did you mean 'age'?",
    );
    expect(refuse({ kind: "dropIndex", table, name: "ix_hero_ag" })).toContain("no index 'ix_hero_ag'");
    expect(refuse({ kind: "dropConstraint", table, constraintKind: "check", name: "ck_ages" })).toContain("'ck_age'?");
    expect(refuse({ kind: "dropConstraint", table, constraintKind: "unique", name: undefined })).toContain(
      "no unique constraint 'without a name'",
    );
    expect(refuse({ kind: "dropSchema", name: "app" })).toContain("The database has no schema 'app'");
    expect(refuse({ kind: "addEnumValue", type: { name: "mood" }, value: "x", before: "sadd" })).toContain("'sad'?");
    expect(refuse({ kind: "createIndex", table, index: catalogIndex("i", ["agee"]) })).toContain("'age'?");
  });

  test("nothing is made twice", () => {
    const table = { name: "hero" };
    expect(refuse({ kind: "createTable", table: team })).toContain("The schema has a table 'team' already.");
    expect(refuse({ kind: "addColumn", table, column: catalogColumn("age") })).toContain("a column 'age' already");
    expect(refuse({ kind: "renameColumn", table, column: "age", newName: "id" })).toContain("a column 'id' already");
    expect(refuse({ kind: "createIndex", table, index: catalogIndex("ix_hero_age", ["id"]) })).toContain(
      "an index 'ix_hero_age' already",
    );
    expect(refuse({ kind: "createEnum", type: { name: "mood", values: [] } })).toContain("an enum type 'mood' already");
  });
});

test("the text that the database keeps of a table is unknown after a change of it, but not after one of its triggers", () => {
  const known = catalogOf([{ ...team, sql: "CREATE TABLE team (…)" }]);
  const trigger = { name: "t", definition: "CREATE TRIGGER t …", enabled: true };
  const object = { kind: "trigger", table: { name: "team" }, trigger } as const;
  expect(applyOperation(known, { kind: "createObject", object }).tables[0]?.sql).toBe("CREATE TABLE team (…)");
  expect(
    applyOperation(known, { kind: "setTableComment", table: { name: "team" }, comment: "c" }).tables[0]?.sql,
  ).toBeUndefined();
});
