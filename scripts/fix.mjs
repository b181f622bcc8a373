/** Fixes what a machine can: lint, then layout. */
import { run } from "./command.mjs";

await run(["oxlint", "--fix"]);
process.exitCode = await run(["prettier", "--write", "--log-level", "warn", "."]);
