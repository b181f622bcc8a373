/** Changes of PostgreSQL's columns, each run for real: the database then holds what the catalog says after the operation. */
import { describe, expect, test } from "vitest";
import { CheckFailed, runOperations } from "../../../test/support/migration-steps.ts";
import { operationPlace, postgresqlPlaces, tableOf } from "../../../test/support/postgresql-operations.ts";
import { hostile } from "../../../test/support/postgresql-sample.ts";
import { applyOperation } from "../../metadata/apply-operation.ts";
import type { CatalogColumn } from "../../metadata/catalog.ts";
import type { ColumnChanges, Operation } from "../../metadata/operation.ts";

describe.each(postgresqlPlaces)("operations on $name", ({ open }) => {
  const place = operationPlace(open);
  const { read, given, exactly, values } = place;

  const column = (type: string, rest: Partial<CatalogColumn> = {}): CatalogColumn => ({
    name: "c",
    type,
    nullable: true,
    ...rest,
  });
  const add = (added: CatalogColumn, fill?: string): Operation => ({
    kind: "addColumn",
    table: { name: "t" },
    column: added,
    fill,
  });
  const alter = (changes: ColumnChanges, using?: string, name = "c"): Operation => ({
    kind: "alterColumn",
    table: { name: "t" },
    column: name,
    changes,
    using,
  });

  describe("columns", () => {
    test("are added with all they have", async () => {
      const before = await given("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (2)");
      await exactly(
        before,
        add(
          column("text", { comment: hostile, default: "'x'::text", collation: "C", options: { storage: "EXTERNAL" } }),
        ),
        add(column("integer", { name: "old", nullable: false, identity: { always: false, serial: "odd_name" } })),
        add(column("bigint", { name: "new", nullable: false, identity: { always: true, start: "5", increment: "5" } })),
        add(column("integer", { name: "twice", computed: { expression: "(id * 2)", stored: true } })),
        add(column(`numeric(5,2)`, { name: hostile })),
      );
      expect(await values("SELECT old || ':' || new || ':' || twice FROM t ORDER BY id")).toEqual(["1:5:2", "2:10:4"]);
    });

    test("NOT NULL without a default wants a fill where there are rows", async () => {
      const before = await given("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (2)");
      await expect(
        runOperations(place.database, [add(column("integer", { nullable: false }))], before),
      ).rejects.toThrow(CheckFailed);
      await exactly(before, add(column("integer", { nullable: false }), "id * 10"));
      expect(await values("SELECT c FROM t ORDER BY id")).toEqual(["10", "20"].map(Number).map(String));
    });

    test("NOT NULL, default, comment and settings change", async () => {
      const before = await given("CREATE TABLE t (c text, d integer DEFAULT 1 NOT NULL)");
      await exactly(
        before,
        alter({
          nullable: false,
          default: "'a'::text",
          comment: "it's",
          options: { storage: "MAIN", statistics: "7" },
        }),
        alter({ default: "2", nullable: true }, undefined, "d"),
      );
      const after = await read();
      await exactly(after, alter({ default: undefined, comment: undefined, options: undefined }));
    });

    test("SET NOT NULL counts the rows that stop it", async () => {
      const before = await given("CREATE TABLE t (c text)", "INSERT INTO t VALUES (NULL), (NULL), ('x')");
      const failed = await runOperations(place.database, [alter({ nullable: false })], before).catch(
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(CheckFailed);
      expect((failed as CheckFailed).rows).toEqual([["2"]]);
    });

    test("an expression is made anew, or dropped with its values kept", async () => {
      const before = await given(
        "CREATE TABLE t (a integer, c integer GENERATED ALWAYS AS (a * 2) STORED CONSTRAINT positive CHECK (c > 0))",
        "CREATE INDEX on_c ON t (c)",
        "CREATE VIEW v AS SELECT c FROM t",
        "INSERT INTO t VALUES (4)",
      );
      await exactly(before, alter({ computed: { expression: "(a * 3)", stored: true } }));
      expect(await values("SELECT c FROM v")).toEqual(["12"]);
      await exactly(await read(), alter({ computed: undefined }));
      expect(await values("SELECT c FROM v")).toEqual(["12"]);
    });

    test("renamed, dropped", async () => {
      const before = await given("CREATE TABLE t (c text, d text)");
      await exactly(
        before,
        { kind: "renameColumn", table: { name: "t" }, column: "c", newName: hostile },
        { kind: "dropColumn", table: { name: "t" }, column: "d" },
      );
    });
  });

  describe("identities", () => {
    const counter = (): Promise<unknown[]> => values("INSERT INTO t (d) VALUES (0) RETURNING c");

    test.each<[string, string, ColumnChanges]>([
      ["none to identity", "integer NOT NULL", { identity: { always: false } }],
      ["nullable to identity", "integer", { nullable: false, identity: { always: true, increment: "2" } }],
      ["default to identity", "integer DEFAULT 5 NOT NULL", { default: undefined, identity: { always: false } }],
      ["serial to identity", "serial", { identity: { always: true } }],
      ["identity to serial", "integer GENERATED ALWAYS AS IDENTITY", { identity: { always: false, serial: "made" } }],
      ["none to serial", "bigint NOT NULL", { identity: { always: false, serial: "made" } }],
      [
        "identity to other options",
        "integer GENERATED ALWAYS AS IDENTITY (CACHE 5)",
        { identity: { always: false, maxValue: "99", cycle: true } },
      ],
      ["serial renamed", "serial", { identity: { always: false, serial: "renamed", cache: "3" } }],
      ["serial to bigserial", "serial", { type: "bigint" }],
      ["identity to bigint", "integer GENERATED BY DEFAULT AS IDENTITY", { type: "bigint" }],
    ])("%s, behind the rows that are there", async (_, definition, changes) => {
      const before = await given(`CREATE TABLE t (c ${definition}, d integer)`);
      await place.database.command(
        definition.includes("GENERATED ALWAYS") || definition === "serial"
          ? "INSERT INTO t (d) SELECT 0 FROM generate_series(1, 7)"
          : definition.includes("GENERATED")
            ? "INSERT INTO t (d) SELECT 0 FROM generate_series(1, 7)"
            : "INSERT INTO t SELECT g, 0 FROM generate_series(1, 7) AS g",
      );
      await exactly(before, alter(changes));
      expect(Number((await counter())[0])).toBeGreaterThanOrEqual(8);
    });

    test.each<[string, string, ColumnChanges]>([
      ["identity", "integer GENERATED ALWAYS AS IDENTITY", { identity: undefined }],
      ["serial", "serial", { identity: undefined }],
      ["serial, for a default", "serial", { identity: undefined, default: "5" }],
    ])("%s goes", async (_, definition, changes) => {
      await exactly(await given(`CREATE TABLE t (c ${definition}, d integer)`), alter(changes));
    });
  });

  describe("types", () => {
    test.each<[string, string, string, string, string]>([
      ["varchar(5)", "character varying(5)", "text", "'abc'", "abc"],
      ["text", "text", "character varying(5)", "'abc'", "abc"],
      ["text", "text", "integer", "' 42'", "42"],
      ["text", "text", "boolean", "'yes'", "t"],
      ["text", "text", "date", "'2024-02-29'", "2024-02-29"],
      ["text", "text", "uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
      ["text", "text", "timestamp with time zone", "'2024-02-29T10:00:00Z'", "2024-02-29 10:00:00+00"],
      ["text", "text", "jsonb", `'{"a":1}'`, `{"a": 1}`],
      ["text", "text", "mood", "'ok'", "ok"],
      ["text", "text", "numeric(6,2)", "'1.50'", "1.50"],
      ["mood", "mood", "text", "'sad'", "sad"],
      ["integer", "integer", "boolean", "1", "t"],
      ["integer", "integer", "text", "7", "7"],
      ["boolean", "boolean", "bigint", "true", "1"],
      ["bigint", "bigint", "integer", "7", "7"],
      ["double precision", "double precision", "numeric(6,2)", "1.5", "1.50"],
      ["numeric", "numeric", "integer", "3", "3"],
      ["date", "date", "timestamp with time zone", "'2024-01-01'", "2024-01-01 00:00:00+00"],
      ["timestamp", "timestamp without time zone", "date", "'2024-01-01'", "2024-01-01"],
      ["text[]", "text[]", "integer[]", "'{1,2}'", "{1,2}"],
      ["json", "json", "jsonb", "'{}'", "{}"],
    ])("%s (%s) becomes %s", async (declared, from, to, value, after) => {
      const before = await given(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        `CREATE TABLE t (id integer, c ${declared} DEFAULT ${value})`,
        "CREATE INDEX on_c ON t (id) WHERE c IS NOT NULL",
        "INSERT INTO t VALUES (1)",
        "CREATE VIEW v AS SELECT id, c FROM t",
        "CREATE MATERIALIZED VIEW m AS SELECT id FROM v",
        "CREATE UNIQUE INDEX m_key ON m (id)",
        "CREATE POLICY p ON t USING (c IS NOT NULL)",
      );
      expect(tableOf(before).columns[1]?.type).toBe(from);
      const operation = alter({ type: to });
      await runOperations(place.database, [operation], before);
      const found = await read();
      const wanted = applyOperation(before, operation);
      expect(tableOf(found).columns[1]).toMatchObject({ type: to });
      expect(found.views).toEqual(wanted.views);
      expect(tableOf(found).policies).toEqual(tableOf(wanted).policies);
      expect(await values("SELECT c::text FROM t")).toEqual([after === "t" ? "true" : after]);
      await place.database.command("INSERT INTO t (id) VALUES (2)");
      expect(await values("SELECT c::text FROM v WHERE id = 2")).toEqual([after === "t" ? "true" : after]);
    });

    test.each<[string, string, string]>([
      ["text", "integer", "'4x'"],
      ["text", "integer", "'99999999999'"],
      ["text", "uuid", "'no'"],
      ["text", "date", "'01/02/2024'"],
      ["text", "boolean", "'maybe'"],
      ["text", "mood", "'angry'"],
      ["text", "numeric(4,1)", "'abc'"],
      ["text", "numeric(4,1)", "'1.25'"],
      ["text", "numeric(4,1)", "'1234.5'"],
      ["mood", "integer", "'sad'"],
      ["uuid", "boolean", "'00000000-0000-4000-8000-000000000011'"],
      ["integer", "boolean", "2"],
      ["integer", "timestamp with time zone", "1"],
      ["text", "character varying(3)", "'four'"],
      ["bigint", "integer", "3000000000"],
      ["numeric", "integer", "1.5"],
      ["numeric(10,4)", "numeric(10,2)", "1.2345"],
      ["integer", "numeric(4,2)", "1000"],
      ["double precision", "integer", "0.5"],
      ["timestamp", "date", "'2024-01-01 10:00'"],
      ["bigint", "double precision", "9007199254740993"],
    ])("no value of %s is lost or fails in %s: %s", async (from, to, value) => {
      const before = await given(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        `CREATE TABLE t (id integer, c ${from})`,
        `INSERT INTO t VALUES (1, NULL), (2, ${value})`,
      );
      const failed = await runOperations(place.database, [alter({ type: to })], before).catch(
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(CheckFailed);
      expect((failed as CheckFailed).rows).toHaveLength(1);
    });

    test("a view that is made anew keeps its owner and who may use it", async () => {
      const before = await given(
        "CREATE TABLE t (c varchar(5))",
        `CREATE VIEW "the ${hostile.slice(0, 8).replaceAll('"', "")}" AS SELECT c FROM t`,
        "CREATE VIEW v AS SELECT c FROM t",
        "GRANT SELECT ON v TO PUBLIC",
        "GRANT SELECT, UPDATE ON v TO pg_read_all_stats WITH GRANT OPTION",
        "GRANT CREATE ON SCHEMA public TO pg_monitor",
        "ALTER VIEW v OWNER TO pg_monitor",
      );
      const privileges =
        "SELECT pg_get_userbyid(relowner) || ' ' || a::text FROM pg_class, unnest(relacl) AS a WHERE relname = 'v' ORDER BY 1";
      const wanted = await values(privileges);
      await exactly(before, alter({ type: "text" }));
      expect(wanted).toHaveLength(3);
      expect(await values(privileges)).toEqual(wanted);
    });

    test("a conversion of the program's own", async () => {
      const before = await given("CREATE TABLE t (c text DEFAULT 'n/a')", "INSERT INTO t VALUES ('n/a'), ('7')");
      await exactly(before, alter({ type: "integer", default: "0" }, "nullif(c, 'n/a')::integer"));
      expect(await values("SELECT c FROM t ORDER BY c")).toEqual(["7", null]);
    });

    test("collation, and what depends on the column: triggers, generated columns, views over views", async () => {
      const before = await given(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE t (id integer, c varchar(10), g text GENERATED ALWAYS AS (upper(c)) STORED UNIQUE)",
        "CREATE TRIGGER tr BEFORE UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "ALTER TABLE t DISABLE TRIGGER tr",
        "CREATE VIEW v2 AS SELECT id, g FROM t",
        `CREATE VIEW "A first" AS SELECT * FROM v2`,
        "COMMENT ON VIEW v2 IS 'kept'",
        "INSERT INTO t VALUES (1, 'a')",
      );
      await exactly(before, alter({ type: "character varying(20)", collation: "C" }));
      expect(await values("SELECT g FROM v2")).toEqual(["A"]);
    });
  });
});
