/**
 * `npm run fuzz:statements -- --database sqlite --statements 100000 [--seed n]`: ternary-logic partitioning of random conditions.
 * Two databases or more, with commas between, are compared with each other by random statements instead.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { data, predicates, selects } from "../support/random-selects.ts";
import { difference, RandomRows } from "../support/select-checks.ts";
import { targets } from "../suite/databases.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    statements: { type: "string", default: "1000" },
    seed: { type: "string" },
  },
});
const statements = Number(values.statements);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed);
/** Statements on the same rows. */
const perRows = 1000;

const databases: RandomRows[] = [];
for (const name of values.database.toLowerCase().split(",")) {
  const target = targets().find((candidate) => candidate.name.toLowerCase().startsWith(name.trim()));
  if (target === undefined)
    throw new Error(
      `No database '${name}'; there are ${targets()
        .map((t) => t.name)
        .join(", ")}.`,
    );
  databases.push(await RandomRows.open(target));
}
const [first] = databases;
console.log(
  `${databases.map(({ name }) => name).join(", ")}: ${String(statements)} statements from seed ${String(seed)}`,
);

async function check(spec: unknown): Promise<void> {
  const fault =
    databases.length === 1
      ? await first?.partition(spec as Parameters<RandomRows["partition"]>[0])
      : await difference(databases, spec as Parameters<typeof difference>[1]);
  if (fault !== undefined) throw new Error(fault);
}

const arbitrary: fc.Arbitrary<unknown> = databases.length === 1 ? predicates(["thing", "part"], 3) : selects;
const began = Date.now();
let failed = 0;
for (let done = 0; done < statements; done += perRows) {
  const [rows] = fc.sample(data, { seed: seed + done, numRuns: 1 });
  if (rows !== undefined) for (const database of databases) await database.fill(rows);
  const numRuns = Math.min(perRows, statements - done);
  try {
    await fc.assert(fc.asyncProperty(arbitrary, check), { seed: seed + done, numRuns });
  } catch (error) {
    failed += 1;
    console.log(
      `FAILED --seed ${String(seed + done)} on ${JSON.stringify(rows)}\n${String(error)}\n${String((error as Error).cause)}`,
    );
  }
  if ((done / perRows) % 10 === 9)
    console.log(`${String(done + numRuns)} statements, ${String(Math.round((Date.now() - began) / 1000))} s`);
}
for (const database of databases) await database.close();
console.log(failed === 0 ? "nothing failed" : `${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;
