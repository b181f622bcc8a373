/** What MySQL and MariaDB mind about operations: locks, rewrites, and what fails on rows. */
import { displayName, knownTable, type CatalogColumn } from "../../metadata/catalog.ts";
import { ruleAbout, ruleFor, type LintContext, type LintRule, type RuleText } from "../../metadata/lint-rule.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";
import { statementsOf } from "../raw-sql.ts";
import { alterationWork, isComputedForEachRow, keepsRows } from "./alteration-work.ts";
import { mysqlDesignRules } from "./lint-rules-design.ts";
import { safeOperations } from "./safe-operations.ts";
import { isTableAlteration } from "./operation-groups.ts";
import { typeParts } from "./type-reflection.ts";

const copyReason =
  "The server can do it only with ALGORITHM=COPY: every row is written into a new table, and writes wait until it is there.";
const expandRemedy =
  "A new column with the new definition, triggers that keep both equal, a back-fill in batches, then an exchange of names.";

type Text = Omit<RuleText, "severity">;

/** A rule about a change of a column that copies its table. */
function copyingChange(
  text: Text,
  message: (before: CatalogColumn, after: CatalogColumn, name: string) => string | undefined,
): LintRule {
  return ruleFor("alterColumn", { ...text, severity: "warning" }, (operation, { catalog }) => {
    const before = columnBefore(operation, { catalog });
    if (before === undefined || alterationWork(operation, catalog) !== "copy") return undefined;
    return message(before, { ...before, ...operation.changes }, `${displayName(operation.table)}.${operation.column}`);
  });
}

function columnBefore(
  { table, column, existing }: OperationOf<"alterColumn">,
  { catalog }: Pick<LintContext, "catalog">,
): CatalogColumn | undefined {
  return knownTable(catalog, table)?.columns.find(({ name }) => name === column) ?? existing;
}

function isEnumeration(type: string): boolean {
  return /^(?:enum|set)$/.test(typeParts(type)?.name ?? "");
}

const changes: readonly LintRule[] = [
  copyingChange(
    {
      name: "change-type-copies",
      title: "a change of type copies the whole table",
      reason: `${copyReason} More characters for a varchar, and values at the end of an enum, are the changes that do not.`,
      remedy: expandRemedy,
    },
    (before, after, name) =>
      before.type === after.type || isEnumeration(before.type)
        ? undefined
        : `'${name}' from '${before.type}' to '${after.type}' copies the whole table while writes wait.`,
  ),
  copyingChange(
    {
      name: "enum-change-copies",
      title: "values of an enum or set are moved, taken away, or need more bytes",
      reason: `${copyReason} Values are stored as their numbers: only what comes last leaves the others as they are.`,
      remedy: "Add values at the end; leave those that are no longer used.",
    },
    (before, after, name) =>
      isEnumeration(before.type) && before.type !== after.type && !keepsRows(before.type, after.type)
        ? `The values of '${name}' get other numbers: the whole table is copied while writes wait.`
        : undefined,
  ),
  copyingChange(
    {
      name: "change-charset-copies",
      title: "a column gets another character set or collation",
      reason: `${copyReason} Values that were different may be equal then, and unique keys fail.`,
      remedy: expandRemedy,
    },
    (before, after, name) =>
      before.collation === after.collation && before.options?.["charset"] === after.options?.["charset"]
        ? undefined
        : `'${name}' gets another collation: the whole table is copied while writes wait.`,
  ),
  copyingChange(
    {
      name: "change-generated-copies",
      title: "a stored generated column changes",
      reason: copyReason,
      remedy: "A virtual column, which is computed when it is read.",
    },
    (before, after, name) =>
      before.computed === undefined && after.computed === undefined
        ? undefined
        : `Computing '${name}' anew copies the whole table while writes wait.`,
  ),
];

