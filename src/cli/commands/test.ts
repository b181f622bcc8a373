/** `sqlmodel test`. */
import type { Command, CommandContext } from "../command.ts";
import { runOptions } from "../database.ts";
import { compare } from "../differences.ts";
import { exitCodes } from "../exit-code.ts";
import { withScratchDatabase } from "../scratch-database.ts";
import { runSeed } from "../seed-file.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import { printCode } from "../../migration/render/code.ts";
import { OperationRenderer } from "../../migration/render/render-operation.ts";
import { roundTrip } from "../../migration/round-trip.ts";

export const command: Command = {
  positionals: [],
  options: {
    "scratch-url": {
      type: "string",
      value: "url",
      summary: "an empty database to use; default: one made for it beside the project's",
    },
  },
  examples: ["sqlmodel test"],
  async run(context) {
    const { options, project } = context;
    return withScratchDatabase(project, options.text("scratch-url"), (engine) => testOn(engine, context));
  },
};

async function testOn(engine: AsyncEngine, context: CommandContext): ReturnType<Command["run"]> {
  const { project, terminal } = context;
  const graph = await project.graph();
  const config = await project.config();
  const { seed, schemas = [] } = config;
  const report = await roundTrip(engine, graph, {
    run: { ...runOptions(config), revisions: graph.revisions },
    schemas,
    onRevision: ({ id, message }) => terminal.progress(`${id} ${message}`),
    ...(seed === undefined ? {} : { seed: (scratch: AsyncEngine) => runSeed(project, scratch) }),
  });
  terminal.progress("");
  for (const id of report.upOnly)
    terminal.warn(`'${id}' was tested upwards only: it, or one after it, has no downgrade.`);
  const { operations, questions } = await compare(context, engine, [], []);
  const renderer = new OperationRenderer({ dialect: engine.dialect.migrations });
  const problems = [
    ...report.problems.map(({ revision, text }) => `${revision}: ${text}`),
    ...operations.map(
      (operation) => `models: the revisions do not lead to them: ${printCode(renderer.operation(operation), 2)}`,
    ),
    ...questions.map(({ from, to }) => `models: '${from}' is '${to}' there.`),
  ];
  const { length } = report.tested;
  if (problems.length === 0)
    terminal.note(
      `${length === 1 ? "1 revision" : `${String(length)} revisions`} went up, down and up; the result is what the models say.`,
    );
  return {
    data: { tested: report.tested, upOnly: report.upOnly, problems: report.problems, operations, questions },
    text: problems.join("\n"),
    exitCode: problems.length === 0 ? exitCodes.ok : exitCodes.differs,
  };
}
