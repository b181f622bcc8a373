/**
 * Compares sqlmodel with code by hand and with its peers: `npm run bench -- --database sqlite --only floor,sqlmodel`.
 * benchmarks/README.md says what is measured and how.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import {
  contenders as contenderNames,
  databases,
  peerModules,
  workloads,
  type ContenderName,
  type DatabaseName,
  type WorkloadName,
} from "./contender.ts";
import { ContenderProcess } from "./contender-process.ts";
import { createDatabase } from "./database.ts";
import { markdownTable, median, shownTime } from "./report.ts";

/** What one contender's rounds of one workload came to. */
interface Measured {
  /** Milliseconds a run, one a round. */
  readonly wall: number[];
  readonly cpu: number[];
  readonly statements: number;
}

type Results = Map<WorkloadName, Map<ContenderName, Measured>>;

const { values: flags } = parseArgs({
  options: {
    database: { type: "string", default: databases.join(",") },
    only: { type: "string", default: contenderNames.join(",") },
    workload: { type: "string", default: workloads.join(",") },
    rounds: { type: "string", default: "15" },
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

/** Milliseconds that a round of one contender should take. */
const roundTime = 80;
/** CPU time of the first runs, which are not measured: on a busy machine the compiler's threads are late. */
const warmUpTime = 800;

function chosen<Name extends string>(flag: string, given: string, known: readonly Name[]): Name[] {
  const names = given.split(",");
  const unknown = names.filter((name) => !known.some((candidate) => candidate === name));
  if (unknown.length > 0) throw new Error(`--${flag} has no ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  return known.filter((name) => names.includes(name));
}

/** Compare everybody's answer to the floor's, and count statements. */
async function verifyAll(
  contenders: readonly ContenderProcess[],
  workload: WorkloadName,
): Promise<Map<ContenderName, Measured>> {
  const measured = new Map<ContenderName, Measured>();
  let expected: unknown;
  for (const contender of contenders) {
    const { statements, value } = await contender.verify(workload);
    if (contender.name === "floor") expected = value;
    else if (!isDeepStrictEqual(value, expected)) {
      throw new Error(`${contender.name} answers ${workload} differently: ${shownDifference(value, expected)}`);
    }
    measured.set(contender.name, { wall: [], cpu: [], statements });
  }
  return measured;
}

function shownDifference(value: unknown, expected: unknown): string {
  if (Array.isArray(value) && Array.isArray(expected) && value.length === expected.length) {
    const index = value.findIndex((item, position) => !isDeepStrictEqual(item, expected[position]));
    return shownDifference(value[index], expected[index]);
  }
  return `${String(JSON.stringify(value)).slice(0, 1000)} in place of ${String(JSON.stringify(expected)).slice(0, 1000)}`;
}

/** Let code get hot, and find out how many runs fill a round. */
async function warmUp(contender: ContenderProcess, workload: WorkloadName): Promise<number> {
  let runs = 1;
  let last = await contender.time(workload, runs);
  for (let spent = last.cpu; spent < warmUpTime; spent += last.cpu) {
    runs = Math.max(1, Math.min(runs * 4, Math.round((roundTime * runs) / Math.max(last.wall, 0.01))));
    last = await contender.time(workload, runs);
  }
  return Math.max(1, Math.round((roundTime * runs) / last.wall));
}

async function measure(
  contenders: readonly ContenderProcess[],
  workload: WorkloadName,
  rounds: number,
): Promise<Map<ContenderName, Measured>> {
  const able = contenders.filter((contender) => contender.workloads.includes(workload));
  const measured = await verifyAll(able, workload);
  const runs = new Map<ContenderName, number>();
  for (const contender of able) runs.set(contender.name, await warmUp(contender, workload));
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another contender, so that nobody always follows the same.
    for (let place = 0; place < able.length; place += 1) {
      const contender = able[(round + place) % able.length];
      if (contender === undefined) continue;
      const count = runs.get(contender.name) ?? 1;
      const { wall, cpu } = await contender.time(workload, count);
      measured.get(contender.name)?.wall.push(wall / count);
      measured.get(contender.name)?.cpu.push(cpu / count);
    }
  }
  return measured;
}

/** The median of the rounds' ratios: what slows a whole round down slows both sides of a ratio. */
function ratio(values: readonly number[], floor: readonly number[]): string {
  return median(values.map((value, round) => value / (floor[round] ?? Number.NaN))).toFixed(2);
}

function print(database: DatabaseName, names: readonly ContenderName[], results: Results): void {
  const others = names.filter((name) => name !== "floor");
  const timeTable = (kind: "wall" | "cpu"): string =>
    markdownTable(
      ["workload", "floor", ...others],
      Array.from(results, ([workload, measured]) => {
        const floor = measured.get("floor")?.[kind] ?? [];
        return [
          workload,
          shownTime(median(floor)),
          ...others.map((name) => ratio(measured.get(name)?.[kind] ?? [], floor)),
        ];
      }),
    );
  const counts = markdownTable(
    ["workload", ...names],
    Array.from(results, ([workload, measured]) => [
      workload,
      ...names.map((name) => String(measured.get(name)?.statements ?? "-")),
    ]),
  );
  console.log(`\n## ${database}\n\nWall time: the floor's, and the others' as a ratio to it\n\n${timeTable("wall")}`);
  console.log(`\nCPU time of the process, the same way\n\n${timeTable("cpu")}\n\nStatements sent\n\n${counts}`);
}

async function benchmark(
  database: DatabaseName,
  names: readonly ContenderName[],
  chosenWorkloads: readonly WorkloadName[],
): Promise<void> {
  const scratch = await createDatabase(database);
  const contenders: ContenderProcess[] = [];
  try {
    for (const name of names)
      contenders.push(await ContenderProcess.start(name, database, scratch.address, flags.profile));
    const results: Results = new Map();
    for (const workload of chosenWorkloads) {
      process.stderr.write(`${database} ${workload} …\n`);
      results.set(workload, await measure(contenders, workload, Number(flags.rounds)));
    }
    print(database, names, results);
  } finally {
    for (const contender of contenders) await contender.close();
    await scratch.remove();
  }
}

if (flags.help) {
  console.log(`npm run bench -- [--database ${databases.join(",")}] [--only ${contenderNames.join(",")}]
  [--workload ${workloads.join(",")}] [--rounds 15] [--profile directory]`);
} else {
  const names = chosen("only", `floor,${flags.only}`, contenderNames);
  if (names.some((name) => peerModules[name] !== undefined)) {
    const { installPeers } = (await import(new URL("peers/install.mjs", import.meta.url).href)) as {
      installPeers: () => void;
    };
    installPeers();
  }
  for (const database of chosen("database", flags.database, databases)) {
    await benchmark(database, names, chosen("workload", flags.workload, workloads));
  }
}
