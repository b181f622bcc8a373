/** What SQLite minds about operations: rebuilds, and types that are none. */
import { displayName, type Catalog } from "../../metadata/catalog.ts";
import { ruleAbout, ruleFor, type LintRule } from "../../metadata/lint-rule.ts";
import type { Operation } from "../../metadata/operation.ts";
import { SQLModelError } from "../../util/coded-error.ts";
import { columnAdvice } from "../new-columns.ts";
import { statementLike } from "../raw-sql.ts";
import { compileOperations } from "./operation-compiler.ts";

const rebuild = ruleAbout(
  {
    name: "rebuild-copies-table",
    severity: "advice",
    title: "a change that SQLite makes by copying the table",
    reason:
      "SQLite's ALTER TABLE knows few changes. For the others the table is made anew, its rows are copied and everything on it is created again, in one transaction: nobody else can write until it is done, and the file grows by the size of the table.",
    remedy:
      "Put all changes of the table into one revision, where they share one copy; a large table takes a quiet time.",
  },
  (operation, { catalog, operations, position }) => {
    if (!("table" in operation) || !isRebuild(operation, catalog)) return undefined;
    const name = displayName(operation.table);
    const isTold = operations
      .slice(0, position)
      .some((other) => "table" in other && displayName(other.table) === name && isRebuild(other, catalog));
    return isTold ? undefined : `'${name}' is made anew and its rows are copied, while nobody else can write.`;
  },
);

function isRebuild(operation: Operation, catalog: Catalog): boolean {
  if (operation.kind === "createTable") return false;
  try {
    return compileOperations([operation], catalog).some(({ steps }) =>
      steps.some((step) => step.kind === "statement" && /^CREATE TABLE\b/.test(step.sql)),
    );
  } catch (error) {
    // What SQL of the revision's own made is not known, and neither is how it changes.
    if (error instanceof SQLModelError) return false;
    throw error;
  }
}

const indexBuild = ruleFor(
  "createIndex",
  {
    name: "create-index-locks-database",
    severity: "advice",
    title: "an index is built while nobody else can write",
    reason: "SQLite has one writer for the whole file, and building an index is one write.",
    remedy: "A large table takes a quiet time, and writers a busy timeout that outlasts it.",
  },
  ({ table, index }) => `Writes to the database wait until index '${index.name}' of '${displayName(table)}' is built.`,
);

const loose = ruleFor(
  "createTable",
  {
    name: "table-not-strict",
    severity: "advice",
    mindsNewTables: true,
    title: "a table that takes any value in any column",
    reason: "Without STRICT a type is a wish: SQLite stores the text 'abc' in an INTEGER column.",
    remedy: 'The option { strict: "true" }, where all types are ones that STRICT knows.',
  },
  ({ table }) =>
    table.kind === "table" && table.options["strict"] === undefined
      ? `Table '${displayName(table)}' is not STRICT.`
      : undefined,
);

const known =
  /^(?:$|(?:big|small|tiny|medium)?int(?:eger)?\b|int2\b|int8\b|text\b|(?:n?var)?char\b|nchar\b|clob\b|blob\b|real\b|double\b|float\b|numeric\b|decimal\b|bool(?:ean)?\b|date(?:time)?\b|time(?:stamp)?\b|json\b|uuid\b|any\b)/i;

const unknownType = columnAdvice(
  {
    name: "unknown-type-name",
    title: "a type that SQLite does not know",
    reason: "SQLite takes any word for a type and guesses from its letters how to store values: mostly as numbers.",
    remedy: "INTEGER, REAL, TEXT, BLOB or NUMERIC.",
  },
  ({ type }, name) => (known.test(type.trim()) ? undefined : `'${name}' is '${type}'.`),
);

const rawAlter = ruleFor(
  "execute",
  {
    name: "sql-add-column-fails-on-rows",
    severity: "warning",
    title: "SQL of the revision adds a column in a way that fails once there are rows",
    reason:
      "ADD COLUMN with NOT NULL and no default, or with CURRENT_TIMESTAMP or an expression as default, works on an empty table only: it passes in tests and fails in production.",
    remedy: "Use op.addColumn(), which makes the table anew where it has to.",
  },
  ({ sql }) => {
    const found = statementLike(
      sql,
      /^alter table\b.*\badd\b(?:.*\bdefault (?:\(|current_)|(?!.*\bdefault\b).*\bnot null\b)/i,
    );
    return found === undefined ? undefined : `'${found.slice(0, 60)}' fails where the table has rows.`;
  },
);

const rawForeignKeys = ruleFor(
  "execute",
  {
    name: "pragma-in-transaction",
    severity: "warning",
    title: "PRAGMA foreign_keys inside a transaction does nothing",
    reason:
      "SQLite reads it outside of transactions only, and says nothing: DROP TABLE then deletes what refers to the rows.",
    remedy:
      "Leave it out: the runner turns foreign keys off where a change needs it, and checks them before it commits.",
  },
  ({ sql, transactional }) => {
    const found = statementLike(sql, /^pragma foreign_keys\b/i);
    return found === undefined || !transactional ? undefined : `'${found}' has no effect here.`;
  },
);

/** In the order in which they are told. */
export const lintRules: readonly LintRule[] = Object.freeze([
  rebuild,
  indexBuild,
  loose,
  unknownType,
  rawAlter,
  rawForeignKeys,
]);
