/** Run by secrets.test.ts in a process that forbids code generation: the common paths of the ORM on each database. */
import { AsyncEngine, AsyncSession, metadata, select, Session, UniqueViolation, update, type Engine } from "sqlmodel";
import { targets } from "../databases.ts";
import { Hero, Power, Team } from "../models/heroes.ts";

try {
  // oxlint-disable-next-line no-eval -- that it fails is what is asked
  process.stdout.write(`eval works: ${String((0, eval)("1"))}\n`);
} catch (error) {
  process.stdout.write(error instanceof EvalError ? "eval is forbidden\n" : `${String(error)}\n`);
}

/** The same calls on both kinds of session: what is no promise is awaited all the same. */
async function work(engine: Engine | AsyncEngine): Promise<string> {
  if (engine instanceof AsyncEngine) await metadata.createAll(engine);
  else metadata.createAll(engine);
  const session = (engine instanceof AsyncEngine ? new AsyncSession(engine) : new Session(engine)) as AsyncSession;
  const team = new Team({ name: "x" });
  session.addAll(
    [1, 2, 3].map(
      (age) => new Hero({ name: `hero ${String(age)}`, age, team, powers: [new Power({ label: `p${String(age)}` })] }),
    ),
  );
  session.add(new Team({ name: "y" }));
  await session.commit();
  const heroes = (await session.exec(select(Hero).include({ team: true, powers: true }).orderBy(Hero.c.id))).all();
  for (const hero of heroes) hero.age = (hero.age ?? 0) + hero.powers.length + (hero.team?.name.length ?? 0);
  await session.commit();
  await session.exec(update(Hero).values({ age: 1 }).where(Hero.c.name.eq("hero 1")));
  let violations = 0;
  try {
    session.add(new Team({ name: "x" }));
    await session.flush();
  } catch (error) {
    if (error instanceof UniqueViolation) violations += 1;
    await session.rollback();
  }
  const teams = (await session.exec(select(Team))).all();
  await session.close();
  return `${String(heroes.length)} heroes, ${String(teams.length)} teams, ${String(violations)} violation`;
}

for (const target of targets()) {
  if (target.name === "PGlite") continue;
  const { engine, remove } = await target.open();
  try {
    process.stdout.write(`${target.name}: ${await work(engine)}\n`);
  } finally {
    await remove();
  }
}
