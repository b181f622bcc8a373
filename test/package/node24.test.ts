/** The command line on a Node that strips types itself. Skipped where `npm run test:node24` has not fetched that Node. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliProject } from "./cli-project.ts";
import { Installation, root, run } from "./installation.ts";

const binary = (await run(process.execPath, ["scripts/node24.mjs", "--path"], root)).trim();

const config = `import { defineConfig } from "sqlmodel/migration";
export default defineConfig({ url: "sqlite:heroes.db", models: "./models.ts" });
`;
const models = (team: string) => `import { field, primaryKey, table } from "sqlmodel";
import { z } from "zod";
export { Team } from "${team}";
export class Hero extends table("hero", {
  id: primaryKey(),
  teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
}) {}
`;
const team = `import { primaryKey, table } from "sqlmodel";
export class Team extends table("team", { id: primaryKey() }) {}
`;

describe.skipIf(binary === "")("Node 24", () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.create(["zod"]);
  });

  afterAll(() => installation.remove());

  test("imports configuration, models and revisions without typescript, and uses node:sqlite", async () => {
    const project = new CliProject(join(installation.app, "stripped"), "", binary);
    await project.write({ "sqlmodel.config.ts": config, "team.ts": team, "models.ts": models("./team.ts") });
    await project.succeeds("revision", "--autogenerate", "-m", "first tables");
    await project.succeeds("upgrade", "head");
    expect(await project.json("check")).toMatchObject({ code: 0, data: { isSame: true } });
  });

  test('asks for typescript where "./team.js" is team.ts, or types cannot be stripped', async () => {
    const project = new CliProject(join(installation.app, "translated"), "", binary);
    await project.write({ "sqlmodel.config.ts": config, "team.ts": team, "models.ts": models("./team.js") });
    const { code, stderr } = await project.run(["check"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("Install `typescript` in the project")]);
  });
});
