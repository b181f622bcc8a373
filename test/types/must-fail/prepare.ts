/** Values of prepared statements that are missing, too many or of another type. */
import { createEngine, insert, param, select, Session } from "sqlmodel";
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
// @expect-error: Property 'row' is missing in type 'Prepared
session.stream(byName);
using connection = engine.connect();
// @expect-error: 'nmae' does not exist in type
connection.execute(byName, { nmae: "x" });
// @expect-error: is not assignable to type
Hero.c.age.eq(param<string>("age"));
// @expect-error: is not assignable to type
insert(Hero).values({ name: param<number>("name"), secretName: "s" });
