/** Builds dist/ with plain tsc. With --if-stale, only when src/ is newer than the last build. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, root, run } from "./command.mjs";

const marker = join(cache, "built");
const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function stale() {
  if (modified(join(root, "dist/index.js")) === 0) return true;
  const inputs = ["package.json", "tsconfig.json", "tsconfig.build.json", "src"];
  for (const entry of readdirSync(join(root, "src"), { recursive: true })) inputs.push(join("src", entry));
  return Math.max(...inputs.map((input) => modified(join(root, input)))) > modified(marker);
}

if (!process.argv.includes("--if-stale") || stale()) {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  rmSync(marker, { force: true });
  const started = new Date();
  process.exitCode = await run(["tsc", "-p", "tsconfig.build.json"]);
  if (process.exitCode === 0) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(marker, `${started.toISOString()}\n`);
  }
}
