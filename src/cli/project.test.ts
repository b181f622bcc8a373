/** A project's files as the command line finds, reads and writes them: configuration, models, revisions, their names. */
import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { CommandLine, type Written } from "../../test/support/command-line.ts";

const config = (options: string): string =>
  `import { defineConfig } from "sqlmodel/migration";\nexport default defineConfig({ ${options} });\n`;
const standard = config('url: "sqlite::memory:", models: "./models.ts"');
const revision = (id: string, down: string, more = ""): string =>
  `export const revision = "${id}";\nexport const downRevision = ${down};\n${more}\nexport function upgrade() {}\nexport function downgrade() {}\n`;

let project: CommandLine;

afterEach(() => project.remove());

const files = (): Promise<string[]> => readdir(project.folder, { recursive: true });
const data = <T>({ stdout }: Written): T => (JSON.parse(stdout) as { data: T }).data;

describe("the configuration", () => {
  test.each([
    ["export const x = 1;", "has no default export. Write: export default defineConfig({ … }). [E423]"],
    [
      config('url: process.env["SQLMODEL_MISSING"], models: "./models.ts"'),
      "Is an environment variable missing? [E423]",
    ],
    [config('url: "sqlite::memory:", model: "./models.ts"'), "no option 'model'. Did you mean 'models'? [E423]"],
    [config('url: 5, models: "./models.ts"'), "The option 'url' of the configuration must be a string, not a number."],
    [config('url: "sqlite::memory:"'), "The configuration names no `models`"],
    ["export default 5;", "The configuration must be an object."],
  ])("%j is refused", async (text, message) => {
    project = await CommandLine.in({ "sqlmodel.config.ts": text, "migrations/.keep": "" });
    const { code, stderr } = await project.run(["heads"]);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  test("is looked for here and above, or named with --config; its paths are relative to it", async () => {
    project = await CommandLine.in({
      "above/sqlmodel.config.ts": standard,
      "above/migrations/1.ts": revision("a1", "null"),
      "above/deep/deeper/.keep": "",
    });
    for (const [cwd, args] of [
      ["above", []],
      ["above/deep/deeper", []],
      ["", ["--config", "above/sqlmodel.config.ts"]],
    ] as const) {
      const { stdout } = await project.run(["heads", ...args], { cwd });
      expect(stdout).toBe("base → a1 (head) 1\n");
    }
    const { code, stderr } = await project.run(["heads", "-c", "none.ts"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("none.ts: there is no such file. [E422]")]);
  });

  test("without a folder of migrations, or models, says which is missing", async () => {
    project = await CommandLine.in({ "sqlmodel.config.ts": standard });
    expect((await project.run(["heads"])).stderr).toContain(
      "there is no folder of migrations. Create it with `sqlmodel init`",
    );
    expect((await project.run(["check"])).stderr).toContain("models.ts: there is no such file.");
  });

  test("init writes one that can be read, whatever is in the names, and never over another", async () => {
    project = await CommandLine.in({ "a b/my\"models'.ts": "export {};\n" });
    const names = ["./a b/my\"models'.ts", "--migrations", "./über ${x} `m`", "--url", "sqlite::memory:"];
    expect((await project.run(["init", ...names])).code).toBe(0);
    expect(await project.run(["check"])).toMatchObject({ code: 0 });
    expect(await project.run(["heads"])).toMatchObject({ code: 0, stdout: "" });
    const again = await project.run(["init"]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("is there already")]);
  });
});

describe("names of revision files (V12)", () => {
  test.each([
    ["../../x; rm -rf /", /^\d{12}_a1_x_rm_rf\.ts$/],
    ["CON", /^\d{12}_a1_con_\.ts$/],
    ["nul.txt", /^\d{12}_a1_nul_txt\.ts$/],
    ['a\\b\u0000c:d|e*?"<>', /^\d{12}_a1_a_b_c_d_e\.ts$/],
    ["größe 日本語 naïve", /^\d{12}_a1_größe_日本語_naïve\.ts$/],
    ["…", /^\d{12}_a1\.ts$/],
    ["*/ process.exit(9); /* \u2028 ${1} `", /^\d{12}_a1_process_exit_9_1\.ts$/],
    ["x".repeat(300), /^\d{12}_a1_x{40}\.ts$/],
  ])("-m %j lies in the folder, and can be read", async (message, name) => {
    project = await CommandLine.in({ "sqlmodel.config.ts": standard, "migrations/.keep": "" });
    const written = await project.run(["revision", "-m", message, "--rev-id", "a1", "--json"]);
    expect(written.code).toBe(0);
    const [file, ...others] = (await files()).filter((path) => path.endsWith(".ts") && !path.includes("config"));
    expect(others).toEqual([]);
    expect(file?.replace(/^migrations[\\/]/, "")).toMatch(name);
    expect(data<unknown[]>(await project.run(["heads", "--json"]))).toMatchObject([{ revision: "a1", message }]);
  });

  test.each(["../up", "a/b", "head", "base", "", "x".repeat(65), "a b", "..", "nul"])("--rev-id %j", async (id) => {
    project = await CommandLine.in({ "sqlmodel.config.ts": standard, "migrations/.keep": "" });
    const { code, stderr } = await project.run(["revision", "-m", "m", `--rev-id=${id}`]);
    const found = (await files()).filter((path) => /[\\/]/.test(path));
    if (code === 0) expect(found.filter((path) => !path.startsWith("migrations"))).toEqual([]);
    else expect([code, stderr, found]).toEqual([2, expect.stringContaining("[E440]"), [join("migrations", ".keep")]]);
  });

  test("a folder that is a link is followed, and a file that leads out of it is never written or removed", async () => {
    project = await CommandLine.in({ "sqlmodel.config.ts": standard, "real/1.ts": revision("a1", "null") });
    await symlink(join(project.folder, "real"), join(project.folder, "migrations"), "junction");
    expect((await project.run(["revision", "-m", "two"])).code).toBe(0);
    expect((await readdir(join(project.folder, "real"))).length).toBe(2);
  });
});

describe("revisions", () => {
  const three = {
    "sqlmodel.config.ts": standard,
    "migrations/1_first.ts": revision("ab12", "null"),
    "migrations/2_second.ts": revision("ab34", '"ab12"', 'export const branchLabels = "search";'),
    "migrations/3_third.ts": revision("cd56", '"ab12"'),
  };

  test("are named by parts of their ids, labels and steps; what means several is told", async () => {
    project = await CommandLine.in(three);
    const shown = async (name: string) =>
      data<{ revision: string }>(await project.run(["show", name, "--json"])).revision;
    expect(await shown("cd")).toBe("cd56");
    expect(await shown("search@head")).toBe("ab34");
    const several = await project.run(["show", "ab"]);
    expect([several.code, several.stderr]).toEqual([
      1,
      expect.stringContaining("'ab' means several revisions: ab12, ab34"),
    ]);
    expect((await project.run(["show", "cd57"])).stderr).toContain("No revision is 'cd57'. Did you mean 'cd56'?");
    expect((await project.run(["show", "head"])).stderr).toContain("`sqlmodel merge heads`");
    expect((await project.run(["upgrade", "head", "--plan"])).code).toBe(1);
  });

  test("fork, are listed as such, and are joined", async () => {
    project = await CommandLine.in(three);
    expect((await project.run(["branches"])).stdout).toBe(
      "base → ab12 first\n  ab12 → ab34 (head; branch search) second\n  ab12 → cd56 (head) third\n".replaceAll(
        /(first|second|third)/g,
        (word) => ({ first: "1 first", second: "2 second", third: "3 third" })[word]!,
      ),
    );
    expect((await project.run(["revision", "-m", "more"])).stderr).toContain("There are several heads");
    expect((await project.run(["merge", "ab12", "ab34"])).stderr).toContain("'ab12' comes before another of them");
    expect((await project.run(["merge", "cd"])).stderr).toContain("There is nothing to merge");
    const merged = data<{ file: string }>(await project.run(["merge", "heads", "--rev-id", "ef78", "--json"]));
    expect(await readFile(merged.file, "utf8")).toContain('export const downRevision = ["ab34", "cd56"];');
    expect((await project.run(["heads"])).stdout).toBe("ab34, cd56 → ef78 (head; merge) merge ab34 and cd56\n");
    expect((await project.run(["merge", "heads"])).stderr).toContain("There is nothing to merge");
    const history = data<{ revision: string }[]>(await project.run(["history", "-r", "ab34:", "--json"]));
    expect(history.map(({ revision: id }) => id)).toEqual(["ef78", "cd56", "ab34"]);
    expect((await project.run(["history", "-r", "ab34"])).stderr).toContain("--range takes two places and a colon");
  });

  test("come after a revision that is no head only with --splice, and begin branches at base", async () => {
    project = await CommandLine.in(three);
    expect((await project.run(["revision", "-m", "x", "--head", "ab12"])).stderr).toContain("Give --splice");
    expect((await project.run(["revision", "-m", "x", "--head", "ab12", "--splice"])).code).toBe(0);
    const options = ["--head", "base", "--branch-label", "billing", "--depends-on", "cd56", "--rev-id", "ff"];
    const { file } = data<{ file: string }>(await project.run(["revision", "-m", "new", ...options, "--json"]));
    const text = await readFile(file, "utf8");
    for (const part of ["downRevision = null", '"billing"', '"cd56"']) expect(text).toContain(part);
    expect((await project.run(["show", "billing@head"])).stdout).toContain("ff");
    expect((await project.run(["revision", "-m", "x", "--head", "ff", "--rev-id", "ff"])).stderr).toContain(
      "There is a revision 'ff' already.",
    );
  });

  test("are opened by EDITOR, whose exit code counts", async () => {
    project = await CommandLine.in(three);
    const editor = await project.write(
      "editor.mjs",
      `
      import { appendFileSync } from "node:fs";
      appendFileSync(process.argv.at(-1), "// edited\\n");
      process.exit(process.argv.includes("--fail") ? 7 : 0);`,
    );
    const env = { EDITOR: `${process.execPath} ${editor}` };
    expect((await project.run(["edit", "cd56"], { env })).code).toBe(0);
    expect(await readFile(join(project.folder, "migrations/3_third.ts"), "utf8")).toContain("// edited");
    expect((await project.run(["edit", "cd56"], { env: { VISUAL: `${env.EDITOR} --fail` } })).code).toBe(7);
    expect((await project.run(["edit", "cd56"])).stderr).toContain("Set EDITOR");
    const missing = await project.run(["edit", "cd56"], { env: { EDITOR: "no-such-editor-anywhere" } });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("could not be started")]);
  });
});

