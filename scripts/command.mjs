/** Runs the project's tools by their JavaScript entry, so that no shell, PATH or npx stands between. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
export const cache = join(root, "node_modules/.cache/sqlmodel");

/** The file that runs `tool`; `package` when the package is named otherwise. */
function entry(tool, packageName = tool) {
  const manifest = join(root, "node_modules", packageName, "package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[tool]);
}

const entries = {
  node: () => [],
  tsc: () => [entry("tsc", "typescript")],
  "tsc-7": () => [entry("tsc", "typescript-7")],
  depcruise: () => [entry("depcruise", "dependency-cruiser")],
};

/** Run `[tool, ...args]` in the repository with its output on this terminal; gives the exit code. */
export function run(words, options) {
  return start(words, options).ended;
}

/** The same, to be waited for with `ended` or ended with `stop()`; `quiet` keeps the output until `ended`. */
export function start([tool, ...args], { env = {}, node = process.execPath, quiet = false } = {}) {
  const files = (entries[tool] ?? (() => [entry(tool)]))();
  const output = quiet ? "pipe" : "inherit";
  const child = spawn(node, [...files, ...args], {
    cwd: root,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env },
  });
  const kept = [];
  child.stdout?.on("data", (data) => kept.push(data));
  child.stderr?.on("data", (data) => kept.push(data));
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (quiet) process.stdout.write(Buffer.concat(kept));
      if (signal) console.error(`${tool} was stopped by ${signal}.`);
      resolve(code ?? 1);
    });
  });
  return { ended, stop: () => child.kill() };
}
