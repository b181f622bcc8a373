/** Call sites, values as keys, and what the environment says. */
import { describe, expect, test } from "vitest";
import { siteIn } from "../../util/call-site.ts";
import { valuesKey } from "./values-key.ts";
import { reactionOf, watchSettings } from "./watch-settings.ts";

describe("siteIn", () => {
  const library = "/app/node_modules/sqlmodel/dist/";
  const site = (...frames: string[]): string | undefined =>
    siteIn(["Error: call site", ...frames.map((frame) => `    at ${frame}`)].join("\n"), library);

  test("the first frame outside of the package, of Node and of other packages", () => {
    expect(
      site(
        "callSite (file:///app/node_modules/sqlmodel/dist/orm/call-site.js:9:9)",
        "Session.exec (/app/node_modules/sqlmodel/dist/orm/session.js:1:1)",
        "process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
        "wrap (/app/node_modules/other/index.js:3:3)",
        "async listTeams (file:///srv/my%20app/teams.js:12:20)",
        "async main (file:///srv/app/main.js:1:1)",
      ),
    ).toBe("/srv/my app/teams.js:12:20");
  });

  test("frames without a name, of Windows, below the working directory; none", () => {
    expect(site("async file:///srv/a.mjs:1:2")).toBe("/srv/a.mjs:1:2");
    expect(site(String.raw`Object.<anonymous> (C:\app\a.js:5:6)`)).toBe("C:/app/a.js:5:6");
    expect(site("f (file:///C:/app/a.js:5:6)")).toBe("C:/app/a.js:5:6");
    expect(site(`f (${process.cwd()}/src/a.ts:7:8)`)).toBe("src/a.ts:7:8");
    expect(site("new Promise (<anonymous>)", "f (native)")).toBeUndefined();
    expect(site("f (/srv/100%/a.js:1:1)")).toBe("/srv/100%/a.js:1:1");
  });
});

describe("valuesKey", () => {
  test("equal for equal values, different for others, none for what is not cheap", () => {
    const keys = [
      [1],
      ["1"],
      [1n],
      [true],
      [null],
      [1, 1],
      ["a;s1:b"],
      ["a", "b"],
      [new Date(5)],
      [{ kind: "list", values: [1, 2] }],
    ];
    const found = keys.map((values) => valuesKey(values));
    expect(new Set(found).size).toBe(keys.length);
    expect(found).not.toContain(undefined);
    expect(valuesKey([{ kind: "bind", value: new Date(5) }])).toBe(valuesKey([new Date(5)]));
    expect(valuesKey([{ a: 1 }])).toBeUndefined();
    expect(valuesKey([new Uint8Array(2)])).toBeUndefined();
    expect(valuesKey(["x".repeat(5000)])).toBeUndefined();
    expect(valuesKey([{ kind: "list", values: [{ a: 1 }] }])).toBeUndefined();
  });
});

describe("settings", () => {
  test("the environment decides where the session says nothing", () => {
    expect(reactionOf({})).toBe("warn");
    expect(reactionOf({ NODE_ENV: "development" })).toBe("warn");
    expect(reactionOf({ NODE_ENV: "production" })).toBe("ignore");
    expect(reactionOf({ NODE_ENV: "test" })).toBe("ignore");
    expect(reactionOf({ NODE_ENV: "test", SQLMODEL_N_PLUS_ONE: "error" })).toBe("error");
    expect(() => reactionOf({ SQLMODEL_N_PLUS_ONE: "loud" })).toThrow("takes 'ignore', 'warn' or 'error'");
  });

  test("options are checked, and nothing is watched where all is ignored", () => {
    expect(watchSettings({})).toBeUndefined();
    expect(watchSettings({ onNPlusOne: "error" })).toEqual({
      onNPlusOne: "error",
      onDuplicateQuery: "ignore",
      threshold: 5,
    });
    expect(() => watchSettings({ onNPlusOne: "loud" as never })).toThrow("onNPlusOne takes");
    expect(() => watchSettings({ onDuplicateQuery: 1 as never })).toThrow("onDuplicateQuery takes");
    expect(() => watchSettings({ nPlusOneThreshold: 1 })).toThrow("nPlusOneThreshold takes a whole number from 2");
  });
});
