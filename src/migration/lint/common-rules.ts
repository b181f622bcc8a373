/** Rules that hold on every database: what is lost, and what breaks an application that still runs its old version. */
import { statementLike, wholeTableWrite } from "../../dialect/raw-sql.ts";
import { displayName, knownTable } from "../../metadata/catalog.ts";
import { ruleFor, type LintRule } from "../../metadata/lint-rule.ts";
import { lossesOf } from "../run/destructive-check.ts";

const dropLosesData: LintRule = {
  name: "drop-loses-data",
  severity: "error",
  title: "something is dropped with what it holds",
  reason: "What a table, column, schema or sequence held is gone, and a downgrade brings back only its definition.",
  remedy:
    "Stop using it in one release, drop it in a later one, and keep a copy if a downgrade must bring the values back. The revision states its consent as acceptsDataLoss.",
  check(operation) {
    // SQL of the revision's own has a rule of its own.
    const losses = operation.kind === "execute" ? [] : lossesOf(operation);
    return losses.map(({ object, text }) => ({ message: `${object}: ${text}.` }));
  },
};

const dropBreaksOldVersion: LintRule = {
  name: "drop-breaks-running-version",
  severity: "warning",
  title: "a column or table goes that a running version may still read",
  reason:
    "While a release is rolled out, the old version still selects and inserts it, and fails as soon as it is gone.",
  remedy: "First release a version that does not use it, then drop it.",
  check(operation) {
    if (operation.kind === "dropColumn") {
      const name = `${displayName(operation.table)}.${operation.column}`;
      return [
        { message: `A version of the application that still knows '${name}' fails on every query that names it.` },
      ];
    }
    if (operation.kind !== "dropTable") return [];
    return [
      {
        message: `A version of the application that still knows '${displayName(operation.table)}' fails on every query of it.`,
      },
    ];
  },
};

const renameBreaksOldVersion: LintRule = {
  name: "rename-breaks-running-version",
  severity: "warning",
  title: "a table or column is renamed under a running version",
  reason: "There is no moment at which both the old and the new version of the application find the name they know.",
  remedy:
    "Keep the name in the database and give the model's field another (field(…, { name })), or add a new column, write both, back-fill, and drop the old one later.",
  check(operation) {
    if (operation.kind === "renameColumn") {
      const name = `${displayName(operation.table)}.${operation.column}`;
      return [
        { message: `Column '${name}' becomes '${operation.newName}' at one moment, for old and new versions alike.` },
      ];
    }
    if (operation.kind !== "renameTable") return [];
    const name = displayName(operation.table);
    return [
      { message: `Table '${name}' becomes '${operation.newName}' at one moment, for old and new versions alike.` },
    ];
  },
};

const addRequiredColumn: LintRule = {
  name: "add-required-column",
  severity: "error",
  title: "a column is added that is neither nullable nor has a default",
  reason: "Rows that are there have no value for it, and the version of the application that runs inserts none.",
  remedy: "Add it nullable or with a default, let the application write it, back-fill the rows, then make it NOT NULL.",
  check(operation) {
    if (operation.kind !== "addColumn") return [];
    const { column, table, fill } = operation;
    const hasValue = column.default !== undefined || column.identity !== undefined || column.computed !== undefined;
    if (column.nullable || hasValue) return [];
    const name = `${displayName(table)}.${column.name}`;
    const rows = fill === undefined ? "rows that are there make it fail, and " : "";
    return [
      {
        message: `Column '${name}' is NOT NULL without a default: ${rows}a running version that inserts without it fails.`,
      },
    ];
  },
};

