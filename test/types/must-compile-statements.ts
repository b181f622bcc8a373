/** Statements: the types of rows, what is loaded, what an outer join may leave out, what is written. */
import {
  alias,
  array,
  caseOf,
  caseWhen,
  type ColumnElement,
  currentRow,
  decimal,
  deleteFrom,
  enumType,
  following,
  func,
  generateSeries,
  insert,
  integer,
  interval,
  joined,
  json,
  literal,
  type Loaded,
  merge,
  type NotLoaded,
  preceding,
  select,
  selectin,
  text,
  timestamp,
  tryCast,
  unbounded,
  union,
  update,
  values,
  window,
  withParent,
} from "sqlmodel";
import type { AsyncSession } from "../../src/orm/async-session.ts";
import { Hero, Power, Team, Villain } from "./must-compile-models.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;
declare const session: AsyncSession;

// Entities, and what is loaded of them.
const plain = (await session.exec(select(Hero).where(Hero.c.age.gt(3)))).one();
same<typeof plain, Hero>(true);
plain.age satisfies number | null;
(await session.load(plain, "team"))?.name satisfies string | undefined;

const loaded = (await session.exec(select(Hero).include({ team: true, powers: true }))).one();
loaded.team?.name satisfies string | undefined;
loaded.powers[0]?.label satisfies string | undefined;
same<typeof loaded.team, Team | null>(true);
same<typeof loaded.boss, Hero | null | NotLoaded>(true);
loaded satisfies Hero;

const nested = select(Team).include({ heroes: { powers: true, boss: { team: true } } }).row;
nested.heroes[0]?.boss?.team?.name satisfies string | undefined;
nested.shout satisfies string;
const tuned = select(Team).include({
  heroes: selectin({ powers: joined() }, { where: Hero.c.age.gt(3), orderBy: Hero.c.name, limit: 5 }),
}).row;
tuned.heroes[0]?.powers[0]?.label satisfies string | undefined;
select(Villain).include({ team: { heroes: true }, nemesis: true }).row.nemesis.name satisfies string;
select(Hero, func.count()).include({ team: true }).row[0].team?.name satisfies string | undefined;
select(Hero).loadOnly("name", "age").defer("teamId").readOnly().row satisfies Hero;

export function greet(hero: Hero): string {
  return hero.name;
}
export function place(hero: Loaded<Hero, { team: true }>): string | undefined {
  return hero.team?.headquarters;
}
greet(loaded);
place(loaded);

// Expressions: NULL where an argument may be, and the same type whatever the database.
select(func.trim(Hero.c.name)).row satisfies string;
same<typeof trimmed, string | null>(true);
const trimmed = select(func.left(Hero.c.name, func.nullif(Hero.c.id, 1))).row;
select(func.coalesce(Hero.c.age, Hero.c.teamId, 0)).row satisfies number;
same<typeof coalesced, number | null>(true);
const coalesced = select(func.coalesce(Hero.c.age, Hero.c.teamId)).row;
select(func.greatest(Hero.c.id, 3), func.power(2, Hero.c.id)).row satisfies [number, number];
same<typeof cases, "old" | "young" | null>(true);
const cases = select(caseWhen<"old" | "young">(Hero.c.age.gt(40), "old").when(Hero.c.age.gt(0), "young")).row;
select(caseOf(Hero.c.name).when("a", 1).otherwise(2)).row satisfies number;
select(func.now().plus(interval({ days: Hero.c.age }))).row satisfies Date;
select(Hero).where(Hero.c.name.contains(Hero.c.secretName), Hero.c.age.shiftLeft(1).notBetween(1, 2))
  .row satisfies Hero;

// Rows.
same<typeof scalars, number | null>(true);
const scalars = select(Hero.c.age).row;
select(Hero.c.name, func.count(), Team).row satisfies [string, number, Team];
select({ hero: Hero.c.name, team: Team }).row satisfies { hero: string; team: Team };

