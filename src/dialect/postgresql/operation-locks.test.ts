/** What `operation-locks.ts` says of an operation is what a server does: locks by pg_locks, rewrites by the file, scans by counters. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogColumn, catalogIndex } from "../../../test/support/catalogs.ts";
import { databases, type TestDatabase } from "../../../test/support/dialects.ts";
import { inspect } from "../../../test/support/migration-steps.ts";
import type { Catalog, CatalogColumn } from "../../metadata/catalog.ts";
import type { ColumnChanges, ConstraintDefinition, Operation } from "../../metadata/operation.ts";
import { compileOperations } from "./operation-compiler.ts";
import { lockModes, locksOf, type LockMode, type LockWork } from "./operation-locks.ts";

const places = databases.filter(({ name }) => name === "PostgreSQL" || name === "PGlite");
const t = { name: "t" };

const setUp = [
  "CREATE TYPE mood AS ENUM ('sad', 'ok')",
  "CREATE DOMAIN plain_text AS text",
  "CREATE DOMAIN strict_text AS text CHECK (VALUE <> '')",
  "CREATE TABLE r (id integer PRIMARY KEY, other integer UNIQUE)",
  "CREATE TABLE t (id integer PRIMARY KEY, r_id integer REFERENCES r, loose integer, n integer, proved integer, " +
    "v20 varchar(20) NOT NULL DEFAULT 'a', txt text, num numeric(10,2), ts3 timestamp(3), ts timestamp, tz timestamptz, iv interval(2), " +
    "net cidr, feeling mood, dom plain_text, c10 char(10), bits bit varying(5), indexed text, checked varchar(20), gen integer GENERATED ALWAYS AS (1 + 1) STORED, ident integer NOT NULL, " +
    "CONSTRAINT proved_check CHECK (proved IS NOT NULL), CONSTRAINT checked_check CHECK (checked <> 'x'), " +
    "CONSTRAINT u UNIQUE (loose))",
  "ALTER TABLE t ADD CONSTRAINT f_unchecked FOREIGN KEY (n) REFERENCES r (other) NOT VALID",
  "ALTER TABLE t ADD CONSTRAINT unchecked CHECK (n > 0) NOT VALID",
  "CREATE UNIQUE INDEX uq_n ON t (n)",
  "CREATE UNIQUE INDEX uq_ident ON t (ident)",
  "CREATE INDEX ix ON t (indexed)",
  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
  "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
  "CREATE POLICY p ON t FOR SELECT TO public USING (true)",
  "INSERT INTO r SELECT x, x FROM generate_series(1, 5) AS x",
  "INSERT INTO t (id, r_id, loose, n, proved, txt, num, ts3, ts, tz, iv, net, feeling, indexed, checked, ident) " +
    "SELECT x, x, x, x, x, 'a', 1.5, now(), now(), now(), '1 day', '10.0.0.0/8', 'ok', 'a', 'a', x FROM generate_series(1, 5) AS x",
];

const add = (column: CatalogColumn): Operation => ({ kind: "addColumn", table: t, column });
const change = (column: string, changes: ColumnChanges, using?: string): Operation => ({
  kind: "alterColumn",
  table: t,
  column,
  changes,
  ...(using === undefined ? {} : { using }),
});
const constrain = (constraint: ConstraintDefinition, usingIndex?: string): Operation => ({
  kind: "addConstraint",
  table: t,
  constraint,
  ...(usingIndex === undefined ? {} : { usingIndex }),
});
const optional = (name: string, type: string, rest: Partial<CatalogColumn> = {}): CatalogColumn =>
  catalogColumn(name, type, { nullable: true, ...rest });
const foreignKey = {
  kind: "foreignKey",
  name: "fk",
  columns: ["loose"],
  referred: { name: "r" },
  referredColumns: ["id"],
} as const;

const shapes: { readonly [title: string]: Operation } = {
  "ADD COLUMN": add(optional("x", "integer")),
  "ADD COLUMN with a constant": add(optional("x", "text", { default: "'a'::text" })),
  "ADD COLUMN NOT NULL with a constant": add(catalogColumn("x", "text", { default: "'a'::character varying(3)" })),
  "ADD COLUMN with now()": add(optional("x", "timestamp with time zone", { default: "now()" })),
  "ADD COLUMN with CURRENT_DATE": add(optional("x", "date", { default: "CURRENT_DATE" })),
  "ADD COLUMN with a known function": add(optional("x", "text", { default: "upper('a'::text)" })),
  "ADD COLUMN with clock_timestamp()": add(optional("x", "timestamp with time zone", { default: "clock_timestamp()" })),
  "ADD COLUMN with random()": add(optional("x", "double precision", { default: "random()" })),
  "ADD COLUMN with gen_random_uuid()": add(optional("x", "uuid", { default: "gen_random_uuid()" })),
  "ADD COLUMN serial": add(catalogColumn("x", "integer", { identity: { always: false, serial: "t_x_seq" } })),
  "ADD COLUMN identity": add(catalogColumn("x", "integer", { identity: { always: false } })),
  "ADD COLUMN generated": add(optional("x", "integer", { computed: { expression: "(n * 2)", stored: true } })),
  "ADD COLUMN of a domain": add(optional("x", "plain_text")),
  "ADD COLUMN of a domain with a check": add(optional("x", "strict_text", { default: "'a'::text" })),
  "DROP COLUMN": { kind: "dropColumn", table: t, column: "txt" },
  "DROP COLUMN of a foreign key": { kind: "dropColumn", table: t, column: "r_id" },
  "RENAME COLUMN": { kind: "renameColumn", table: t, column: "txt", newName: "texts" },
  "RENAME TABLE": { kind: "renameTable", table: t, newName: "t2" },
  "DROP NOT NULL": change("v20", { nullable: true }),
  "SET NOT NULL": change("loose", { nullable: false }),
  "SET NOT NULL under a check": change("proved", { nullable: false }),
  "SET DEFAULT": change("loose", { default: "7" }),
  "DROP DEFAULT": change("v20", { default: undefined }),
  "COMMENT ON COLUMN": change("loose", { comment: "c" }),
  "ADD IDENTITY": change("ident", { identity: { always: false } }),
  "DROP EXPRESSION": change("gen", { computed: undefined }),
  "another expression": change("gen", { computed: { expression: "(2 + 2)", stored: true } }),
  "varchar(20) to varchar(30)": change("v20", { type: "character varying(30)" }),
  "varchar(20) to varchar": change("v20", { type: "character varying" }),
  "varchar(20) to text": change("v20", { type: "text" }),
  "varchar(20) to varchar(10)": change("v20", { type: "character varying(10)" }),
  "text to varchar": change("txt", { type: "character varying" }),
  "text to varchar(50)": change("txt", { type: "character varying(50)" }),
  "char(10) to text": change("c10", { type: "text" }),
  "char(10) to char(20)": change("c10", { type: "character(20)" }),
  "numeric(10,2) to numeric(12,2)": change("num", { type: "numeric(12,2)" }),
  "numeric(10,2) to numeric": change("num", { type: "numeric" }),
  "numeric(10,2) to numeric(12,3)": change("num", { type: "numeric(12,3)" }),
  "timestamp(3) to timestamp(6)": change("ts3", { type: "timestamp(6) without time zone" }),
  "timestamp(3) to timestamp": change("ts3", { type: "timestamp without time zone" }),
  "timestamp to timestamp(3)": change("ts", { type: "timestamp(3) without time zone" }),
  "timestamp to timestamptz": change("ts", { type: "timestamp with time zone" }),
  "interval(2) to interval": change("iv", { type: "interval" }),
  "varbit(5) to varbit(9)": change("bits", { type: "bit varying(9)" }),
  "cidr to inet": change("net", { type: "inet" }),
  "integer to bigint": change("loose", { type: "bigint" }),
  "integer to text": change("loose", { type: "text" }, "loose::text"),
  "enum to text": change("feeling", { type: "text" }),
  "domain to its base": change("dom", { type: "text" }),
  "text to a domain": change("txt", { type: "plain_text" }),
  "text to a domain with a check": change("txt", { type: "strict_text" }),
  "a collation": change("txt", { collation: "C" }),
  "a collation of an indexed column": change("indexed", { collation: "C" }),
  "a longer type under a check": change("checked", { type: "character varying(30)" }),
  "a longer type of an indexed column": change("indexed", { type: "character varying" }),
  "ADD CHECK": constrain({ kind: "check", name: "k", expression: "id > 0" }),
  "ADD CHECK NOT VALID": constrain({ kind: "check", name: "k", expression: "id > 0", notValid: true }),
  "ADD FOREIGN KEY": constrain(foreignKey),
  "ADD FOREIGN KEY NOT VALID": constrain({ ...foreignKey, notValid: true }),
  "ADD UNIQUE": constrain({ kind: "unique", name: "k", columns: ["n"] }),
  "ADD UNIQUE USING INDEX": constrain({ kind: "unique", name: "k", columns: ["n"] }, "uq_n"),
  "ADD EXCLUDE": constrain({ kind: "exclusion", name: "k", definition: "EXCLUDE USING btree (n WITH =)" }),
  "DROP CHECK": { kind: "dropConstraint", table: t, constraintKind: "check", name: "proved_check" },
  "DROP UNIQUE": { kind: "dropConstraint", table: t, constraintKind: "unique", name: "u" },
  "DROP FOREIGN KEY": { kind: "dropConstraint", table: t, constraintKind: "foreignKey", name: "t_r_id_fkey" },
  "RENAME CONSTRAINT": {
    kind: "renameConstraint",
    table: t,
    constraintKind: "check",
    name: "proved_check",
    newName: "z",
  },
  "VALIDATE a check": { kind: "validateConstraint", table: t, constraintKind: "check", name: "unchecked" },
  "VALIDATE a foreign key": { kind: "validateConstraint", table: t, constraintKind: "foreignKey", name: "f_unchecked" },
  "CREATE INDEX": { kind: "createIndex", table: t, index: catalogIndex("i", ["txt"]) },
  "DROP INDEX": { kind: "dropIndex", table: t, name: "ix" },
  "RENAME INDEX": { kind: "renameIndex", table: t, name: "ix", newName: "iy" },
  "CREATE TABLE that refers": {
    kind: "createTable",
    table: {
      ...t,
      name: "c",
      kind: "table",
      columns: [optional("r_id", "integer")],
      uniques: [],
      checks: [],
      exclusions: [],
      indexes: [],
      triggers: [],
      policies: [],
      options: {},
      foreignKeys: [{ name: "c_fk", columns: ["r_id"], referred: { name: "r" }, referredColumns: ["id"] }],
    },
  },
  "DROP TABLE": { kind: "dropTable", table: t },
  "COMMENT ON TABLE": { kind: "setTableComment", table: t, comment: "c" },
  "SET UNLOGGED": { kind: "setTableOptions", table: t, options: { unlogged: "true" } },
  "SET (fillfactor)": { kind: "setTableOptions", table: t, options: { fillfactor: "70" } },
  "ENABLE ROW LEVEL SECURITY": { kind: "setTableOptions", table: t, options: { rowSecurity: "true" } },
  "CREATE TRIGGER": {
    kind: "createObject",
    object: {
      kind: "trigger",
      table: t,
      trigger: {
        name: "tr2",
        definition: "CREATE TRIGGER tr2 BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        enabled: true,
      },
    },
  },
  "DROP TRIGGER": {
    kind: "dropObject",
    object: { kind: "trigger", table: t, trigger: { name: "tr", definition: "", enabled: true } },
  },
  "CREATE POLICY": {
    kind: "createObject",
    object: {
      kind: "policy",
      table: t,
      policy: { name: "p2", permissive: true, command: "SELECT", roles: ["public"], using: "true" },
    },
  },
  "DROP POLICY": {
    kind: "dropObject",
    object: { kind: "policy", table: t, policy: { name: "p", permissive: true, command: "SELECT", roles: ["public"] } },
  },
  "ADD VALUE": { kind: "addEnumValue", type: { name: "mood" }, value: "happy" },
  "RENAME VALUE": { kind: "renameEnumValue", type: { name: "mood" }, value: "ok", newValue: "fine" },
  "other values of an enum": { kind: "replaceEnumValues", type: { name: "mood" }, values: ["ok", "sad"] },
};

interface Seen {
  readonly mode: LockMode | "none";
  readonly work: LockWork;
}

const watched = ["t", "r"] as const;
type Watched = (typeof watched)[number];

describe.each(places)("$name", ({ open }) => {
  let database: TestDatabase;
  let catalog: Catalog;
  const oids = new Map<Watched, number>();

  beforeAll(async () => {
    database = await open();
    await database.command("SET TimeZone = 'America/New_York'");
    for (const sql of setUp) await database.command(sql);
    catalog = await inspect(database);
    for (const name of watched) {
      const { rows } = await database.send(`SELECT '${name}'::regclass::oid::bigint`);
      oids.set(name, Number(rows[0]?.[0]));
    }
  }, 120_000);
  afterAll(() => database?.close());

  test.each(Object.keys(shapes))("%s", async (title) => {
    const operation = shapes[title]!;
    expect(await seen(operation)).toEqual(predicted(operation));
  });

  function predicted(operation: Operation): { readonly [name in Watched]: Seen } {
    const locks = locksOf(operation, catalog);
    const of = (name: Watched): Seen => {
      const own = locks.filter(({ table }) => table.name === name);
      const strongest = own.toSorted((a, b) => lockModes.indexOf(b.mode) - lockModes.indexOf(a.mode))[0];
      return { mode: strongest?.mode ?? "none", work: strongest?.work ?? "moment" };
    };
    return { t: of("t"), r: of("r") };
  }

  async function seen(operation: Operation): Promise<{ readonly [name in Watched]: Seen }> {
    await database.command("BEGIN");
    try {
      const before = { t: await state("t"), r: await state("r") };
      for (const step of compileOperations([operation], catalog).flatMap(({ steps }) => steps)) {
        if (step.kind === "statement") await database.command(step.sql);
      }
      const of = async (name: Watched): Promise<Seen> => {
        const after = await state(name);
        const isRewritten = after.file !== null && after.file !== before[name].file;
        const isRead = after.file !== null && after.scans !== before[name].scans;
        return { mode: await mode(name), work: isRewritten ? "rewrite" : isRead ? "scan" : "moment" };
      };
      return { t: await of("t"), r: await of("r") };
    } finally {
      await database.command("ROLLBACK");
    }
  }

  async function state(name: Watched): Promise<{ readonly file: unknown; readonly scans: unknown }> {
    const oid = String(oids.get(name));
    const { rows } = await database.send(
      `SELECT (SELECT relfilenode::bigint FROM pg_class WHERE oid = ${oid}), (SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = ${oid})`,
    );
    return { file: rows[0]?.[0] ?? null, scans: Number(rows[0]?.[1] ?? 0) };
  }

  async function mode(name: Watched): Promise<LockMode | "none"> {
    const { rows } = await database.send(
      `SELECT mode FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid() AND granted AND relation = ${String(oids.get(name))}`,
    );
    const held = rows.map(([value]) => modeName(String(value)));
    return lockModes.findLast((candidate) => held.includes(candidate)) ?? "none";
  }
});

/** "AccessExclusiveLock". */
function modeName(text: string): string {
  const name = text.replace(/Lock$/, "");
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}
