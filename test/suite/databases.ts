/** The databases the suite runs on: real engines, each in both session modes where it has both. */
import { setTimeout as sleep } from "node:timers/promises";
import { createAsyncEngine, createEngine, type AsyncEngine, type Engine } from "sqlmodel";
import { pgliteArguments } from "../support/pglite-template.ts";

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

const databaseName = () => `sqlmodel_suite_${String(process.pid)}_${Math.random().toString(36).slice(2, 8)}`;

const postgresqlUrl = process.env["POSTGRESQL_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const mysqlUrl = process.env["MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/";

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

const postgresql: Target = {
  name: "PostgreSQL",
  dialect: "postgresql",
  isSync: false,
  open: async () => {
    const { default: pg } = await import("pg");
    const database = databaseName();
    const admin = async (text: string) => {
      const client = new pg.Client({ connectionString: postgresqlUrl });
      await client.connect();
      try {
        await client.query(text);
      } finally {
        await client.end();
      }
    };
    await retried(() => admin(`CREATE DATABASE ${database}`));
    const engine = createAsyncEngine(withDatabase(postgresqlUrl, database));
    return {
      engine,
      remove: async () => {
        await engine.dispose();
        await admin(`DROP DATABASE ${database} WITH (FORCE)`);
      },
    };
  },
};

const mariadb: Target = {
  name: "MariaDB",
  dialect: "mysql",
  isSync: false,
  open: async () => {
    const { createConnection } = await import("mysql2/promise");
    const database = databaseName();
    const admin = async (text: string) => {
      const connection = await createConnection(mysqlUrl);
      try {
        await connection.query(text);
      } finally {
        await connection.end();
      }
    };
    await admin(`CREATE DATABASE ${database}`);
    const engine = createAsyncEngine(withDatabase(mysqlUrl, database));
    return {
      engine,
      remove: async () => {
        await engine.dispose();
        await admin(`DROP DATABASE ${database}`);
      },
    };
  },
};

/** Two files may ask for a copy of PostgreSQL's template database at the same moment: one of them has to wait. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 5 || !String(error).includes("template1")) throw error;
      await sleep(200 * attempt);
    }
  }
}

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
