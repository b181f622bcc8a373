/** What PostgreSQL minds about constraints and indexes: how long they lock whom out. */
import { displayName, knownTable, nameKey } from "../../metadata/catalog.ts";
import { ruleAbout, ruleFor, type LintContext, type LintProblem, type LintRule } from "../../metadata/lint-rule.ts";
import type { ConstraintKind, Operation, OperationOf } from "../../metadata/operation.ts";
import { droppedReference } from "./operation-locks.ts";
import { safeForm } from "./safe-operations.ts";
import { endsTransaction } from "./transaction-ends.ts";

/** The problem, with the safe sequence where there is one. */
export function withSafeForm(message: string, operation: Operation, { catalog }: LintContext): LintProblem {
  const instead = safeForm(operation, catalog);
  return instead.length === 1 && instead[0] === operation ? { message } : { message, instead };
}

const createIndexBlocks = ruleFor(
  "createIndex",
  {
    name: "create-index-blocks-writes",
    severity: "warning",
    title: "an index is built while writes wait",
    reason: "CREATE INDEX holds a SHARE lock on the table until all rows are in the index.",
    remedy:
      "Give createIndex() { concurrently: true }: it runs outside of the transaction, and is built anew if a run before failed half-way.",
  },
  (operation, context) => {
    if (operation.concurrently === true) return undefined;
    const { table, index } = operation;
    const isPartitioned = knownTable(context.catalog, table)?.kind === "partitioned";
    const end = isPartitioned
      ? "A partitioned table's index cannot be built otherwise: build it on each partition first."
      : "";
    const message = `Writes to '${displayName(table)}' wait until index '${index.name}' is built. ${end}`.trim();
    return withSafeForm(message, operation, context);
  },
);

const dropIndexBlocks = ruleFor(
  "dropIndex",
  {
    name: "drop-index-blocks",
    severity: "warning",
    title: "an index is dropped under a lock that also readers wait for",
    reason: "DROP INDEX takes an ACCESS EXCLUSIVE lock on the table, and waits for every query that uses it.",
    remedy: "Give dropIndex() { concurrently: true }.",
  },
  (operation, context) =>
    operation.concurrently === true
      ? undefined
      : withSafeForm(
          `Reads and writes of '${displayName(operation.table)}' wait while index '${operation.name}' is dropped.`,
          operation,
          context,
        ),
);

const replaceIndex = ruleFor(
  "createIndex",
  {
    name: "replace-index-drops-first",
    severity: "warning",
    title: "an index is dropped before the one that takes its place is there",
    reason: "In between, queries that need it read the whole table.",
    remedy: "Build the new one under another name, drop the old one, then rename.",
  },
  ({ table, index }, { operations, position }) => {
    const isDropped = operations
      .slice(0, position)
      .some(
        (other) => other.kind === "dropIndex" && nameKey(other.table) === nameKey(table) && other.name === index.name,
      );
    return isDropped
      ? `There is no index '${index.name}' on '${displayName(table)}' until the new one is built.`
      : undefined;
  },
);

/** A rule about adding a constraint of a kind. */
function additionRule(
  kind: ConstraintKind,
  text: Omit<LintRule, "check" | "severity">,
  message: (table: string, name: string, referred: string) => string,
): LintRule {
  return ruleFor("addConstraint", { ...text, severity: "warning" }, (operation, context) => {
    const { constraint, usingIndex, table } = operation;
    if (constraint.kind !== kind || usingIndex !== undefined) return undefined;
    if ("notValid" in constraint && constraint.notValid === true) return undefined;
    const referred = constraint.kind === "foreignKey" ? displayName(constraint.referred) : "";
    return withSafeForm(message(displayName(table), constraint.name ?? kind, referred), operation, context);
  });
}

const additions: readonly LintRule[] = [
  additionRule(
    "primaryKey",
    {
      name: "add-primary-key-blocks",
      title: "a primary key is built under a lock that also readers wait for",
      reason:
        "ADD PRIMARY KEY holds an ACCESS EXCLUSIVE lock while its index is built, and reads all rows for NULL where a column is nullable.",
      remedy:
        "Prove NOT NULL by a validated check, build a unique index concurrently, and make the key of it: createPrimaryKey(…, { usingIndex }).",
    },
    (table, name) => `Reads and writes of '${table}' wait until the index of primary key '${name}' is built.`,
  ),
  additionRule(
    "unique",
    {
      name: "add-unique-blocks",
      title: "a unique constraint is built under a lock that also readers wait for",
      reason:
        "ADD UNIQUE holds an ACCESS EXCLUSIVE lock while its index is built, and fails at the end where rows have the same values.",
      remedy:
        "Build a unique index concurrently, and make the constraint of it: createUniqueConstraint(…, { usingIndex }).",
    },
    (table, name) => `Reads and writes of '${table}' wait until the index of '${name}' is built.`,
  ),
  additionRule(
    "check",
    {
      name: "add-check-scans",
      title: "a check reads all rows under a lock that also readers wait for",
      reason: "ADD CHECK holds an ACCESS EXCLUSIVE lock while it is held against every row.",
      remedy: "Add it with { notValid: true }, then validateConstraint(), which locks out neither readers nor writers.",
    },
    (table, name) => `Reads and writes of '${table}' wait while check '${name}' is held against its rows.`,
  ),
  additionRule(
    "foreignKey",
    {
      name: "add-foreign-key-locks",
      title: "a foreign key reads all rows while writes to both tables wait",
      reason: "ADD FOREIGN KEY holds a SHARE ROW EXCLUSIVE lock on both tables while every row is looked up.",
      remedy: "Add it with { notValid: true }, then validateConstraint().",
    },
    (table, name, referred) =>
      `Writes to '${table}' and '${referred}' wait while foreign key '${name}' is held against the rows.`,
  ),
  additionRule(
    "exclusion",
    {
      name: "add-exclusion-blocks",
      title: "an exclusion constraint is built under a lock that also readers wait for",
      reason: "It holds an ACCESS EXCLUSIVE lock while its index is built, and PostgreSQL has no other way to add one.",
      remedy: "Plan a time without traffic, or make a new table with the constraint, copy the rows and exchange both.",
    },
    (table, name) => `Reads and writes of '${table}' wait until the index of '${name}' is built.`,
  ),
];

