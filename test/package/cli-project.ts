/** A project that uses the installed package, its command line run in child processes, and a database of its own. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createAsyncEngine, type AsyncEngine } from "sqlmodel";
import { inspect, type Catalog } from "sqlmodel/migration";
import { targets } from "../suite/databases.ts";

/** What a command printed, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Envelope {
  readonly ok: boolean;
  readonly command: string;
  readonly data?: unknown;
  readonly error?: {
    readonly code: string | null;
    readonly name: string;
    readonly message: string;
    readonly questions?: readonly { readonly question: string; readonly flags: readonly string[] }[];
  };
  readonly warnings: readonly string[];
}

export class CliProject {
  readonly #folder: string;
  readonly #url: string;
  readonly #node: string;

  /** @param folder - Made where it is missing; below it, `sqlmodel` can be imported. */
  constructor(folder: string, url: string, node: string = process.execPath) {
    this.#folder = folder;
    this.#url = url;
    this.#node = node;
  }

  async write(files: { readonly [path: string]: string }): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.#folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** The text of the one revision file whose name contains `part`. */
  async revision(part: string): Promise<{ readonly file: string; readonly text: string }> {
    const [name, ...others] = (await readdir(join(this.#folder, "migrations"))).filter((file) => file.includes(part));
    if (name === undefined || others.length > 0)
      throw new Error(`'${part}' means ${String(name)}, ${others.join(", ")}.`);
    const file = join(this.#folder, "migrations", name);
    return { file, text: await readFile(file, "utf8") };
  }

  /** `sqlmodel …` as a user without a terminal runs it. */
  run(args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Outcome> {
    const program = join(this.#folder, "../node_modules/sqlmodel/dist/bin.js");
    const options = {
      cwd: this.#folder,
      env: { ...process.env, NODE_OPTIONS: "", FORCE_COLOR: "0", DATABASE_URL: this.#url, ...env },
      maxBuffer: 2 ** 26,
    };
    return new Promise((resolve) => {
      const child = execFile(this.#node, [program, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
      });
      child.stdin?.end();
    });
  }

  /** The same; it must succeed. Gives what it wrote to stdout. */
  async succeeds(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`sqlmodel ${args.join(" ")} ended with ${String(code)}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** With `--json`: stdout must be one object, and stderr empty. */
  async json(...args: readonly string[]): Promise<Envelope & { readonly code: number }> {
    const { code, stdout, stderr } = await this.run([...args, "--json"]);
    if (stderr !== "") throw new Error(`sqlmodel ${args.join(" ")} --json wrote to stderr: ${stderr}`);
    return { ...(JSON.parse(stdout) as Envelope), code };
  }
}

/** An empty database that goes away again. */
export class CliDatabase {
  readonly url: string;
  readonly #engine: AsyncEngine;
  readonly #remove: () => Promise<void>;

  private constructor(url: string, engine: AsyncEngine, remove: () => Promise<void>) {
    this.url = url;
    this.#engine = engine;
    this.#remove = remove;
  }

  /** @param file - Where SQLite keeps it. */
  static async create(server: string | undefined, file: string): Promise<CliDatabase> {
    if (server === undefined) {
      await mkdir(dirname(file), { recursive: true });
      const url = `sqlite://${file}`;
      return new CliDatabase(url, createAsyncEngine(url), () => Promise.resolve());
    }
    const name = `sqlmodel_cli_${String(process.pid)}_${Math.random().toString(36).slice(2, 8)}`;
    const url = new URL(server);
    url.pathname = `/${name}`;
    const admin = createAsyncEngine(server);
    await admin.run((connection) => connection.executeRaw({ sql: `CREATE DATABASE ${name}` }));
    return new CliDatabase(url.href, createAsyncEngine(url.href), async () => {
      await admin.run((connection) => connection.executeRaw({ sql: `DROP DATABASE ${name}` }));
      await admin.dispose();
    });
  }

  /** Rows as texts, which the databases' drivers agree on. */
  async rows(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    const { rows } = await this.#engine.run((connection) =>
      connection.executeRaw({ sql, returnsRows: true, integers: "number" }),
    );
    return rows.map((row) => row.map((value) => (value === null ? null : String(value))));
  }

  async catalog(): Promise<Catalog> {
    const { catalog } = await inspect(this.#engine);
    return catalog;
  }

  /** Run a script as the database's own client would. */
  async runScript(text: string): Promise<void> {
    if (this.url.startsWith("sqlite:")) {
      const { default: Sqlite } = await import("better-sqlite3");
      const database = new Sqlite(this.url.replace("sqlite://", ""));
      database.exec(text);
      database.close();
    } else if (this.url.startsWith("postgresql:")) {
      const { default: pg } = await import("pg");
      const client = new pg.Client({ connectionString: this.url });
      await client.connect();
      await client.query(text);
      await client.end();
    } else {
      const { createConnection } = await import("mysql2/promise");
      const connection = await createConnection({ uri: this.url, multipleStatements: true });
      await connection.query(text);
      await connection.end();
    }
  }

  async remove(): Promise<void> {
    await this.#engine.dispose();
    await this.#remove();
  }
}

const servers = {
  sqlite: undefined,
  postgresql: process.env["POSTGRESQL_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres",
  mysql: process.env["MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/",
};

/** The databases that have a URL which another process can open, as DIALECTS chooses. */
export const cliTargets = targets()
  .filter(({ name, isSync }) => !isSync && name !== "PGlite")
  .map(({ name, dialect }) => ({ name: name.replace(/ .*/, ""), dialect, server: servers[dialect] }));
