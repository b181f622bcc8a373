/** What the options `echo` and `slowQuery` write to stderr. */
import { prettySql } from "../sql/text/pretty.ts";
import type { ExecuteEvent, ExecuteListener } from "./execution-log.ts";

/** How `echo` prints. */
export interface EchoOptions {
  /** Each clause on a line of its own. Default false: a statement is a line. */
  readonly pretty?: boolean;
  /** Show parameters. Default true; values of hidden fields never appear. */
  readonly parameters?: boolean;
  /** Only statements that took so many milliseconds, or failed. Default 0. */
  readonly minimumMs?: number;
}

/** Which statements are slow, and who is told. */
export interface SlowQueryOptions {
  /** From so many milliseconds on. */
  readonly ms: number;
  /** Called for each. Default: it is printed to stderr. */
  readonly log?: ExecuteListener;
}

/** Prints statements to stderr. */
export function echoListener(options: EchoOptions): ExecuteListener {
  const { minimumMs = 0 } = options;
  return (event) => {
    if (event.duration >= minimumMs || event.error !== undefined) print("sqlmodel", event, options);
  };
}

/** Tells of slow statements. */
export function slowQueryListener({ ms, log }: SlowQueryOptions): ExecuteListener {
  const tell = log ?? ((event: ExecuteEvent) => print("sqlmodel slow", event, {}));
  return (event) => {
    if (event.duration >= ms) tell(event);
  };
}

function print(label: string, event: ExecuteEvent, { pretty = false, parameters = true }: EchoOptions): void {
  const rows = `${String(event.rowCount)} rows${event.stream === undefined ? "" : ` streamed${event.stream === "left" ? ", then left" : ""}`}`;
  const outcome = event.error === undefined ? rows : event.error.name;
  const shown = parameters && event.parameters.length > 0 ? `[${event.parameters.join(", ")}]` : "";
  const head = `${label}  ${event.duration.toFixed(2)} ms  ${outcome}`;
  const text = pretty
    ? [head, ...prettySql(event.sql).split("\n"), ...(shown === "" ? [] : [shown])].join("\n    ")
    : [head, event.sql, ...(shown === "" ? [] : [shown])].join("  ");
  process.stderr.write(`${text}\n`);
}
