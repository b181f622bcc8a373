/** What migrations ask of MySQL and MariaDB. */
import type { SqlType } from "../../sql/type/sql-type.ts";
import type { QualifiedName } from "../../metadata/catalog.ts";
import { fullTextIndex, reflectFullText } from "../full-text-method.ts";
import type { MigrationDialect } from "../migration-dialect.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { inspect } from "./inspector.ts";
import { lintRules } from "./lint-rules.ts";
import { lock, timeouts, unlock } from "./migration-lock.ts";
import { compileOperations } from "./operation-compiler.ts";
import { scratch, scratchSettings } from "./scratch.ts";
import { safeOperations } from "./safe-operations.ts";
import { tableDefinitions } from "./table-definitions.ts";
import { standardTableOptions } from "./table-options.ts";
import { reflectType } from "./type-reflection.ts";

type SequenceDefaults = ReturnType<NonNullable<MigrationDialect["sequenceDefaults"]>>;

/** @param typeText - Spells a type. */
export function mysqlMigrationDialect(flavour: MysqlFlavour, typeText: (type: SqlType) => string): MigrationDialect {
  return {
    inspect,
    ownSchema: "SELECT DATABASE()",
    ...(flavour.isMariaDb ? { sequenceDefaults, drawnSequence } : {}),
    reflectType,
    typeText,
    fullTextIndex,
    reflectFullText,
    standardTableOptions: (given) => standardTableOptions(given, flavour),
    compileOperations: (operations, catalog) => compileOperations(operations, catalog, flavour),
    scratch,
    scratchSettings,
    definitions: tableDefinitions,
    lock,
    unlock,
    timeouts: (bounds) => timeouts(flavour.isMariaDb, bounds),
    lintRules,
    safeOperations,
  };
}

/** The sequence of "nextval(`name`)". */
function drawnSequence(text: string): QualifiedName | undefined {
  const match = /^nextval\((?:`((?:[^`]|``)+)`\.)?`((?:[^`]|``)+)`\)$/i.exec(text);
  const [schema, name] = [match?.[1], match?.[2]].map((part) => part?.replaceAll("``", "`"));
  if (name === undefined) return undefined;
  return schema === undefined ? { name } : { schema, name };
}

/** MariaDB's bounds leave out the two outermost numbers. */
function sequenceDefaults({ isDescending }: { readonly isDescending: boolean }): SequenceDefaults {
  const largest = String(2n ** 63n - 2n);
  return isDescending
    ? { minValue: String(-(2n ** 63n) + 1n), maxValue: "-1", cache: "1000" }
    : { minValue: "1", maxValue: largest, cache: "1000" };
}
