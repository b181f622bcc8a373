/** `sqlmodel init`. */
import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { stringCode } from "../../migration/render/code.ts";
import { ScriptDirectory } from "../../migration/revision/script-directory.ts";

export const command: Command = {
  positionals: [{ name: "models", summary: "the file that defines the models; default ./models.ts", isOptional: true }],
  options: {
    migrations: { type: "string", value: "folder", summary: "the folder of revision files; default ./migrations" },
  },
  examples: ["sqlmodel init src/models.ts --url sqlite:heroes.db"],
  async run({ positionals: [models = "./models.ts"], options, project, terminal }) {
    const file = join(project.cwd, "sqlmodel.config.ts");
    if (existsSync(file)) throw new UsageError(`${file} is there already. Edit it, or remove it first.`);
    const migrations = options.text("migrations") ?? "./migrations";
    const scripts = new ScriptDirectory(join(project.cwd, migrations));
    scripts.create();
    writeFileSync(file, configText({ models, migrations, url: options.text("url") }), { flag: "wx" });
    terminal.note(`Wrote ${relative(project.cwd, file)} and the folder ${migrations}. Next:`);
    if (!existsSync(join(project.cwd, models))) terminal.note(`  write your models into ${models}`);
    terminal.note("  sqlmodel revision -m 'first tables' --autogenerate");
    terminal.note("  sqlmodel upgrade head");
    return { data: { config: file, migrations: scripts.path }, text: "" };
  },
};

function configText({
  models,
  migrations,
  url,
}: {
  models: string;
  migrations: string;
  url: string | undefined;
}): string {
  const database = url === undefined ? 'process.env["DATABASE_URL"] ?? "sqlite:database.db"' : stringCode(url);
  return `import { defineConfig } from "sqlmodel/migration";

export default defineConfig({
  url: ${database},
  models: ${stringCode(models)},
  migrations: ${stringCode(migrations)},
});
`;
}
