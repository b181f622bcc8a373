/** Cases of lint rules: what each finds, and what it lets pass. */
import { catalogColumn } from "./catalogs.ts";
import {
  type Case,
  t,
  optional,
  add,
  change,
  constrain,
  run,
  create,
  check,
  foreignKey,
  backfill,
  index,
  drop,
  options,
} from "./lint-operations.ts";

export const common: { readonly [rule: string]: Case } = {
  "drop-loses-data": {
    finds: [{ kind: "dropColumn", table: t, column: "name" }],
    passes: [{ kind: "dropIndex", table: t, name: "ix" }],
  },
  "drop-breaks-running-version": { finds: [{ kind: "dropTable", table: t }], passes: [backfill("name")] },
  "rename-breaks-running-version": {
    finds: [{ kind: "renameColumn", table: t, column: "name", newName: "alias" }],
    passes: [{ kind: "renameIndex", table: t, name: "ix", newName: "iy" }],
  },
  "add-required-column": {
    finds: [add(catalogColumn("age"))],
    passes: [add(catalogColumn("age", "integer", { default: "0" }))],
  },
  "set-not-null-fails-on-nulls": {
    finds: [change("name", { nullable: false })],
    passes: [backfill("name"), change("name", { nullable: false })],
  },
  "drop-not-null-breaks-readers": {
    finds: [change("id", { nullable: true })],
    passes: [change("name", { nullable: true })],
  },
  "drop-constraint-lets-rows-in": {
    finds: [drop("foreignKey", "fk")],
    passes: [drop("foreignKey", "fk"), constrain({ ...foreignKey, name: "fk" })],
  },
  "whole-table-update": {
    finds: [run("UPDATE hero SET a = 'where'")],
    passes: [run("UPDATE hero SET a = 1 WHERE id < 9")],
  },
  "sql-loses-data": { finds: [run("/* x */ DROP TABLE hero")], passes: [run("SELECT 'DROP TABLE hero'")] },
  "foreign-key-without-index": {
    finds: [constrain(foreignKey), index("ft", ["team_id"], { method: "fulltext" })],
    passes: [constrain(foreignKey), index("i", ["team_id"])],
  },
  "foreign-key-type-differs": {
    finds: [create(["id", catalogColumn("team_id", "bigint")], { foreignKeys: [foreignKey] })],
    passes: [create(["id", catalogColumn("team_id")], { foreignKeys: [foreignKey] })],
  },
  "table-without-primary-key": { finds: [create(["id"], { primaryKey: undefined })], passes: [create(["id"])] },
  "redundant-index": {
    finds: [index("i1", ["team_id"]), index("i2", ["team_id", "name"])],
    passes: [index("i1", ["team_id"]), index("i2", ["name", "team_id"])],
  },
  "wide-index": {
    finds: [index("i", ["id", "name", "team_id", "feeling"])],
    passes: [index("i", ["id", "name"]), index("ft", ["id", "name", "team_id", "feeling"], { method: "fulltext" })],
  },
  "constraint-without-name": { finds: [constrain({ ...check, name: undefined })], passes: [constrain(check)] },
};

export const onMysql: { readonly [rule: string]: Case } = {
  "change-type-copies": {
    finds: [change("n", { type: "bigint(20)" })],
    passes: [change("name", { type: "varchar(40)" })],
  },
  "enum-change-copies": {
    finds: [change("e", { type: "enum('b','a')" })],
    passes: [change("e", { type: "enum('a','b','c')" })],
  },
  "change-charset-copies": {
    finds: [change("name", { collation: "latin1_bin" })],
    passes: [change("name", { comment: "x" })],
  },
  "change-generated-copies": {
    finds: [change("stored", { computed: { expression: "`n` + 2", stored: true } })],
    passes: [change("n", { default: "1" })],
  },
  "add-column-expression-default-copies": {
    finds: [add(optional("u", "char(36)", { default: "(uuid())" }))],
    passes: [add(optional("u", "datetime", { default: "current_timestamp()" }))],
  },
  "add-auto-increment-locks": {
    finds: [add(catalogColumn("u", "bigint(20)", { identity: { always: false } }))],
    passes: [add(optional("u", "bigint(20)"))],
  },
  "add-stored-generated-copies": {
    finds: [add(optional("u", "int(11)", { computed: { expression: "1", stored: true } }))],
    passes: [add(optional("u", "int(11)", { computed: { expression: "1", stored: false } }))],
  },
  "add-column-fill-writes-all-rows": {
    finds: [add(catalogColumn("u", "text"), { fill: "name" })],
    passes: [add(optional("u", "text"))],
  },
  "add-column-position-copies": {
    finds: [add(optional("u", "text"), { position: { first: true } })],
    passes: [add(optional("u", "text"))],
  },
  "add-foreign-key-copies": { finds: [constrain(foreignKey)], passes: [constrain(check)] },
  "add-check-copies": { finds: [constrain(check)], passes: [constrain(foreignKey)] },
  "change-primary-key-copies": { finds: [drop("primaryKey", "PRIMARY")], passes: [drop("unique", "uq")] },
  "add-fulltext-index-locks": {
    finds: [index("i", ["name"], { method: "fulltext" })],
    passes: [index("i", ["name"])],
  },
  "change-table-options-copies": { finds: [options({ engine: "Aria" })], passes: [options({ rowFormat: "Dynamic" })] },
  "several-ddl-not-atomic": {
    finds: [add(optional("u", "text")), index("i", ["name"])],
    passes: [add(optional("u", "text")), backfill("u")],
  },
  "sql-alter-without-algorithm": {
    finds: [run("ALTER TABLE hero ADD x int")],
    passes: [run("ALTER TABLE hero ADD x int, ALGORITHM=INSTANT")],
  },
  "inline-references-ignored": {
    finds: [run("CREATE TABLE x (a int REFERENCES hero (id))")],
    passes: [run("CREATE TABLE x (a int, FOREIGN KEY (a) REFERENCES hero (id))")],
  },
  "integer-primary-key": {
    finds: [create([catalogColumn("id", "int(11)", { identity: { always: false } })])],
    passes: [create([catalogColumn("id", "bigint(20)", { identity: { always: false } })])],
  },
  "float-type": { finds: [add(optional("u", "float"))], passes: [add(optional("u", "double"))] },
};

export const onSqlite: { readonly [rule: string]: Case } = {
  "rebuild-copies-table": { finds: [change("name", { nullable: false })], passes: [add(optional("u", "TEXT"))] },
  "create-index-locks-database": { finds: [index("i", ["name"])], passes: [add(optional("u", "TEXT"))] },
  "table-not-strict": { finds: [create(["id"])], passes: [create(["id"], { options: { strict: "true" } })] },
  "unknown-type-name": { finds: [add(optional("u", "STRING"))], passes: [add(optional("u", "VARCHAR(20)"))] },
  "sql-add-column-fails-on-rows": {
    finds: [run("ALTER TABLE hero ADD COLUMN at TEXT DEFAULT CURRENT_TIMESTAMP")],
    passes: [run("ALTER TABLE hero ADD COLUMN at TEXT NOT NULL DEFAULT 'x'")],
  },
  "pragma-in-transaction": {
    finds: [run("PRAGMA foreign_keys = OFF")],
    passes: [run("PRAGMA foreign_keys = OFF", false)],
  },
};
