/** `npm run fuzz:migrations -- --database sqlite --pairs 100000 [--seed n] [--hostile] [--show] [--shrink]`: as many journeys as one has time for. */
import { parseArgs } from "node:util";
import { databases } from "../support/dialects.ts";
import { Fuzz } from "../support/migration-fuzz.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    pairs: { type: "string", default: "1000" },
    seed: { type: "string" },
    hostile: { type: "boolean" },
    show: { type: "boolean" },
    shrink: { type: "boolean" },
  },
});
const wanted = values.database.toLowerCase();
const target = databases.find(({ name }) => name.toLowerCase().startsWith(wanted));
if (target === undefined)
  throw new Error(`No database '${wanted}'; there are ${databases.map(({ name }) => name).join(", ")}.`);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed);
const pairs = Number(values.pairs);
console.log(`${target.name}: ${String(pairs)} pairs from seed ${String(seed)}`);

const began = Date.now();
let told = began;
const fuzz = new Fuzz(target, {
  seed,
  pairs,
  ...(values.hostile === undefined ? {} : { isHostile: values.hostile }),
  shrinks: values.shrink === true,
  onRevision: values.show === true ? (text) => console.log(text) : undefined,
  onFailure: (failure) => console.log(`FAILED npm run fuzz:migrations -- --database ${wanted} ${failure}\n`),
  onPack: (done) => {
    if (Date.now() - told < 10_000 && done < pairs) return;
    told = Date.now();
    const seconds = Math.round((told - began) / 1000);
    console.log(`${String(done)} pairs, ${String(seconds)} s: ${JSON.stringify(fuzz.counts)}`);
  },
});
const failures = await fuzz.run();
console.log(failures.length === 0 ? "nothing failed" : `${String(failures.length)} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
