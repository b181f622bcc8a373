/**
 * Runs revisions up, down and up again on an empty database, and compares: the schema at each place must be the same whichever
 * way it was reached, and rows must be what they were wherever their columns stayed and the revision does not write them itself.
 * For `sqlmodel test`.
 */
import type { AsyncEngine } from "../engine/async-engine.ts";
import type { ConnectionCore } from "../engine/connection.ts";
import type { Io } from "../io/io.ts";
import { displayName, nameKey, type Catalog, type CatalogTable } from "../metadata/catalog.ts";
import { bookkeepingTable } from "./bookkeeping-table.ts";
import { compareCatalogs } from "./compare/compare-catalogs.ts";
import type { RevisionGraph } from "./revision/revision-graph.ts";
import type { Direction, Revision } from "./revision/revision.ts";
import type { RunOptions } from "./run/options.ts";
import { recordAsync } from "./run/recording.ts";
import { runStepsAsync } from "./run/run-steps.ts";

/** Something that is not what it should be. */
export interface RoundTripProblem {
  readonly revision: string;
  readonly kind: "schema" | "rows";
  readonly text: string;
}

export interface RoundTripReport {
  /** Revisions that went up, down and up. */
  readonly tested: readonly string[];
  /** Revisions that only went up: they, or those before them, have no downgrade. */
  readonly upOnly: readonly string[];
  readonly problems: readonly RoundTripProblem[];
}

export interface RoundTripOptions {
  readonly run: RunOptions;
  /** Puts rows into the database at head. */
  readonly seed?: ((engine: AsyncEngine) => Promise<unknown>) | undefined;
  readonly schemas: readonly string[];
  readonly onRevision?: (revision: Revision) => void;
}

/** Test all revisions of `graph`. The database must be empty, and is at head afterwards. */
export async function roundTrip(
  engine: AsyncEngine,
  graph: RevisionGraph,
  options: RoundTripOptions,
): Promise<RoundTripReport> {
  return new RoundTrip(engine, graph, options).run();
}

/** What each table holds: column by column, row by row. */
type Rows = ReadonlyMap<string, { readonly table: CatalogTable; readonly rows: readonly (readonly unknown[])[] }>;

/** See `#written`. */
type Written = ReadonlyMap<string, readonly string[] | "rows"> | "anything";

class RoundTrip {
  readonly #engine: AsyncEngine;
  readonly #graph: RevisionGraph;
  readonly #options: RoundTripOptions;
  readonly #problems: RoundTripProblem[] = [];

  constructor(engine: AsyncEngine, graph: RevisionGraph, options: RoundTripOptions) {
    this.#engine = engine;
    this.#graph = graph;
    this.#options = options;
  }