test("at a terminal, renames and losses are asked for", async () => {
  const models = (column: string) => `import { MetaData, primaryKey, tableFor } from "sqlmodel";
    import { z } from "zod";
    export const metadata = new MetaData();
    export class Asked extends tableFor(metadata)("asked", { id: primaryKey(), ${column} }) {}`;
  const configOf = (file: string) =>
    `import { defineConfig } from "sqlmodel/migration";
    import { metadata } from "./${file}";
    export default defineConfig({ url: "sqlite://${project.folder}/asked.db", models: "./${file}", metadata });`;
  project = await CommandLine.in({
    "1.ts": models("age: z.int()"),
    "2.ts": models("years: z.int()"),
    "3.ts": models(""),
  });
  for (const number of ["1", "2", "3"]) await project.write(`${number}.config.ts`, configOf(`${number}.ts`));
  const generate = (number: string, typed: readonly string[]) =>
    project.run(["revision", "--autogenerate", "--rev-id", `a${number}`, "-c", `${number}.config.ts`], { typed });
  const upgrade = (typed: readonly string[]) => project.run(["upgrade", "head", "-c", "1.config.ts"], { typed });

  expect(await generate("1", [])).toMatchObject({ code: 0 });
  expect(await upgrade([])).toMatchObject({ code: 0 });
  const differing = await project.run(["check", "-c", "2.config.ts"]);
  expect([differing.code, differing.stdout]).toEqual([
    3,
    "// Was the column 'age' of asked renamed to 'years'? --rename 'asked.age:years' or --not-rename 'asked.age:years'\n",
  ]);
  const renamed = await generate("2", ["y"]);
  expect(renamed.stderr).toContain("Was the column 'age' of asked renamed to 'years'? [y/N]");
  expect((await upgrade([])).code).toBe(0);
  expect((await generate("3", [])).code).toBe(0);
  const refused = await upgrade(["n"]);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("Run it all the same? [y/N]")]);
  expect((await upgrade(["yes"])).code).toBe(0);
});
