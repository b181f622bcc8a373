/** A process that migrates and kills itself after some statements: node killed-migration.ts URL COUNT. */
import { createAsyncEngine } from "../../src/create-engine.ts";
import { runStepsAsync } from "../../src/migration/run/run-steps.ts";
import { filled, mixed } from "./crash-revisions.ts";
import { up } from "./revisions.ts";

const [url = "", count = ""] = process.argv.slice(2);
const engine = createAsyncEngine(url);
let left = Number(count);
engine.onExecute(() => {
  if (--left === 0) process.kill(process.pid, "SIGKILL");
});
await runStepsAsync(engine, up(mixed, filled));
await engine.dispose();
