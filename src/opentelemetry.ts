/**
 * `sqlmodel/opentelemetry`: spans and metrics of statements, by OpenTelemetry's semantic conventions for databases. It listens to
 * the channel `sqlmodel:query`; without it, nothing of OpenTelemetry is loaded.
 */
import {
  isSpanContextValid,
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Histogram,
  type MeterProvider,
  type Span,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import type { CommentTags } from "./engine/statement-comments.ts";
import { queryChannel, type QueryTrace } from "./engine/traces.ts";
import { summaryOf, type StatementSummary } from "./sql/text/summary.ts";
import { LruCache } from "./util/lru-cache.ts";

export type { CommentTags } from "./engine/statement-comments.ts";
export type { DatabaseLocation, QueryTrace } from "./engine/traces.ts";

export interface TelemetryOptions {
  /** Whose tracer makes the spans. Default: the global provider. */
  readonly tracerProvider?: TracerProvider;
  /** Whose meter measures `db.client.operation.duration`. Default: the global provider. */
  readonly meterProvider?: MeterProvider;
  /** Put the statement's text into the span (`db.query.text`). Default true: it has placeholders, and no values. */
  readonly queryText?: boolean;
  /** Put parameters into the span (`db.query.parameter.<n>`): long ones cut, those of hidden fields never. Default false. */
  readonly parameters?: boolean;
  /** Make spans only below another span. Default false. */
  readonly requireParentSpan?: boolean;
}

/** Listens until it is stopped. */
export interface Instrumentation extends Disposable {
  stop(): void;
}

/** Seconds, as the conventions want them. */
const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const longestSummary = 255;
const keptSummaries = 500;

/**
 * Make a span for each statement, a child of the active one, and measure its time.
 * @returns What stops it.
 */
export function instrument(options: TelemetryOptions = {}): Instrumentation {
  const listener = new QueryListener(options);
  const subscribers = {
    start: (message: QueryTrace) => listener.start(message),
    // Of what is asynchronous, `end` says only that it was sent.
    end: (message: QueryTrace) => {
      if (message.duration !== undefined) listener.end(message, message.duration);
    },
    asyncStart: () => undefined,
    asyncEnd: (message: QueryTrace) => listener.end(message, message.duration ?? 0),
    error: () => undefined,
  };
  queryChannel.subscribe(subscribers);
  const stop = (): void => queryChannel.unsubscribe(subscribers);
  return { stop, [Symbol.dispose]: stop };
}

/**
 * The active span as tags of comments, so that the database's logs lead to the trace: `comments: { context: traceContext }`.
 * @returns `traceparent`, and `tracestate` where there is one; undefined without a sampled span, so that the statement stays prepared.
 */
export function traceContext(): CommentTags | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context) || (context.traceFlags & TraceFlags.SAMPLED) === 0)
    return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  const flags = traceFlags.toString(16).padStart(2, "0");
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: traceState?.serialize() };
}

class QueryListener {
  readonly #options: TelemetryOptions;
  readonly #tracer: Tracer;
  readonly #durations: Histogram;
  readonly #spans = new WeakMap<QueryTrace, Span>();
  readonly #summaries = new LruCache<string, StatementSummary>(keptSummaries);

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#tracer = (options.tracerProvider ?? trace).getTracer("sqlmodel");
    this.#durations = (options.meterProvider ?? metrics)
      .getMeter("sqlmodel")
      .createHistogram("db.client.operation.duration", {
        description: "Duration of database client operations.",
        unit: "s",
        advice: { explicitBucketBoundaries: buckets },
      });
  }

  start(message: QueryTrace): void {
    if (this.#options.requireParentSpan === true && trace.getActiveSpan() === undefined) return;
    const attributes = this.#attributes(message);
    const summary = attributes["db.query.summary"];
    const name = typeof summary === "string" && summary !== "" ? summary : message.location.system;
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
    if (span.isRecording()) this.#addText(span, message);
    this.#spans.set(message, span);
  }

  end(message: QueryTrace, duration: number): void {
    const failure = message.error === undefined ? {} : failureAttributes(message.error);
    const span = this.#spans.get(message);
    this.#spans.delete(message);
    this.#durations.record(duration / 1000, { ...this.#attributes(message), ...failure });
    if (span === undefined) return;
    span.setAttributes(failure);
    if (message.error !== undefined) {
      // The message of an error may quote values: its class and code say what happened.
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(failure["error.type"]) });
    } else if (message.returnsRows && message.rowCount !== undefined) {
      span.setAttribute("db.response.returned_rows", message.rowCount);
    }
    span.end();
  }

  #addText(span: Span, message: QueryTrace): void {
    if (this.#options.queryText !== false) span.setAttribute("db.query.text", message.sql);
    if (this.#options.parameters !== true) return;
    for (const [index, value] of message.parameters.entries())
      span.setAttribute(`db.query.parameter.${String(index)}`, value);
  }

  /** What spans and metrics have in common. */
  #attributes({ sql, location, batchSize }: QueryTrace): Attributes {
    const { operation, collections } = this.#summary(sql);
    const [collection] = collections;
    const isBatch = batchSize !== undefined && batchSize > 1;
    return {
      "db.system.name": location.system,
      ...(location.database === undefined ? {} : { "db.namespace": location.database }),
      ...(location.host === undefined ? {} : { "server.address": location.host }),
      ...(location.port === undefined ? {} : { "server.port": location.port }),
      ...(operation === "" ? {} : { "db.operation.name": isBatch ? `BATCH ${operation}` : operation }),
      // Of several tables none is the statement's.
      ...(collection === undefined || collections.length > 1 ? {} : { "db.collection.name": collection }),
      ...(isBatch ? { "db.operation.batch.size": batchSize } : {}),
      "db.query.summary": summaryText(operation, collections),
    };
  }

  #summary(sql: string): StatementSummary {
    const known = this.#summaries.get(sql);
    if (known !== undefined) return known;
    const summary = summaryOf(sql);
    this.#summaries.set(sql, summary);
    return summary;
  }
}

/** Whole names only, and not more than the conventions allow. */
function summaryText(operation: string, collections: readonly string[]): string {
  let text = operation;
  for (const name of collections) {
    if (text.length + name.length + 1 > longestSummary) break;
    text += ` ${name}`;
  }
  return text;
}

function failureAttributes(error: unknown): Attributes {
  const type = error instanceof Error ? error.name : typeof error;
  const state = typeof error === "object" && error !== null && "sqlState" in error ? error.sqlState : undefined;
  return { "error.type": type, ...(typeof state === "string" ? { "db.response.status_code": state } : {}) };
}
