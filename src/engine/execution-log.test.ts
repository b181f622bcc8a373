/** What listeners and echo are told, and what they are never told. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Query } from "../io/driver.ts";
import { ExecutionLog, type ExecuteEvent } from "./execution-log.ts";

const query: Query = {
  sql: "insert into hero values (?, ?, ?, ?)",
  parameters: ["canary7731", null, 5n, new Uint8Array(3)],
  returnsRows: false,
  reusable: true,
  integers: "number",
  secret: [0],
};

function events(log: ExecutionLog, sent: Query = query): ExecuteEvent[] {
  const heard: ExecuteEvent[] = [];
  log.listen((event) => heard.push(event));
  log.report(sent, 7, log.start(), { result: { rows: [], columns: [], rowCount: 1 } });
  return heard;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("execution log", () => {
  test("a listener hears of a statement, and of no more once it has stopped", () => {
    const log = new ExecutionLog({});
    const heard: ExecuteEvent[] = [];
    const stop = log.listen((event) => heard.push(event));
    log.report(query, 7, log.start(), { result: { rows: [], columns: [], rowCount: 2 } });
    stop();
    log.report(query, 7, log.start(), { error: new Error("x") });
    expect(heard.map(({ sql, connection, rowCount, error }) => ({ sql, connection, rowCount, error }))).toEqual([
      { sql: query.sql, connection: 7, rowCount: 2, error: undefined },
    ]);
  });

  test("secret values are hidden, others shown (V22)", () => {
    expect(events(new ExecutionLog({}))[0]?.parameters).toEqual(["«hidden»", "NULL", "5", "3 bytes"]);
  });

  test("hideParameters hides all", () => {
    expect(events(new ExecutionLog({ hideParameters: true }))[0]?.parameters).toEqual([
      "«hidden»",
      "«hidden»",
      "«hidden»",
      "«hidden»",
    ]);
  });

  test("long values and long lists are cut", () => {
    const sent = {
      ...query,
      secret: [],
      parameters: ["x".repeat(5000), ...Array.from({ length: 99 }, (_, index) => index)],
    };
    const shown = events(new ExecutionLog({}), sent)[0]?.parameters ?? [];
    expect(shown[0]).toBe(`'${"x".repeat(80)}…'`);
    expect([shown.length, shown.at(-1)]).toEqual([21, "… 80 more"]);
  });

  test("echo: true writes a line to stderr", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const log = new ExecutionLog({ echo: true });
    log.report(query, 7, log.start(), { result: { rows: [], columns: [], rowCount: 1 } });
    log.report(query, 7, log.start(), { error: new TypeError("refused") });
    const lines = write.mock.calls.map(([line]) => String(line));
    expect(lines[0]).toMatch(
      /^sqlmodel {2}[\d.]+ ms {2}1 rows {2}insert into hero values \(\?, \?, \?, \?\) {2}\[«hidden», NULL, 5, 3 bytes\]\n$/,
    );
    expect(lines[1]).toContain("TypeError");
    expect(lines.join("")).not.toContain("canary7731");
  });

  test("echo may be a function", () => {
    const heard: string[] = [];
    const log = new ExecutionLog({ echo: (event) => heard.push(event.sql) });
    log.report(query, 7, log.start(), {});
    expect(heard).toEqual([query.sql]);
  });

  test("echo: 'pretty' gives each clause a line, and the parameters the last", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const log = new ExecutionLog({ echo: "pretty" });
    const sent = { ...query, sql: "SELECT a FROM b WHERE c = ?", parameters: [1], secret: [] };
    log.report(sent, 7, log.start(), { result: { rows: [], columns: [], rowCount: 2 } });
    expect(String(write.mock.calls[0]?.[0]).replace(/[\d.]+ ms/, "N ms")).toBe(
      "sqlmodel  N ms  2 rows\n    SELECT a\n    FROM b\n    WHERE c = ?\n    [1]\n",
    );
  });

  test("echo's options leave out parameters and quick statements, never failures", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const log = new ExecutionLog({ echo: { parameters: false, minimumMs: 1e6 } });
    log.report(query, 7, log.start(), {});
    expect(write).not.toHaveBeenCalled();
    log.report(query, 7, log.start() - 2e6, {});
    log.report(query, 7, log.start(), { error: new TypeError("refused") });
    expect(write.mock.calls.map(([line]) => String(line).includes("["))).toEqual([false, false]);
  });

  test("slowQuery tells of statements that took as long, and of no other", () => {
    const heard: ExecuteEvent[] = [];
    const log = new ExecutionLog({ slowQuery: { ms: 1000, log: (event) => heard.push(event) } });
    log.report(query, 7, log.start(), {});
    expect(heard).toEqual([]);
    log.report(query, 7, log.start() - 2000, {});
    expect(heard.map(({ sql, duration }) => [sql, duration >= 1000])).toEqual([[query.sql, true]]);
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const printing = new ExecutionLog({ slowQuery: { ms: 1000 } });
    printing.report(query, 7, printing.start() - 2000, {});
    expect(String(write.mock.calls[0]?.[0])).toMatch(/^sqlmodel slow {2}/);
    expect(String(write.mock.calls[0]?.[0])).not.toContain("canary7731");
  });
});
