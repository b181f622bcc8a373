/** Touching what was not loaded, and loading what does not exist. */
import { type Loaded, select, selectin } from "sqlmodel";
import { Hero, Team } from "../must-compile-models.ts";

const plain = select(Hero).row;
// @expect-error: Property 'name' does not exist on type 'NotLoaded | Team'.
plain.team.name;
// @expect-error: Property 'length' does not exist on type
plain.powers.length;

const loaded = select(Hero).include({ team: true }).row;
// @expect-error: 'loaded.team' is possibly 'null'.
loaded.team.name;
// @expect-error: Property 'length' does not exist on type
loaded.powers.length;
// @expect-error: Property 'map' does not exist on type
loaded.team?.heroes.map((hero) => hero.name);

// @expect-error: 'nope' does not exist in type
select(Hero).include({ nope: true });
// @expect-error: 'name' does not exist in type
select(Hero).include({ name: true });
// @expect-error: 'nope' does not exist in type
select(Hero).include({ team: { nope: true } });
// @expect-error: Type 'false' is not assignable to type
select(Hero).include({ team: false });
// @expect-error: 'limt' does not exist in type 'LoaderSettings'
select(Team).include({ heroes: selectin(true, { limt: 3 }) });
// @expect-error: Argument of type '"team"' is not assignable to parameter of type
select(Hero).loadOnly("team");
// @expect-error: is not assignable to parameter of type 'never'.
select(Team.c.name).include({ heroes: true });

function place(hero: Loaded<Hero, { team: true }>): string | undefined {
  return hero.team?.headquarters;
}
// @expect-error: Types of property 'team' are incompatible.
place(plain);
