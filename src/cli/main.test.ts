/** The frame of the command line, in this process: words, help, errors, exit codes, the envelope, what is asked. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandLine } from "../../test/support/command-line.ts";
import { globalOptions } from "./help.ts";
import { registry } from "./registry.ts";

let empty: CommandLine;

beforeAll(async () => {
  empty = await CommandLine.in();
});

afterAll(() => empty.remove());

describe("help", () => {
  test("--version prints the version", async () => {
    expect(await empty.run(["--version"])).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  });

  test.each([[[]], [["help"]], [["--help"]], [["-h"]]])("%j lists all commands", async (args) => {
    const { code, stdout, stderr } = await empty.run(args);
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of Object.keys(registry)) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  });

  test.each(Object.keys(registry))("%s tells its arguments, its options and those of all commands", async (name) => {
    const { command } = await registry[name]!.load();
    const { code, stdout } = await empty.run(["help", name]);
    expect(code).toBe(0);
    expect(await empty.run([name, "--help"])).toMatchObject({ code: 0, stdout });
    expect(await empty.run([name, "-h"])).toMatchObject({ code: 0, stdout });
    expect(stdout).toMatch(new RegExp(`^Usage: sqlmodel ${name}\\b`));
    for (const { name: word } of command.positionals) expect(stdout).toMatch(new RegExp(`^  ${word} +\\S`, "m"));
    for (const option of Object.keys({ ...globalOptions, ...command.options })) expect(stdout).toContain(`--${option}`);
    for (const example of command.examples) expect(stdout).toContain(`  ${example}`);
    expect(command.examples.filter((example) => !example.startsWith(`sqlmodel ${name}`))).toEqual([]);
  });

  test("no option of a command has the name or the letter of a common one", async () => {
    const letters = Object.values(globalOptions).map(({ short }) => short);
    for (const { load } of Object.values(registry)) {
      const { command } = await load();
      for (const [name, { short }] of Object.entries(command.options)) {
        expect(Object.keys(globalOptions)).not.toContain(name);
        if (short !== undefined) expect(letters).not.toContain(short);
      }
    }
  });
});

describe("a wrong command line ends with 2 and says what is meant", () => {
  test.each([
    [["upgarde", "head"], "There is no command 'upgarde'. Did you mean 'upgrade'? `sqlmodel help` lists all."],
    [["zzz"], "There is no command 'zzz'. `sqlmodel help` lists all."],
    [["constructor"], "There is no command 'constructor'."],
    [["help", "hystory"], "There is no command 'hystory'. Did you mean 'history'?"],
    [["--quiet", "heads"], "A command comes first, before '--quiet'."],
    [["upgrade"], "`sqlmodel upgrade` needs <revision>: head, heads, an id"],
    [["heads", "head"], "`sqlmodel heads` does not take 'head'."],
    [["upgrade", "head", "--plam"], "`sqlmodel upgrade` has no option '--plam'. Did you mean '--plan'?"],
    [["upgrade", "head", "-x"], "`sqlmodel upgrade` has no option '-x'."],
    [["upgrade", "head", "--plan=yes"], "`sqlmodel upgrade`: Option '--plan' does not take an argument"],
    [["revision", "-m"], "`sqlmodel revision`: Option '-m, --message <value>' argument missing"],
    [["revision", "-m", "--json"], "`sqlmodel revision`:"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await empty.run(args);
    const told = args.includes("--json")
      ? (JSON.parse(stdout) as { error: { message: string } }).error.message
      : stderr;
    expect(code).toBe(2);
    expect(told).toContain(message);
    expect(told).toContain("[E440]");
    if (!args.includes("--json")) expect(stdout).toBe("");
  });
});

describe("--json", () => {
  test("is one object on stdout and nothing on stderr, on success, failure and a wrong command line", async () => {
    const project = await CommandLine.in({ "models.ts": "export {};\n" });
    const good = await project.run(["init", "--json"]);
    expect([good.code, good.stderr]).toEqual([0, ""]);
    expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, command: "init", warnings: [] });
    const failed = await empty.run(["heads", "--json"]);
    expect([failed.code, failed.stderr]).toEqual([1, ""]);
    expect(JSON.parse(failed.stdout)).toEqual({
      ok: false,
      command: "heads",
      error: { code: "E423", name: "ConfigError", message: expect.stringContaining("There is no sqlmodel.config.ts") },
      warnings: [],
    });
    const wrong = await empty.run(["--json", "heads"]);
    expect([wrong.code, wrong.stderr]).toEqual([2, ""]);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, error: { code: "E440" } });
    await project.remove();
  });
});

describe("errors", () => {
  test("of the user's own files are told whole, and ours with their causes", async () => {
    const project = await CommandLine.in({ "sqlmodel.config.ts": 'throw new RangeError("from the file");\n' });
    const { code, stderr } = await project.run(["heads"]);
    expect(code).toBe(1);
    expect(stderr).toContain("error: RangeError: from the file");
    expect(stderr).toContain("sqlmodel.config.ts");
    await project.remove();
  });

  test("colours are for terminals, unless NO_COLOR or FORCE_COLOR says otherwise", async () => {
    const red = "\u001B[31merror\u001B[39m";
    const plain = "error: There is no command";
    expect((await empty.run(["zzz"])).stderr).toContain(plain);
    expect((await empty.run(["zzz"], { env: { FORCE_COLOR: "0" }, typed: [] })).stderr).toContain(plain);
    expect((await empty.run(["zzz"], { typed: [] })).stderr).toContain(red);
    expect((await empty.run(["zzz"], { typed: [], env: { NO_COLOR: "1" } })).stderr).toContain(plain);
    expect((await empty.run(["zzz"], { env: { FORCE_COLOR: "1" } })).stderr).toContain(red);
  });
});
