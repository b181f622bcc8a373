/** Conditions, joins and writes that are wrong. */
import {
  boolean,
  caseWhen,
  currentRow,
  deleteFrom,
  following,
  func,
  insert,
  integer,
  interval,
  preceding,
  select,
  sql,
  tryCast,
  update,
  window,
} from "sqlmodel";
import { Hero, Team } from "../must-compile-models.ts";

// @expect-error: Argument of type 'string' is not assignable to parameter of type 'Compared<number | null>'.
Hero.c.age.gt("3");
// @expect-error: Argument of type 'null' is not assignable to parameter of type 'Compared<number | null>'.
Hero.c.age.eq(null);
// @expect-error: Type '"ugly"' is not assignable to type
Hero.c.alignment.in(["ugly"]);
// @expect-error: Argument of type 'ColumnElement<string, "hero">' is not assignable to parameter of type
Hero.c.age.eq(Hero.c.name);
// @expect-error: is not assignable to parameter of type
Hero.c.name.in(select(Team.c.id));
// @expect-error: Argument of type 'boolean' is not assignable to parameter of type 'ColumnElement<boolean, string>'.
select(Hero).where(Hero.c.name === Hero.c.name);
// @expect-error: is not assignable to parameter of type 'ColumnElement<boolean, string>'.
select(Hero).where(Hero.c.age);
// @expect-error: is not assignable to parameter of type
select(Hero).join("team");
// @expect-error: Object is possibly 'null'.
select(Hero, Team).outerJoin(Team).row[1].name;
// @expect-error: Argument of type 'string' is not assignable to parameter of type 'TemplateStringsArray'.
sql("DROP TABLE hero");

// @expect-error: The 'this' context of type 'ColumnElement<number | null, "hero">' is not assignable to method's 'this' of type
Hero.c.age.like("3%");
// @expect-error: The 'this' context of type 'ColumnElement<number | null, "hero">' is not assignable to method's 'this' of type
Hero.c.age.contains("3");
// @expect-error: Argument of type 'number' is not assignable to parameter of type
Hero.c.name.plus(1);
// @expect-error: The 'this' context of type 'ColumnElement<string, "hero">' is not assignable to method's 'this' of type
Hero.c.name.bitwiseAnd("a");
// @expect-error: is not assignable to parameter of type
func.lower(Hero.c.age);
// @expect-error: is not assignable to parameter of type
func.round(Hero.c.name.eq("a"));
// @expect-error: Argument of type '"fortnight"' is not assignable to parameter of type
func.dateTrunc("fortnight", func.now());
// @expect-error: 'fortnights' does not exist in type
interval({ fortnights: 1 });
// @expect-error: is not assignable to
caseWhen(Hero.c.age.gt(40), "old").otherwise(1);

// @expect-error: Property 'secretName' is missing
insert(Hero).values({ name: "a" });
// @expect-error: 'team' does not exist in type
insert(Hero).values({ name: "a", secretName: "b", team: null });
// @expect-error: Type 'string' is not assignable to type
update(Hero).values({ age: "3" });
// @expect-error: 'agee' does not exist in type
update(Hero).values({ agee: 3 });
// @expect-error: Type 'undefined' is not assignable to type
update(Hero).values({ age: undefined });
// @expect-error: is not assignable to parameter of type
deleteFrom(Hero).where(true);
// @expect-error: is not assignable to
insert(Hero).fromSelect(["name"], select(Team.c.id));
// @expect-error: is not assignable to
insert(Hero).fromSelect(["nam"], select(Team.c.name));
// @expect-error: is not assignable to parameter of type
update(Hero).all().synchronize("sometimes");
// @expect-error: is not assignable to
deleteFrom(Hero).all().returning(Hero);

// @expect-error: No overload matches this call.
select(func.rank());
// @expect-error: is not assignable to type 'Frame | undefined'.
func.count().over({ rows: [currentRow, preceding(1)] });
// @expect-error: is not assignable to type
func.count().over({ rows: [currentRow, currentRow], groups: [currentRow, following(1)] });
declare const hero: Hero;
// @expect-error: is missing the following properties from type 'Team'
Hero.r.team.eq(hero);
// @expect-error: is not assignable to parameter of type
Hero.r.powers.contains(null);
// @expect-error: is not assignable to parameter of type
func.rank().over({ base: "team", orderBy: Hero.c.age });
// @expect-error: is not assignable to parameter of type
func.rank().over({ base: window("team", {}), partitionBy: Hero.c.teamId });
// @expect-error: is not assignable to parameter of type
func.dateFormat(Hero.c.age, "YYYY");
// @expect-error: is not assignable to parameter of type
tryCast(Hero.c.age, integer());
// @expect-error: is not assignable to parameter of type
tryCast(Hero.c.name, boolean());
