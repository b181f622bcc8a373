/**
 * Every check of the project, one after the other, stopping at the first that fails; what waits for disks runs beside them. Prints
 * each command and how long it took, and ends with the line "N passed, N failed": tests, and one for each command that is not a
 * test run.
 * `--only lint,types` runs the steps of those names or groups.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache, start } from "./command.mjs";

const command = (name, group, ...words) => ({ name, group, words });
const tests = (name) => {
  const report = join(cache, `${name}.json`);
  const words = [
    "vitest",
    "run",
    "--project",
    name,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  return { name, group: "test", words, report };
};

const steps = [
  command("tsc 5.9", "compile", "tsc", "-p", "tsconfig.json"),
  command("tsc 7", "compile", "tsc-7", "-p", "tsconfig.json"),
  command("oxlint", "lint", "oxlint"),
  command("prettier", "lint", "prettier", "--check", "--log-level", "warn", "."),
  command("layers", "lint", "depcruise", "--config", "layers.cjs", "src"),
  command("cycles", "lint", "depcruise", "--config", "cycles.cjs", "src"),
  command("knip", "lint", "knip"),
  { ...tests("long"), beside: true },
  tests("unit"),
  tests("suite"),
  tests("types"),
  tests("docs"),
  tests("examples"),
  tests("tooling"),
  command("build", "package", "node", "scripts/build.mjs"),
  { ...tests("package"), group: "package" },
];

/** What a test run reports; a run that broke outside of a test counts as one failure. */
function count({ report }, code) {
  if (report === undefined) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  let result = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  try {
    result = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    console.error("The test run left no report.");
  }
  const passed = result.numPassedTests;
  const broken = code !== 0 || passed === 0;
  return { passed, failed: Math.max(result.numFailedTests, broken ? 1 : 0), skipped: result.numPendingTests };
}

function chosen() {
  const at = process.argv.indexOf("--only");
  if (at < 0) return steps;
  const names = (process.argv[at + 1] ?? "").split(",");
  const known = (name) => steps.some((step) => step.name === name || step.group === name);
  const unknown = names.filter((name) => !known(name));
  if (unknown.length === 0) return steps.filter(({ name, group }) => names.includes(name) || names.includes(group));
  console.error(`No step or group is named ${unknown.join(", ")}. Steps: ${steps.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const total = { passed: 0, failed: 0, skipped: 0 };
const begin = performance.now();
mkdirSync(cache, { recursive: true });

/** Starts a step. @returns What waits for its end. */
function launch(step) {
  const command = `$ ${step.words.filter((word) => !word.startsWith("--outputFile")).join(" ")}`;
  console.log(`\n${command}${step.beside ? "   (beside the rest)" : ""}`);
  const began = performance.now();
  if (step.report !== undefined) rmSync(step.report, { force: true });
  const { ended, stop } = start(step.words, { quiet: step.beside });
  const end = async () => {
    const { passed, failed, skipped } = count(step, await ended);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    console.log(`${failed > 0 ? "FAILED" : "ok"}: ${step.name}, ${seconds(began)}`);
  };
  return { end, stop };
}

const wanted = chosen();
const beside = wanted.filter((step) => step.beside).map(launch);
for (const step of wanted.filter((step) => !step.beside)) {
  await launch(step).end();
  if (total.failed > 0) break;
}
for (const { end, stop } of beside) {
  if (total.failed > 0) stop();
  await end();
}

console.log(`\n${total.skipped} skipped, ${seconds(begin)}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
