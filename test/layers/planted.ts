/**
 * A planted source tree: files that break one rule of layers.cjs each, with the rule that must bite, and files that break none.
 */

/** Breaks a rule: path, contents, the rule's name and the path (or its end) of the import that is refused. */
export interface Violation {
  readonly file: string;
  readonly code: string;
  readonly rule: string;
  readonly to: string;
}

const violation = (rule: string, file: string, to: string, code: string): Violation => ({ rule, file, to, code });

/** What the planted imports refer to; breaks nothing. */
export const targets: Record<string, string> = {
  "src/util/word.ts": "export const word = 1;",
  "src/sql/node.ts": `import { word } from "../util/word.ts";\nexport const node = word;\nexport type Node = number;`,
  "src/io/io.ts": `import { word } from "../util/word.ts";\nexport const io = word;\nexport type Io = number;`,
  "src/metadata/table.ts": `import { node } from "../sql/node.ts";\nimport { io } from "../io/io.ts";\nexport const table = node + io;\nexport type Table = number;`,
  "src/dialect/dialect.ts": `import { table } from "../metadata/table.ts";\nexport const dialect = table;`,
  "src/dialect/sqlite/dialect.ts": `import { dialect } from "../dialect.ts";\nimport { quote } from "./quote.ts";\nexport const sqlite = dialect + quote;`,
  "src/dialect/sqlite/quote.ts": "export const quote = 1;",
  "src/dialect/mysql/dialect.ts": `import { dialect } from "../dialect.ts";\nexport const mysql = dialect;`,
  "src/engine/engine.ts": `import { dialect } from "../dialect/dialect.ts";\nexport const engine = dialect;`,
  "src/driver/pg.ts": `import pg from "pg";\nimport { readFileSync } from "node:fs";\nexport const driver = [pg, readFileSync];`,
  "src/driver/mysql2.ts": `import mysql from "mysql2/promise";\nexport const driver = mysql;`,
  "src/driver/better-sqlite3.ts": `import type Database from "better-sqlite3";\nexport type Db = Database.Database;`,
  "src/driver/pglite.ts": `export const open = async () => (await import("@electric-sql/pglite")).PGlite;`,
  "src/driver/node-sqlite.ts": `export const open = () => import("node:sqlite");`,
  "src/model/model.ts": `import { z } from "zod";\nimport type * as core from "zod/v4/core";\nimport { engine } from "../engine/engine.ts";\nexport const model = [z, engine];\nexport type Any = core.$ZodType;`,
  "src/reflection/reflect.ts": `import { table } from "../metadata/table.ts";\nexport const reflect = table;`,
  "src/orm/session.ts": `import { model } from "../model/model.ts";\nexport const session = model;`,
  "src/migration/command.ts": `import { reflect } from "../reflection/reflect.ts";\nexport const command = reflect;`,
  "src/migration/revision/directory.ts": `import { readdirSync } from "node:fs";\nexport const list = readdirSync;`,
  "src/cli/main.ts": `import { command } from "../migration/command.ts";\nimport process from "node:process";\nexport const main = [command, process];`,
  "src/io/channels.ts": `export { tracingChannel } from "node:diagnostics_channel";`,
  "src/opentelemetry.ts": `export { trace } from "@opentelemetry/api";`,
  "src/sqlite.ts": `export { sqlite } from "./dialect/sqlite/dialect.ts";`,
  "src/create-engine.ts": `import { sqlite } from "./dialect/sqlite/dialect.ts";\nimport { mysql } from "./dialect/mysql/dialect.ts";\nimport { env } from "node:process";\nexport const createEngine = [sqlite, mysql, env];`,
  "src/index.ts": `export { createEngine } from "./create-engine.ts";\nexport { session } from "./orm/session.ts";`,
  "src/sql/node.test.ts": `import { session } from "../orm/session.ts";\nimport { test } from "vitest";\nimport assert from "node:assert";\ntest("", () => assert(session));`,
  // A cycle through a type is no cycle at run time.
  "src/sql/type-cycle-a.ts": `import type { B } from "./type-cycle-b.ts";\nexport type A = B | 1;\nexport const a = 1;`,
  "src/sql/type-cycle-b.ts": `import { a } from "./type-cycle-a.ts";\nexport type B = 2;\nexport const b = a;`,
  "src/sql/index.ts": "export {};",
  "src/extra/extra.ts": "export const extra = 1;",
};