const requireColumn = ruleFor(
  "alterColumn",
  {
    name: "set-not-null-fails-on-nulls",
    severity: "warning",
    title: "a column becomes NOT NULL, and rows may hold NULL there",
    reason: "One such row stops the revision; and a running version that writes none fails from then on.",
    remedy: "Let the application write a value, back-fill the rows, then make the column NOT NULL.",
  },
  ({ table: name, column, changes, existing }, { catalog, operations, position }) => {
    const before = knownTable(catalog, name)?.columns.find((candidate) => candidate.name === column) ?? existing;
    if (changes.nullable !== false || before?.nullable === false) return undefined;
    const isFilled = operations.slice(0, position).some((other) => {
      if (other.kind === "backfill") return displayName(other.table) === displayName(name) && column in other.set;
      return other.kind === "validateConstraint" && displayName(other.table) === displayName(name);
    });
    return isFilled ? undefined : `A row with NULL in '${displayName(name)}.${column}' stops the revision.`;
  },
);

const allowNull = ruleFor(
  "alterColumn",
  {
    name: "drop-not-null-breaks-readers",
    severity: "advice",
    title: "a column may be NULL from now on",
    reason:
      "A running version that does not expect NULL meets it as soon as a row has it; a downgrade fails on such rows.",
    remedy: "First release a version that can read NULL.",
  },
  ({ table: name, column, changes, existing }, { catalog }) => {
    const before = knownTable(catalog, name)?.columns.find((candidate) => candidate.name === column) ?? existing;
    return changes.nullable === true && before?.nullable === false
      ? `Readers of '${displayName(name)}.${column}' may meet NULL.`
      : undefined;
  },
);

const dropConstraint = ruleFor(
  "dropConstraint",
  {
    name: "drop-constraint-lets-rows-in",
    severity: "advice",
    title: "a constraint goes, and rows may come that it kept out",
    reason: "A downgrade that adds it again fails on such rows.",
    remedy: "Keep a query at hand that finds the rows it would refuse.",
  },
  ({ table, name, constraintKind }, { after }) => {
    const remaining = knownTable(after, table);
    if (remaining === undefined) return undefined;
    const parts = [remaining.primaryKey, ...remaining.uniques, ...remaining.foreignKeys, ...remaining.checks];
    const isReplaced = name !== undefined && parts.some((part) => part?.name === name);
    return isReplaced || (constraintKind === "primaryKey" && remaining.primaryKey !== undefined)
      ? undefined
      : `Rows that '${name ?? constraintKind}' of '${displayName(table)}' refuses can come.`;
  },
);

const wholeTable = ruleFor(
  "execute",
  {
    name: "whole-table-update",
    severity: "warning",
    title: "one statement writes all rows of a table",
    reason: "The rows are locked until the end, the table and the log grow by all of them, and replicas fall behind.",
    remedy:
      "backfill(), which writes in batches, each in a transaction of its own, and goes on where it was interrupted.",
  },
  ({ sql }) => {
    const statement = wholeTableWrite(sql);
    return statement === undefined ? undefined : `'${statement.slice(0, 60)}' has no WHERE.`;
  },
);

const rawDrop = ruleFor(
  "execute",
  {
    name: "sql-loses-data",
    severity: "error",
    title: "SQL of the revision's own drops or empties something",
    reason:
      "Consent is asked for what the words of the SQL name; CASCADE takes what nobody listed, and no downgrade brings it back.",
    remedy: "Use op.dropTable(), op.dropColumn() or op.dropSchema(), and state the consent as acceptsDataLoss.",
  },
  ({ sql }) => {
    const statement = statementLike(
      sql,
      /^(?:drop (?:table|schema|database|sequence|owned)|truncate)\b|^alter table\b.*\bdrop column\b/i,
    );
    return statement === undefined ? undefined : `'${statement.slice(0, 60)}' loses what is there.`;
  },
);

/** In the order in which they are told. */
export const commonRules: readonly LintRule[] = Object.freeze([
  dropLosesData,
  dropBreaksOldVersion,
  renameBreaksOldVersion,
  addRequiredColumn,
  requireColumn,
  allowNull,
  dropConstraint,
  wholeTable,
  rawDrop,
]);