  async run(): Promise<RoundTripReport> {
    const { revisions } = this.#graph;
    const before = new Map<string, Catalog>();
    for (const revision of revisions) {
      this.#options.onRevision?.(revision);
      before.set(revision.id, await this.#catalog());
      await this.#step(revision, "upgrade");
    }
    await this.#options.seed?.(this.#engine);
    const tested: string[] = [];
    const last = revisions.findLastIndex(({ downgrade }) => downgrade === undefined);
    for (const revision of revisions.slice(last + 1).toReversed()) {
      this.#options.onRevision?.(revision);
      await this.#downAndUp(revision, before.get(revision.id));
      tested.unshift(revision.id);
    }
    for (const revision of revisions.slice(last + 1)) await this.#step(revision, "upgrade");
    return { tested, upOnly: revisions.slice(0, last + 1).map(({ id }) => id), problems: this.#problems };
  }

  /** Down, up, and down again, which leaves the database below the revision. */
  async #downAndUp(revision: Revision, before: Catalog | undefined): Promise<void> {
    const upper = await this.#catalog();
    const upperRows = await this.#rows(upper);
    await this.#step(revision, "downgrade");
    const lower = await this.#catalog();
    this.#sameSchema(revision, before, lower, "its downgrade does not lead back to where it began");
    const lowerRows = await this.#rows(lower);
    this.#sameRows(revision, upperRows, lowerRows, "downgrade", await this.#written(revision, "downgrade"));
    await this.#step(revision, "upgrade");
    const again = await this.#catalog();
    this.#sameSchema(revision, upper, again, "after its downgrade, its upgrade leads elsewhere");
    const againRows = await this.#rows(again);
    this.#sameRows(revision, lowerRows, againRows, "upgrade", await this.#written(revision, "upgrade"));
    await this.#step(revision, "downgrade");
  }

  async #step(revision: Revision, direction: Direction): Promise<void> {
    await runStepsAsync(this.#engine, [{ revision, direction }], { ...this.#options.run, refuseDestructive: false });
  }

  #sameSchema(revision: Revision, wanted: Catalog | undefined, found: Catalog, what: string): void {
    if (wanted === undefined) return;
    const { dialect } = this.#engine;
    const { operations, questions } = compareCatalogs(found, wanted, { capabilities: dialect.capabilities });
    if (operations.length === 0 && questions.length === 0) return;
    const missing = [...operations.map(({ kind }) => kind), ...questions.map(({ token }) => `rename ${token}`)];
    this.#problems.push({
      revision: revision.id,
      kind: "schema",
      text: `${what}: ${missing.join(", ")} would be missing.`,
    });
  }

  /** Columns that a revision itself writes, by table: there, rows may change. "anything" where only the program knows. */
  async #written(revision: Revision, direction: Direction): Promise<Written> {
    const { operations } = await recordAsync({ revision, direction }, this.#engine.dialect);
    const written = new Map<string, readonly string[] | "rows">();
    for (const operation of operations) {
      if (operation.kind === "execute" || operation.kind === "run") return "anything";
      if (operation.kind === "bulkInsert") written.set(nameKey(operation.table), "rows");
      if (operation.kind !== "backfill") continue;
      const key = nameKey(operation.table);
      const before = written.get(key) ?? [];
      written.set(key, before === "rows" ? before : [...before, ...Object.keys(operation.set)]);
    }
    return written;
  }

  /** Values of the columns that both sides have and that the revision does not write. */
  #sameRows(revision: Revision, before: Rows, after: Rows, direction: Direction, written: Written): void {
    if (written === "anything") return;
    for (const [key, { table, rows }] of before) {
      const other = after.get(key);
      const changing = written.get(key) ?? [];
      if (other === undefined || changing === "rows") continue;
      const shared = table.columns.filter(
        ({ name }) => !changing.includes(name) && other.table.columns.some((column) => column.name === name),
      );
      const lines = (side: typeof other): string[] => {
        const places = shared.map(({ name }) => side.table.columns.findIndex((column) => column.name === name));
        return side.rows.map((row) => JSON.stringify(places.map((place) => row[place]))).toSorted();
      };
      const [old, now] = [lines({ table, rows }), lines(other)];
      const changed = old.filter((line, index) => line !== now[index]).length;
      if (old.length === now.length && changed === 0) continue;
      const counts =
        old.length === now.length
          ? `${String(changed)} rows differ`
          : `${String(old.length)} rows became ${String(now.length)}`;
      this.#problems.push({
        revision: revision.id,
        kind: "rows",
        text: `its ${direction} changed rows of '${displayName(table)}': ${counts}.`,
      });
    }
  }

  async #catalog(): Promise<Catalog> {
    const { schemas } = this.#options;
    const { versionTable = bookkeepingTable } = this.#options.run;
    const catalog = await this.#engine.run((connection) =>
      connection.dialect.migrations.inspect(connection.driverConnection, { schemas }),
    );
    return { ...catalog, tables: catalog.tables.filter(({ name }) => name !== versionTable) };
  }

  async #rows(catalog: Catalog): Promise<Rows> {
    const tables = catalog.tables.filter(({ kind }) => kind === "table" || kind === "partitioned");
    return this.#engine.run((connection) => readRows(connection, tables));
  }
}

function* readRows(connection: ConnectionCore, tables: readonly CatalogTable[]): Io<Rows> {
  const found = new Map<string, { readonly table: CatalogTable; readonly rows: readonly (readonly unknown[])[] }>();
  const quote = (name: string): string => connection.dialect.quoteIdentifier(name);
  for (const table of tables) {
    const columns = table.columns.map(({ name }) => quote(name)).join(", ");
    const name = table.schema === undefined ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`;
    const { rows } = yield* connection.executeRaw({ sql: `SELECT ${columns} FROM ${name}`, returnsRows: true });
    // Bytes and 64-bit integers have no JSON form of their own.
    const texts = rows.map((row) => row.map((value) => (value === null ? null : String(value))));
    found.set(nameKey(table), { table, rows: texts });
  }
  return found;
}
