/** Back-fills write each row once, along any key, and end although their condition stays true. */
import { expect, test } from "vitest";
import { sql } from "sqlmodel";
import { revision, up } from "../../../test/support/revisions.ts";
import { testEngines } from "../../../test/support/test-engines.ts";
import { bigint, integer, varchar } from "../../sql/type/types.ts";
import { column, primaryKey } from "../definitions.ts";
import type { MigrationEvent } from "./options.ts";
import { runStepsAsync } from "./run-steps.ts";

const texts = ["", "'", '"', "\\", "\\'", "a\nb", "${x}", "*/", "\u2028", "ä", "`", "0", "NULL"];
const numbers = [-9_223_372_036_854_775_807n, -1n, 0n, 9_007_199_254_740_993n, 9_007_199_254_740_994n];

const created = revision("created", (op) => {
  op.createTable("pair", [
    column("name", varchar(20)),
    column("number", bigint()),
    column("visits", integer()),
    primaryKey(["name", "number"]),
  ]);
  const rows = texts.flatMap((name) => numbers.map((number) => ({ name, number, visits: 0 })));
  op.bulkInsert("pair", rows, { number: bigint() });
});

test.each(testEngines.filter(({ name }) => name !== "pglite"))("composite keys: $name", async (target) => {
  const { engine, remove } = await target.open();
  const visits = (): Promise<string[]> =>
    engine.run(function* (core) {
      const text = "SELECT visits, count(*) FROM pair GROUP BY visits ORDER BY visits";
      const { rows } = yield* core.executeRaw({ sql: text, returnsRows: true });
      return rows.map((row) => row.map(String).join(" x "));
    });
  const count = texts.length * numbers.length;
  try {
    await runStepsAsync(engine, up(created));
    const batches: number[] = [];
    const onEvent = (event: MigrationEvent): void => {
      if (event.kind === "backfill") batches.push(event.rows);
    };
    const all = revision("all", (op) => op.backfill("pair", { visits: sql`visits + 1` }, { batchSize: 7 }));
    await runStepsAsync(engine, up(all), { onEvent });
    expect(await visits()).toEqual([`1 x ${String(count)}`]);
    expect(batches).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 7, 2]);
    const some = revision("some", (op) =>
      op.backfill("pair", { visits: sql`visits + 1` }, { where: sql`number > ${0}`, batchSize: 1 }),
    );
    await runStepsAsync(engine, up(some));
    expect(await visits()).toEqual([`1 x ${String((count * 3) / 5)}`, `2 x ${String((count * 2) / 5)}`]);
    // Along a key that changes, batches could meet a row twice: it is one statement then.
    const moving = revision("moving", (op) =>
      op.backfill("pair", { number: sql`number - 1` }, { where: sql`number > 1`, batchSize: 1 }),
    );
    batches.length = 0;
    await runStepsAsync(engine, up(moving), { onEvent });
    expect(batches).toEqual([(count * 2) / 5]);
  } finally {
    await remove();
  }
});