const expressionDefault = ruleFor(
  "addColumn",
  {
    name: "add-column-expression-default-copies",
    severity: "warning",
    title: "a new column's default is computed for each row",
    reason: copyReason,
    remedy: "Add the column without the default, set the default, back-fill in batches.",
  },
  (operation, { catalog }) => {
    const { column, table } = operation;
    if (column.default === undefined || !isComputedForEachRow(column.default)) return undefined;
    const instead = safeOperations([operation], catalog);
    const message = `The default '${column.default}' of '${displayName(table)}.${column.name}' copies the whole table.`;
    return instead.length > 1 ? { message, instead } : message;
  },
);

const autoIncrement = ruleFor(
  "addColumn",
  {
    name: "add-auto-increment-locks",
    severity: "warning",
    title: "a new column numbers all rows",
    reason:
      "The table is written anew while writes wait, and replicas that repeat statements may number the rows otherwise.",
    remedy: "A new table with the column, filled in batches, that takes the place of the old.",
  },
  ({ table, column }) =>
    column.identity === undefined ? undefined : `Writes to '${displayName(table)}' wait while its rows are numbered.`,
);

const storedColumn = ruleFor(
  "addColumn",
  {
    name: "add-stored-generated-copies",
    severity: "warning",
    title: "a new stored generated column is computed for all rows",
    reason: copyReason,
    remedy: "A virtual column: it is added at once, and can be indexed.",
  },
  ({ table, column }) =>
    column.computed?.stored === true
      ? `'${displayName(table)}.${column.name}' copies the whole table while writes wait.`
      : undefined,
);

const filledColumn = ruleFor(
  "addColumn",
  {
    name: "add-column-fill-writes-all-rows",
    severity: "warning",
    title: "a new column is filled by one UPDATE of all rows",
    reason: "The rows are locked until the end, and replicas fall behind by as much.",
    remedy: "Add the column nullable, back-fill in batches, then make it NOT NULL.",
  },
  (operation, { catalog }) => {
    if (operation.fill === undefined) return undefined;
    const instead = safeOperations([operation], catalog);
    const message = `All rows of '${displayName(operation.table)}' are written in one transaction.`;
    return instead.length > 1 ? { message, instead } : message;
  },
);

const positionCopies = ruleFor(
  "addColumn",
  {
    name: "add-column-position-copies",
    severity: "warning",
    title: "a column is added between others of a table with generated columns",
    reason: copyReason,
    remedy: "Leave the position out: at the end it is added at once.",
  },
  (operation, { catalog }) => {
    const { position, table, column } = operation;
    const isBetween = position?.first === true || position?.after !== undefined;
    const isCopied =
      isBetween &&
      alterationWork(operation, catalog) === "copy" &&
      alterationWork({ ...operation, position: undefined }, catalog) !== "copy";
    return isCopied ? `'${displayName(table)}.${column.name}' copies the whole table for its place.` : undefined;
  },
);

const foreignKey = ruleFor(
  "addConstraint",
  {
    name: "add-foreign-key-copies",
    severity: "warning",
    title: "a foreign key is added to a table with rows",
    reason: copyReason,
    remedy: "A quiet time, and a query beforehand that finds rows that refer to nothing.",
  },
  ({ table, constraint }) =>
    constraint.kind === "foreignKey"
      ? `Writes to '${displayName(table)}' wait while it is copied for '${constraint.name ?? "its foreign key"}'.`
      : undefined,
);

const check = ruleFor(
  "addConstraint",
  {
    name: "add-check-copies",
    severity: "warning",
    title: "a check is added to a table with rows",
    reason: copyReason,
    remedy: "A quiet time, and a query beforehand that finds rows that it refuses.",
  },
  ({ table, constraint }) =>
    constraint.kind === "check"
      ? `Writes to '${displayName(table)}' wait while it is copied for check '${constraint.name ?? ""}'.`
      : undefined,
);

const primaryKey = ruleAbout(
  {
    name: "change-primary-key-copies",
    severity: "warning",
    title: "a primary key is dropped or replaced",
    reason:
      "Rows lie in the order of the primary key: without it the table is copied while writes wait, and with another it is written anew.",
    remedy: "Drop and add in one ALTER TABLE (op.execute), which goes on while rows are written.",
  },
  (operation) => {
    if (operation.kind !== "dropConstraint" || operation.constraintKind !== "primaryKey") return undefined;
    return `Writes to '${displayName(operation.table)}' wait while it is copied without its primary key.`;
  },
);

