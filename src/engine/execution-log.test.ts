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
    const log = new ExecutionLog(false, false);
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
    expect(events(new ExecutionLog(false, false))[0]?.parameters).toEqual(["«hidden»", "NULL", "5", "3 bytes"]);
  });

  test("hideParameters hides all", () => {
    expect(events(new ExecutionLog(false, true))[0]?.parameters).toEqual([
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
    const shown = events(new ExecutionLog(false, false), sent)[0]?.parameters ?? [];
    expect(shown[0]).toBe(`'${"x".repeat(80)}…'`);
    expect([shown.length, shown.at(-1)]).toEqual([21, "… 80 more"]);
  });

  test("echo: true writes a line to stderr", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const log = new ExecutionLog(true, false);
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
    const log = new ExecutionLog((event) => heard.push(event.sql), false);
    log.report(query, 7, log.start(), {});
    expect(heard).toEqual([query.sql]);
  });
});
