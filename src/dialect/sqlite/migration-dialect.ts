/** What migrations ask of SQLite. */
import type { SqlType } from "../../sql/type/sql-type.ts";
import { fullTextIndex, reflectFullText } from "../full-text-method.ts";
import type { MigrationDialect } from "../migration-dialect.ts";
import { inspect } from "./inspector.ts";
import { lintRules } from "./lint-rules.ts";
import { lock, timeouts, unlock } from "./migration-lock.ts";
import { compileOperations } from "./operation-compiler.ts";
import { safeOperations } from "./safe-operations.ts";
import { reflectType } from "./type-reflection.ts";

/** @param typeText - Spells a type. */
export function sqliteMigrationDialect(typeText: (type: SqlType) => string): MigrationDialect {
  return {
    inspect,
    ownSchema: "SELECT 'main'",
    reflectType,
    typeText,
    fullTextIndex,
    reflectFullText,
    standardTableOptions: () => ({ strict: "true" }),
    compileOperations,
    lock,
    unlock,
    timeouts,
    lintRules,
    safeOperations,
    foreignKeys: {
      off: "PRAGMA foreign_keys = OFF",
      on: "PRAGMA foreign_keys = ON",
      ask: "PRAGMA foreign_keys",
      violations: `SELECT "table", rowid, parent, fkid FROM pragma_foreign_key_check`,
    },
  };
}
