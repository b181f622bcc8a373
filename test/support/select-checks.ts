/** What random SELECTs must be on real databases: three-valued logic adds up, and all databases answer alike. */
import { isDeepStrictEqual } from "node:util";
import {
  AsyncEngine,
  AsyncSession,
  metadata,
  not,
  select,
  Session,
  type ColumnElement,
  type Engine,
  type Select,
} from "sqlmodel";
import type { Target } from "../suite/databases.ts";
import {
  condition,
  Part,
  statementOf,
  Thing,
  type RowsSpec,
  type PredicateSpec,
  type SelectSpec,
} from "./random-selects.ts";

type AnySelect = Select<unknown, string, unknown>;

type Split = (p: ColumnElement<boolean>) => readonly ColumnElement<boolean>[];
const threeWays: Split = (p) => [p, not(p), p.isNull()];

/** A database that holds random rows. */
export class RandomRows {
  readonly name: string;
  readonly #engine: Engine | AsyncEngine;
  readonly #remove: () => Promise<void>;

  private constructor(name: string, engine: Engine | AsyncEngine, remove: () => Promise<void>) {
    this.name = name;
    this.#engine = engine;
    this.#remove = remove;
  }

  static async open(target: Target): Promise<RandomRows> {
    const { engine, remove } = await target.open();
    return new RandomRows(target.name, engine, remove);
  }

  close(): Promise<void> {
    return this.#remove();
  }

  /** Replace what is there by `rows`. */
  async fill({ things, parts }: RowsSpec): Promise<void> {
    if (this.#engine instanceof AsyncEngine) {
      await metadata.dropAll(this.#engine);
      await metadata.createAll(this.#engine);
    } else {
      metadata.dropAll(this.#engine);
      metadata.createAll(this.#engine);
    }
    const session = this.#session();
    session.addAll(things.map((thing, index) => new Thing({ id: index + 1, ...thing })));
    session.addAll(parts.map((part, index) => new Part({ id: index + 1, ...part })));
    await session.commit();
    await session.close();
  }

  async rows(statement: AnySelect): Promise<unknown[]> {
    const session = this.#session();
    try {
      const result = session instanceof AsyncSession ? await session.exec(statement) : session.exec(statement);
      return result.all();
    } finally {
      await session.close();
    }
  }

  #session(): Session | AsyncSession {
    return this.#engine instanceof AsyncEngine ? new AsyncSession(this.#engine) : new Session(this.#engine);
  }

  /**
   * Ternary-logic partitioning: each row is found by `p`, by `not p` or by `p is null`, and by one of them only.
   * @param split - The conditions that together are the whole.
   * @returns What is wrong, or undefined.
   */
  async partition(spec: PredicateSpec, split: Split = threeWays): Promise<string | undefined> {
    const pairs = select(Thing.c.id, Part.c.id).outerJoin(Part, Part.c.thingId.eq(Thing.c.id));
    const all = await this.rows(pairs as unknown as AnySelect);
    const parts: unknown[] = [];
    for (const part of split(condition(spec)))
      parts.push(...(await this.rows(pairs.where(part) as unknown as AnySelect)));
    return isDeepStrictEqual(sorted(parts), sorted(all))
      ? undefined
      : `${this.name}: ${String(all.length)} rows, ${String(parts.length)} in the parts`;
  }
}

/** @returns The databases that answer otherwise than the first, or undefined. */
export async function difference(databases: readonly RandomRows[], spec: SelectSpec): Promise<string | undefined> {
  const answers: { readonly name: string; readonly rows: readonly string[] }[] = [];
  for (const database of databases)
    answers.push({ name: database.name, rows: sorted(await database.rows(statementOf(spec) as unknown as AnySelect)) });
  const [first] = answers;
  const others = answers.filter(({ rows }) => !isDeepStrictEqual(rows, first?.rows));
  if (others.length === 0) return undefined;
  return [first, ...others].map((answer) => `${answer?.name ?? ""}: ${answer?.rows.join(" ") ?? ""}`).join("\n");
}

function sorted(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
