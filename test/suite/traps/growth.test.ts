/** T40: a session that reads many rows in parts stays small, and one that keeps too many says so. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createEngine, metadata, primaryKey, select, Session, SessionError, sql, table } from "sqlmodel";
import { describe, expect, test as plainTest, vi } from "vitest";
import { z } from "zod";
import { targets } from "../databases.ts";
import { suite } from "../harness.ts";
import { thrown } from "./rejects.ts";

class Grain extends table("grain", { id: primaryKey(), name: z.string().max(50), weight: z.int() }) {}

suite("T40 growth", ({ test }) => {
  test("T40 more objects than identityMapWarning are told once, with what to do", function* ({ openSession, engine }) {
    const warnings: [message: string, detail: unknown][] = [];
    const spy = vi
      .spyOn(process, "emitWarning")
      .mockImplementation((message, options) => void warnings.push([String(message), options]));
    try {
      const session = openSession({ identityMapWarning: 10 });
      session.addAll(Array.from({ length: 10 }, (_, index) => new Grain({ name: `g${String(index)}`, weight: index })));
      yield* session.commit();
      expect(warnings).toEqual([]);
      session.add(new Grain({ name: "one more", weight: 1 }));
      yield* session.commit();
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.[0]).toContain("holds 11 objects");
      expect(JSON.stringify(warnings[0]?.[1])).toMatch(/expungeAll.*readOnly/);
      yield* session.exec(select(Grain));
      expect(warnings).toHaveLength(1);
      yield* session.close();
      for (const [limit, query, count] of [
        [10, select(Grain), 1],
        [11, select(Grain), 0],
        [Infinity, select(Grain), 0],
        [10, select(Grain).readOnly(), 0],
        [10, select(Grain.c.id), 0],
      ] as const) {
        warnings.length = 0;
        const reader = openSession({ identityMapWarning: limit });
        yield* reader.exec(query);
        expect(warnings).toHaveLength(count);
        yield* reader.close();
      }
    } finally {
      spy.mockRestore();
    }
    for (const limit of [0, -1, Number.NaN, "10"])
      thrown(() => new Session(engine as never, { identityMapWarning: limit as never }), SessionError);
  });
});

describe.skipIf(!targets().some(({ isSync }) => isSync))("T40 many rows", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const rows = 250_000;
  const part = 10_000;

  plainTest.each(["readOnly", "expungeAll", "a session each"] as const)("T40 read by %s keep the heap flat", (way) => {
    const engine = createEngine("sqlite::memory:");
    try {
      metadata.createAll(engine);
      let session = new Session(engine, { identityMapWarning: Infinity });
      session.exec(
        sql`INSERT INTO grain (name, weight) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT 'grain ' || i, i % 1000 FROM n`,
      );
      session.commit();
      let [last, seen, before, most] = [0, 0, 0, 0];
      while (seen < rows) {
        const query = select(Grain).where(Grain.c.id.gt(last)).orderBy(Grain.c.id).limit(part);
        const found = session.exec(way === "readOnly" ? query.readOnly() : query).all();
        seen += found.length;
        last = found.at(-1)?.id ?? rows;
        found.length = 0;
        if (way === "expungeAll") session.expungeAll();
        if (way === "a session each") {
          session.close();
          session = new Session(engine);
        }
        if (seen % (rows / 10) !== 0) continue;
        const now = used();
        if (before === 0) before = now;
        most = Math.max(most, now);
      }
      expect(seen).toBe(rows);
      expect(most - before).toBeLessThan(20);
      session.close();
    } finally {
      engine.dispose();
    }
  });
});