// Joins.
const left = select(Hero, Team).outerJoin(Team).row;
same<typeof left, [Hero, Team | null]>(true);
same<typeof byRelationship, [Hero, Team | null]>(true);
const byRelationship = select(Hero, Team).outerJoin(Hero.r.team).row;
select({ hero: Hero.c.name, team: Team.c.name }).outerJoin(Team).row satisfies { hero: string; team: string | null };
const right = select(Hero, Team).rightJoin(Team).row;
same<typeof right, [Hero | null, Team]>(true);
const full = select(Hero.c.id, Team.c.id).fullJoin(Team).row;
same<typeof full, [number | null, number | null]>(true);
const inner = select(Hero.c.name, Power.c.label).join(Hero.r.powers).row;
same<typeof inner, [string, string]>(true);
const Boss = alias(Hero, "boss");
select(Hero.c.name, Boss.c.name).outerJoin(Boss, Hero.c.bossId.eq(Boss.c.id)).row satisfies [string, string | null];
const bosses = select(Hero, Boss).outerJoin(Hero.r.boss.of(Boss)).row;
same<typeof bosses, [Hero, Hero | null]>(true);
select(Hero.c.name, func.count()).outerJoin(Team).row satisfies [string, number];

// Selects as values.
Team.c.id.in(select(Hero.c.teamId).where(Hero.c.teamId.isNotNull()) as never);
Hero.c.name.in(select(Team.c.name));
select(func.max(Hero.c.age)).scalarSubquery().isNull();

// Writing.
insert(Hero).values({ name: "a", secretName: "b", age: Hero.c.age.plus(1) });
insert(Hero)
  .values([{ name: "a", secretName: "b" }])
  .returning(Hero.c.id).row satisfies number;
insert(Hero).values({ name: "a", secretName: "b" }).returning(Hero.c.id, Hero.c.name).row satisfies [number, string];
insert(Hero).values({ name: "a", secretName: "b" }).returning({ key: Hero.c.id }).row satisfies { key: number };
insert(Hero)
  .values({ name: "a", secretName: "b" })
  .onConflictDoUpdate({ target: Hero.c.name, set: (excluded) => ({ age: excluded.age, name: "x" }) });
update(Hero)
  .where(Hero.c.id.eq(1))
  .values({ age: Hero.c.age.plus(1), name: "x", teamId: null });
update(Hero).all().values({ age: null }).returning(Hero.c.age).row satisfies number | null;
deleteFrom(Hero)
  .where(Hero.c.id.in([1, 2]))
  .returning(Hero.c.id).row satisfies number;
insert(Hero).fromSelect(["name", "secretName"], select(Team.c.name, Hero.c.secretName)).returning(Hero).row
  .name satisfies string;
insert(Hero).fromSelect(["age"], select(Hero.c.age));
insert(Hero)
  .values([])
  .onConflictDoUpdate({
    target: { columns: Hero.c.name, where: Hero.c.age.isNull() },
    set: (excluded) => ({ age: excluded.age }),
    where: (excluded) => excluded.age.gt(3),
  });
insert(Hero).values([]).onConflictDoNothing({ target: "uq_hero_name" });
update(Hero).from(Hero.r.team, Team).values({ name: Team.c.name }).synchronize("fetch").returning(Hero).row
  .name satisfies string;
deleteFrom(Hero).using(Team).where(Hero.c.teamId.eq(Team.c.id)).synchronize(false).returning(Hero.c.id)
  .row satisfies number;
merge(Hero).using(Team).on(Hero.c.teamId.eq(Team.c.id)).whenMatched().delete().whenNotMatched().doNothing();
(await session.bulkUpdate(Hero, [{ id: 1, age: null }])) satisfies number;
(await session.bulkInsert(Hero, [{ name: "a", secretName: "b" }])) satisfies number;

const result = await session.exec(insert(Hero).values({ name: "a", secretName: "b" }).returning(Hero.c.id));
result.one() satisfies number;

// Windows.
same<typeof windowed, [number, string | null, string, number]>(true);
const windowed = select(
  func.rank().over({ orderBy: Hero.c.age }),
  func.lag(Hero.c.name).over({ orderBy: Hero.c.id, partitionBy: [Hero.c.teamId] }),
  func.lag(Hero.c.name, 1, "nobody").over("w"),
  func.count().over({ orderBy: Hero.c.id, rows: [preceding(2), currentRow], exclude: "ties" }),
).window("w", { orderBy: Hero.c.id }).row;
const byTeam = window("by_team", { partitionBy: Hero.c.teamId });
func.rank().over({ base: byTeam, orderBy: Hero.c.age, rows: [unbounded, currentRow] });
const byAge = window("by_age", { orderBy: Hero.c.age, range: [preceding(5), following(5)] });
select(func.sum(Hero.c.age).over(byAge), func.ntile(4).over(byAge)).row satisfies [number | null, number];

