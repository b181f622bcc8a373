/** Functions and operators of values that they are not for. */
import { func, operator, positionIn, select, tableSample, tuple } from "sqlmodel";
import { Hero } from "../must-compile-models.ts";

const { id, name, age } = Hero.c;
// @expect-error: is not assignable to
func.concat(id, "x");
// @expect-error: is not assignable to
func.lpad(name, "5");
// @expect-error: is not assignable to
func.position(age, "x");
// @expect-error: is not assignable to
func.extract("week", age);
// @expect-error: is not assignable to
func.extract("fortnight", func.now());
// @expect-error: is not assignable to
func.dateDiff("day", name, age);
// @expect-error: is not assignable to
func.atTimeZone(age, "+02:00");
// @expect-error: is not assignable to
func.avg(Hero.c.alignment.eq("good"));
// @expect-error: is not assignable to
func.boolOr(age);
// @expect-error: is not assignable to
func.stringAgg(age, ", ");
// @expect-error: is not assignable to
func.ntile("2");
// @expect-error: is not assignable to
name.shiftLeft(1);
// @expect-error: is not assignable to
age.regexpMatch("1");
// @expect-error: is not assignable to
name.between(1, 2);
// @expect-error: is not assignable to
name.startsWith(1);
// @expect-error: is not assignable to
positionIn(name, [1]);
// @expect-error: is not assignable to
tuple(id, name).in([["a", "b"]]);
// @expect-error: is not assignable to
operator("~~*", "boolean");
// @expect-error: is not assignable to
tableSample(Hero, "some", 10);
// @expect-error: is not assignable to
select(Hero).fetch("3");
// @expect-error: is not assignable to
select(Hero).forUpdate({ of: "hero" });
// @expect-error: is not assignable to
select(Hero).having(age);
// @expect-error: is not assignable to
select(Hero).orderByValues(name, [1]);
