/** Column properties and hybrids that are wrong, or are written to. */
import { alias, columnProperty, hybrid, insert, primaryKey, select, table, update } from "sqlmodel";
import { z } from "zod";
import { Team } from "../must-compile-models.ts";

class Club extends table("club", {
  id: primaryKey(),
  name: z.string(),
  title: columnProperty(z.string(), () => Club.c.name.concat("!")),
}) {
  get loud() {
    return this.name.toUpperCase();
  }
  // @expect-error: Type 'ColumnElement<number, "club">' is not assignable to type 'ColumnElement<string, string>'.
  static readonly loud = hybrid(Club, "loud", (c) => c.id);
  // @expect-error: Argument of type '"lod"' is not assignable to parameter of type
  static readonly lod = hybrid(Club, "lod", (c) => c.name);
  // @expect-error: Property 'nam' does not exist on type
  static readonly other = hybrid(Club, "loud", (c) => c.nam);
}
declare const club: Club;
// @expect-error: Cannot assign to 'title' because it is a read-only property.
club.title = "x";
// @expect-error: Cannot assign to 'loud' because it is a read-only property.
club.loud = "x";
// @expect-error: 'title' does not exist in type
new Club({ name: "a", title: "b" });
// @expect-error: 'title' does not exist in type
insert(Club).values({ name: "a", title: "b" });
// @expect-error: 'title' does not exist in type
update(Club).values({ title: "b" });
// @expect-error: Argument of type 'number' is not assignable to parameter of type
Club.c.title.eq(3);
// @expect-error: Property 'title' does not exist on type
Club.createSchema.shape.title;
// @expect-error: is not assignable to parameter of type '$ZodType
columnProperty("name", () => Club.c.name);
// @expect-error: is not assignable to parameter of type 'AnyExpression'
columnProperty(z.string(), Club.c.name);
// @expect-error: Expected 2-3 arguments, but got 1.
columnProperty(z.string());
// @expect-error: 'indx' does not exist in type 'ColumnPropertyOptions
columnProperty(z.string(), () => Club.c.name, { indx: true });
// @expect-error: is not assignable to parameter of type 'ColumnElement<boolean, string>'.
select(Club).where(Club.loud);
// @expect-error: is not assignable to parameter of type
Club.loud.of(alias(Team, "t"));
