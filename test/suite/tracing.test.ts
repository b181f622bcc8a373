/** What diagnostics channels and OpenTelemetry are told. */
import { tracingChannel } from "node:diagnostics_channel";
import { context, trace, type Context } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import {
  createEngine,
  type FlushTrace,
  insert,
  metadata,
  type PoolTrace,
  type QueryTrace,
  select,
  Session,
  sql,
  type TransactionTrace,
} from "sqlmodel";
import { instrument, traceContext } from "sqlmodel/opentelemetry";
import { expect, test, vi } from "vitest";
import { suite, type Step } from "./harness.ts";
import { Hero, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";

type Event = "start" | "end" | "asyncStart" | "asyncEnd" | "error";

/** Everything a channel says while `work` runs. */
function* heard<M extends object>(name: string, work: () => Step<unknown>): Step<(readonly [Event, M])[]> {
  const events: (readonly [Event, M])[] = [];
  const channel = tracingChannel<unknown, M>(`sqlmodel:${name}`);
  const note =
    (event: Event) =>
    (message: M): void =>
      void events.push([event, { ...message }]);
  const subscribers = {
    start: note("start"),
    end: note("end"),
    asyncStart: note("asyncStart"),
    asyncEnd: note("asyncEnd"),
    error: note("error"),
  };
  channel.subscribe(subscribers as never);
  try {
    yield* work();
  } finally {
    channel.unsubscribe(subscribers as never);
  }
  return events;
}

const names = (events: readonly (readonly [Event, object])[]): Event[] => events.map(([event]) => event);
const systems = { sqlite: "sqlite", postgresql: "postgresql", mysql: "mariadb" } as const;

suite("diagnostics channels", ({ test }) => {
  test("a statement: from when it is sent until it is answered, without its values", function* ({
    session,
    dialect,
    isSync,
  }) {
    yield* session.exec(select(Team.c.id));
    const events = yield* heard<QueryTrace>("query", () =>
      session.exec(select(Hero.c.id).where(Hero.c.secretName.eq("canary7731"))),
    );
    expect(names(events)).toEqual(isSync ? ["start", "end"] : ["start", "end", "asyncStart", "asyncEnd"]);
    const [, begun] = events[0] ?? expect.fail("nothing was told");
    const [, ended] = events.at(-1) ?? expect.fail("nothing was told");
    expect(begun).toMatchObject({ duration: undefined, rowCount: undefined, returnsRows: true });
    expect(begun.sql).toMatch(/^SELECT/);
    expect(begun.location.system).toBe(systems[dialect]);
    expect([ended.rowCount, Number(ended.duration) >= 0, ended.error]).toEqual([0, true, undefined]);
    expect(JSON.stringify(events)).not.toContain("canary7731");
  });

  test("parameters for those who ask, secret ones never", function* ({ session }) {
    const told: string[] = [];
    const channel = tracingChannel<unknown, QueryTrace>("sqlmodel:query");
    const subscribers = { start: (message: QueryTrace) => void told.push(...message.parameters) };
    channel.start.subscribe(subscribers.start as never);
    yield* session.exec(select(Hero.c.id).where(Hero.c.secretName.eq("canary7731"), Hero.c.name.eq("shown")));
    channel.start.unsubscribe(subscribers.start as never);
    expect(told).toContain("'shown'");
    expect(told).toContain("«hidden»");
    expect(told.join()).not.toContain("canary7731");
  });

  test("a failure", function* ({ session, isSync }) {
    const events = yield* heard<QueryTrace>("query", () =>
      rejects(session.text(sql`SELECT * FROM no_such_table`), "no_such_table"),
    );
    const ofText = events.filter(([, { sql: text }]) => text.includes("no_such_table"));
    expect(names(ofText)).toEqual(
      isSync ? ["start", "error", "end"] : ["start", "end", "error", "asyncStart", "asyncEnd"],
    );
    expect(String(ofText.at(-1)?.[1].error)).toContain("no_such_table");
    yield* session.rollback();
  });

  test("a stream: from when it is opened until it is over, with its rows and how it ended", function* ({ session }) {
    session.addAll(["a", "b", "c"].map((name) => new Hero({ name })));
    yield* session.commit();
    const read = function* (rows: number): Step<void> {
      const stream = session.stream(select(Hero.c.secretName).where(Hero.c.secretName.ne("canary7731")), {
        batchSize: 2,
      });
      for (let count = 0; count < rows; count += 1) yield stream.next();
      yield stream.close();
    };
    // A stream is never over before something else happens, not even where the engine is synchronous.
    const protocol = ["start", "end", "asyncStart", "asyncEnd"];
    for (const [rows, stream, rowCount] of [
      [9, "complete", 3],
      [1, "left", 2],
    ] as const) {
      const events = yield* heard<QueryTrace>("query", () => read(rows));
      const own = events.filter(([, { sql: text }]) => text.includes("secret_name"));
      expect(names(own)).toEqual(protocol);
      expect(own[0]?.[1]).toMatchObject({ stream: "open", rowCount: undefined, duration: undefined });
      expect(own.at(-1)?.[1]).toMatchObject({ stream, rowCount, error: undefined, returnsRows: true });
      expect(own.at(-1)?.[1].duration).toBeGreaterThanOrEqual(0);
      expect(JSON.stringify(events)).not.toContain("canary7731");
    }
    const failing = function* (): Step<void> {
      yield* rejects(
        (function* () {
          yield session.textStream(sql`SELECT * FROM no_such_table`).next();
        })(),
        "no_such_table",
      );
    };
    const failed = yield* heard<QueryTrace>("query", failing);
    const own = failed.filter(([, { sql: text }]) => text.includes("no_such_table"));
    expect(names(own)).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"]);
    expect(own.at(-1)?.[1]).toMatchObject({ stream: "left", error: expect.any(Error) as Error });
    yield* session.rollback();
  });

  test("a transaction and how it ended; a flush and what it wrote; the pool", function* ({ openSession, isSync }) {
    const last: Event = isSync ? "end" : "asyncEnd";
    const write = function* (end: "commit" | "rollback"): Step<void> {
      const session = openSession();
      session.add(new Team({ name: end, heroes: [new Hero({ name: "a" }), new Hero({ name: "b" })] }));
      yield* session.flush();
      yield* session[end]();
      yield* session.close();
    };
    for (const end of ["commit", "rollback"] as const) {
      const transactions = yield* heard<TransactionTrace>("transaction", () => write(end));
      expect(names(transactions).filter((event) => event === "start")).toHaveLength(1);
      expect(transactions.at(-1)).toEqual([last, expect.objectContaining({ outcome: end, error: undefined })]);
    }
    const flushes = yield* heard<FlushTrace>("flush", () => write("rollback"));
    expect(flushes.at(-1)).toEqual([last, expect.objectContaining({ inserts: 3, updates: 0, deletes: 0 })]);
    const acquired = yield* heard<PoolTrace>("pool", () => write("rollback"));
    expect(acquired.at(-1)?.[1]).toMatchObject({ connection: expect.any(Number) as number, error: undefined });
  });
});

/** OpenTelemetry's own context managers follow promises; here one span is active all the time. */
function* under(parent: Context, work: () => Step<unknown>): Step<void> {
  const manager = {
    active: () => parent,
    with: (_: Context, run: (...values: unknown[]) => unknown, self: unknown, ...values: unknown[]) =>
      run.apply(self, values),
    bind: () => undefined,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager as never);
  try {
    yield* work();
  } finally {
    context.disable();
  }
}

suite("OpenTelemetry", ({ test }) => {
  test("spans and durations by the semantic conventions", function* ({ session, dialect, engine }) {
    const spans = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    yield* session.exec(insert(Team).values([{ name: "a" }, { name: "b" }]));
    const parent = tracerProvider.getTracer("test").startSpan("request");
    const instrumentation = instrument({ tracerProvider, meterProvider, parameters: true });
    yield* under(trace.setSpan(context.active(), parent), function* () {
      yield* session.exec(select(Team).where(Team.c.name.ne("x")));
      yield* session.exec(select(Hero).join(Hero.r.team).where(Hero.c.secretName.eq("canary7731")));
      yield* rejects(session.text(sql`SELECT * FROM no_such_table`), "no_such_table");
    });
    instrumentation.stop();
    yield* session.rollback();
    const found: ReadableSpan[] = spans.getFinishedSpans().filter(({ name }) => name.startsWith("SELECT"));
    const [first, second, failed] = found;
    expect(found.map(({ name }) => name)).toEqual(["SELECT team", "SELECT hero team", "SELECT no_such_table"]);
    expect(found.map((span) => span.parentSpanContext?.spanId)).toEqual(Array(3).fill(parent.spanContext().spanId));
    expect(found.map(({ kind }) => kind)).toEqual([2, 2, 2]);
    expect(first?.attributes).toMatchObject({
      "db.system.name": systems[dialect],
      "db.operation.name": "SELECT",
      "db.collection.name": "team",
      "db.query.summary": "SELECT team",
      "db.query.text": expect.stringMatching(/^SELECT .*team/) as string,
      "db.query.parameter.0": "'x'",
      "db.response.returned_rows": 2,
    });
    const isServer = !engine.core.address.includes("memory") && dialect !== "sqlite";
    if (isServer)
      expect(first?.attributes).toMatchObject({
        "server.address": "127.0.0.1",
        "server.port": expect.any(Number) as number,
      });
    expect(first?.attributes["db.namespace"]).toBeTypeOf("string");
    expect(second?.attributes).not.toHaveProperty("db.collection.name");
    expect(failed?.attributes["error.type"]).toMatch(/Error$/);
    expect(failed?.status.code).toBe(2);
    expect(JSON.stringify(found.map(({ attributes, status }) => [attributes, status]))).not.toContain("canary7731");
    yield reader.forceFlush();
    const [metric] = exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? [];
    expect([metric?.descriptor.name, metric?.descriptor.unit]).toEqual(["db.client.operation.duration", "s"]);
    const points = metric?.dataPoints.map(({ attributes }) => attributes["db.query.summary"]);
    expect(points).toEqual(expect.arrayContaining(["SELECT team", "SELECT hero team", "SELECT no_such_table"]));
    expect(metric?.dataPoints.some(({ attributes }) => "db.query.text" in attributes)).toBe(false);
    // Stopped is stopped.
    const count = spans.getFinishedSpans().length;
    yield* session.exec(select(Team.c.id));
    expect(spans.getFinishedSpans()).toHaveLength(count);
    yield meterProvider.shutdown();
  });

  test("a stream is a span, with the rows that were read", function* ({ session }) {
    session.addAll(["a", "b", "c"].map((name) => new Hero({ name })));
    yield* session.commit();
    const spans = new InMemorySpanExporter();
    const instrumentation = instrument({
      tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
    });
    const stream = session.stream(select(Hero.c.name), { batchSize: 2 });
    yield stream.next();
    expect(spans.getFinishedSpans().filter(({ name }) => name === "SELECT hero")).toEqual([]);
    yield stream.return();
    yield* rejects(
      (function* () {
        yield session.textStream(sql`SELECT * FROM no_such_table`).next();
      })(),
      "no_such_table",
    );
    instrumentation.stop();
    yield* session.rollback();
    const found = spans.getFinishedSpans();
    const own = found.find(({ name }) => name === "SELECT hero");
    expect(own?.attributes["db.response.returned_rows"]).toBe(2);
    expect(found.find(({ name }) => name === "SELECT no_such_table")?.status.code).toBe(2);
  });

  test("the active span as tags of comments, where it is sampled", function* () {
    const tracer = new BasicTracerProvider().getTracer("test");
    expect(traceContext()).toBeUndefined();
    const span = tracer.startSpan("request");
    const { traceId, spanId } = span.spanContext();
    yield* under(trace.setSpan(context.active(), span), function* () {
      yield;
      expect(traceContext()).toEqual({ traceparent: `00-${traceId}-${spanId}-01`, tracestate: undefined });
    });
    const unsampled = trace.wrapSpanContext({ traceId, spanId, traceFlags: 0 });
    yield* under(trace.setSpan(context.active(), unsampled), function* () {
      yield;
      expect(traceContext()).toBeUndefined();
    });
  });

  test("without a parent, on request, there is no span; without the text, none", function* ({ session }) {
    const spans = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    const only = instrument({ tracerProvider, requireParentSpan: true });
    yield* session.exec(select(Team.c.id));
    only.stop();
    expect(spans.getFinishedSpans()).toEqual([]);
    const brief = instrument({ tracerProvider, queryText: false });
    yield* session.exec(select(Team.c.id));
    brief.stop();
    const [span] = spans.getFinishedSpans();
    expect([span?.name, "db.query.text" in (span?.attributes ?? {})]).toEqual(["SELECT team", false]);
  });
});

test("without subscribers and listeners nothing is measured or made", () => {
  using engine = createEngine("sqlite::memory:");
  metadata.createAll(engine);
  using session = new Session(engine);
  const ask = (): unknown => session.exec(select(Team.c.id)).all();
  ask();
  const clock = vi.spyOn(performance, "now");
  ask();
  session.get(Team, 1);
  expect(clock).not.toHaveBeenCalled();
  const subscriber = (): void => undefined;
  tracingChannel("sqlmodel:query").start.subscribe(subscriber);
  ask();
  tracingChannel("sqlmodel:query").start.unsubscribe(subscriber);
  expect(clock).toHaveBeenCalled();
  clock.mockRestore();
});
