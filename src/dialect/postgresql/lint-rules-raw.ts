/** What PostgreSQL minds about SQL that revisions execute as it is. */
import { ruleFor, type LintRule } from "../../metadata/lint-rule.ts";
import { statementsOf } from "../raw-sql.ts";

interface RawRule {
  readonly name: string;
  readonly severity?: LintRule["severity"];
  readonly title: string;
  readonly reason: string;
  readonly remedy: string;
  /** What a statement looks like that is meant. */
  readonly like: RegExp;
  readonly unlike?: RegExp;
  /** Only where it runs inside a transaction. */
  readonly inTransaction?: boolean;
}

const rules: readonly RawRule[] = [
  {
    name: "sql-create-index-blocks-writes",
    title: "SQL of the revision builds an index while writes wait",
    reason: "CREATE INDEX holds a SHARE lock on the table until all rows are in the index.",
    remedy: "Use op.createIndex(…, { concurrently: true }).",
    like: /^create (?:unique )?index\b/i,
    unlike: /\bindex concurrently\b/i,
  },
  {
    name: "sql-drop-index-blocks",
    title: "SQL of the revision drops an index under a lock that also readers wait for",
    reason: "DROP INDEX takes an ACCESS EXCLUSIVE lock on the table.",
    remedy: "Use op.dropIndex(…, { concurrently: true }).",
    like: /^drop index\b/i,
    unlike: /\bindex concurrently\b/i,
  },
  {
    name: "sql-concurrently-in-transaction",
    severity: "error",
    title: "SQL with CONCURRENTLY is executed inside a transaction",
    reason: "PostgreSQL refuses it there, and the revision fails.",
    remedy:
      "Give execute() { transactional: false }, or use op.createIndex() and op.dropIndex() with { concurrently: true }.",
    like: /\bconcurrently\b/i,
    unlike: /^refresh\b/i,
    inTransaction: true,
  },
  {
    name: "sql-if-not-exists-hides-invalid-index",
    title: "CREATE INDEX CONCURRENTLY IF NOT EXISTS takes a broken index for a good one",
    reason:
      "A build that failed leaves an index that is invalid; the next run finds its name, does nothing, and succeeds.",
    remedy: "Use op.createIndex(…, { concurrently: true }): it drops what a failed build left.",
    like: /^create (?:unique )?index concurrently if not exists\b/i,
  },
  {
    name: "sql-rewrites-table",
    title: "SQL of the revision writes a table or its indexes anew under a lock",
    reason:
      "VACUUM FULL, CLUSTER, REINDEX and REFRESH MATERIALIZED VIEW lock out writers or readers, too, for as long as they take.",
    remedy:
      "REINDEX CONCURRENTLY and REFRESH MATERIALIZED VIEW CONCURRENTLY, both with { transactional: false } where they need it.",
    like: /^(?:vacuum\b.*\bfull\b|cluster\b|reindex\b|refresh materialized view\b)/i,
    unlike: /\bconcurrently\b/i,
  },
  {
    name: "sql-add-constraint-locks",
    title: "SQL of the revision adds a constraint and reads all rows under a lock",
    reason: "ADD CONSTRAINT without NOT VALID locks out writers or readers, too, until every row was read.",
    remedy: "Add it NOT VALID and validate it in another transaction; for a key, build the index concurrently first.",
    like: /^alter table\b.*\badd (?:constraint \S+ )?(?:check|foreign key|unique|primary key|exclude)\b/i,
    unlike: /\bnot valid\b|\busing index\b/i,
  },
  {
    name: "add-column-inline-constraint",
    title: "a column is added with a constraint in the same statement",
    reason: "The constraint's index is built, or all rows are read, under the ACCESS EXCLUSIVE lock of ADD COLUMN.",
    remedy:
      "Add the column alone, then the constraint with { notValid: true } or over an index that was built concurrently.",
    like: /^alter table\b.*\badd column\b.*\b(?:references|unique|check|primary key)\b/i,
  },
  {
    name: "sql-set-not-null-scans",
    title: "SQL of the revision sets NOT NULL and reads all rows under a lock",
    reason: "SET NOT NULL holds an ACCESS EXCLUSIVE lock while every row is looked at.",
    remedy: "Add a check with { notValid: true }, validate it, set NOT NULL, drop the check.",
    like: /^alter table\b.*\bset not null\b/i,
  },
  {
    name: "sql-change-type-rewrites",
    title: "SQL of the revision changes a column's type",
    reason:
      "Unless the values stay as they are stored, the whole table is written anew under an ACCESS EXCLUSIVE lock.",
    remedy: "Use op.alterColumn(): its changes of type are known, and lint tells those that rewrite.",
    like: /^alter table\b.*\balter (?:column )?\S+ (?:set data )?type\b/i,
  },
  {
    name: "enum-value-in-transaction",
    title: "an enum gets a value inside a transaction",
    reason: "Until the transaction is committed nothing can use the value: what follows in the same revision fails.",
    remedy: "Use op.addEnumValue(), which commits at once.",
    like: /^alter type\b.*\badd value\b/i,
    inTransaction: true,
  },
  {
    name: "alter-domain-scans",
    title: "a domain gets a condition that all its tables are read for",
    reason:
      "ALTER DOMAIN … ADD and SET NOT NULL lock out writers of every table with such a column while its rows are read.",
    remedy: "ADD … NOT VALID, then VALIDATE CONSTRAINT in another transaction.",
    like: /^alter domain\b.*\b(?:add|set not null)\b/i,
    unlike: /\bnot valid\b/i,
  },
  {
    name: "detach-partition-blocks",
    title: "a partition is detached while the partitioned table is in use",
    reason: "DETACH PARTITION takes an ACCESS EXCLUSIVE lock on both tables.",
    remedy: "DETACH PARTITION … CONCURRENTLY, executed with { transactional: false }.",
    like: /\bdetach partition\b/i,
    unlike: /\bconcurrently\b/i,
  },
  {
    name: "attach-partition-scans",
    severity: "advice",
    title: "a partition is attached, and its rows are read first",
    reason:
      "ATTACH PARTITION holds an ACCESS EXCLUSIVE lock on the new partition while its rows are read, unless a valid check says already that they are within the bound.",
    remedy: "Add a check like the bound with NOT VALID, validate it, attach, drop the check.",
    like: /\battach partition\b/i,
  },
  {
    name: "alter-extension-unseen",
    severity: "advice",
    title: "an extension is changed, which no comparison sees",
    reason: "What an extension brings is its own: models, checks and downgrades do not know of it.",
    remedy: "Say in the revision which versions it goes between, and write the downgrade by hand.",
    like: /^(?:alter|drop) extension\b/i,
  },
];

/** In the order in which they are told. */
export const rawRules: readonly LintRule[] = Object.freeze(
  rules.map(({ like, unlike, inTransaction, severity = "warning", ...text }) =>
    ruleFor("execute", { ...text, severity }, ({ sql, transactional }) => {
      if (inTransaction === true && !transactional) return undefined;
      const found = statementsOf(sql).find((statement) => like.test(statement) && unlike?.test(statement) !== true);
      return found === undefined ? undefined : `'${shortened(found)}' is SQL of the revision's own.`;
    }),
  ),
);

function shortened(statement: string): string {
  const characters = Array.from(statement);
  return characters.length <= 60 ? statement : `${characters.slice(0, 59).join("")}…`;
}
