/**
 * A database with random tables and rows goes to other random tables and back, by a revision that autogenerate wrote: what has to
 * be there at each place. Many small pairs share one database and one revision.
 */
import { emptyCatalog, type Catalog } from "../../src/metadata/catalog.ts";
import { createAllIo } from "../../src/metadata/ddl/create-all.ts";
import type { Operation } from "../../src/metadata/operation.ts";
import { nextValue } from "../../src/metadata/sequence.ts";
import { reverseOperations } from "../../src/metadata/reverse-operation.ts";
import { autogenerateIo } from "../../src/migration/autogenerate.ts";
import { compareCatalogs } from "../../src/migration/compare/compare-catalogs.ts";
import type { RenameQuestion } from "../../src/migration/compare/comparison.ts";
import { MigrationCheckError, MigrationError } from "../../src/migration/errors.ts";
import { IntegrityError } from "../../src/dialect/database-error.ts";
import { renderRevision } from "../../src/migration/render/render-revision.ts";
import type { Direction, Revision } from "../../src/migration/revision/revision.ts";
import { lossesOf } from "../../src/migration/run/destructive-check.ts";
import { runStepsAsync } from "../../src/migration/run/run-steps.ts";
import { fingerprint } from "../../src/util/fingerprint.ts";
import { emptySelect } from "../../src/sql/statement/node.ts";
import type { TestDatabase } from "./dialects.ts";
import { catalogWithoutBookkeeping, emptyTables, insertRows, readValues, type Values } from "./random-data.ts";
import { Identities, joined, randomPair, type RandomPair } from "./random-packs.ts";
import { randomRows, type RowsOfPair } from "./random-rows.ts";
import { definedSequences } from "./random-sequences.ts";
import { metadataOfSchema } from "./random-schema-forms.ts";
import { Random, type RandomColumn, type RandomSchema, type RandomSchemaOptions } from "./random-schema.ts";
import { evaluateRevision } from "./revision-text.ts";

export interface JourneyOptions {
  /** Of the first pair; the others count on. */
  readonly seed: number;
  readonly pairs: number;
  /** Rows that fit the first schema only: the migration may have to refuse them. */
  readonly isHostile: boolean;
  /** Sees the revision's file. */
  readonly onRevision?: ((text: string) => void) | undefined;
}

interface Traveller {
  readonly pair: RandomPair;
  readonly identities: Identities;
  readonly rows: RowsOfPair;
}

/** What happened: hostile rows stop some journeys. */
export type JourneyEnd = "there and back" | "refused" | "there";

/** What a database cannot have is left out of its schemas. */
export function schemaOptions({ dialect }: TestDatabase): RandomSchemaOptions {
  // MySQL lets no expression read the columns of foreign keys that change them.
  return { ...dialect.capabilities, expressionsOnForeignKeys: dialect.name !== "mysql" };
}

/** @throws Error saying what is not as it should be. The database must be empty before, and may hold anything afterwards. */
export async function journey(database: TestDatabase, options: JourneyOptions): Promise<JourneyEnd> {
  return new Journey(database, options).run();
}

/** The pairs of one journey, their revision and their rows. */
export class Journey {
  readonly #database: TestDatabase;
  readonly #options: JourneyOptions;
  readonly #pairs: readonly RandomPair[];
  readonly #before: RandomSchema;
  readonly #after: RandomSchema;
  #renames: readonly RenameQuestion[] = [];
  #operations: readonly Operation[] = [];
  #start: Catalog = emptyCatalog;
  #travellers: readonly Traveller[] = [];