const severalForeignKeys = ruleFor(
  "addConstraint",
  {
    name: "several-foreign-keys",
    severity: "warning",
    title: "foreign keys of several pairs of tables are added in one transaction",
    reason:
      "All the locks are held together until the end, and two transactions that take them in another order block each other for good.",
    remedy: "One revision for each, or a validateConstraint() behind each: it begins a new transaction.",
  },
  ({ table, constraint }, { operations, position }) => {
    if (constraint.kind !== "foreignKey") return undefined;
    const pair = pairOf(table, constraint.referred);
    const start = operations.findLastIndex((other, at) => at < position && endsTransaction(other));
    const others = operations.slice(start + 1, position).filter((other): other is OperationOf<"addConstraint"> => {
      if (other.kind !== "addConstraint" || other.constraint.kind !== "foreignKey") return false;
      return pairOf(other.table, other.constraint.referred) !== pair;
    });
    if (others.length === 0) return undefined;
    return `'${displayName(table)}' and '${displayName(constraint.referred)}' are locked together with the tables of ${String(others.length)} foreign keys before.`;
  },
);

function pairOf(table: OperationOf<"addConstraint">["table"], referred: OperationOf<"addConstraint">["table"]): string {
  return [nameKey(table), nameKey(referred)].sort().join();
}

const dropForeignKey = ruleFor(
  "dropConstraint",
  {
    name: "drop-foreign-key-locks-referenced",
    severity: "warning",
    title: "dropping a foreign key locks the table it refers to",
    reason: "Its triggers go from both tables, under ACCESS EXCLUSIVE locks: two busy tables have to be had at once.",
    remedy: "One foreign key a revision, under a lock timeout; the run is repeated when it does not get the lock.",
  },
  (operation, { catalog }) => {
    const referred = droppedReference(operation, catalog);
    return referred === undefined
      ? undefined
      : `Reads and writes of '${displayName(referred)}' wait, too, when '${operation.name ?? ""}' of '${displayName(operation.table)}' is dropped.`;
  },
);

const dropTableReferences = ruleFor(
  "dropTable",
  {
    name: "drop-table-locks-referenced",
    severity: "warning",
    title: "dropping a table locks those it refers to",
    reason: "The triggers of its foreign keys go from the other tables, under ACCESS EXCLUSIVE locks.",
    remedy: "Drop the foreign keys one by one in revisions before.",
  },
  ({ table, existing }, { catalog }) => {
    const keys = (knownTable(catalog, table) ?? existing)?.foreignKeys ?? [];
    const referred = [...new Set(keys.map((key) => displayName(key.referred)))].filter(
      (name) => name !== displayName(table),
    );
    if (referred.length === 0) return undefined;
    return `Reads and writes of ${referred.map((name) => `'${name}'`).join(", ")} wait, too, when '${displayName(table)}' is dropped.`;
  },
);

const validateTogether = ruleAbout(
  {
    name: "validate-in-same-transaction",
    severity: "warning",
    title: "a constraint is validated in the transaction that added it",
    reason: "The lock that ADD … NOT VALID took is held while VALIDATE reads all rows: nothing was won.",
    remedy:
      "Use op.validateConstraint(), which runs in a transaction of its own, or execute(…, { transactional: false }).",
  },
  (operation, { operations, position }) => {
    if (operation.kind !== "execute" || !operation.transactional || !/\bvalidate\s+constraint\b/i.test(operation.sql))
      return undefined;
    const start = operations.findLastIndex((other, at) => at < position && endsTransaction(other));
    const isAdded = operations.slice(start + 1, position + 1).some(addsUnchecked);
    return isAdded ? "VALIDATE CONSTRAINT runs under the lock of the ADD … NOT VALID before it." : undefined;
  },
);

function addsUnchecked(operation: Operation): boolean {
  if (operation.kind === "execute") return /\bnot\s+valid\b/i.test(operation.sql);
  return (
    operation.kind === "addConstraint" && "notValid" in operation.constraint && operation.constraint.notValid === true
  );
}

/** In the order in which they are told. */
export const keyRules: readonly LintRule[] = Object.freeze([
  createIndexBlocks,
  dropIndexBlocks,
  replaceIndex,
  ...additions,
  severalForeignKeys,
  dropForeignKey,
  dropTableReferences,
  validateTogether,
]);
