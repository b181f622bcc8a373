/**
 * Runs the suite, and the command line, under Node 24, whatever Node runs this: fetches the binary as an npm package, once, into node_modules/.cache.
 * The drivers' native modules are built for this Node, so under 24 SQLite is node:sqlite. `--path` prints where the binary is,
 * if it is there, and runs nothing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, run } from "./command.mjs";

const windows = process.platform === "win32";
const name = `node-${windows ? "win" : process.platform}-${process.arch}`;
const folder = join(cache, "node-24");
const binary = join(folder, "node_modules", name, "bin", windows ? "node.exe" : "node");

if (process.argv[2] === "--path") {
  if (existsSync(binary)) console.log(binary);
  process.exit();
}

if (!existsSync(binary)) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `{ "private": true }\n`);
  const args = ["install", "--prefix", folder, "--no-package-lock", "--ignore-scripts", `${name}@24`];
  console.log(`$ npm ${args.join(" ")}`);
  const { status } = spawnSync("npm", args, { cwd: folder, stdio: ["ignore", "inherit", "inherit"], shell: windows });
  if (status !== 0) throw new Error(`npm could not install ${name}@24.`);
}

const version = spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout?.trim();
if (!version?.startsWith("v24.")) throw new Error(`${binary} is no Node 24: ${version}`);

const args = process.argv.slice(2);
const commandLine = ["vitest", "run", "--project", "package", "test/package/node24.test.ts"];
const commands =
  args.length > 0
    ? [["vitest", "run", ...args]]
    : [
        ["vitest", "run", "--project", "suite"],
        ["vitest", "run", "--project", "long", "autogenerate-property"],
        ["node", "scripts/build.mjs"],
        commandLine,
      ];
// Node 20 ran the random pairs and statements in full; here it is the drivers and the loader that are new.
const env = { PAIRS: "14", STATEMENTS: "15" };
for (const words of commands) {
  console.log(`$ ${words.join(" ")}   (Node ${version})`);
  process.exitCode = (await run(words, { node: binary, env: { ...env, ...process.env } })) || process.exitCode;
}