  constructor(database: TestDatabase, options: JourneyOptions) {
    this.#database = database;
    this.#options = options;
    const { seed, pairs } = options;
    this.#pairs = Array.from({ length: pairs }, (_, index) =>
      randomPair(seed + index, schemaOptions(database), `p${String(seed + index)}_`),
    );
    this.#before = joined(this.#pairs.map(({ before }) => before));
    this.#after = joined(this.#pairs.map(({ after }) => after));
  }

  /** Create the first tables with their rows, in an empty database. */
  async begin(): Promise<void> {
    await this.#database.run((connection) => createAllIo(metadataOfSchema(this.#before), connection));
    if (this.#travellers.length === 0) {
      await this.#compare();
      this.#travellers = this.#withRows();
    }
    for (const { rows } of this.#travellers) await insertRows(this.#database, rows);
    await this.#draw();
  }

  /** Sequences have counted by the time they change. */
  async #draw(): Promise<void> {
    for (const [index, sequence] of [...definedSequences(this.#before).values()].entries()) {
      if (index % 2 === 0) continue;
      const column = nextValue(sequence).node;
      const { sql } = this.#database.dialect.compile({ ...emptySelect, columns: [column] });
      for (let count = 0; count < 2; count += 1) await this.#database.send(sql);
    }
  }

  /** Take out the rows that stand in the way of going back. */
  async prepareReturn(): Promise<void> {
    await this.#empty(this.#travellers.filter(({ rows }) => !rows.canGoBack));
  }

  /** All that is there: tables with their rows. */
  async state(): Promise<unknown> {
    const catalog = await this.#catalog();
    const values = await this.#database.run((connection) => readValues(connection, catalog));
    return { catalog, values: plain(values) };
  }

  async run(): Promise<JourneyEnd> {
    await this.begin();
    const travellers = this.#travellers;
    const values = await this.#values(this.#before);
    const revision = this.revision();
    this.#checkLosses(travellers);
    if (!(await this.#migrate(revision, "upgrade", this.#before, values))) return "refused";
    await this.#expectNoDifference(this.#after, "after the upgrade");
    this.#expectKept(travellers, values, await this.#values(this.#after), "upgrade");
    if (!this.#options.isHostile) await this.prepareReturn();
    const later = await this.#values(this.#after);
    if (!(await this.#migrate(revision, "downgrade", this.#after, later))) return "there";
    const { capabilities } = this.#database.dialect;
    const back = compareCatalogs(await this.#catalog(), this.#start, { capabilities });
    expectNothing([...back.operations, ...back.questions], "after the downgrade");
    const remaining = travellers.filter(({ rows }) => this.#options.isHostile || rows.canGoBack);
    this.#expectKept(remaining, values, await this.#values(this.#before), "downgrade");
    return "there and back";
  }

  /** The revision's code as a file has it. */
  revision(): Revision {
    const { seed } = this.#options;
    const id = `seed${String(seed)}`;
    const about = { id, downRevisions: [], message: "random", createdAt: new Date(0) };
    const bodies = { upgrade: this.#operations, downgrade: reverseOperations(this.#operations) };
    const text = renderRevision(about, bodies, { dialect: this.#database.dialect.migrations });
    this.#options.onRevision?.(text);
    const code = evaluateRevision(text) as Pick<Revision, "upgrade" | "downgrade">;
    const nothing = { branchLabels: [], dependsOn: [], replaces: [], createdAt: undefined };
    return { ...code, ...nothing, id, downRevisions: [], message: "random", file: `${id}.ts`, contentHash: id };
  }

  /** Find the operations; questions are answered by the seed. */
  async #compare(): Promise<void> {
    const { existing, desired } = await this.#database.run((connection) =>
      autogenerateIo(connection, { metadata: metadataOfSchema(this.#after) }),
    );
    const renames: RenameQuestion[] = [];
    const notRenames: string[] = [];
    const { capabilities } = this.#database.dialect;
    for (;;) {
      const tokens = renames.map(({ token }) => token);
      const { operations, questions, warnings } = compareCatalogs(existing, desired, {
        capabilities,
        renames: tokens,
        notRenames,
      });
      if (questions.length === 0) {
        expectNothing(warnings, "of warnings");
        this.#operations = this.#concurrently(operations);
        break;
      }
      for (const question of questions) {
        if (this.#isRename(question)) renames.push(question);
        else notRenames.push(question.token);
      }
    }
    this.#renames = renames;
    this.#start = existing;
  }

  #isRename({ kind, owner, from, to }: RenameQuestion): boolean {
    if (kind === "table" && prefixOf(from) !== prefixOf(to)) return false;
    const text = JSON.stringify([kind, owner?.name, from, to]);
    return new Random(Number.parseInt(fingerprint(text).slice(0, 8), 16)).chance(60);
  }

  /** Some indexes are built beside writes, where the database can. */
  #concurrently(operations: readonly Operation[]): readonly Operation[] {
    const random = new Random(this.#options.seed);
    if (this.#database.dialect.name !== "postgresql" || !random.chance(25)) return operations;
    return operations.map((operation) =>
      operation.kind === "createIndex" && random.chance(50) ? { ...operation, concurrently: true } : operation,
    );
  }

  #withRows(): readonly Traveller[] {
    const quote = (text: string): string => {
      const escaped = text.replaceAll("'", "''");
      return `'${this.#database.dialect.name === "mysql" ? escaped.replaceAll("\\", "\\\\") : escaped}'`;
    };
    return this.#pairs.map((pair, index) => {
      const identities = new Identities(pair, this.#renames);
      const itself = new Identities({ before: pair.before, after: pair.before }, []);
      const random = new Random(1_000_003 * (this.#options.seed + index));
      return { pair, identities, rows: randomRows(this.#options.isHostile ? itself : identities, random, quote) };
    });
  }

  /** What goes away is said to go away, and nothing else is. */
  #checkLosses(travellers: readonly Traveller[]): void {
    const lost = new Set(this.#losses());
    for (const { pair, identities } of travellers) {
      const kept = new Set(pair.after.sequences?.map(({ name }) => name));
      for (const { name } of pair.before.sequences ?? []) {
        if (!kept.has(name) && !lost.delete(name)) throw new Error(`nobody was told that the sequence ${name} goes`);
      }
      for (const table of pair.before.tables) {
        const after = identities.table(table);
        if (after === undefined) {
          if (!lost.delete(table.name)) throw new Error(`nobody was told that ${table.name} goes`);
          continue;
        }
        for (const column of table.columns) {
          const isKept = identities.column(table, column) !== undefined;
          const names = [`${after.name}.${column.name}`, `${table.name}.${column.name}`];
          const isTold = names.filter((name) => lost.delete(name)).length > 0;
          if (isKept && isTold) throw new Error(`${names.join(" or ")} should have been kept`);
          if (!isKept && !isTold && column.computedFrom === undefined && !isRecreated(after, column))
            throw new Error(`nobody was told that ${names.join(" or ")} goes`);
        }
      }
    }
    // A computed column that is made anew under a name that it got by a rename.
    const computed = this.#after.tables.flatMap(({ name, columns }) =>
      columns.filter(({ computedFrom }) => computedFrom !== undefined).map((column) => `${name}.${column.name}`),
    );
    expectNothing(
      [...lost].filter((name) => !computed.includes(name)),
      "lost without need",
    );
  }

  #losses(): string[] {
    return this.#operations.flatMap(lossesOf).map(({ object }) => object);
  }

  /** @returns False where rows stood in the way; then it is seen to that nothing was changed, or that it can be finished. */
  async #migrate(revision: Revision, direction: Direction, from: RandomSchema, values: Values): Promise<boolean> {
    const steps = [{ revision, direction }];
    const before = await this.#catalog();
    const run = () =>
      runStepsAsync(this.#database.connection, steps, {
        refuseDestructive: direction === "upgrade",
        consent: this.#losses(),
        lockTimeout: 60_000,
      });
    try {
      await run();
      return true;
    } catch (error) {
      if (!this.#options.isHostile || !isRefusal(error)) throw error;
      if (this.#isAtOnce()) {
        const { capabilities } = this.#database.dialect;
        const { operations, questions } = compareCatalogs(await this.#catalog(), before, { capabilities });
        expectNothing([...operations, ...questions], `after a refused ${direction} (${String(error)})`);
        const now = await this.#values(from);
        if (JSON.stringify(plain(now)) !== JSON.stringify(plain(values)))
          throw new Error(`a refused ${direction} changed rows`);
      }
      await this.#emptyAll();
      await run();
      const schema = direction === "upgrade" ? this.#after : this.#before;
      await this.#expectNoDifference(schema, `after a refused ${direction} was run again (${String(error)})`);
      return false;
    }
  }

  /** Whether all of the revision is one transaction. */
  #isAtOnce(): boolean {
    const stands = this.#operations.some(
      (operation) =>
        operation.kind === "addEnumValue" || ("concurrently" in operation && operation.concurrently === true),
    );
    return this.#database.dialect.capabilities.transactionalDdl && !stands;
  }

  async #expectNoDifference(schema: RandomSchema, where: string): Promise<void> {
    const { operations, questions } = await this.#database.run((connection) =>
      autogenerateIo(connection, { metadata: metadataOfSchema(schema) }),
    );
    expectNothing([...operations, ...questions], where);
  }

  #expectKept(travellers: readonly Traveller[], before: Values, now: Values, direction: Direction): void {
    for (const { pair, identities } of travellers) {
      for (const table of pair.before.tables) {
        const after = identities.table(table);
        if (after === undefined) continue;
        for (const column of table.columns) {
          const kept = identities.column(table, column);
          if (kept === undefined || (direction === "downgrade" && column.computedFrom !== undefined)) continue;
          const [here, there] = direction === "upgrade" ? [after.name, kept.name] : [table.name, column.name];
          const old = before
            .get(table.name)
            ?.get(column.name)
            ?.map((value) => (direction === "downgrade" ? value : this.#renamed(value, identities, kept)));
          const found = now.get(here)?.get(there);
          if (JSON.stringify(old?.map(canonical)) !== JSON.stringify(found?.map(canonical)))
            throw new Error(
              `the ${direction} changed ${table.name}.${column.name} (${column.type} to ${kept.type}): ${JSON.stringify(old)} became ${JSON.stringify(found)}`,
            );
        }
      }
    }
  }

  #renamed(value: string, identities: Identities, kept: RandomColumn): string {
    return identities.enumValue(kept.type, value);
  }

  #catalog(): Promise<Catalog> {
    return this.#database.run(catalogWithoutBookkeeping);
  }

  #values(schema: RandomSchema): Promise<Values> {
    return this.#database.run((connection) => readValues(connection, schema));
  }

  async #empty(travellers: readonly Traveller[]): Promise<void> {
    await emptyTables(
      this.#database,
      travellers.flatMap(({ pair }) => pair.after.tables.map(({ name }) => name)),
    );
  }

  async #emptyAll(): Promise<void> {
    const { tables } = await this.#catalog();
    await emptyTables(
      this.#database,
      tables.map(({ name }) => name),
    );
  }
}

function isRecreated(table: RandomSchema["tables"][number], column: RandomColumn): boolean {
  return table.columns.some(({ name, computedFrom }) => name === column.name && computedFrom !== undefined);
}

function prefixOf(name: string): string {
  return name.slice(0, name.indexOf("_"));
}

/** Rows are what stopped it: told by a check, or by the database where a key is not unique any more. */
function isRefusal(error: unknown): boolean {
  if (error instanceof MigrationCheckError) return true;
  return error instanceof MigrationError && error.cause instanceof IntegrityError;
}

function plain(values: Values): unknown {
  return [...values].map(([table, columns]) => [table, [...columns]]);
}

function expectNothing(found: readonly unknown[], where: string): void {
  if (found.length > 0) throw new Error(`Something is left ${where}: ${JSON.stringify(found)}`);
}

/** Values that mean the same in other types are one text. */
function canonical(value: string): string {
  if (/^(?:true|t)$/.test(value)) return "1";
  if (/^(?:false|f)$/.test(value)) return "0";
  if (/^-?\d+\.\d+$/.test(value)) return value.replace(/\.?0+$/, "");
  return value.replace(/^(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?(?:Z|[+]00(?::00)?)?$/, "$1");
}
