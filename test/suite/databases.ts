/** The databases the suite runs on: real engines, each in both session modes where it has both. */
import { createAsyncEngine, createEngine, type AsyncEngine, type Engine } from "sqlmodel";
import { pgliteArguments } from "../support/pglite-template.ts";
import { scratchMysql, scratchPostgresql, type Scratch } from "../support/scratch.ts";

export type DialectName = "sqlite" | "postgresql" | "mysql";

/** One database in one session mode. */
export interface Target {
  readonly name: string;
  readonly dialect: DialectName;
  readonly isSync: boolean;
  /** An engine on an empty database, and how to remove that. */
  open(): Promise<{ readonly engine: Engine | AsyncEngine; readonly remove: () => Promise<void> }>;
}

const hasNodeSqlite = (() => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 13);
})();

/** better-sqlite3 12 is built for the Node that ran npm install; newer Nodes have node:sqlite. */
const sqliteDriver = hasNodeSqlite ? "node:sqlite" : "better-sqlite3";

function sqlite(isSync: boolean): Target {
  return {
    name: `SQLite (${sqliteDriver}, ${isSync ? "sync" : "async"})`,
    dialect: "sqlite",
    isSync,
    open: async () => {
      const engine = isSync
        ? createEngine("sqlite::memory:", { driver: sqliteDriver })
        : createAsyncEngine("sqlite::memory:", { driver: sqliteDriver });
      return { engine, remove: async () => await engine.dispose() };
    },
  };
}

const pglite: Target = {
  name: "PGlite",
  dialect: "postgresql",
  isSync: false,
  open: async () => {
    const engine = createAsyncEngine("pglite:", { connectArgs: await pgliteArguments() });
    return { engine, remove: () => engine.dispose() };
  },
};

const server = (name: string, dialect: DialectName, make: () => Promise<Scratch>): Target => ({
  name,
  dialect,
  isSync: false,
  open: async () => {
    const scratch = await make();
    const engine = createAsyncEngine(scratch.url);
    const remove = async () => {
      await engine.dispose();
      await scratch.remove();
    };
    return { engine, remove };
  },
});

const postgresql = server("PostgreSQL", "postgresql", scratchPostgresql);
const mariadb = server("MariaDB", "mysql", scratchMysql);

const all: readonly Target[] = [sqlite(true), sqlite(false), pglite, postgresql, mariadb];

/** The databases to run on: all, or those named in DIALECTS (comma-separated parts of their names). */
export function targets(): readonly Target[] {
  const wanted = process.env["DIALECTS"];
  if (wanted === undefined || wanted === "") return all;
  const names = wanted.toLowerCase().split(",");
  const chosen = all.filter((target) => names.some((name) => target.name.toLowerCase().includes(name.trim())));
  if (chosen.length === 0)
    throw new Error(`DIALECTS=${wanted} names none of: ${all.map((target) => target.name).join(", ")}`);
  const left = all.filter((target) => !chosen.includes(target)).map((target) => target.name);
  if (left.length > 0) console.warn(`DIALECTS=${wanted}: NOT tested on ${left.join(", ")}`);
  return chosen;
}
