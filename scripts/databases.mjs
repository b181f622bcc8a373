/**
 * Fails, loudly, unless the PostgreSQL and MariaDB or MySQL servers of the suite answer.
 * POSTGRESQL_URL and MYSQL_URL say where they are.
 */
import mysql from "mysql2/promise";
import pg from "pg";

const postgresqlUrl = process.env["POSTGRESQL_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const mysqlUrl = process.env["MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/";

async function postgresql() {
  const client = new pg.Client({ connectionString: postgresqlUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return (await client.query("SHOW server_version")).rows[0].server_version;
  } finally {
    await client.end();
  }
}

async function mariadb() {
  const connection = await mysql.createConnection({ uri: mysqlUrl, connectTimeout: 10_000 });
  try {
    return (await connection.query("SELECT VERSION() AS version"))[0][0].version;
  } finally {
    await connection.end();
  }
}

const place = (url) => new URL(url).host;
const servers = [
  { name: "PostgreSQL", url: postgresqlUrl, version: postgresql },
  { name: "MariaDB", url: mysqlUrl, version: mariadb },
];
for (const { name, url, version } of servers) {
  try {
    console.log(`${name} ${await version()} answers on ${place(url)}.`);
  } catch (error) {
    console.error(`${name} does not answer on ${place(url)}: ${error.message || error.code}`);
    process.exitCode = 1;
  }
}
