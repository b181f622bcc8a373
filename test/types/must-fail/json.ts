/** JSON paths that lead nowhere, and values of the wrong type. */
import { fullText, match, select, update } from "sqlmodel";
import { Article, Place, Stay } from "../must-compile-json.ts";

const { address, name } = Place.c;
// @expect-error: Argument of type '"citty"' is not assignable to parameter of type
address.at("citty");
// @expect-error: Argument of type '0' is not assignable to parameter of type
address.at(0);
// @expect-error: Argument of type 'string' is not assignable to parameter of type 'number'.
address.at("tags", "first");
// @expect-error: Argument of type 'string' is not assignable to parameter of type
address.at("floor").eq("3");
// @expect-error: Type 'number' is not assignable to type
address.jsonContains({ city: 3 });
// @expect-error: Argument of type 'number' is not assignable to parameter of type
address.set(["city"], 3);
// @expect-error: Did you mean '"city"'?
address.set(["citty"], "x");
// @expect-error: is not assignable to type 'number'
address.insertAt(["tags", "first"], "x");
// @expect-error: is not assignable to
address.insertAt(["tags"], "x");
// @expect-error: is not assignable to parameter of type
address.insertAt(["tags", 0], 1);
// @expect-error: Argument of type '"zipp"' is not assignable to parameter of type
address.hasKey("zipp");
// @expect-error: Property 'at' does not exist on type
name.at("x");
// @expect-error: not assignable to type
update(Place).values({ name: address.set(["city"], "x") });
// @expect-error: Argument of type 'number' is not assignable to parameter of type 'string'.
Stay.c.tags.any(1);
// @expect-error: Type 'number' is not assignable to type 'string'.
Stay.c.nights.overlaps({ lower: 1, upper: null });
// @expect-error: is not assignable to type
fullText([Article.c.size]);
// @expect-error: Argument of type 'number' is not assignable to parameter of type 'string'.
match(Article, 5);
// @expect-error: is not assignable to
Stay.c.tags.arrayContains([1]);
// @expect-error: is not assignable to
Stay.c.tags.overlaps("a");
// @expect-error: is not assignable to
Stay.c.tags.arrayAppend(1);
// @expect-error: is not assignable to
Stay.c.tags.at("0");
// @expect-error: is not assignable to
Stay.c.tags.slice("0", 1);
// @expect-error: Property 'arrayLength' does not exist on type
Stay.c.nights.arrayLength();
// @expect-error: is not assignable to
Stay.c.nights.rangeContains(5);
// @expect-error: Property 'lower' does not exist on type
Stay.c.tags.lower();
// @expect-error: is not assignable to
update(Stay).values({ tags: Stay.c.flags });
// @expect-error: is not assignable to
update(Stay).values({ nights: { lower: 1, upper: 2 } });
// @expect-error: is not assignable to
select(Article).include({ anything: true });
