#!/usr/bin/env node
/** The program `sqlmodel`: gives the command line what only the entries know. */
import { readFileSync } from "node:fs";
import { main } from "./cli/main.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const { stdin, stdout, stderr, env } = process;

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  version,
  streams: { stdin, stdout, stderr, env },
  // Commands that ask no database need no driver.
  openEngine: async (url, options) => (await import("./create-engine.ts")).createAsyncEngine(url, options),
});
