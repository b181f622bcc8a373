/**
 * How long the comparison of models and database takes: `npm run bench:autogenerate`, on PostgreSQL at POSTGRESQL_URL.
 * 300 tables of 13 columns, nothing changed. benchmarks/README.md has the figures of other tools for the same schema.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";
import { createAsyncEngine, metadata, type AsyncEngine } from "sqlmodel";
import { models } from "./autogenerate-models.ts";
import { markdownTable, median, shownTime } from "./report.ts";

const { values: flags } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const rounds = Number(flags.rounds);
const serverUrl = process.env["POSTGRESQL_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const database = `sqlmodel_bench_${String(process.pid)}`;
const url = Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href;
const generated = new URL("../node_modules/.cache/sqlmodel/bench/", import.meta.url);

// The parts of the package that is measured: dist/, or src/ with SQLMODEL_FROM=source.
const entry = import.meta.resolve("sqlmodel");
const extension = entry.endsWith(".ts") ? "ts" : "js";
const internal = async (module: string): Promise<unknown> =>
  await import(new URL(`${module}.${extension}`, entry).href);
const { autogenerate } = (await internal(
  "migration/autogenerate",
)) as typeof import("../src/migration/autogenerate.ts");
const { desiredCatalog } = (await internal(
  "migration/desired-catalog",
)) as typeof import("../src/migration/desired-catalog.ts");
const { compareCatalogs } = (await internal(
  "migration/compare/compare-catalogs",
)) as typeof import("../src/migration/compare/compare-catalogs.ts");

async function admin(sql: string, address = serverUrl): Promise<void> {
  const client = new pg.Client(address);
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Milliseconds of each round. */
async function timed(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

/** A project that the command line finds, and the command. */
function project(): () => Promise<unknown> {
  mkdirSync(generated, { recursive: true });
  const config = new URL("sqlmodel.config.js", generated);
  const modelFile = fileURLToPath(new URL("autogenerate-models.ts", import.meta.url));
  const text = { url, models: modelFile, migrations: "./migrations" };
  writeFileSync(config, `export default ${JSON.stringify(text)};\n`);
  const bin = fileURLToPath(new URL(`bin.${extension}`, entry));
  return () => {
    const words = [...process.execArgv, bin, "check", "--config", fileURLToPath(config)];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`check says ${String(status)}: ${stderr}`);
    return Promise.resolve();
  };
}

async function measure(engine: AsyncEngine): Promise<[string, number[]][]> {
  const { capabilities } = engine.dialect;
  const inspect = () =>
    engine.run((connection) => connection.dialect.migrations.inspect(connection.driverConnection, {}));
  const existing = await inspect();
  const kept = new Map<string, string>();
  const desired = await engine.run((connection) => desiredCatalog(connection, metadata, { cache: kept, existing }));
  const { operations } = await autogenerate(engine, { metadata });
  if (operations.length > 0) throw new Error(`${String(operations.length)} operations where nothing changed.`);
  const command = project();
  return [
    ["inspect the database", await timed(inspect)],
    ["models in a scratch schema", await timed(() => engine.run((connection) => desiredCatalog(connection, metadata)))],
    [
      "models from the cache",
      await timed(() => engine.run((connection) => desiredCatalog(connection, metadata, { cache: kept, existing }))),
    ],
    ["compare", await timed(() => Promise.resolve(compareCatalogs(existing, desired, { capabilities })))],
    ["autogenerate, cold", await timed(() => Promise.resolve(autogenerate(engine, { metadata })))],
    ["autogenerate, cached", await timed(() => Promise.resolve(autogenerate(engine, { metadata, cache: kept })))],
    ["`sqlmodel check`, the whole process", await timed(command)],
  ];
}

await admin(`CREATE DATABASE ${database}`);
try {
  const engine = createAsyncEngine(url);
  try {
    console.log(`${String(models.length)} tables on PostgreSQL, ${String(rounds)} rounds\n`);
    // One request is one transaction.
    await admin(metadata.createStatements(engine.dialect).join(";\n"), url);
    const measured = await measure(engine);
    const lines = measured.map(([name, times]) => [
      name,
      shownTime(Math.min(...times)),
      shownTime(median(times)),
      shownTime(Math.max(...times)),
    ]);
    console.log(markdownTable(["", "least", "median", "most"], lines));
  } finally {
    await engine.dispose();
  }
} finally {
  await admin(`DROP DATABASE ${database} WITH (FORCE)`);
  rmSync(generated, { recursive: true, force: true });
}
