/**
 * A new PGlite database starts by running initdb, which is most of what opening it costs. Tests start from a copy of one that has:
 * it is made once and kept in node_modules/.cache.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../node_modules/.cache/sqlmodel/", import.meta.url));

/** The `connectArgs` of an engine on an empty PGlite database. */
export async function pgliteArguments(): Promise<{ readonly loadDataDir: Blob }> {
  const file = join(folder, `pglite-${version()}.tar`);
  if (!existsSync(file)) await makeTemplate(file);
  return { loadDataDir: new Blob([readFileSync(file)]) };
}

function version(): string {
  const main = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const manifest = JSON.parse(readFileSync(join(dirname(main), "../package.json"), "utf8")) as { version: string };
  return manifest.version;
}

async function makeTemplate(file: string): Promise<void> {
  const { PGlite } = await import("@electric-sql/pglite");
  const database = await PGlite.create();
  const dump = await database.dumpDataDir("none");
  await database.close();
  // Two test files may be here at once: each writes a file of its own, and the last to rename wins.
  const draft = `${file}.${String(process.pid)}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(draft, Buffer.from(await dump.arrayBuffer()));
  renameSync(draft, file);
}
