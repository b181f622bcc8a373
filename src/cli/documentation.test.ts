/** docs/cli.md says what `--help` says, of every command. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exitCodes } from "./exit-code.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { registry } from "./registry.ts";

const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
const sections = new Map(page.split(/^## /m).map((text) => [text.split("\n")[0]!, text]));
/** What each help says of the options of all commands. */
const common = /\n\nOptions of all commands:\n[^]*?(?=\n\n|$)/;

test.each(Object.keys(registry))("the section of %s has its help", async (name) => {
  const { command } = await registry[name]!.load();
  expect(sections.get(name)).toContain(commandHelp(name, command).replace(common, ""));
});

test("options of all commands are told once", () => {
  const [, lines = ""] = /Options of all commands:\n([^]*?)\n\n/.exec(generalHelp()) ?? [];
  expect(lines).toContain("--json");
  expect(sections.get("Options of all commands")).toContain(lines);
  expect(page).not.toMatch(common);
});

test("each exit code has a line, in order", () => {
  const told = [...(sections.get("Exit codes") ?? "").matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
  expect(told).toEqual(Object.values(exitCodes));
});

test("no section is of a command that does not exist", () => {
  const others = ["Exit codes", "--json", "Options of all commands"];
  expect([...sections.keys()].slice(1)).toEqual([...others, ...Object.keys(registry)]);
});
