/** Statements: tuples, many entities, results. */
import { alias, func, select, tuple, type ColumnElement, type Result } from "sqlmodel";
import { Hero, Power, Team } from "./must-compile-models.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;

// Tuples, and as many entities as one likes.
tuple(Hero.c.id, Hero.c.name).gt([3, "x"]) satisfies ColumnElement<boolean>;
tuple(Hero.c.id, Hero.c.name).in(select(Team.c.id, Team.c.name));
same<typeof eight, [Hero, Team, Power, string, number | null, number, Team | null, string]>(true);
const Home = alias(Team, "home");
const eight = select(Hero, Team, Power, Hero.c.name, Hero.c.age, func.count(), Home, Power.c.label)
  .join(Team)
  .join(Power, Power.c.id.eq(Hero.c.id))
  .outerJoin(Home, Home.c.id.eq(Hero.c.id)).row;

// Results.
declare const pairs: Result<[string, number]>;
pairs.scalar() satisfies string | null;
pairs.scalars().all() satisfies string[];
pairs.unique().one() satisfies [string, number];
for (const part of pairs.partitions(10)) part satisfies [string, number][];
pairs.mappings().one()["name"] satisfies unknown;
