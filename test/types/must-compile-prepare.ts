/** Prepared statements and what their rows are. */
import {
  type AsyncSession,
  createEngine,
  deleteFrom,
  insert,
  integer,
  type Loaded,
  merge,
  param,
  type Plan,
  type Prepared,
  type Result,
  type RowStream,
  select,
  Session,
  sql,
  text,
  update,
} from "sqlmodel";
import { Hero, Team } from "./must-compile-models.ts";

const engine = createEngine("sqlite::memory:");
const session = new Session(engine);
const byName: Prepared<Hero, { name: string }> = select(Hero)
  .where(Hero.c.name.eq(param("name")))
  .prepare<{ name: string }>();
export const hero: Hero = session.exec(byName, { name: "x" }).one();
export const withTeam: Loaded<Hero, { team: true }> = session
  .exec(select(Hero).include({ team: true }).limit(param("count")).prepare(), { count: 1 })
  .one();
export const tuple: [string, number] = session
  .exec(
    select(Hero.c.name, param<number>("n", integer()))
      .where(Hero.c.age.in(param("ages")), Hero.c.name.like(param("pattern")))
      .prepare<{ n: number; ages: readonly number[]; pattern: string }>(),
    { n: 1, ages: [1], pattern: "a%" },
  )
  .one();
export const label: string = session.exec(select(param<string>("s", text())).prepare(), { s: "x" }).one();
session.exec(
  insert(Hero)
    .values({ name: param("name"), secretName: param("secret") })
    .prepare<{ name: string; secret: string }>(),
  { name: "x", secret: "s" },
);
session.exec(
  update(Hero)
    .values({ age: Hero.c.age.plus(param("years")) })
    .all()
    .prepare<{ years: number }>(),
  { years: 1 },
);
session.exec(
  deleteFrom(Hero)
    .where(Hero.c.age.between(param("low"), param("high")))
    .prepare<{ low: number; high: number }>(),
  { low: 1, high: 2 },
);
const byText: Prepared<{ name: string }, { age: number }> = sql<{
  name: string;
}>`SELECT name FROM hero WHERE age > ${param("age", integer())}`.prepare<{ age: number }>();
export const named: string = session.exec(byText, { age: 1 }).one().name;
for (const { name } of session.stream(byText, { age: 1 }, { batchSize: 5 })) named.startsWith(name);
export const streamed: RowStream<Hero> = session.stream(byName, { name: "x" });
export const plan: Plan = session.explain(byName, { name: "x" }, { analyze: true });
export const scalar: Hero | null = session.scalar(byName, { name: "x" });
export const scalars: Result<Hero> = session.scalars(byName, { name: "x" });
session.exec(
  merge(Hero)
    .using(Team)
    .on(Hero.c.teamId.eq(Team.c.id))
    .whenMatched(Hero.c.age.gt(param("age")))
    .update({ name: param("name") })
    .prepare<{ age: number; name: string }>(),
  { age: 1, name: "x" },
);
export const shown: readonly unknown[] = byName.toSQL({ name: "x" }).parameters;
export const texts: string = sql`SELECT 1`.toSQL().sql + select(Hero).toSQL().sql + String(byName.toSQL({ name: "x" }));
using connection = engine.connect();
connection.stream(byName, { name: "x" }, { batchSize: 1 });
connection.explain(byText, { age: 1 });
connection.execute(byName, { name: "x" });

export async function later(asynchronous: AsyncSession): Promise<Hero> {
  return (await asynchronous.exec(byName, { name: "x" }, { timeout: 1 })).one();
}
