/** Installs the peers beside this file, once. They share the project's own better-sqlite3 and pg: one driver for all. */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL(".", import.meta.url));
const mark = `${directory}node_modules/.package-lock.json`;

/** Install what package.json names, where that has not been done. */
export function installPeers() {
  if (existsSync(mark)) return;
  console.log("Installing the peers (once) …");
  const words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  const { status } = spawnSync("npm", words, { cwd: directory, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) throw new Error("The peers could not be installed. `--only floor,sqlmodel` runs without them.");
  // Without their own copies, the peers find those of the repository.
  for (const name of ["better-sqlite3", "pg"])
    rmSync(`${directory}node_modules/${name}`, { recursive: true, force: true });
}
