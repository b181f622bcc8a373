/** `sqlmodel lint`: what it finds, what it is told to ignore, and what it does not know. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandLine } from "../../../test/support/command-line.ts";

let project: CommandLine;

const config = `export default { url: "sqlite::memory:", models: [], migrations: "migrations" };\n`;

function revision(id: string, down: string | null, body: string, more = ""): string {
  return [
    `import { column, sql, text } from "sqlmodel/migration";`,
    `export const revision = "${id}";`,
    `export const downRevision = ${down === null ? "null" : `"${down}"`};`,
    more,
    `export function upgrade(op) { ${body} }`,
    `export function downgrade(op) {}`,
    `void [column, sql, text];`,
    "",
  ].join("\n");
}

beforeEach(async () => {
  project = await CommandLine.in({ "sqlmodel.config.mjs": config, "migrations/.keep": "" });
});
afterEach(() => project.remove());

interface Envelope {
  readonly data: readonly {
    readonly revision: string;
    readonly findings: readonly { readonly rule: string; readonly page: string }[];
  }[];
  readonly warnings: readonly string[];
}

async function lint(...args: readonly string[]): Promise<{ readonly code: number; readonly found: Envelope }> {
  const { code, stdout } = await project.run(["lint", "--json", ...args]);
  return { code, found: JSON.parse(stdout) as Envelope };
}

test("tables that SQL made are a warning, not a failure", async () => {
  await project.write(
    "migrations/1_a.mjs",
    revision("a1", null, "op.execute(sql`CREATE TABLE hero (id INTEGER PRIMARY KEY, age INTEGER)`);"),
  );
  await project.write("migrations/2_b.mjs", revision("b2", "a1", 'op.dropColumn("hero", "age");'));
  const { code, found } = await lint();
  expect(code).toBe(3);
  expect(found.data.map((each) => [each.revision, each.findings.map(({ rule }) => rule)])).toEqual([
    ["a1", []],
    ["b2", ["drop-loses-data", "drop-breaks-running-version"]],
  ]);
  expect(found.data[1]?.findings[0]?.page).toBe("docs/lint/drop-loses-data.md");
  expect(found.warnings).toEqual([expect.stringMatching(/^b2 could not be followed exactly.*hero/)]);
});

test("rules are ignored by the file, and by the command line", async () => {
  const drops = 'op.dropColumn("hero", "age");';
  await project.write(
    "migrations/1_a.mjs",
    revision("a1", null, drops, 'export const ignoredRules = ["drop-loses-data", "drop-looses-data"];'),
  );
  const { found } = await lint();
  expect(found.data[0]?.findings.map(({ rule }) => rule)).toEqual(["drop-breaks-running-version"]);
  expect(found.warnings[0]).toBe(
    "a1 ignores 'drop-looses-data', which is no rule here. Did you mean 'drop-loses-data'?",
  );
  expect((await lint("--ignore", "drop-breaks-running-version")).code).toBe(0);
  expect((await lint("--ignore", "drop-breaks")).code).toBe(2);
});

test("a finding is told with its page", async () => {
  await project.write("migrations/1_a.mjs", revision("a1", null, "op.execute(sql`DELETE FROM hero`);"));
  const { code, stdout } = await project.run(["lint"]);
  expect(code).toBe(3);
  expect(stdout).toContain("warning [whole-table-update] a1");
  expect(stdout).toContain("See docs/lint/whole-table-update.md.");
});
