/** Writes of what a model does not have, or of values that do not fit. */
import { deleteFrom, insert, merge, select, update, type AsyncSession } from "sqlmodel";
import { Hero, Team } from "../must-compile-models.ts";

declare const session: AsyncSession;
const row = { name: "a", secretName: "b" };
const into = insert(Hero).values(row);
const target = Hero.c.name;

// @expect-error: is not assignable to
insert(Hero).values([{ name: 1, secretName: "b" }]);
// @expect-error: is not assignable to
into.onConflictDoUpdate({ target, set: { age: "3" } });
// @expect-error: is not assignable to
into.onConflictDoUpdate({ target, set: (proposed) => ({ agee: proposed.age }) });
// @expect-error: does not exist
into.onConflictDoUpdate({ target, set: (proposed) => ({ age: proposed.agee }) });
// @expect-error: is not assignable to
into.returning("id");
// @expect-error: is not assignable to
update(Hero).values({ name: Hero.c.age });
// @expect-error: is not assignable to
update(Hero).where(Hero.c.age).values({ name: "x" });
// @expect-error: is not assignable to
update(Hero).from("team").values({ name: "x" });
// @expect-error: is not assignable to
deleteFrom(Hero).where("id = 1");
// @expect-error: is not assignable to
deleteFrom(Hero).using(select(Team));
// @expect-error: is not assignable to
merge(Hero).using(Team).on(Hero.c.teamId);
// @expect-error: Did you mean to write 'age'?
merge(Hero).using(Team).on(Hero.c.teamId.eq(Team.c.id)).whenMatched().update({ agee: 1 });
// @expect-error: is not assignable to
await session.bulkUpdate(Hero, [{ id: "1", age: 3 }]);
// @expect-error: Property 'id' is missing
await session.bulkUpdate(Hero, [{ age: 3 }]);
// @expect-error: Property 'secretName' is missing in type '{ name: string; }'
await session.bulkInsert(Hero, [{ name: "a" }]);
