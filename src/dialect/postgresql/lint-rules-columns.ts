/** What PostgreSQL minds about columns: rewrites, scans, and what old readers meet. */
import { displayName, knownTable, type CatalogColumn } from "../../metadata/catalog.ts";
import { ruleFor, type LintContext, type LintRule } from "../../metadata/lint-rule.ts";
import type { OperationOf } from "../../metadata/operation.ts";
import { withSafeForm } from "./lint-rules-keys.ts";
import { dependantsOfColumn } from "./operation-compiler-dependants.ts";
import { checksOver, provesNotNull } from "./operation-locks.ts";
import { domainOf, isConstrained, isVolatile, typeChangeWork } from "./type-change.ts";

type Alteration = OperationOf<"alterColumn">;

/** The column before the operation. */
function columnBefore({ table, column, existing }: Alteration, { catalog }: LintContext): CatalogColumn | undefined {
  return knownTable(catalog, table)?.columns.find(({ name }) => name === column) ?? existing;
}

function columnName({ table, column }: Alteration): string {
  return `${displayName(table)}.${column}`;
}

const setNotNull = ruleFor(
  "alterColumn",
  {
    name: "set-not-null-scans",
    severity: "warning",
    title: "SET NOT NULL reads all rows under a lock that also readers wait for",
    reason:
      "It holds an ACCESS EXCLUSIVE lock while every row is looked at, unless a valid check says already that none has NULL.",
    remedy: "Add a check with { notValid: true }, validate it, set NOT NULL, drop the check.",
  },
  (operation, context) => {
    const before = columnBefore(operation, context);
    if (operation.changes.nullable !== false || before?.nullable === false) return undefined;
    const table = knownTable(context.catalog, operation.table);
    if (table !== undefined && provesNotNull(table, operation.column)) return undefined;
    const message = `Reads and writes of '${displayName(operation.table)}' wait while '${operation.column}' is looked through for NULL.`;
    return withSafeForm(message, operation, context);
  },
);

const volatileDefault = ruleFor(
  "addColumn",
  {
    name: "add-column-volatile-default",
    severity: "warning",
    title: "a new column gets a value of its own in each row",
    reason:
      "A default that is volatile (random(), gen_random_uuid(), clock_timestamp(), a function of yours) is computed for each row: the table and all its indexes are written anew under an ACCESS EXCLUSIVE lock. Constants and now() are not.",
    remedy: "Add the column without the default, then set the default, and back-fill the rows in batches.",
  },
  (operation, context) => {
    const { column, table } = operation;
    if (column.default === undefined || column.identity !== undefined || !isVolatile(column.default)) return undefined;
    const message = `The default '${column.default}' of '${displayName(table)}.${column.name}' rewrites the whole table.`;
    return withSafeForm(message, operation, context);
  },
);

const filledColumn = ruleFor(
  "addColumn",
  {
    name: "add-column-fill-writes-all-rows",
    severity: "warning",
    title: "a new column is filled by one UPDATE of all rows under a lock",
    reason: "ADD COLUMN took an ACCESS EXCLUSIVE lock, which is held until every row has been written.",
    remedy: "Add the column nullable, back-fill in batches, then make it NOT NULL.",
  },
  (operation, context) =>
    operation.fill === undefined
      ? undefined
      : withSafeForm(
          `All rows of '${displayName(operation.table)}' are written while reads and writes wait.`,
          operation,
          context,
        ),
);

const identity = ruleFor(
  "addColumn",
  {
    name: "add-identity-rewrites",
    severity: "warning",
    title: "a new identity or serial column numbers all rows",
    reason: "The table and all its indexes are written anew under an ACCESS EXCLUSIVE lock.",
    remedy:
      "Add a nullable bigint, give it a sequence as default, back-fill in batches, make it NOT NULL, then an identity.",
  },
  ({ table, column }) =>
    column.identity === undefined
      ? undefined
      : `Numbering the rows in '${displayName(table)}.${column.name}' rewrites the whole table.`,
);

const generated = ruleFor(
  "addColumn",
  {
    name: "add-generated-rewrites",
    severity: "warning",
    title: "a new generated column is computed for all rows",
    reason:
      "A stored column is part of each row: the table and all its indexes are written anew under an ACCESS EXCLUSIVE lock.",
    remedy: "A plain column, a trigger that fills it, and a back-fill in batches; or an index on the expression.",
  },
  ({ table, column }) =>
    column.computed?.stored === true
      ? `Computing '${displayName(table)}.${column.name}' rewrites the whole table.`
      : undefined,
);

const domain = ruleFor(
  "addColumn",
  {
    name: "add-column-of-domain-rewrites",
    severity: "warning",
    title: "a new column is of a domain with conditions",
    reason: "PostgreSQL holds the domain's conditions against each row by writing the table anew.",
    remedy: "Add a column of the domain's own type, with a check that is added with { notValid: true } and validated.",
  },
  ({ table, column }, { catalog }) => {
    const found = domainOf(catalog, column.type);
    if (found === undefined || !isConstrained(found)) return undefined;
    return `The conditions of domain '${displayName(found)}' rewrite '${displayName(table)}' for its new column '${column.name}'.`;
  },
);

