/** Subqueries, set operations and other sources that are wrong. */
import {
  alias,
  array,
  bigint,
  enumType,
  func,
  insert,
  integer,
  select,
  timestamp,
  union,
  update,
  values,
} from "sqlmodel";
import { Hero, Team } from "../must-compile-models.ts";

const heroes = select({ name: Hero.c.name }).subquery("heroes");
// @expect-error: Property 'age' does not exist on type
heroes.c.age;
// @expect-error: A column here has no name to be read by: select an object, or give it a label.
select(Hero.c.name).subquery("s");
// @expect-error: A column here has no name to be read by: select an object, or give it a label.
select(Hero.c.id.label("id"), func.lower(Hero.c.name)).lateral("s");
// @expect-error: A column here has no name to be read by: select an object, or give it a label.
union(select(Hero.c.name), select(Team.c.name)).cte("c");
// @expect-error: A column here has no name to be read by: select an object, or give it a label.
select(Hero.c.id).recursiveCte("r", () => select(Hero.c.id));
// @expect-error: Property 'nam' does not exist on type
select(Hero.c.name.label("name")).subquery("s").c.nam;
// @expect-error: A column here has no name to be read by: select an object, or give it a label.
insert(Hero).values({ name: "a", secretName: "b" }).returning(Hero.c.id).cte("made");
// @expect-error: This statement returns nothing to read: say returning({ … }) first.
update(Hero).all().values({ age: 1 }).cte("moved");
// @expect-error: All queries of a set operation must select columns of the same keys and types
union(select({ name: Hero.c.name }), select({ id: Hero.c.id }));
// @expect-error: All queries of a set operation must select columns of the same keys and types
select(Hero.c.name).union(select(Hero.c.id));
// @expect-error: is not assignable to parameter of type
Hero.c.id.in(union(select(Hero.c.name), select(Team.c.name)));
// @expect-error: 'name' does not exist in type
values({ id: integer() }, [{ name: "a" }]);
// @expect-error: Type 'string' is not assignable to type 'number'.
values({ id: integer() }, [{ id: 1 }, { id: "2" }]);
// @expect-error: Type 'number' is not assignable to type 'bigint'.
values({ id: bigint() }, [{ id: 1 }]);
// @expect-error: Type 'string' is not assignable to type 'Date'.
values({ at: timestamp() }, [{ at: "2024-01-01" }]);
// @expect-error: Type '"c"' is not assignable to type '"a" | "b" | null'.
values({ kind: enumType(["a", "b"]) }, [{ kind: "c" }]);
// @expect-error: Type 'string' is not assignable to type 'number'.
values({ votes: array(integer()) }, [{ votes: [1, "2"] }]);
// @expect-error: 'NamedSource<string, unknown>'
alias(Hero, select(Hero));
