/** The command line as a user runs it: the installed package, child processes, real databases. Needs `npm run build`. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliDatabase, CliProject, cliTargets } from "./cli-project.ts";
import { Installation } from "./installation.ts";

const head = `import { field, primaryKey, table } from "sqlmodel";\nimport { z } from "zod";\n`;
const team = `${head}export class Team extends table("team", {
  id: primaryKey(),
  name: field(z.string().max(50), { unique: true }),
}) {}
`;
/** "./team.js" is team.ts, as TypeScript's own resolution wants it written. */
const models = (columns: string) => `${head}export { Team } from "./team.js";
export class Hero extends table("hero", {
  id: primaryKey(),
  name: field(z.string().max(50), { index: true }),
  ${columns}
  teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
}) {}
`;
const seed = `import { AsyncSession, type AsyncEngine } from "sqlmodel";
import { Hero, Team } from "./models.ts";
export default async function seed(engine: AsyncEngine): Promise<void> {
  await using session = new AsyncSession(engine);
  session.add(new Hero({ name: "Rusty-Man", age: 48, teamId: null }), new Team({ name: "Preventers" }));
  await session.commit();
}
`;

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.create(["zod", "better-sqlite3", "pg", "mysql2", "typescript"]);
});

afterAll(() => installation.remove());

