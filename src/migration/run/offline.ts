/** Revisions as an SQL script, for those who may not run anything but a script: `--sql`. */
import type { Dialect } from "../../dialect/dialect.ts";
import type { Step } from "../../dialect/migration-dialect.ts";
import { emptyCatalog, type Catalog } from "../../metadata/catalog.ts";
import type { InsertNode } from "../../sql/statement/node.ts";
import { MigrationError, OfflineError } from "../errors.ts";
import type { RevisionStep } from "../revision/revision.ts";
import { BackfillText, qualified } from "./backfill.ts";
import { Bookkeeping, type BookkeepingOptions } from "./bookkeeping.ts";
import type { Recording } from "./options.ts";
import { planRecordings, type PlannedGroup, type PlannedRevision } from "./plan.ts";
import { recordAsync } from "./recording.ts";

export interface OfflineOptions extends BookkeepingOptions {
  /** What the database holds before the first step; nothing by default. */
  readonly catalog?: Catalog;
  /** Revisions that are applied before the first step: only their operations are needed, to know the catalog then. */
  readonly before?: readonly RevisionStep[];
  /** True: create the bookkeeping table first. Default: where nothing is applied before. */
  readonly createsTable?: boolean;
  /** The moment that is written as that of applying. Default: now. */
  readonly at?: Date;
}

/**
 * The script of `steps`.
 * @throws OfflineError where a step needs a database.
 */
export async function offlineSql(
  dialect: Dialect,
  steps: readonly RevisionStep[],
  options: OfflineOptions = {},
): Promise<string> {
  const bookkeeping = new Bookkeeping(options);
  let catalog = options.catalog ?? emptyCatalog;
  for (const step of options.before ?? [])
    catalog = planOne(await recordAsync(step, dialect), dialect, catalog).catalog;
  const parts: string[] = [];
  if (options.createsTable ?? (options.before ?? []).length === 0) {
    parts.push(...bookkeeping.createStatements(dialect).map(terminated), "");
  }
  for (const step of steps) {
    const recording = await recordAsync(step, dialect);
    const planned = planOne(recording, dialect, catalog);
    catalog = planned.catalog;
    const note = bookkeepingText(recording, bookkeeping, dialect, options.at ?? new Date());
    parts.push(...revisionLines(planned.revision, dialect, note), "");
  }
  return parts.join("\n");
}

function planOne(
  recording: Recording,
  dialect: Dialect,
  before: Catalog,
): { readonly revision: PlannedRevision; readonly catalog: Catalog } {
  const { id, file } = recording.revision;
  const run = recording.operations.find(({ kind }) => kind === "run");
  if (run !== undefined) {
    const problem = `Revision '${id}' (${file}) runs code of the program's own, which is no SQL. Apply it with a connection, or write it with execute().`;
    throw new OfflineError(id, problem);
  }
  try {
    const { revisions, catalog } = planRecordings([recording], dialect, before);
    const [revision] = revisions;
    if (revision !== undefined) return { revision, catalog };
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `The ${recording.direction} of revision '${id}' (${file}) cannot be written without a database: ${reason}`;
    throw new OfflineError(id, problem, { cause: error });
  }
  throw new OfflineError(id, `Revision '${id}' (${file}) has no plan.`);
}

/** @param note - The statement that keeps the books. */
function revisionLines(planned: PlannedRevision, dialect: Dialect, note: string): readonly string[] {
  const { revision, message, direction, groups, losses } = planned;
  const lines = [comment(`${direction} ${revision}: ${message}`)];
  for (const { object, text } of losses) lines.push(comment(`Loses ${object}: ${text}`));
  const brackets = groups.some(({ withoutForeignKeys }) => withoutForeignKeys)
    ? dialect.migrations.foreignKeys
    : undefined;
  if (brackets !== undefined) lines.push(terminated(brackets.off));
  let isOpen = false;
  const toggle = (wanted: boolean): void => {
    if (wanted && !isOpen) lines.push(...dialect.begin({ write: true }).map(terminated));
    if (!wanted && isOpen) lines.push("COMMIT;");
    isOpen = wanted;
  };
  for (const group of groups) {
    toggle(group.kind === "transaction");
    lines.push(...groupLines(group, dialect));
  }
  if (!isOpen && dialect.capabilities.transactionalDdl) toggle(true);
  lines.push(note);
  toggle(false);
  if (brackets !== undefined) lines.push(terminated(brackets.on));
  return lines;
}

function groupLines({ steps }: PlannedGroup, dialect: Dialect): readonly string[] {
  return steps.flatMap((step) => stepLines(step, dialect));
}

function stepLines(step: Step, dialect: Dialect): readonly string[] {
  switch (step.kind) {
    case "statement":
      return [terminated(step.sql)];
    case "check":
      return [
        comment("Go on only where the next query finds nothing."),
        comment(`Otherwise: ${step.problem} ${step.remedy}`),
        terminated(step.sql),
      ];
    case "backfill": {
      const all = new BackfillText(step, dialect).updateAll();
      return [comment("With a connection, this is done in batches."), terminated(all)];
    }
    case "run":
      return [comment(step.description)];
  }
}

function bookkeepingText(recording: Recording, bookkeeping: Bookkeeping, dialect: Dialect, at: Date): string {
  const { id, contentHash, message } = recording.revision;
  const table = qualified(bookkeeping.table, dialect);
  const insert = bookkeeping.insertStatement({
    revision: id,
    contentHash,
    message,
    appliedAt: at,
    duration: 0,
    state: "applied",
    segment: 0,
    step: 0,
    beforeHash: null,
    plan: null,
    progress: null,
  });
  const [columns, values] = literals(insert, dialect);
  if (recording.direction === "upgrade") {
    return terminated(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values.join(", ")})`);
  }
  return terminated(`DELETE FROM ${table} WHERE ${columns[0] ?? ""} = ${values[0] ?? ""}`);
}

/** Columns and values of the one row of `insert`, written out; without what is NULL. */
function literals({ columns, rows }: InsertNode, dialect: Dialect): readonly [readonly string[], readonly string[]] {
  const pairs = (rows[0] ?? []).flatMap((value, index): [string, string][] => {
    const column = columns[index];
    if (column === undefined || value.kind !== "bind" || value.value === null) return [];
    return [[dialect.quoteIdentifier(column.name), dialect.ddl.expression(value)]];
  });
  return [pairs.map(([name]) => name), pairs.map(([, literal]) => literal)];
}

/** One line, whatever the text holds. */
function comment(text: string): string {
  return `-- ${text.replace(/[\s\u0085]+/g, " ")}`;
}

function terminated(sql: string): string {
  return `${sql.trimEnd().replace(/;+$/, "")};`;
}
