/** PostgreSQL's operations, each run for real: the database then holds what the catalog says after the operation. */
import { describe, expect, test } from "vitest";
import { CheckFailed, runOperations } from "../../../test/support/migration-steps.ts";
import { operationPlace, postgresqlPlaces, tableOf } from "../../../test/support/postgresql-operations.ts";
import { hostile } from "../../../test/support/postgresql-sample.ts";
import { applyOperation } from "../../metadata/apply-operation.ts";
import type { CatalogTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { reverseOperation } from "../../metadata/reverse-operation.ts";
import { CompileError } from "../../sql/errors.ts";

describe.each(postgresqlPlaces)("operations on $name", ({ open }) => {
  const place = operationPlace(open);
  const { read, given, exactly, values } = place;

  describe("tables", () => {
    test("comment, options, rename, drop", async () => {
      const before = await given("CREATE TABLE t (c text) WITH (fillfactor = 50)", "CREATE TABLE gone (a serial)");
      const set = (options: { readonly [name: string]: string | undefined }): Operation => ({
        kind: "setTableOptions",
        table: { name: "t" },
        options,
      });
      await exactly(
        before,
        { kind: "setTableComment", table: { name: "t" }, comment: hostile },
        set({ unlogged: "true", rowSecurity: "true", forceRowSecurity: "true", replicaIdentity: "FULL" }),
        set({ fillfactor: undefined, autovacuum_enabled: "false", "toast.autovacuum_enabled": "false" }),
        { kind: "dropTable", table: { name: "gone" } },
        { kind: "createSchema", name: "third" },
        { kind: "dropSchema", name: "third" },
      );
      await exactly(
        await read(),
        set({ unlogged: undefined, rowSecurity: undefined, forceRowSecurity: undefined, replicaIdentity: undefined }),
        { kind: "setTableComment", table: { name: "t" }, comment: undefined },
        { kind: "renameTable", table: { name: "t" }, newName: hostile },
      );
    });

    test("partitions are attached and detached, children inherit", async () => {
      const before = await given(
        "CREATE TABLE p (at date NOT NULL) PARTITION BY RANGE (at)",
        "CREATE TABLE t (at date NOT NULL)",
        "CREATE TABLE parent (at date)",
      );
      const bound = "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')";
      const attach: Operation = {
        kind: "setTableOptions",
        table: { name: "t" },
        options: { partitionOf: "p", partitionBound: bound },
      };
      await runOperations(place.database, [attach], before);
      const attached = await read();
      expect(tableOf(attached)).toMatchObject({
        kind: "partition",
        options: { partitionOf: "p", partitionBound: bound },
      });
      const detach: Operation = { ...attach, options: { partitionOf: undefined, partitionBound: undefined } };
      await runOperations(place.database, [detach], attached);
      const inherit: Operation = { ...attach, options: { inherits: "parent" } };
      await exactly(await read(), inherit);
      await exactly(await read(), { ...attach, options: { inherits: undefined } });
    });

    test("rows are inserted and filled along the key", async () => {
      const before = await given("CREATE TABLE t (id integer PRIMARY KEY, c text)");
      const rows = Array.from({ length: 1201 }, (_, index) => [String(index), "'x'"]);
      const steps = await exactly(before, { kind: "bulkInsert", table: { name: "t" }, columns: ["id", "c"], rows });
      expect(steps).toHaveLength(3);
      expect(await values("SELECT count(*) FROM t")).toEqual(["1201"]);
      const backfill = { table: { name: "t" }, set: { c: "'y'" }, where: undefined, batchSize: 10, pause: 0 };
      const [compiled] = place.database.dialect.migrations.compileOperations(
        [{ kind: "backfill", ...backfill }],
        before,
      );
      expect(compiled?.steps).toMatchObject([{ kind: "backfill", keyColumns: ["id"] }]);
    });
  });

  describe("constraints and indexes", () => {
    const t = { name: "t" };

    test("of every kind are added, validated, renamed and dropped", async () => {
      const before = await given(
        "CREATE TABLE r (id integer PRIMARY KEY)",
        "CREATE TABLE t (a integer NOT NULL, b integer, during int4range)",
      );
      const constraints = [
        { kind: "primaryKey", name: hostile, columns: ["a"] },
        { kind: "unique", name: "u", columns: ["b"], include: ["a"], deferrable: "deferred" },
        {
          kind: "foreignKey",
          name: "f",
          columns: ["b"],
          referred: { name: "r" },
          referredColumns: ["id"],
          onDelete: "CASCADE",
          onUpdate: "SET NULL",
          notValid: true,
        },
        { kind: "check", name: "k", expression: "(b > 0)", notValid: true },
        { kind: "exclusion", name: "x", definition: "EXCLUDE USING gist (during WITH &&)" },
      ] as const;
      await exactly(
        before,
        ...constraints.map((constraint) => ({ kind: "addConstraint", table: t, constraint }) as const),
      );
      const after = await read();
      await exactly(
        after,
        { kind: "validateConstraint", table: t, constraintKind: "foreignKey", name: "f" },
        { kind: "validateConstraint", table: t, constraintKind: "check", name: "k" },
        { kind: "renameConstraint", table: t, constraintKind: "unique", name: "u", newName: "u2" },
        ...constraints
          .filter(({ kind }) => kind !== "unique")
          .map(({ kind, name }) => ({ kind: "dropConstraint", table: t, constraintKind: kind, name }) as const),
      );
    });

    test("a key is made of an index", async () => {
      const before = await given("CREATE TABLE t (a integer NOT NULL)", "CREATE UNIQUE INDEX i ON t (a)");
      const constraint = { kind: "primaryKey", name: "t_key", columns: ["a"] } as const;
      await exactly(before, { kind: "addConstraint", table: t, constraint, usingIndex: "i" });
    });

    test("an index is created and dropped, concurrently over what a failure left", async () => {
      const before = await given("CREATE TABLE other.t (a integer)", "INSERT INTO other.t VALUES (1), (1)");
      const table = { schema: "other", name: "t" };
      const index = { name: hostile, columns: [{ column: "a" }], unique: true };
      const create: Operation = { kind: "createIndex", table, index, concurrently: true };
      await expect(runOperations(place.database, [create], before)).rejects.toThrow(/several rows/);
      expect((await read()).tables[0]?.indexes).toEqual([]);
      // Rows may come between the check and the build.
      const [, , build] = place.database.dialect.migrations
        .compileOperations([create], before)
        .flatMap((compiled) => compiled.steps);
      await expect(place.database.command(build?.kind === "statement" ? build.sql : "")).rejects.toThrow(
        /has the same/,
      );
      const left = await read();
      expect(left.tables[0]?.indexes).toMatchObject([{ name: hostile, invalid: true }]);
      await place.database.command("DELETE FROM other.t");
      const steps = await runOperations(place.database, [create], before);
      expect(steps.map((step) => (step.kind === "statement" ? step.transactional : step.kind))).toEqual([
        "check",
        false,
        false,
      ]);
      const after = await read();
      expect(after.tables[0]?.indexes).toEqual([index]);
      await exactly(
        after,
        { kind: "renameIndex", table, name: hostile, newName: "plain" },
        { kind: "dropIndex", table, name: "plain", concurrently: true },
      );
    });

    test("what PostgreSQL cannot do is said", async () => {
      const before = await given("CREATE TABLE t (a date) PARTITION BY RANGE (a)");
      const index = { name: "i", columns: [{ column: "a" }], unique: false };
      const compile = (operation: Operation): unknown =>
        place.database.dialect.migrations.compileOperations([operation], before);
      expect(() => compile({ kind: "createIndex", table: t, index, concurrently: true })).toThrow(CompileError);
      expect(() => compile({ kind: "setTableOptions", table: t, options: { partitionBy: "LIST (a)" } })).toThrow(
        "PostgreSQL has no change of 'partitionBy' of table 't'",
      );
    });
  });

  describe("enums and sequences", () => {
    const type = { name: "mood" };

    test("values are added and renamed, types renamed and dropped", async () => {
      const before = await given(
        "CREATE TYPE mood AS ENUM ('a', 'b')",
        "CREATE TYPE gone AS ENUM ('a')",
        "CREATE TABLE t (c mood DEFAULT 'a')",
      );
      const steps = await exactly(
        before,
        { kind: "addEnumValue", type, value: hostile },
        { kind: "addEnumValue", type, value: "first", before: "a" },
        { kind: "addEnumValue", type, value: "second", after: "first" },
        { kind: "dropEnum", type: { name: "gone" } },
        { kind: "renameEnum", type, newName: "Mood" },
      );
      expect(steps[0]).toMatchObject({ transactional: false });
      const renamed: Operation = { kind: "renameEnumValue", type: { name: "Mood" }, value: hostile, newValue: "it's" };
      await exactly(await read(), renamed);
    });

    test("are replaced under columns, arrays, defaults, indexes, checks, views, triggers and policies", async () => {
      const before = await given(
        "CREATE TYPE mood AS ENUM ('a', 'b', 'c')",
        "COMMENT ON TYPE mood IS 'kept'",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE t (id integer, c mood DEFAULT 'b' NOT NULL, l mood[] DEFAULT '{}', CONSTRAINT not_c CHECK (c <> 'c' OR id > 5))",
        "CREATE TABLE other.u (c mood)",
        "CREATE INDEX plain ON t (c)",
        "CREATE INDEX partial ON t (id) WHERE c = 'a'",
        "CREATE VIEW v AS SELECT id, c FROM t WHERE c <> 'a'",
        "CREATE VIEW w AS SELECT id FROM v",
        "CREATE POLICY p ON t USING (c = 'a')",
        "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.c = 'a') EXECUTE FUNCTION f()",
        "INSERT INTO t VALUES (1, 'a', '{a,b,a}'), (2, 'b', NULL)",
      );
      const replace = { kind: "replaceEnumValues", type } as const;
      const gone: Operation = { ...replace, values: ["c", "a"] };
      const failed = await runOperations(place.database, [gone], before).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(CheckFailed);
      const mapped: Operation = { ...replace, values: ["b", "c", "a", "new"], mapping: { a: "b", b: "a" } };
      await runOperations(place.database, [mapped], before);
      const after = await read();
      expect(after.enums).toEqual([{ name: "mood", values: ["b", "c", "a", "new"], comment: "kept" }]);
      expect(after.views).toEqual(before.views);
      expect(tableOf(after)).toEqual({
        ...tableOf(before),
        columns: tableOf(before).columns.map((found) =>
          found.name === "c" ? { ...found, default: "'a'::mood" } : found,
        ),
      });
      expect(await values("SELECT id || ':' || c || ':' || coalesce(l::text, '') FROM t ORDER BY id")).toEqual([
        "1:b:{b,a,b}",
        "2:a:",
      ]);
    });

    test("are replaced under generated columns and what reads those, defaults, keys and other tables", async () => {
      const before = await given(
        "CREATE TYPE mood AS ENUM ('a', 'b', 'c')",
        `CREATE TABLE p (c mood PRIMARY KEY, g boolean GENERATED ALWAYS AS (c = 'a') STORED, UNIQUE (c, g))`,
        `CREATE TABLE t (id integer PRIMARY KEY, c mood DEFAULT 'b' REFERENCES p ON DELETE CASCADE,
          g boolean GENERATED ALWAYS AS (c = 'a') STORED NOT NULL, "copy of" mood GENERATED ALWAYS AS (coalesce(c, 'b')) STORED,
          alone mood GENERATED ALWAYS AS ('a'::mood) STORED, n boolean DEFAULT 'a'::mood < 'b'::mood,
          CONSTRAINT g_or CHECK (g OR id > 0), CONSTRAINT t_g UNIQUE (id, g), FOREIGN KEY (c, g) REFERENCES p (c, g),
          EXCLUDE USING btree (id WITH =) WHERE (c = 'b'))`,
        "COMMENT ON COLUMN t.g IS 'it''s a'",
        "CREATE TABLE elsewhere (id integer, CHECK (id < 9 OR 'a'::mood < 'b'::mood))",
        "CREATE TABLE child (id integer, g boolean, FOREIGN KEY (id, g) REFERENCES t (id, g))",
        "CREATE INDEX by_g ON t (g) INCLUDE (id) WHERE g",
        "COMMENT ON INDEX by_g IS 'kept'",
        `CREATE INDEX by_copy ON t ("copy of", id)`,
        "CREATE INDEX partial ON elsewhere (id) WHERE id < 9 AND 'a'::mood < 'b'::mood",
        `CREATE VIEW v AS SELECT id, g, "copy of" FROM t`,
        "CREATE POLICY own ON t USING (g)",
        "CREATE POLICY other ON elsewhere USING (EXISTS (SELECT FROM t WHERE t.g AND t.id = elsewhere.id))",
        "INSERT INTO p VALUES ('a'), ('b')",
        "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
        "INSERT INTO child VALUES (1, NULL)",
      );
      const sorted = ({ columns, ...rest }: CatalogTable) => ({
        ...rest,
        columns: columns.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
      });
      const ids = `SELECT concat_ws(' ', id, c, g, "copy of", alone) FROM t ORDER BY id`;
      const swap: Operation = {
        kind: "replaceEnumValues",
        type,
        values: ["a", "b"],
        mapping: { a: "b", b: "a" },
        existing: { ...type, values: ["a", "b", "c"] },
      };
      await runOperations(place.database, [swap], before);
      expect((await read()).tables.map(sorted)).toEqual(applyOperation(before, swap).tables.map(sorted));
      expect((await read()).views).toEqual(before.views);
      expect(await values(ids)).toEqual(["1 b f b a", "2 a t a a"]);
      await runOperations(place.database, reverseOperation(swap), await read());
      expect((await read()).enums).toEqual(before.enums);
      expect(await values(ids)).toEqual(["1 b f b a", "2 a t a a"]);
    });

    test.each([
      ["CREATE VIEW v AS SELECT 1 FROM t WHERE c = 'gone'", "the view 'v' names it"],
      ["ALTER TABLE t ADD g boolean GENERATED ALWAYS AS (c = 'gone') STORED", "the column 'g' of table 't' names it"],
      ["ALTER TABLE t ADD CONSTRAINT k CHECK (c <> 'gone')", "the constraint 'k' of table 't' names it"],
      ["CREATE INDEX i ON t (id) WHERE c = 'gone'", "the index 'i' of table 't' names it"],
      ["CREATE POLICY p ON t USING (c = 'gone')", "the policy 'p' of table 't' names it"],
      ["ALTER TABLE t ALTER b SET DEFAULT 'gone'::mood = 'a'", "the default of column 'b' of table 't' names it"],
      ["CREATE FUNCTION f(x mood) RETURNS text LANGUAGE sql AS 'SELECT x::text'", "under the function 'f(mood)'"],
      ["CREATE FUNCTION f() RETURNS SETOF mood LANGUAGE sql BEGIN ATOMIC SELECT c FROM t; END", "the function 'f()'"],
      ["CREATE DOMAIN d AS mood", "under the domain 'd'"],
    ])("are not replaced under what cannot be created again: %s", async (sql, text) => {
      const before = await given(
        "CREATE TYPE mood AS ENUM ('a', 'gone')",
        "CREATE TABLE t (id integer, c mood, b boolean)",
        "CREATE FUNCTION unbound() RETURNS text LANGUAGE sql AS 'SELECT ''a''::mood::text'",
        sql,
      );
      const replace: Operation = { kind: "replaceEnumValues", type, values: ["a"], mapping: { gone: "a" } };
      expect(() => place.database.dialect.migrations.compileOperations([replace], before)).toThrow(text);
    });

    test("sequences are created, altered and dropped", async () => {
      const before = await given("CREATE TABLE t (c bigint)", "CREATE SEQUENCE gone");
      const plain = {
        start: "5",
        increment: "2",
        minValue: "1",
        maxValue: "100",
        cache: "3",
        cycle: true,
        type: "smallint",
      };
      const sequence = { schema: "other", name: hostile, ...plain, comment: "it's" };
      await exactly(
        before,
        { kind: "createSequence", sequence },
        { kind: "alterSequence", sequence, changes: { increment: "-1", cycle: false, comment: undefined } },
        { kind: "dropSequence", sequence: { name: "gone" } },
      );
      const owned: Operation = {
        kind: "createSequence",
        sequence: { name: "s", ...plain, ownedBy: { table: { name: "t" }, column: "c" } },
      };
      await exactly(await read(), owned, {
        kind: "alterSequence",
        sequence: { name: "s" },
        changes: { ownedBy: undefined },
      });
    });
  });

  test("views, routines, triggers and policies are dropped and created", async () => {
    const before = await given(
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      "CREATE FUNCTION g(a integer, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
      "CREATE AGGREGATE add_up(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')",
      "CREATE PROCEDURE other.q() LANGUAGE sql AS 'SELECT 1'",
      "CREATE TABLE t (c text)",
      "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
      "CREATE POLICY p ON t FOR INSERT TO PUBLIC WITH CHECK (c <> '')",
      "CREATE VIEW other.v AS SELECT c FROM t",
      "CREATE MATERIALIZED VIEW m AS SELECT c FROM t",
      "CREATE INDEX mi ON m (c)",
    );
    const { triggers, policies } = tableOf(before);
    const table = { name: "t" };
    const objects = [
      ...before.routines.filter(({ name }) => name !== "f").map((routine) => ({ kind: "routine", routine }) as const),
      ...before.views.map((view) => ({ kind: "view", view }) as const),
      ...triggers.map((trigger) => ({ kind: "trigger", table, trigger }) as const),
      ...policies.map((policy) => ({ kind: "policy", table, policy }) as const),
    ];
    expect(objects).toHaveLength(7);
    await exactly(before, ...objects.map((object) => ({ kind: "dropObject", object }) as const));
    await runOperations(
      place.database,
      objects.map((object) => ({ kind: "createObject", object }) as const),
      await read(),
    );
    expect(await read()).toEqual(before);
  });
});
