/**
 * A process that migrates and kills itself after some statements, or stops there for others to kill it, which it writes:
 * node killed-migration.ts URL COUNT [hold].
 */
import { writeSync } from "node:fs";
import { createAsyncEngine } from "../../src/create-engine.ts";
import { runStepsAsync } from "../../src/migration/run/run-steps.ts";
import { filled, mixed } from "./crash-revisions.ts";
import { up } from "./revisions.ts";

const [url = "", count = "", end = ""] = process.argv.slice(2);
const engine = createAsyncEngine(url);
let left = Number(count);
engine.onExecute(() => {
  if (--left !== 0) return;
  if (end !== "hold") process.kill(process.pid, "SIGKILL");
  writeSync(1, "held");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
});
await runStepsAsync(engine, up(mixed, filled));
await engine.dispose();
