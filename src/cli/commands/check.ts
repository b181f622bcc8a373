/** `sqlmodel check`. */
import type { Command } from "../command.ts";
import { compare, flagsOf, questionText, renameOptions } from "../differences.ts";
import { exitCodes } from "../exit-code.ts";
import { typeHints } from "../type-hints.ts";
import { printCode } from "../../migration/render/code.ts";
import { OperationRenderer } from "../../migration/render/render-operation.ts";

export const command: Command = {
  positionals: [],
  options: renameOptions,
  examples: ["sqlmodel check", "sqlmodel check --json"],
  async run(context) {
    const { options, project, terminal } = context;
    const engine = await project.engine();
    const { operations, questions, warnings } = await compare(
      context,
      engine,
      options.texts("rename"),
      options.texts("not-rename"),
    );
    for (const warning of warnings) terminal.warn(warning);
    const renderer = new OperationRenderer({
      dialect: engine.dialect.migrations,
      typeHint: typeHints(await project.metadata()),
    });
    const lines = [
      ...operations.map((operation) => printCode(renderer.operation(operation), 0)),
      ...questions.map((question) => `// ${questionText(question)} ${flagsOf(question).join(" or ")}`),
    ];
    if (questions.length > 0) terminal.note("What else differs is told once this is decided.");
    const isSame = lines.length === 0;
    if (isSame) terminal.note("The database is what the models say.");
    return {
      data: { isSame, operations, questions },
      text: lines.join("\n"),
      exitCode: isSame ? exitCodes.ok : exitCodes.differs,
    };
  },
};
