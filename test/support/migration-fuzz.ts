/** Runs many journeys, and finds the pair that a failed one is about. */
import { setImmediate } from "node:timers/promises";
import type { databases, TestDatabase } from "./dialects.ts";
import { journey, pairOf, type JourneyEnd, type JourneyOptions } from "./migration-journey.ts";
import { clear } from "./random-data.ts";
import { shrunk } from "./random-shrink.ts";

export interface FuzzOptions {
  /** Of the first pair. */
  readonly seed: number;
  readonly pairs: number;
  /** Whether all rows are of the kind that may have to be refused. Default: those at the end of each cycle. */
  readonly isHostile?: boolean;
  /** Look for the smallest pair that fails like one that failed, and add its schemas to what is told. */
  readonly shrinks?: boolean;
  readonly onRevision?: ((text: string) => void) | undefined;
  /** Called after each pack. @param done - Pairs so far. */
  readonly onPack?: (done: number) => void;
  readonly onFailure?: (failure: string) => void;
}

/** Pairs that share a database and a revision. */
const packSize = 30;
/** Of each `cycle` of pairs, most travel in packs; then some alone, because the others hide some faults; then some with hostile rows. */
const cycle = 200;
const firstAlone = 190;
const firstHostile = 195;

/** Of each database; fewer of PGlite, which is PostgreSQL once more, and of MariaDB, whose DDL takes half a second a pair. */
export function defaultPairs(name: string): number {
  if (name === "PGlite") return 200;
  return name === "MariaDB" ? 600 : 2000;
}

export class Fuzz {
  readonly counts: { [end in JourneyEnd]: number } = { "there and back": 0, refused: 0, there: 0 };
  readonly #open: () => Promise<TestDatabase>;
  readonly #options: FuzzOptions;
  #database: TestDatabase | undefined;

  constructor(target: (typeof databases)[number], options: FuzzOptions) {
    this.#open = () => target.open();
    this.#options = options;
  }

  /** @returns What failed, each with its seed. */
  async run(): Promise<string[]> {
    const { seed, pairs, onPack, onFailure } = this.#options;
    const failures: string[] = [];
    try {
      for (let done = 0; done < pairs;) {
        const first = seed + done;
        const place = first % cycle;
        const isHostile = this.#options.isHostile ?? place >= firstHostile;
        const isAlone = isHostile || place >= firstAlone;
        const count = isAlone ? 1 : Math.min(packSize - (place % packSize), pairs - done);
        const failure = await this.#try({ seed: first, pairs: count, isHostile });
        if (failure !== undefined) {
          const found = [...(count === 1 ? [] : await this.#alone(first, count))];
          const options = { seed: first, pairs: count, isHostile };
          const texts = found.length > 0 ? found : [await this.#described(options, failure)];
          for (const text of texts) onFailure?.(text);
          failures.push(...texts);
        }
        done += count;
        onPack?.(done);
        // Embedded databases answer at once: others wait in the same process for their turn.
        await setImmediate();
      }
      return failures;
    } finally {
      await this.#database?.close();
    }
  }

  /** The failures of single pairs. */
  async #alone(first: number, count: number): Promise<string[]> {
    const failures: string[] = [];
    for (let seed = first; seed < first + count; seed += 1) {
      const options = { seed, pairs: 1, isHostile: false };
      const failure = await this.#try(options);
      if (failure !== undefined) failures.push(await this.#described(options, failure));
    }
    return failures;
  }

  async #described(options: JourneyOptions, failure: unknown): Promise<string> {
    const text = describe(options, failure);
    if (this.#options.shrinks !== true || options.pairs !== 1) return text;
    this.#database ??= await this.#open();
    const pair = await shrunk(pairOf(this.#database, options.seed), async (smaller) => {
      const found = await this.#try({ ...options, pair: smaller });
      return found !== undefined && likeness(found) === likeness(failure);
    });
    return `${text}\n${JSON.stringify(pair, undefined, 2)}`;
  }

  async #try(options: JourneyOptions): Promise<unknown> {
    this.#database ??= await this.#open();
    try {
      const end = await journey(this.#database, { ...options, onRevision: this.#options.onRevision });
      this.counts[end] += options.pairs;
      await clear(this.#database);
      return undefined;
    } catch (error) {
      // Nobody knows what state the connection is in.
      await this.#database.close();
      this.#database = undefined;
      return error;
    }
  }
}

/** Failures of one kind differ in names and values only. */
function likeness(failure: unknown): string {
  return String(failure)
    .replace(/\W+|\d+/g, " ")
    .slice(0, 40);
}

function describe({ seed, pairs, isHostile }: JourneyOptions, failure: unknown): string {
  const replay = `--seed ${String(seed)} --pairs ${String(pairs)}${isHostile ? " --hostile" : ""}`;
  const causes: string[] = [];
  for (let error = failure; error instanceof Error; error = error.cause) causes.push(error.message);
  return `${replay}: ${causes.length > 0 ? causes.join(" / ") : String(failure)}`;
}
