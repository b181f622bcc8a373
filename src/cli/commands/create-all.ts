/** `sqlmodel create-all`. */
import type { Command } from "../command.ts";
import { onConnection } from "../database.ts";
import { createAllIo } from "../../metadata/ddl/create-all.ts";

export const command: Command = {
  positionals: [],
  options: {
    sql: { type: "boolean", summary: "print the statements instead of running them" },
  },
  examples: ["sqlmodel create-all --sql"],
  async run({ options, project, terminal }) {
    const metadata = await project.metadata();
    const engine = await project.engine();
    const tables = metadata.tables.map(({ fullName }) => fullName);
    if (options.flag("sql")) {
      const statements = metadata.createStatements(engine.dialect);
      return { data: { statements }, text: statements.map((sql) => `${sql};`).join("\n") };
    }
    await onConnection(engine, (connection) => createAllIo(metadata, connection));
    terminal.note(`Created what was missing of ${tables.join(", ")}.`);
    terminal.note("No revision knows of it: `sqlmodel stamp head` notes that the database has what the models say.");
    return { data: { tables }, text: "" };
  },
};
