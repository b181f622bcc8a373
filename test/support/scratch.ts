/** Scratch databases of the servers. */
import { createConnection } from "mysql2/promise";
import pg from "pg";

const postgresqlUrl = process.env["POSTGRESQL_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const mysqlUrl = process.env["MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/";

/** An empty database, and a way to its server beside the engine under test. */
export interface Scratch {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  /** Run one statement on a connection of its own. */
  admin(sql: string): Promise<unknown[][]>;
  remove(): Promise<void>;
}

function describe(url: string, port: number, database: string): Omit<Scratch, "admin" | "remove"> {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return {
    url: parsed.href,
    host: parsed.hostname,
    port: parsed.port === "" ? port : Number(parsed.port),
    user: decodeURIComponent(parsed.username),
    password: parsed.password === "" ? undefined : decodeURIComponent(parsed.password),
    database,
  };
}

const databaseName = () => `sqlmodel_test_${String(process.pid)}_${Math.random().toString(36).slice(2, 8)}`;

async function askPostgresql(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

async function askMysql(url: string, sql: string): Promise<unknown[][]> {
  // Embedded databases may keep this process busy for seconds.
  const options = { rowsAsArray: true, multipleStatements: true, connectTimeout: 60_000 };
  const connection = await createConnection({ uri: url, ...options });
  try {
    return (await connection.query(sql))[0] as unknown[][];
  } finally {
    await connection.end();
  }
}

/** A new PostgreSQL database. */
export async function scratchPostgresql(): Promise<Scratch> {
  const described = describe(postgresqlUrl, 5432, databaseName());
  // template0: nobody can be connected to it, so that two test files never wait for each other.
  await askPostgresql(postgresqlUrl, `CREATE DATABASE ${described.database} TEMPLATE template0`);
  // It need not outlive a power cut.
  await askPostgresql(postgresqlUrl, `ALTER DATABASE ${described.database} SET synchronous_commit = off`);
  return {
    ...described,
    admin: (sql) => askPostgresql(described.url, sql),
    remove: async () => void (await askPostgresql(postgresqlUrl, `DROP DATABASE ${described.database} WITH (FORCE)`)),
  };
}

/** A new MySQL or MariaDB database. */
export async function scratchMysql(): Promise<Scratch> {
  const described = describe(mysqlUrl, 3306, databaseName());
  await askMysql(mysqlUrl, `CREATE DATABASE ${described.database}`);
  return {
    ...described,
    admin: (sql) => askMysql(described.url, sql),
    remove: async () => void (await askMysql(mysqlUrl, `DROP DATABASE ${described.database}`)),
  };
}