const fulltext = ruleFor(
  "createIndex",
  {
    name: "add-fulltext-index-locks",
    severity: "warning",
    title: "a FULLTEXT or SPATIAL index is built while writes wait",
    reason:
      "The server builds these indexes with LOCK=SHARED only. On MariaDB the table is copied for a FULLTEXT index: one that is added in place can be without rows.",
    remedy: "A quiet time.",
  },
  ({ table, index }) =>
    index.method === "fulltext" || index.method === "spatial"
      ? `Writes to '${displayName(table)}' wait until index '${index.name}' is built.`
      : undefined,
);

const convert = ruleFor(
  "setTableOptions",
  {
    name: "change-table-options-copies",
    severity: "warning",
    title: "a table gets another engine, character set or collation",
    reason: copyReason,
    remedy: "A new table that is filled in batches and takes the place of the old.",
  },
  ({ table, options }) => {
    const names = Object.keys(options).filter((name) => ["engine", "charset", "collation"].includes(name));
    return names.length === 0 ? undefined : `'${displayName(table)}' may be copied for '${names.join("', '")}'.`;
  },
);

const severalDdl = ruleAbout(
  {
    name: "several-ddl-not-atomic",
    severity: "advice",
    title: "a revision of several changes that cannot be rolled back together",
    reason:
      "Each change of the schema commits what came before it. The journal knows how far a run came and the next one goes on there, but in between the schema is half of both.",
    remedy: "One change a revision, where the application must not meet the half.",
  },
  (operation, { operations, position }) => {
    const isFirst = (at: number): boolean => !operations.slice(0, at).some(isChange);
    const count = operations.filter(isChange).length;
    return isChange(operation) && isFirst(position) && count > 1
      ? `This revision changes the schema ${String(count)} times, each for itself.`
      : undefined;
  },
);

function isChange(operation: Operation): boolean {
  return isTableAlteration(operation) || operation.kind === "dropTable" || operation.kind === "renameTable";
}

const rawCopy = ruleFor(
  "execute",
  {
    name: "sql-alter-without-algorithm",
    severity: "advice",
    title: "SQL of the revision changes a table without saying how",
    reason: "Without ALGORITHM and LOCK the server takes what works, if need be a copy of the table while writes wait.",
    remedy: "Say ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE: then it refuses instead.",
  },
  ({ sql }) => {
    const found = statementsOf(sql).find((each) => /^alter table\b/i.test(each) && !/\balgorithm\s*=/i.test(each));
    return found === undefined ? undefined : `'${found.slice(0, 60)}' may copy the table.`;
  },
);

const rawReference = ruleFor(
  "execute",
  {
    name: "inline-references-ignored",
    severity: "warning",
    title: "a column with REFERENCES is no foreign key on MySQL",
    reason: "MySQL reads REFERENCES behind a column and does nothing; MariaDB makes a foreign key of it.",
    remedy: "FOREIGN KEY (column) REFERENCES … as a constraint of the table, or op.createForeignKey().",
  },
  ({ sql }) => {
    const found = statementsOf(sql).find(
      (each) => /^(?:create|alter) table\b.*\breferences\b/i.test(each) && !/\bforeign key\b/i.test(each),
    );
    return found === undefined ? undefined : `'${found.slice(0, 60)}' has REFERENCES behind a column.`;
  },
);

/** In the order in which they are told. */
export const lintRules: readonly LintRule[] = Object.freeze([
  ...changes,
  expressionDefault,
  autoIncrement,
  storedColumn,
  filledColumn,
  positionCopies,
  foreignKey,
  check,
  primaryKey,
  fulltext,
  convert,
  severalDdl,
  rawCopy,
  rawReference,
  ...mysqlDesignRules,
]);
