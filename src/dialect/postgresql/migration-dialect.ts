/** What migrations ask of PostgreSQL. */
import type { SqlType } from "../../sql/type/sql-type.ts";
import type { MigrationDialect } from "../migration-dialect.ts";
import { drawnSequence } from "./definition-text.ts";
import { fullTextIndex, reflectFullText } from "./full-text-index.ts";
import { sequenceDefaults } from "./inspect-tables.ts";
import { reflectExclusion } from "./exclusion-text.ts";
import { inspect } from "./inspector.ts";
import { lintRules } from "./lint-rules.ts";
import { lock, timeouts, unlock } from "./migration-lock.ts";
import { compileOperations } from "./operation-compiler.ts";
import { safeOperations } from "./safe-operations.ts";
import { printedName, scratch, scratchSettings } from "./scratch.ts";
import { reflectType } from "./type-reflection.ts";

/** @param typeText - Spells a type. */
export function postgresqlMigrationDialect(typeText: (type: SqlType) => string): MigrationDialect {
  return {
    inspect,
    ownSchema: "SELECT pg_catalog.current_schema()",
    sequenceDefaults: ({ type = "bigint", isDescending }) => {
      const { min, max } = sequenceDefaults(type, isDescending ? "-1" : "1");
      return { type, minValue: min, maxValue: max, cache: "1" };
    },
    drawnSequence,
    reflectType,
    reflectExclusion,
    typeText,
    fullTextIndex,
    reflectFullText,
    standardTableOptions: () => ({}),
    compileOperations,
    scratch,
    scratchSettings,
    printedName,
    lock,
    unlock,
    timeouts,
    lintRules,
    safeOperations,
  };
}
