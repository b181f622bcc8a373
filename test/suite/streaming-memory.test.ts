/**
 * Memory stays flat while rows are streamed. STREAM_ROWS=1000000 reads that many rows
 * instead of 200,000.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import { select, sql, type SqlTemplate } from "sqlmodel";
import type { DialectName } from "./databases.ts";
import { suite } from "./harness.ts";
import { Hero } from "./models/heroes.ts";

const wanted = Number(process.env["STREAM_ROWS"] ?? 200_000);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes in use that nothing but garbage could be subtracted from. */
function heap(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const fill = (count: number): Readonly<Record<DialectName, SqlTemplate<unknown>>> => ({
  sqlite: sql`INSERT INTO hero (name, secret_name, age) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT 'hero number ' || i, 'a name that takes some place in memory', i FROM n`,
  postgresql: sql`INSERT INTO hero (name, secret_name, age) SELECT 'hero number ' || i, 'a name that takes some place in memory', i FROM generate_series(1, ${count}::int) AS i`,
  mysql: sql`INSERT INTO hero (name, secret_name, age) SELECT concat('hero number ', seq), 'a name that takes some place in memory', seq FROM seq_1_to_1000000 WHERE seq <= ${count}`,
});

/** All entities, held by the array, take 100 MB; what is measured here is a tenth of that. */
const allowedGrowth = 12 * 2 ** 20;

suite("streaming many rows", ({ test }) => {
  test(`${String(wanted)} entities, and the heap does not grow`, function* ({ session, dialect, engine }) {
    // Embedded PostgreSQL takes five times as long as the others.
    const rows = engine.core.address.includes("pglite") ? wanted / 5 : wanted;
    yield* session.text(fill(rows)[dialect]);
    yield* session.commit();
    let count = 0;
    let sum = 0;
    const sizes: number[] = [];
    const partitions = session.stream(select(Hero).orderBy(Hero.c.id)).partitions(2000);
    for (;;) {
      const step = (yield partitions.next()) as IteratorResult<Hero[], void>;
      if (step.done === true) break;
      for (const hero of step.value) sum += hero.age ?? 0;
      count += step.value.length;
      if (count % Math.floor(rows / 10) === 0) sizes.push(heap());
    }
    expect([count, sum]).toEqual([rows, (rows * (rows + 1)) / 2]);
    expect(sizes).toHaveLength(10);
    const [first = 0, ...rest] = sizes;
    expect(Math.max(...rest) - first).toBeLessThan(allowedGrowth);
  });

  test("the same rows held in a list do make it grow", function* ({ session, dialect }) {
    yield* session.text(fill(120_000)[dialect]);
    yield* session.commit();
    const held: Hero[] = [];
    const partitions = session.stream(select(Hero).orderBy(Hero.c.id)).partitions(2000);
    let first: number | undefined;
    while (held.length < 120_000) {
      held.push(...(((yield partitions.next()) as IteratorResult<Hero[], void>).value ?? []));
      first ??= heap();
    }
    expect(heap() - (first ?? 0)).toBeGreaterThan(allowedGrowth);
    yield partitions.return();
  });
});
