/** No password and no hidden value ends up in a log, an error or a printed engine. */
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { scratchMysql, scratchPostgresql, type Scratch } from "../../test/support/scratch.ts";
import { createAsyncEngine } from "../create-engine.ts";
import { sql } from "../sql/expression/operators.ts";

let scratch: Record<"postgresql" | "mysql", Scratch>;

beforeAll(async () => {
  scratch = { postgresql: await scratchPostgresql(), mysql: await scratchMysql() };
});
afterAll(async () => {
  for (const each of Object.values(scratch)) await each.remove();
});

async function rejection(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was refused");
}

describe("secrets (V22)", () => {
  const canary = "canary7731";
  const shown = (value: unknown): string => {
    const error = value instanceof Error ? `${String(value.stack)}${inspect(value.cause)}` : "";
    return `${inspect(value, { depth: Infinity, showHidden: true, getters: true })}${JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each))}${error}`;
  };

  test.each(["postgresql", "mysql"] as const)("%s: no error and no engine shows the password", async (kind) => {
    const wrongUser = scratch[kind].url.replace(/\/\/[^@]*@/, `//nobody:${canary}@`);
    const { host } = scratch[kind];
    for (const url of [
      wrongUser,
      `${kind}://ada:${canary}@${host}:1/app`,
      `${kind}://ada:${canary}@no-such-host.invalid/app`,
    ]) {
      const engine = createAsyncEngine(url);
      let error: unknown;
      try {
        await (await engine.connect()).close();
      } catch (caught) {
        error = caught;
      }
      expect(shown(error)).not.toContain(canary);
      expect(inspect(engine, { depth: Infinity, showHidden: true })).not.toContain(canary);
      await engine.dispose();
    }
  });

  test.each(["postgresql", "mysql"] as const)(
    "%s: hidden parameters are in no log, no error and no cause",
    async (kind) => {
      const lines: string[] = [];
      vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
      await using engine = createAsyncEngine(scratch[kind].url, { echo: true, hideParameters: true });
      await using connection = await engine.connect();
      await connection.execute(sql`create table account (token varchar(30) primary key, n int)`);
      await connection.execute(sql`insert into account values (${canary}, ${1})`);
      const duplicate = await rejection(() => connection.execute(sql`insert into account values (${canary}, ${1})`));
      const wrongType = await rejection(() =>
        connection.execute(sql`insert into account values ('x', cast(${canary} as ${sql`decimal`}))`),
      );
      for (const text of [shown(duplicate), shown(wrongType), lines.join("")]) expect(text).not.toContain(canary);
      expect(lines.join("")).toContain("«hidden»");
      expect(duplicate.message).toContain("Another row of table 'account'");
    },
  );

  test("the test finds what it looks for", () => {
    class Careless {
      readonly password = canary;
    }
    expect(shown(new Error("x", { cause: new Careless() }))).toContain(canary);
  });
});
