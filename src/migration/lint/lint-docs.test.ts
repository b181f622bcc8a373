/** Each rule has a page in docs/lint/ that says what the rule says, and each page a rule. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dialects } from "../../../test/support/dialects.ts";
import { lintRules, rulePage } from "./lint.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
/** Without the line breaks and tables that formatting brings. */
const plain = (text: string): string => text.replace(/\s+/g, " ").replaceAll("\\", "");
const rules = dialects.flatMap((dialect) => lintRules(dialect));

test("rules and pages are the same", () => {
  const names = [...new Set(rules.map(({ name }) => name))].sort();
  const pages = readdirSync(new URL("docs/lint/", root)).filter((file) => file !== "README.md");
  expect(pages.map((file) => file.replace(/\.md$/, "")).sort()).toEqual(names);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

test("one name, one severity and title", () => {
  for (const rule of rules) {
    for (const other of rules.filter(({ name }) => name === rule.name))
      expect(other.severity, rule.name).toBe(rule.severity);
  }
});

describe.each([...new Set(rules)])("$name", (rule) => {
  test("its page says the same", () => {
    const page = plain(read(rulePage(rule)));
    expect(page).toContain(`# ${rule.name} `);
    expect(page).toContain(`**Severity**: ${rule.severity}`);
    expect(page).toContain(plain(rule.reason));
    expect(page).toContain(plain(rule.remedy));
    expect(page).toContain(`ignoredRules = ["${rule.name}"]`);
    expect(plain(read("docs/lint/README.md"))).toContain(`(${rule.name}.md)`);
  });
});
