/** Prepared statements and what their rows are. */
import {
  type AsyncSession,
  createEngine,
  deleteFrom,
  insert,
  integer,
  type Loaded,
  param,
  type Prepared,
  select,
  Session,
  text,
  update,
} from "sqlmodel";
import { Hero } from "./must-compile-models.ts";

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
using connection = engine.connect();
connection.execute(byName, { name: "x" });

export async function later(asynchronous: AsyncSession): Promise<Hero> {
  return (await asynchronous.exec(byName, { name: "x" }, { timeout: 1 })).one();
}
