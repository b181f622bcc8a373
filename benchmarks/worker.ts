/** One contender on one database, in a process of its own: does what main.ts asks, one request after the other. */
import { performance } from "node:perf_hooks";
import { isDeepStrictEqual } from "node:util";
import {
  peerModules,
  type Contender,
  type ContenderName,
  type DatabaseName,
  type OpenContender,
  type Workload,
  type WorkloadName,
} from "./contender.ts";
import { insertedItems, newItem, type NewItem } from "./data.ts";
import { openDirect, type Direct } from "./database.ts";
import type { Answer, Request, Timing, Verified } from "./messages.ts";

const [database, name, address] = process.argv.slice(2) as [DatabaseName, ContenderName, string];
const open = await openerOf(name);
const direct = await openDirect(database, address);
const contender = await open({ database, address });
let turn = 0;

async function openerOf(contender: ContenderName): Promise<OpenContender> {
  const peer = peerModules[contender];
  if (peer !== undefined) return ((await import(peer)) as { open: OpenContender }).open;
  if (contender === "floor")
    return (
      await (database === "sqlite"
        ? import("./contenders/floor-sqlite.ts")
        : import("./contenders/floor-postgresql.ts"))
    ).open;
  return (
    await (database === "sqlite" ? import("./contenders/sqlmodel-sync.ts") : import("./contenders/sqlmodel-async.ts"))
  ).open;
}

/** Runs before the clock starts: inserts always meet an empty table. */
async function emptyTable(workload: WorkloadName): Promise<void> {
  if (workload.startsWith("insert")) await direct.run(database === "sqlite" ? "DELETE FROM entry" : "TRUNCATE entry");
}

/** Do a workload once with its statements counted, and say what it answered or wrote. */
async function verify(workload: WorkloadName): Promise<Verified> {
  let statements = 0;
  let isCounting = false;
  const counted = await open({
    database,
    address,
    onStatement: () => {
      if (isCounting) statements += 1;
    },
  });
  const todo = workloadOf(counted, workload);
  try {
    // The first run also prepares statements and learns of types.
    for (const attempt of [1, 2]) {
      await emptyTable(workload);
      const prepared = await todo.prepare?.(attempt);
      isCounting = attempt === 2;
      const result = await todo.run(attempt, prepared);
      isCounting = false;
      if (attempt === 2) return { statements, value: await observed(direct, workload, todo.plain?.(result) ?? result) };
    }
  } finally {
    await counted.close();
  }
  throw new Error("unreachable");
}

/** What is compared: the result of a read; for a write what the table holds, and whether each id is that of its row. */
async function observed(connection: Direct, workload: WorkloadName, result: unknown): Promise<unknown> {
  switch (workload) {
    case "insert_1":
    case "insert_10k": {
      const rows = await connection.run("SELECT * FROM entry");
      const inputs: readonly NewItem[] = workload === "insert_1" ? [newItem(2)] : insertedItems;
      const emails = new Map(rows.map((row) => [row["id"], row["email"]]));
      const matched = (result as readonly number[]).map((id) => emails.get(id));
      if (
        !isDeepStrictEqual(
          matched,
          inputs.map(({ email }) => email),
        )
      )
        throw new Error(`${name}: the ids of ${workload} are not those of their rows.`);
      return sorted(
        rows.map(({ id: _, ...row }) => row),
        "email",
      );
    }
    case "update_1000":
      return sorted(await connection.run("SELECT * FROM stock"), "id");
    default:
      return sorted(result, "id");
  }
}

/** Arrays of rows in one order, at every level: nobody asked for an ORDER BY. */
function sorted(value: unknown, key: string): unknown {
  if (Array.isArray(value) && typeof value[0] === "object") {
    const rows = value.map((row) => sorted(row, key)) as { readonly [key: string]: string | number }[];
    return rows.sort((left, right) => ((left[key] ?? 0) < (right[key] ?? 0) ? -1 : 1));
  }
  if (typeof value !== "object" || value === null || value instanceof Date || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sorted(member, key)]));
}

/** Do a workload `runs` times, and give the sums of wall time and of this process's CPU time, in milliseconds. */
async function time(workload: WorkloadName, runs: number): Promise<Timing> {
  const todo = workloadOf(contender, workload);
  if (workload === "insert_1") await emptyTable(workload);
  let wall = 0;
  let cpu = 0;
  if (todo.prepare === undefined && workload !== "insert_10k") {
    const startCpu = process.cpuUsage();
    const start = performance.now();
    for (let run = 0; run < runs; run += 1) {
      turn += 1;
      const result = todo.run(turn, undefined);
      if (result instanceof Promise) await result;
    }
    wall = performance.now() - start;
    cpu = cpuSince(startCpu);
  } else {
    for (let run = 0; run < runs; run += 1) {
      turn += 1;
      if (workload === "insert_10k") await emptyTable(workload);
      const prepared = await todo.prepare?.(turn);
      const startCpu = process.cpuUsage();
      const start = performance.now();
      const result = todo.run(turn, prepared);
      if (result instanceof Promise) await result;
      wall += performance.now() - start;
      cpu += cpuSince(startCpu);
    }
  }
  return { wall, cpu };
}

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function workloadOf(opened: Contender, workload: WorkloadName): Workload {
  const found = opened.workloads[workload];
  if (found === undefined) throw new Error(`${name} has no ${workload}.`);
  return found;
}

async function answer(request: Request): Promise<Answer> {
  switch (request.kind) {
    case "verify":
      return { kind: "verified", ...(await verify(request.workload)) };
    case "time":
      return { kind: "timed", ...(await time(request.workload, request.runs)) };
    default:
      await contender.close();
      await direct.close();
      return { kind: "closed" };
  }
}

process.on("message", (request: Request) => {
  answer(request).then(
    (given) => {
      process.send?.(given);
      if (request.kind === "close") process.disconnect();
    },
    (error: unknown) =>
      process.send?.({
        kind: "failed",
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Answer),
  );
});
process.send?.({ kind: "ready", workloads: Object.keys(contender.workloads) as WorkloadName[] } satisfies Answer);