describe.each(cliTargets)("$name", ({ dialect, server }) => {
  let database: CliDatabase;
  let project: CliProject;
  const databases: CliDatabase[] = [];
  const another = async () => {
    const file = join(installation.app, dialect, `database${String(databases.length)}.db`);
    databases.push(await CliDatabase.create(server, file));
    return databases.at(-1)!;
  };

  beforeAll(async () => {
    database = await another();
    project = new CliProject(join(installation.app, dialect), database.url);
    await project.write({ "team.ts": team, "models.ts": models("age: z.int().nullable(),"), "seed.ts": seed });
  });

  afterAll(async () => {
    for (const one of databases) await one.remove();
  });

  test("init, a first revision from the models, its plan, and the database is what they say", async () => {
    expect((await project.json("init")).data).toMatchObject({ config: expect.stringContaining("sqlmodel.config.ts") });
    const file = join(installation.app, dialect, "sqlmodel.config.ts");
    await writeFile(file, (await readFile(file, "utf8")).replace("models:", `seed: "./seed.ts",\n  models:`));

    const written = await project.json("revision", "-m", "first tables", "--autogenerate", "--rev-id", "a1b2");
    expect(written.data).toMatchObject({ revision: "a1b2", downRevisions: [], losses: [] });
    const differs = await project.run(["check"]);
    expect([differs.code, differs.stdout]).toEqual([3, expect.stringContaining("op.createTable(")]);
    expect((await project.run(["current", "--check-heads"])).code).toBe(3);
    expect(await project.succeeds("upgrade", "head", "--plan")).toContain("CREATE TABLE");
    expect((await database.catalog()).tables).toEqual([]);

    const upgraded = await project.run(["upgrade", "head", "--verbose"]);
    expect(upgraded).toMatchObject({ code: 0, stdout: "" });
    expect(upgraded.stderr).toContain("CREATE TABLE");
    expect(await project.json("check")).toMatchObject({ code: 0, ok: true, data: { isSame: true } });
    expect(await project.succeeds("current", "--check-heads")).toBe("base → a1b2 (head) first tables\n");
    const empty = await project.json("revision", "--autogenerate");
    expect(empty).toMatchObject({ code: 0, data: { revision: null, operations: 0 } });
  });

  test("a renamed column is asked for; --rename keeps its values, --not-rename drops them", async () => {
    await project.succeeds("seed");
    await project.write({ "models.ts": models("years: z.int().nullable(),") });
    const question = await project.json("revision", "--autogenerate", "-m", "years");
    expect(question).toMatchObject({ code: 4, ok: false, error: { code: "E441", name: "QuestionError" } });
    expect(question.error?.questions?.[0]?.flags).toEqual([
      "--rename 'hero.age:years'",
      "--not-rename 'hero.age:years'",
    ]);
    await project.succeeds("revision", "--autogenerate", "-m", "years", "--rename", "hero.age:years", "--rev-id", "b1");
    await project.succeeds("upgrade", "+1");
    expect(await database.rows("SELECT years FROM hero")).toEqual([["48"]]);

    await project.write({ "models.ts": models("level: z.int().nullable(),") });
    const flags = ["--not-rename", "hero.years:level", "--rev-id", "c1", "-m", "level"];
    const { stderr } = await project.run(["revision", "--autogenerate", ...flags]);
    expect(stderr).toContain('acceptsDataLoss = ["hero.years"]');
    const refused = await project.json("upgrade", "head");
    expect(refused).toMatchObject({
      code: 4,
      error: { questions: [{ flags: ["--accept-data-loss hero.years"] }] },
    });
    expect(await database.rows("SELECT years FROM hero")).toEqual([["48"]]);
    await project.succeeds("upgrade", "c1", "--accept-data-loss", "hero.years");
    expect(await database.rows("SELECT level FROM hero")).toEqual([[null]]);
  });

  test("consent may stand in the file; an edited file that is applied is told", async () => {
    await project.write({ "models.ts": models("") });
    const options = ["-m", "no level", "--rev-id", "d1", "--accept-data-loss", "hero.level"];
    await project.succeeds("revision", "--autogenerate", ...options);
    await project.succeeds("upgrade", "head");
    const { file, text } = await project.revision("_d1_");
    expect(text).toContain('acceptsDataLoss = ["hero.level"]');
    await writeFile(file, `${text}// edited\n`);
    const current = await project.json("current");
    expect(current.data).toMatchObject({ edited: ["d1"], missing: [] });
    expect(current.warnings).toEqual([expect.stringContaining("edited after it was applied")]);
    await writeFile(file, text);
  });

  test("all of it goes down, up and down on a scratch database with the seed's rows", async () => {
    await project.write({ "seed.ts": seed.replace(" age: 48,", "") });
    expect(await project.json("test")).toMatchObject({
      code: 0,
      data: { tested: ["a1b2", "b1", "c1", "d1"], problems: [], operations: [] },
    });
    expect((await project.json("lint", "--all")).ok).toBe(true);
  });

  test("the SQL of --sql does what the run does, both ways", async () => {
    const copy = await another();
    const script = await project.succeeds("upgrade", "base:head", "--sql");
    await copy.runScript(script);
    expect(await copy.catalog()).toEqual(await database.catalog());
    const other = new CliProject(join(installation.app, dialect), copy.url);
    expect(await other.json("current")).toMatchObject({ data: { current: [{ revision: "d1" }], edited: [] } });
    await copy.runScript(await project.succeeds("downgrade", "head:base", "--sql"));
    expect((await copy.catalog()).tables.map(({ name }) => name)).toEqual(["sqlmodel_migration"]);
  });

  test("downgrade needs consent for what it drops; create-all and stamp need no revision", async () => {
    await project.succeeds("downgrade", "-1");
    expect(await database.rows("SELECT level FROM hero")).toEqual([[null]]);
    const refused = await project.json("downgrade", "base");
    expect(refused.code).toBe(4);
    const asked = refused.error?.questions?.[0]?.flags.join(" ") ?? "";
    expect(asked).toContain("--accept-data-loss hero");
    await project.succeeds("downgrade", "base", "--accept-data-loss", "all");
    expect((await database.catalog()).tables.map(({ name }) => name)).toEqual(["sqlmodel_migration"]);

    const statements = await project.succeeds("create-all", "--sql");
    await database.runScript(statements);
    await project.succeeds("create-all");
    await project.succeeds("stamp", "head", "--purge");
    expect(await project.json("check")).toMatchObject({ code: 0 });
    expect(await project.json("current")).toMatchObject({ data: { current: [{ revision: "d1" }] } });
  });

  test("a line of revisions becomes one, which the database has already", async () => {
    await project.succeeds("squash", "base:head", "-m", "schema of 1.0");
    expect(await project.json("current", "--check-heads")).toMatchObject({
      code: 0,
      data: { current: [{ revision: "d1" }], missing: [], edited: [] },
    });
    expect(await project.json("test")).toMatchObject({ code: 0, data: { tested: ["d1"], operations: [] } });
    expect(await project.json("upgrade", "head")).toMatchObject({ code: 0, data: { done: [] } });
  });
});
