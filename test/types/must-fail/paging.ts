/** Pages of what has none, and options that are none. */
import { createEngine, insert, select, Session, sql } from "sqlmodel";
import { Hero } from "../must-compile-models.ts";

const session = new Session(createEngine("sqlite::memory:"));
// @expect-error: Property 'limit' is missing
session.page(select(Hero), {});
// @expect-error: Type 'number' is not assignable to type 'string'.
session.page(select(Hero), { limit: 5, after: 3 });
// @expect-error: 'page' does not exist in type 'PageOptions'
session.page(select(Hero), { limit: 5, page: 3 });
// @expect-error: Property 'toQuery' is missing
session.page(insert(Hero), { limit: 5 });
// @expect-error: missing the following properties from type 'QueryOf<unknown>'
session.page(sql`SELECT 1`, { limit: 5 });
// @expect-error: Property 'size' is missing
session.paginate(select(Hero), { page: 1 });
const { items } = session.page(select(Hero), { limit: 5 });
// @expect-error: Property 'name' does not exist on type 'NotLoaded | Team'.
items[0]?.team.name;
