/** A script with engines ends when its work does, and survives the end of a server. */
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchMysql, scratchPostgresql, type Scratch } from "../../test/support/scratch.ts";

let scratch: Record<"postgresql" | "mysql", Scratch>;

beforeAll(async () => {
  scratch = { postgresql: await scratchPostgresql(), mysql: await scratchMysql() };
});
afterAll(async () => {
  for (const each of Object.values(scratch)) await each.remove();
});

describe("a script ends by itself", () => {
  const run = (lines: string[]): Promise<{ code: number | null; output: string }> =>
    new Promise((resolve) => {
      const source = (file: string) => new URL(`../${file}`, import.meta.url).href;
      const script = [
        `import { createAsyncEngine } from ${JSON.stringify(source("create-engine.ts"))};`,
        `import { sql } from ${JSON.stringify(source("sql/expression/operators.ts"))};`,
        ...lines,
      ].join("\n");
      const loader = new URL("../../scripts/ts-loader.mjs", import.meta.url).href;
      const options = { timeout: 20_000, env: { ...process.env, NODE_OPTIONS: "" } };
      const child = execFile(
        process.execPath,
        ["--unhandled-rejections=strict", "--import", loader, "--input-type=module", "--eval", script],
        options,
        (_, stdout, stderr) => {
          resolve({ code: child.exitCode, output: `${stdout}${stderr}` });
        },
      );
    });

  // PGlite has a timer of its own that runs for ten seconds.
  test.each(["postgresql", "mysql", "sqlite"] as const)(
    "%s: with an engine that nobody disposed (T41)",
    async (kind) => {
      const url = kind === "sqlite" ? "sqlite::memory:" : scratch[kind].url;
      const outcome = await run([
        `const engine = createAsyncEngine(${JSON.stringify(url)});`,
        "await engine.begin(async (connection) => { const { a } = (await connection.execute(sql`select 1 as a`)).one(); console.log(`got ${a}`); });",
      ]);
      expect(outcome).toEqual({ code: 0, output: expect.stringContaining("got 1") });
    },
  );

  test.each(["postgresql", "mysql"] as const)("%s: the server's end is no unhandled error (T34, T42)", async (kind) => {
    const [ask, kill] =
      kind === "postgresql"
        ? ["select pg_backend_pid() as id", "select pg_terminate_backend($1::int)"]
        : ["select connection_id() as id", "kill ?"];
    const outcome = await run([
      `const [engine, other] = [createAsyncEngine(${JSON.stringify(scratch[kind].url)}), createAsyncEngine(${JSON.stringify(scratch[kind].url)})];`,
      "const core = await engine.connect();",
      `const { rows } = await core.run((each) => each.executeRaw({ sql: ${JSON.stringify(ask)}, returnsRows: true }));`,
      "await core.close();",
      "const killer = await other.connect();",
      `await killer.run((each) => each.executeRaw({ sql: ${JSON.stringify(kill)}, parameters: [${kind === "mysql" ? "Number(rows[0][0])" : "String(rows[0][0])"}], returnsRows: ${String(kind === "postgresql")} })).catch((error) => console.log(error.message));`,
      "await killer.close();",
      "await new Promise((resolve) => setTimeout(resolve, 200));",
      "await engine.begin(async (connection) => console.log(`again ${(await connection.execute(sql`select 1 as a`)).one().a}`));",
      "await engine.dispose(); await other.dispose();",
    ]);
    expect(outcome).toEqual({ code: 0, output: expect.stringContaining("again 1") });
  });
});
