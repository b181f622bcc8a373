/** Cases of PostgreSQL's lint rules: what each finds, and what it lets pass. */
import { catalogColumn } from "./catalogs.ts";
import {
  type Case,
  t,
  optional,
  pg,
  add,
  change,
  constrain,
  run,
  create,
  check,
  foreignKey,
  validate,
  trigger,
  index,
  concurrent,
  drop,
  options,
} from "./lint-operations.ts";

export const onPostgresql: { readonly [rule: string]: Case } = {
  "create-index-blocks-writes": { finds: [index("i", ["name"])], passes: [concurrent("i", ["name"])] },
  "drop-index-blocks": {
    finds: [{ kind: "dropIndex", table: t, name: "ix" }],
    passes: [{ kind: "dropIndex", table: t, name: "ix", concurrently: true }],
  },
  "replace-index-drops-first": {
    finds: [{ kind: "dropIndex", table: t, name: "ix" }, index("ix", ["id"])],
    passes: [concurrent("ix2", ["id"]), { kind: "dropIndex", table: t, name: "ix" }],
  },
  "add-primary-key-blocks": {
    finds: [constrain({ kind: "primaryKey", name: "pk", columns: ["id"] })],
    passes: [constrain({ kind: "primaryKey", name: "pk", columns: ["id"] }, "ix")],
  },
  "add-unique-blocks": {
    finds: [constrain({ kind: "unique", name: "uq", columns: ["id"] })],
    passes: [constrain({ kind: "unique", name: "uq", columns: ["id"] }, "ix")],
  },
  "add-check-scans": { finds: [constrain(check)], passes: [constrain({ ...check, notValid: true })] },
  "add-foreign-key-locks": { finds: [constrain(foreignKey)], passes: [constrain({ ...foreignKey, notValid: true })] },
  "add-exclusion-blocks": {
    finds: [constrain({ kind: "exclusion", name: "ex", definition: "EXCLUDE (id WITH =)" })],
    passes: [constrain(check)],
  },
  "several-foreign-keys": {
    finds: [constrain(foreignKey), constrain({ ...foreignKey, name: "f3", referred: { name: "other" } })],
    passes: [constrain(foreignKey), validate, constrain({ ...foreignKey, name: "f3", referred: { name: "other" } })],
  },
  "drop-foreign-key-locks-referenced": { finds: [drop("foreignKey", "fk")], passes: [drop("check", "ck")] },
  "drop-table-locks-referenced": {
    finds: [{ kind: "dropTable", table: t }],
    passes: [{ kind: "dropTable", table: { name: "other" } }],
  },
  "validate-in-same-transaction": {
    finds: [constrain({ ...check, notValid: true }), run("ALTER TABLE hero VALIDATE CONSTRAINT ck")],
    passes: [constrain({ ...check, notValid: true }), validate],
  },
  "set-not-null-scans": {
    finds: [change("name", { nullable: false })],
    passes: [change("name", { nullable: false })],
    catalog: pg({ checks: [{ name: "p", expression: "(team_id IS NOT NULL)" }] }),
  },
  "add-column-volatile-default": {
    finds: [add(optional("u", "uuid", { default: "gen_random_uuid()" }))],
    passes: [add(optional("u", "timestamp with time zone", { default: "now()" }))],
  },
  "add-column-fill-writes-all-rows": {
    finds: [add(catalogColumn("u", "text"), { fill: "name" })],
    passes: [add(optional("u", "text"))],
  },
  "add-identity-rewrites": {
    finds: [add(catalogColumn("u", "bigint", { identity: { always: false } }))],
    passes: [add(optional("u", "bigint"))],
  },
  "add-generated-rewrites": {
    finds: [add(optional("u", "integer", { computed: { expression: "1", stored: true } }))],
    passes: [add(optional("u", "integer", { computed: { expression: "1", stored: false } }))],
  },
  "add-column-of-domain-rewrites": { finds: [add(optional("u", "code"))], passes: [add(optional("u", "text"))] },
  "change-type-rewrites": {
    finds: [change("id", { type: "bigint" })],
    passes: [change("name", { type: "character varying(40)" })],
  },
  "change-collation-rebuilds-indexes": {
    finds: [change("name", { collation: "C" })],
    passes: [change("feeling", { collation: "C" })],
  },
  "type-change-under-check": {
    finds: [change("name", { type: "text" })],
    passes: [change("team_id", { type: "bigint" })],
    catalog: pg({ checks: [{ name: "ck", expression: "(name <> 'x'::text)" }] }),
  },
  "type-change-recreates-dependants": {
    finds: [change("id", { type: "bigint" })],
    passes: [change("feeling", { type: "text" })],
  },
  "change-generated-rewrites": {
    finds: [change("double", { computed: { expression: "(id * 3)", stored: true } })],
    passes: [change("double", { computed: undefined })],
  },
  "rename-enum-value-breaks-running-version": {
    finds: [{ kind: "renameEnumValue", type: { name: "mood" }, value: "ok", newValue: "fine" }],
    passes: [{ kind: "addEnumValue", type: { name: "mood" }, value: "fine" }],
  },
  "replace-enum-values-rewrites": {
    finds: [{ kind: "replaceEnumValues", type: { name: "mood" }, values: ["ok"] }],
    passes: [{ kind: "replaceEnumValues", type: { name: "unused" }, values: ["ok"] }],
  },
  "create-partition-locks-parent": {
    finds: [create(["id"], { kind: "partition", options: { partitionOf: "hero", partitionBound: "DEFAULT" } })],
    passes: [create(["id"])],
  },
  "set-unlogged-rewrites": { finds: [options({ unlogged: "true" })], passes: [options({ fillfactor: "70" })] },
  "row-security-changes-access": { finds: [options({ rowSecurity: "true" })], passes: [options({ fillfactor: "70" })] },
  "create-trigger-blocks-writes": { finds: [trigger], passes: [add(optional("u", "text"))] },
  "data-in-ddl-transaction": {
    finds: [add(optional("u", "text")), run("UPDATE team SET id = 1 WHERE id = 2")],
    passes: [add(optional("u", "text")), validate, run("UPDATE team SET id = 1 WHERE id = 2")],
  },
  "several-rewrites-of-a-table": {
    finds: [change("id", { type: "bigint" }), change("team_id", { type: "bigint" })],
    passes: [change("id", { type: "bigint" }), change("name", { type: "text" })],
  },
  "sql-create-index-blocks-writes": {
    finds: [run('CREATE UNIQUE INDEX "concurrently" ON hero (id)')],
    passes: [run("CREATE INDEX CONCURRENTLY i ON hero (id)", false)],
  },
  "sql-drop-index-blocks": { finds: [run("drop index i")], passes: [run("DROP INDEX CONCURRENTLY i", false)] },
  "sql-concurrently-in-transaction": {
    finds: [run("CREATE INDEX CONCURRENTLY i ON hero (id)")],
    passes: [run("CREATE INDEX CONCURRENTLY i ON hero (id)", false)],
  },
  "sql-if-not-exists-hides-invalid-index": {
    finds: [run("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON hero (id)", false)],
    passes: [run("CREATE INDEX CONCURRENTLY i ON hero (id)", false)],
  },
  "sql-rewrites-table": { finds: [run("VACUUM (FULL) hero", false)], passes: [run("VACUUM hero", false)] },
  "sql-add-constraint-locks": {
    finds: [run("ALTER TABLE hero ADD CONSTRAINT c CHECK (id > 0)")],
    passes: [run("ALTER TABLE hero ADD CONSTRAINT c CHECK (id > 0) NOT VALID")],
  },
  "add-column-inline-constraint": {
    finds: [run("ALTER TABLE hero ADD COLUMN x int REFERENCES team")],
    passes: [run("ALTER TABLE hero ADD COLUMN x int DEFAULT 1")],
  },
  "sql-set-not-null-scans": {
    finds: [run("ALTER TABLE hero ALTER name SET NOT NULL")],
    passes: [run("ALTER TABLE hero ALTER name DROP NOT NULL")],
  },
  "sql-change-type-rewrites": {
    finds: [run("ALTER TABLE hero ALTER COLUMN id TYPE bigint")],
    passes: [run("ALTER TABLE hero ALTER COLUMN id SET DEFAULT 1")],
  },
  "enum-value-in-transaction": {
    finds: [run("ALTER TYPE mood ADD VALUE 'x'")],
    passes: [run("ALTER TYPE mood ADD VALUE 'x'", false)],
  },
  "alter-domain-scans": {
    finds: [run("ALTER DOMAIN code ADD CHECK (VALUE > 'a')")],
    passes: [run("ALTER DOMAIN code ADD CONSTRAINT c CHECK (VALUE > 'a') NOT VALID")],
  },
  "detach-partition-blocks": {
    finds: [run("ALTER TABLE hero DETACH PARTITION p")],
    passes: [run("ALTER TABLE hero DETACH PARTITION p CONCURRENTLY", false)],
  },
  "attach-partition-scans": {
    finds: [run("ALTER TABLE hero ATTACH PARTITION p DEFAULT")],
    passes: [run("SELECT 1")],
  },
  "alter-extension-unseen": { finds: [run("ALTER EXTENSION postgis UPDATE")], passes: [run("SELECT 1")] },
  "name-is-cut": { finds: [index("é".repeat(40), ["id"])], passes: [index("e".repeat(60), ["id"])] },
  "integer-primary-key": {
    finds: [create([catalogColumn("id", "integer", { identity: { always: false } })])],
    passes: [create([catalogColumn("id", "bigint", { identity: { always: false } })])],
  },
  "serial-instead-of-identity": {
    finds: [create([catalogColumn("id", "bigint", { identity: { always: false, serial: "s" } })])],
    passes: [create([catalogColumn("id", "bigint", { identity: { always: false } })])],
  },
  "json-instead-of-jsonb": { finds: [add(optional("u", "json"))], passes: [add(optional("u", "jsonb"))] },
  "char-type": { finds: [add(optional("u", "character(3)"))], passes: [add(optional("u", "character varying(3)"))] },
  "timestamp-without-time-zone": {
    finds: [add(optional("u", "timestamp(3) without time zone"))],
    passes: [add(optional("u", "timestamp with time zone"))],
  },
  "hash-index": { finds: [index("i", ["id"], { method: "hash" })], passes: [index("i", ["id"], { method: "gin" })] },
  "enum-value-without-position": {
    finds: [{ kind: "addEnumValue", type: { name: "mood" }, value: "x" }],
    passes: [{ kind: "addEnumValue", type: { name: "mood" }, value: "x", after: "ok" }],
  },
};