// Aggregates.
same<typeof collected, [string | null, (number | null)[] | null, string[] | null, boolean | null, number | null]>(true);
const collected = select(
  func.stringAgg(Hero.c.name, ", ").distinct().orderBy(Hero.c.name),
  func.arrayAgg(Hero.c.age),
  func.jsonAgg(Hero.c.name).filter(Hero.c.age.gt(3)),
  func.boolAnd(Hero.c.age.gt(3)),
  func.percentileDisc(0.5).withinGroup(Hero.c.age),
).row;

// Relationships as conditions.
declare const team: Team;
declare const power: Power;
select(Hero).where(
  Hero.r.team.eq(team),
  Hero.r.team.ne(null),
  Hero.r.powers.contains(power),
  withParent(team, Team.r.heroes),
);

// Subqueries: columns by key, and NULL where an outer join or the query itself may leave them out.
const perTeam = select({ team: Team, size: func.count(), oldest: func.max(Hero.c.age) })
  .groupBy(Team.c.id)
  .subquery("per_team");
same<typeof bySubquery, { name: string; size: number; oldest: number | null }>(true);
const bySubquery = select({ name: perTeam.c.team.name, size: perTeam.c.size, oldest: perTeam.c.oldest }).row;
same<typeof outerSubquery, [string, number | null]>(true);
const outerSubquery = select(Hero.c.name, perTeam.c.size).outerJoin(perTeam, perTeam.c.team.id.eq(Hero.c.teamId)).row;
select(func.count().label("n"), Hero.c.name.label("hero")).subquery("s").c.n satisfies ColumnElement<number>;
select(alias(Hero, select(Hero).limit(1).subquery("first"))).row satisfies Hero;

// Set operations.
same<typeof united.name, string | null>(true);
const united = union(select({ name: Hero.c.name }), select({ name: func.max(Team.c.name) })).row;
union(select(Hero), select(Hero)).include({ team: true }).row.team?.name satisfies string | undefined;
select(Hero).where(Hero.c.id.in(union(select(Hero.c.id), select(Team.c.id))));

// Common table expressions, values and functions.
const tree = select({ id: Hero.c.id, depth: literal(0) }).recursiveCte(
  "tree",
  (self) => select({ id: Hero.c.id, depth: self.c.depth.plus(1) }).join(self, Hero.c.teamId.eq(self.c.id)),
  { cycle: { columns: ["id"], mark: "closed", path: "path" } },
);
same<typeof walked, [number, boolean]>(true);
const walked = select(tree.c.depth, tree.c.closed).row;
const moved = update(Hero).all().values({ age: 1 }).returning({ id: Hero.c.id }).cte("moved");
select(moved.c.id).row satisfies number;
func.dateFormat(func.now(), "YYYY-MM-DD") satisfies ColumnElement<string>;
tryCast(Hero.c.name, decimal(4, 2)) satisfies ColumnElement<string | null>;
tryCast(Hero.c.name, integer()) satisfies ColumnElement<number | null>;
const list = values({ id: integer(), name: text() }, [
  { id: 1, name: "a" },
  { id: 2, name: null },
]).as("v");
same<typeof listed, [number, string | null]>(true);
const listed = select(list.c.id, list.c.name).row;
const typed = values(
  {
    price: decimal(4, 2),
    at: timestamp(),
    text: timestamp({ as: "string" }),
    kind: enumType(["a", "b"]),
    tags: array(text()),
    data: json(),
  },
  [{ price: "1.50", at: new Date(), text: "2024-01-01T00:00:00Z", kind: "a", tags: ["x"], data: { n: 1 } }],
).as("t");
same<typeof typedRow, [string, Date, string, "a" | "b", readonly (string | null)[], { n: number }]>(true);
const typedRow = select(typed.c.price, typed.c.at, typed.c.text, typed.c.kind, typed.c.tags, typed.c.data).row;
select(values({ id: integer() }, []).as("none").c.id).row satisfies number;
const unlabelled = select(func.lower(Hero.c.name).label("low"), Hero.c.id.label("key")).subquery("u");
select(unlabelled.c.low, unlabelled.c.key).row satisfies [string, number];
select(generateSeries(1, 3).withOrdinality("n").as("s").c.n).row satisfies number;
