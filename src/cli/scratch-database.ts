/** An empty database of the same kind as the project's, gone afterwards. For `sqlmodel test`. */
import { randomUUID } from "node:crypto";
import type { AsyncEngine } from "../engine/async-engine.ts";
import { scratchUrl } from "../engine/url.ts";
import { ConfigError } from "../migration/errors.ts";
import { onConnection } from "./database.ts";
import type { Project } from "./project.ts";

/** Run `work` on an empty database. @param given - Its URL, where the user names one; it is emptied by nobody. */
export async function withScratchDatabase<T>(
  project: Project,
  given: string | undefined,
  work: (engine: AsyncEngine) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return work(await project.open(given));
  const url = await project.url();
  if (url === undefined) {
    throw new ConfigError("The configuration makes its own engine, so an empty database must be named: --scratch-url.");
  }
  const { engineOptions = {} } = await project.config();
  const name = `sqlmodel_test_${randomUUID().replaceAll("-", "").slice(-12)}`;
  const scratch = scratchUrl(url, name);
  if (!scratch.mustBeCreated) return work(await project.open(scratch.url, engineOptions));
  const server = await project.engine();
  const command = (sql: string): Promise<unknown> =>
    onConnection(server, (connection) =>
      connection.executeRaw({ sql: `${sql} ${connection.dialect.quoteIdentifier(name)}` }),
    );
  await command("CREATE DATABASE");
  const engine = await project.open(scratch.url, engineOptions);
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
    await command("DROP DATABASE");
  }
}