/** These close the planted cycles; dependency-cruiser reports a cycle once, at its first file. */
export const cycleEnds: Record<string, string> = {
  "src/sql/node-two.ts": `import { one } from "./cycle-one.ts";\nexport const two = () => one;`,
  "src/sql/node-b.ts": `import { c } from "./node-c.ts";\nimport type { A } from "./cycle-a.ts";\nexport const b = () => c;\nexport type B = A;`,
  "src/sql/node-c.ts": `import { a } from "./cycle-a.ts";\nimport type { B } from "./node-b.ts";\nexport const c = () => a;\nexport type C = B;`,
};

export const violations: readonly Violation[] = [
  violation("util-imports-down", "src/util/up.ts", "src/sql/node.ts", `export { node } from "../sql/node.ts";`),
  violation(
    "sql-imports-down",
    "src/sql/sideways.ts",
    "src/io/io.ts",
    `import type { Io } from "../io/io.ts";\nexport type X = Io;`,
  ),
  violation(
    "io-imports-down",
    "src/io/sideways.ts",
    "src/sql/node.ts",
    `import { type Node } from "../sql/node.ts";\nexport type X = Node;`,
  ),
  violation(
    "sql-imports-down",
    "src/sql/up-type.ts",
    "src/metadata/table.ts",
    `import type { Table } from "../metadata/table.ts";\nexport type X = Table;`,
  ),
  violation(
    "sql-imports-down",
    "src/sql/up-inline-type.ts",
    "src/metadata/table.ts",
    `export type X = import("../metadata/table.ts").Table;`,
  ),
  violation(
    "metadata-imports-down",
    "src/metadata/up.ts",
    "src/dialect/dialect.ts",
    `export { dialect } from "../dialect/dialect.ts";`,
  ),
  violation(
    "dialect-imports-down",
    "src/dialect/up.ts",
    "src/engine/engine.ts",
    `export { engine } from "../engine/engine.ts";`,
  ),
  violation(
    "engine-imports-down",
    "src/engine/sideways.ts",
    "src/driver/pg.ts",
    `export { driver } from "../driver/pg.ts";`,
  ),
  violation(
    "driver-imports-down",
    "src/driver/sideways.ts",
    "src/engine/engine.ts",
    `export { engine } from "../engine/engine.ts";`,
  ),
  violation(
    "model-imports-down",
    "src/model/sideways.ts",
    "src/reflection/reflect.ts",
    `export { reflect } from "../reflection/reflect.ts";`,
  ),
  violation(
    "reflection-imports-down",
    "src/reflection/sideways.ts",
    "src/model/model.ts",
    `export { model } from "../model/model.ts";`,
  ),
  violation(
    "orm-imports-down",
    "src/orm/sideways.ts",
    "src/migration/command.ts",
    `export { command } from "../migration/command.ts";`,
  ),
  violation(
    "migration-imports-down",
    "src/migration/sideways.ts",
    "src/orm/session.ts",
    `export { session } from "../orm/session.ts";`,
  ),
  violation(
    "migration-imports-down",
    "src/migration/up.ts",
    "src/cli/main.ts",
    `export const load = () => import("../cli/main.ts");`,
  ),
  violation("cli-imports-down", "src/cli/up.ts", "src/index.ts", `export { session } from "../index.ts";`),
  violation("known-folder", "src/orm/elsewhere.ts", "src/extra/extra.ts", `export { extra } from "../extra/extra.ts";`),
  violation(
    "dialect-folder-stays-private",
    "src/engine/dialect.ts",
    "src/dialect/sqlite/dialect.ts",
    `export { sqlite } from "../dialect/sqlite/dialect.ts";`,
  ),
  violation(
    "dialect-folder-stays-private",
    "src/dialect/all.ts",
    "src/dialect/sqlite/dialect.ts",
    `export { sqlite } from "./sqlite/dialect.ts";`,
  ),
  violation(
    "dialect-folder-imports-itself-only",
    "src/dialect/mysql/copy.ts",
    "src/dialect/sqlite/quote.ts",
    `export { quote } from "../sqlite/quote.ts";`,
  ),
  violation(
    "dialect-entry-imports-its-own-folder",
    "src/mysql.ts",
    "src/dialect/sqlite/dialect.ts",
    `export { sqlite } from "./dialect/sqlite/dialect.ts";`,
  ),
  violation(
    "node-builtins-at-the-edge",
    "src/orm/builtin.ts",
    "fs",
    `import { readFileSync } from "node:fs";\nexport const read = readFileSync;`,
  ),
  violation(
    "node-builtins-at-the-edge",
    "src/migration/builtin.ts",
    "util",
    `import { inspect } from "util";\nexport const show = inspect;`,
  ),
  violation(
    "node-builtins-at-the-edge-unknown",
    "src/engine/builtin.ts",
    "node:sqlite",
    `export const open = () => import("node:sqlite");`,
  ),
  violation("no-inner-index", "src/metadata/barrel.ts", "src/sql/index.ts", `export * from "../sql/index.ts";`),
  // The cycle of two, which nothing hides.
  violation(
    "no-value-cycle",
    "src/sql/cycle-one.ts",
    "src/sql/node-two.ts",
    `import { two } from "./node-two.ts";\nexport const one = () => two;`,
  ),
  // Beside each edge of this cycle runs a shorter one through a type: those must not hide it.
  violation(
    "no-value-cycle",
    "src/sql/cycle-a.ts",
    "src/sql/node-b.ts",
    `import { b } from "./node-b.ts";\nimport type { C } from "./node-c.ts";\nexport const a = () => b;\nexport type A = C;`,
  ),
  violation("no-test-imported", "src/orm/test.ts", "src/sql/node.test.ts", `import "../sql/node.test.ts";`),
  violation(
    "zod-only-in-its-place",
    "src/orm/zod.ts",
    "node_modules/zod",
    `import type { z } from "zod";\nexport type Z = z.ZodType;`,
  ),
  violation(
    "pg-only-in-its-place",
    "src/driver/other.ts",
    "node_modules/pg",
    `import pg from "pg";\nexport const x = pg;`,
  ),
  violation(
    "mysql2-only-in-its-place",
    "src/orm/mysql2.ts",
    "node_modules/mysql2",
    `export const x = () => import("mysql2/promise");`,
  ),
  violation(
    "better-sqlite3-only-in-its-place",
    "src/engine/sqlite3.ts",
    "node_modules/better-sqlite3",
    `import Database from "better-sqlite3";\nexport const x = Database;`,
  ),
  violation(
    "better-sqlite3-only-in-its-place",
    "src/orm/sqlite3.ts",
    "node_modules/better-sqlite3",
    `import type Database from "better-sqlite3";\nexport type X = Database.Database;`,
  ),
  violation(
    "opentelemetry-api-only-in-its-place",
    "src/orm/telemetry.ts",
    "node_modules/@opentelemetry/api",
    `export { trace } from "@opentelemetry/api";`,
  ),
  violation(
    "electric-sql-pglite-only-in-its-place",
    "src/index-pglite.ts",
    "node_modules/@electric-sql/pglite",
    `export { PGlite } from "@electric-sql/pglite";`,
  ),
  violation(
    "no-runtime-dependency",
    "src/util/package.ts",
    "node_modules/fast-check",
    `import fc from "fast-check";\nexport const x = fc;`,
  ),
  violation("resolvable", "src/util/missing.ts", "./nowhere.ts", `export { x } from "./nowhere.ts";`),
];