const changeType = ruleFor(
  "alterColumn",
  {
    name: "change-type-rewrites",
    severity: "warning",
    title: "a change of type writes the whole table anew",
    reason:
      "The table and all its indexes are written under an ACCESS EXCLUSIVE lock. Harmless are: more characters or no bound for varchar, varchar to text, more digits of a numeric with the same scale, more precision of times, cidr to inet, citext to text, a domain to its base.",
    remedy: "A new column with a trigger that keeps both equal, a back-fill in batches, then an exchange of names.",
  },
  (operation, context) => {
    const before = columnBefore(operation, context);
    const { changes, using } = operation;
    if (changes.type === undefined || before === undefined || before.type === changes.type) return undefined;
    if (typeChangeWork(before, { ...before, ...changes }, using, context.catalog) !== "rewrite") return undefined;
    const zones =
      /timestamp/.test(before.type) && /timestamp/.test(changes.type)
        ? " (but not in a session whose time zone is UTC)"
        : "";
    return `'${columnName(operation)}' from '${before.type}' to '${changes.type}' rewrites the whole table${zones}.`;
  },
);

const rebuildIndexes = ruleFor(
  "alterColumn",
  {
    name: "change-collation-rebuilds-indexes",
    severity: "warning",
    title: "a change of collation builds the column's indexes anew",
    reason: "They are in another order now, and built under an ACCESS EXCLUSIVE lock.",
    remedy: "Drop the indexes before, and build them concurrently afterwards.",
  },
  (operation, context) => {
    const before = columnBefore(operation, context);
    if (before === undefined) return undefined;
    const after = { ...before, ...operation.changes };
    if (typeChangeWork(before, after, operation.using, context.catalog) !== "indexes") return undefined;
    const table = knownTable(context.catalog, operation.table);
    const isUsed = [
      ...(table?.indexes ?? []).flatMap(({ columns }) => columns.map(({ column }) => column)),
      ...(table?.uniques ?? []).flatMap(({ columns }) => columns),
    ].includes(operation.column);
    return isUsed
      ? `The indexes over '${columnName(operation)}' are built anew while reads and writes wait.`
      : undefined;
  },
);

const typeUnderCheck = ruleFor(
  "alterColumn",
  {
    name: "type-change-under-check",
    severity: "warning",
    title: "a change of type has checks held against all rows again",
    reason: "PostgreSQL does not know that they still hold, and reads every row under an ACCESS EXCLUSIVE lock.",
    remedy: "Drop the check, change the type, add the check with { notValid: true } and validate it.",
  },
  (operation, context) => {
    const before = columnBefore(operation, context);
    const table = knownTable(context.catalog, operation.table);
    const { type } = operation.changes;
    if (type === undefined || table === undefined || before === undefined || before.type === type) return undefined;
    const names = checksOver(table, operation.column).map(({ name }) => `'${name ?? ""}'`);
    return names.length === 0
      ? undefined
      : `Checks over '${columnName(operation)}' are held against all rows again: ${names.join(", ")}.`;
  },
);

const typeUnderObjects = ruleFor(
  "alterColumn",
  {
    name: "type-change-recreates-dependants",
    severity: "warning",
    title: "views, triggers or policies are dropped and created again for a change of type",
    reason:
      "PostgreSQL refuses the change under them. What was granted on a view, and a materialized view's rows, have to come back, too.",
    remedy: "Look at what the plan does (upgrade --plan), and grant again what was granted on the views.",
  },
  (operation, { catalog }) => {
    const table = knownTable(catalog, operation.table);
    if (operation.changes.type === undefined || table === undefined) return undefined;
    const { objects, generated: columns } = dependantsOfColumn(catalog, table, operation.column);
    const names = [
      ...objects.map((object) => {
        switch (object.kind) {
          case "view":
            return object.view.name;
          case "trigger":
            return object.trigger.name;
          case "policy":
            return object.policy.name;
          case "routine":
            return object.routine.name;
        }
      }),
      ...columns.map(({ name }) => name),
    ];
    return names.length === 0
      ? undefined
      : `For '${columnName(operation)}' these are dropped and created again: ${names.map((name) => `'${name}'`).join(", ")}.`;
  },
);

const changeExpression = ruleFor(
  "alterColumn",
  {
    name: "change-generated-rewrites",
    severity: "warning",
    title: "a generated column gets another expression",
    reason:
      "The column is dropped and added again, with its indexes: the whole table is written under an ACCESS EXCLUSIVE lock.",
    remedy: "Add a second column with the new expression at a quiet time, move the readers, then drop the first.",
  },
  (operation) =>
    operation.changes.computed === undefined
      ? undefined
      : `Computing '${columnName(operation)}' anew rewrites the whole table.`,
);

/** In the order in which they are told. */
export const columnRules: readonly LintRule[] = Object.freeze([
  setNotNull,
  volatileDefault,
  filledColumn,
  identity,
  generated,
  domain,
  changeType,
  rebuildIndexes,
  typeUnderCheck,
  typeUnderObjects,
  changeExpression,
]);
