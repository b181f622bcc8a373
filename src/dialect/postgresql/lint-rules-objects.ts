/** What PostgreSQL minds about enums, tables' settings, triggers, policies, and transactions. */
import { displayName, knownTable, nameKey, type QualifiedName } from "../../metadata/catalog.ts";
import { ruleAbout, ruleFor, type LintRule } from "../../metadata/lint-rule.ts";
import { parseNames } from "./definition-text.ts";
import { locksOf, tablesOfType } from "./operation-locks.ts";
import { endsTransaction } from "./transaction-ends.ts";

const renameEnumValue = ruleFor(
  "renameEnumValue",
  {
    name: "rename-enum-value-breaks-running-version",
    severity: "warning",
    title: "an enum's value is renamed under a running version",
    reason:
      "While a release is rolled out, the old version reads a value that it does not know, and writes one that is gone.",
    remedy: "Add the new value, let the application read both, back-fill the rows, and take the old one away later.",
  },
  ({ type, value, newValue }) => `'${value}' of '${displayName(type)}' becomes '${newValue}' at one moment.`,
);

const replaceEnumValues = ruleFor(
  "replaceEnumValues",
  {
    name: "replace-enum-values-rewrites",
    severity: "warning",
    title: "an enum's values are taken away or ordered anew",
    reason:
      "PostgreSQL has no command for it: a new type takes the place of the old, and every table with such a column is written anew under an ACCESS EXCLUSIVE lock.",
    remedy:
      "Leave the values that are no longer used, and keep them out by a check that is added with { notValid: true }.",
  },
  ({ type }, { catalog }) => {
    const tables = tablesOfType(catalog, type).map((table) => `'${displayName(table)}'`);
    return tables.length === 0
      ? undefined
      : `The rows of ${tables.join(", ")} are written anew for '${displayName(type)}'.`;
  },
);

const createPartition = ruleFor(
  "createTable",
  {
    name: "create-partition-locks-parent",
    severity: "warning",
    title: "a partition is created while the partitioned table is in use",
    reason:
      "CREATE TABLE … PARTITION OF takes an ACCESS EXCLUSIVE lock on the partitioned table, and waits for every query of it.",
    remedy:
      "Create the table alone with a check like the partition's bound, then ALTER TABLE … ATTACH PARTITION, which lets reads and writes go on.",
    mindsNewTables: true,
  },
  ({ table }, { catalog }) => {
    const parent = parseNames(table.options["partitionOf"] ?? "")?.[0];
    return parent === undefined || knownTable(catalog, parent) === undefined
      ? undefined
      : `Reads and writes of '${displayName(parent)}' wait when its partition '${displayName(table)}' is created.`;
  },
);

const setUnlogged = ruleFor(
  "setTableOptions",
  {
    name: "set-unlogged-rewrites",
    severity: "warning",
    title: "a table is moved to another kind or place of storage",
    reason:
      "LOGGED, UNLOGGED, another access method or tablespace copy the whole table under an ACCESS EXCLUSIVE lock.",
    remedy: "Plan a time without traffic.",
  },
  ({ table, options }) => {
    const moving = ["unlogged", "accessMethod", "tablespace"].filter((name) => name in options);
    return moving.length === 0
      ? undefined
      : `Reads and writes of '${displayName(table)}' wait while it is copied for '${moving.join("', '")}'.`;
  },
);

const rowSecurity = ruleAbout(
  {
    name: "row-security-changes-access",
    severity: "warning",
    title: "who sees which rows changes",
    reason:
      "With row security and no policy nobody but the owner sees a row; without it everybody sees all. Each step takes an ACCESS EXCLUSIVE lock.",
    remedy:
      "Create the policies first and enable row security last, in one transaction, and look at who may see what afterwards.",
  },
  (operation) => {
    if (operation.kind === "setTableOptions") {
      const isMeant = "rowSecurity" in operation.options || "forceRowSecurity" in operation.options;
      return isMeant ? `Row security of '${displayName(operation.table)}' changes for all queries at once.` : undefined;
    }
    if (operation.kind !== "createObject" && operation.kind !== "dropObject") return undefined;
    const { object } = operation;
    if (object.kind !== "policy") return undefined;
    const verb = operation.kind === "createObject" ? "comes" : "goes";
    return `Policy '${object.policy.name}' of '${displayName(object.table)}' ${verb}.`;
  },
);

const createTrigger = ruleFor(
  "createObject",
  {
    name: "create-trigger-blocks-writes",
    severity: "warning",
    title: "a trigger is created while the table is written to",
    reason:
      "CREATE TRIGGER takes a SHARE ROW EXCLUSIVE lock: it waits for all writers, and new ones wait for it until the transaction ends.",
    remedy: "A revision of its own, so that the lock is held for a moment only.",
  },
  ({ object }) =>
    object.kind === "trigger"
      ? `Writes to '${displayName(object.table)}' wait when trigger '${object.trigger.name}' is created.`
      : undefined,
);

const dataUnderLock = ruleAbout(
  {
    name: "data-in-ddl-transaction",
    severity: "warning",
    title: "rows are written while a table is locked for a change of schema",
    reason:
      "Locks are held until the transaction ends: readers and writers of the changed tables wait for all of the rows.",
    remedy: "Write the rows in a revision of its own, or with backfill(), which commits batch after batch.",
  },
  (operation, { before: catalog, operations, position }) => {
    const isData =
      operation.kind === "bulkInsert" ||
      (operation.kind === "execute" && operation.dataOnly && operation.transactional);
    if (!isData || (operation.kind === "execute" && /^\s*(?:select|values)\b/i.test(operation.sql))) return undefined;
    const start = operations.findLastIndex((other, at) => at < position && endsTransaction(other));
    const before = operations.slice(start + 1, position);
    const fresh = new Set(operations.flatMap((other) => (other.kind === "createTable" ? [nameKey(other.table)] : [])));
    const locked = before
      .flatMap((other) => locksOf(other, catalog))
      .filter(({ mode, table }) => mode === "accessExclusive" && !fresh.has(nameKey(table)));
    const names = [...new Set(locked.map(({ table }) => displayName(table)))];
    return names.length === 0
      ? undefined
      : `Rows are written while reads and writes of ${names.map((name) => `'${name}'`).join(", ")} wait.`;
  },
);

const severalRewrites = ruleAbout(
  {
    name: "several-rewrites-of-a-table",
    severity: "warning",
    title: "one revision writes a table anew more than once",
    reason: "Each rewrite writes all rows and builds all indexes.",
    remedy: "One ALTER TABLE with all the changes (op.execute), or a new table that takes the place of the old.",
  },
  (operation, { before: catalog, operations, position }) => {
    const rewritten = (other: typeof operation): readonly QualifiedName[] =>
      locksOf(other, catalog).flatMap(({ table, work }) => (work === "rewrite" ? [table] : []));
    const before = new Set(operations.slice(0, position).flatMap((other) => rewritten(other).map(nameKey)));
    const again = rewritten(operation).find((table) => before.has(nameKey(table)));
    return again === undefined ? undefined : `'${displayName(again)}' is written anew a second time.`;
  },
);

/** In the order in which they are told. */
export const objectRules: readonly LintRule[] = Object.freeze([
  renameEnumValue,
  replaceEnumValues,
  createPartition,
  setUnlogged,
  rowSecurity,
  createTrigger,
  dataUnderLock,
  severalRewrites,
]);
