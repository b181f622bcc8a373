/** Subqueries, set operations and other sources that are wrong. */
import { alias, integer, select, union, values } from "sqlmodel";
import { Hero, Team } from "../must-compile-models.ts";

const heroes = select({ name: Hero.c.name }).subquery("heroes");
// @expect-error: Property 'age' does not exist on type
heroes.c.age;
// @expect-error: Object is of type 'unknown'.
select(Hero.c.name).subquery("s").c.name;
// @expect-error: All queries of a set operation must select columns of the same keys and types
union(select({ name: Hero.c.name }), select({ id: Hero.c.id }));
// @expect-error: All queries of a set operation must select columns of the same keys and types
select(Hero.c.name).union(select(Hero.c.id));
// @expect-error: is not assignable to parameter of type
Hero.c.id.in(union(select(Hero.c.name), select(Team.c.name)));
// @expect-error: 'name' does not exist in type
values({ id: integer() }, [{ name: "a" }]);
// @expect-error: 'NamedSource<string, unknown>'
alias(Hero, select(Hero));
