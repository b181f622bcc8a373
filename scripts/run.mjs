/** Runs a TypeScript file of the repository against the built package: `node scripts/run.mjs examples/atlas/main.ts [args]`. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [file, ...args] = process.argv.slice(2);
const build = fileURLToPath(new URL("build.mjs", import.meta.url));
const loader = new URL("ts-loader.mjs", import.meta.url).href;

function node(...words) {
  const { status, error } = spawnSync(process.execPath, words, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (file === undefined) {
  console.error("Usage: node scripts/run.mjs <file.ts> [arguments]");
  process.exit(2);
}
node(build, "--if-stale");
node("--expose-gc", "--import", loader, file, ...args);
