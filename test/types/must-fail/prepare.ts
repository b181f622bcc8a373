/** Values of prepared statements that are missing, too many or of another type. */
import { createEngine, insert, integer, param, select, Session, sql } from "sqlmodel";
import { Hero } from "../must-compile-models.ts";

const engine = createEngine("sqlite::memory:");
const session = new Session(engine);
const byName = select(Hero)
  .where(Hero.c.name.eq(param("name")))
  .prepare<{ name: string }>();
// @expect-error: No overload matches this call
session.exec(byName, {});
// @expect-error: No overload matches this call
session.exec(byName, { name: 1 });
// @expect-error: No overload matches this call
session.exec(byName, { name: "x", other: 1 });
// @expect-error: No overload matches this call
session.exec(byName);
// @expect-error: No overload matches this call
session.stream(byName);
// @expect-error: No overload matches this call
session.stream(byName, { name: 1 });
// @expect-error: No overload matches this call
session.explain(byName, { nmae: "x" });
// @expect-error: Property 'name' is missing
byName.toSQL({});
// @expect-error: No overload matches this call
session.exec(sql`SELECT ${param("n", integer())}`.prepare<{ n: number }>(), { n: "1" });
using connection = engine.connect();
// @expect-error: 'nmae' does not exist in type
connection.execute(byName, { nmae: "x" });
// @expect-error: is not assignable to type
Hero.c.age.eq(param<string>("age"));
// @expect-error: is not assignable to type
insert(Hero).values({ name: param<number>("name"), secretName: "s" });
