/** Expressions: the type that each function and operator gives back, NULL included. */
import {
  array,
  boolean,
  type ColumnElement,
  cube,
  exists,
  field,
  func,
  groupingSets,
  integer,
  literal,
  nullLiteral,
  operator,
  positionIn,
  primaryKey,
  range,
  rollup,
  select,
  table,
  tableSample,
  text,
  tuple,
  typeCoerce,
  unnest,
} from "sqlmodel";
import { z } from "zod";
import { Hero, Team } from "./must-compile-models.ts";

class Sample extends table("sample", {
  id: primaryKey(),
  name: z.string(),
  note: z.string().nullable(),
  ratio: z.number(),
  at: z.date(),
  day: z.iso.date().nullable(),
  tags: field(z.array(z.string()), { type: array(text()) }),
  stay: range("int4range"),
}) {}
const { id, name, note, ratio, at, day, tags, stay } = Sample.c;

type Of<T> = ColumnElement<T>;
// Texts.
func.concat(name, "x") satisfies Of<string>;
func.concat(name, note) satisfies Of<string | null>;
func.concatWs("-", note, "x") satisfies Of<string>;
func.ltrim(name, "x") satisfies Of<string>;
func.rtrim(note) satisfies Of<string | null>;
func.substring(name, 1, 2) satisfies Of<string>;
func.replace(name, "a", "b") satisfies Of<string>;
func.regexpReplace(name, "a", "b") satisfies Of<string>;
func.lpad(name, 3, "*") satisfies Of<string>;
func.rpad(name, 3, "*") satisfies Of<string>;
func.repeat(name, 2) satisfies Of<string>;
func.reverse(name) satisfies Of<string>;
func.position(name, "x") satisfies Of<number>;
func.ascii(name) satisfies Of<number>;
func.chr(id) satisfies Of<string>;
name.regexpMatch("^a", { ignoreCase: true }) satisfies Of<boolean>;
name.ilike("a%").isNotDistinctFrom(name.notLike("b%")) satisfies Of<boolean>;
name.icontains(note).isDistinctFrom(name.endsWith("x")) satisfies Of<boolean>;
name.collate("C").asc().nullsFirst();
// Numbers.
func.abs(ratio) satisfies Of<number>;
func.ceil(ratio) satisfies Of<number>;
func.trunc(ratio) satisfies Of<number>;
func.sign(ratio) satisfies Of<number>;
func.ln(ratio) satisfies Of<number>;
func.exp(ratio) satisfies Of<number>;
func.sqrt(ratio) satisfies Of<number>;
func.mod(id, 2) satisfies Of<number>;
func.least(id, 1) satisfies Of<number>;
func.random() satisfies Of<number>;
id.dividedBy(2).modulo(3).minus(1).times(2).negate() satisfies Of<number>;
id.bitwiseAnd(1).bitwiseOr(2).bitwiseXor(3).bitwiseNot().shiftRight(1) satisfies Of<number>;
id.notBetween(1, 2) satisfies Of<boolean>;
// Dates.
func.currentDate() satisfies Of<string>;
func.extract("week", at) satisfies Of<number>;
func.extract("week", day) satisfies Of<number | null>;
func.dateTrunc("month", at) satisfies Of<Date>;
func.dateDiff("day", at, new Date()) satisfies Of<number>;
func.atTimeZone(at, "+02:00") satisfies Of<Date>;
// Aggregates and windows.
func.avg(ratio) satisfies Of<number | null>;
func.min(name) satisfies Of<string | null>;
func.boolOr(id.gt(1)) satisfies Of<boolean | null>;
func.percentileCont(0.5).withinGroup(ratio) satisfies Of<number | null>;
func.mode().withinGroup(name) satisfies Of<string | null>;
func.denseRank().over({ orderBy: id }) satisfies Of<number>;
func.cumeDist().over({ orderBy: id }) satisfies Of<number>;
func.firstValue(name).over({ orderBy: id }) satisfies Of<string | null>;
func.nthValue(name, 2).over({ orderBy: id }) satisfies Of<string | null>;
func.lead(name, 1, "x").over({ orderBy: id });
select(name, func.grouping(name)).groupBy(rollup(name), cube(id), groupingSets([id], []));
// Values and types.
operator<boolean>("~~*", boolean())(name, "x") satisfies Of<boolean>;
typeCoerce<string>(id, text()) satisfies Of<string>;
nullLiteral(text());
positionIn(name, ["a", "b"]);
exists(select(Hero.c.id).where(Hero.c.teamId.eq(Team.c.id))) satisfies Of<boolean>;
tuple(id, name).in([[1, "a"]]) satisfies Of<boolean>;
// Arrays and ranges.
tags.arrayPosition("x") satisfies Of<number | null>;
tags.arrayRemove("x").slice(0, 1) satisfies Of<string[]>;
tags.containedBy(["x"]) satisfies Of<boolean>;
stay.rangeContains(3) satisfies Of<boolean>;
stay.containsRange({ lower: 1, upper: 2 }) satisfies Of<boolean>;
stay.adjacentTo(stay).isNull();
stay.upper() satisfies Of<number | null>;
stay.isEmpty() satisfies Of<boolean>;
// Sources, locks and set operations.
select(tableSample(Hero, "system", 10, { name: "few" })).row satisfies Hero;
select(unnest(literal(["a"], array(text()))).as("u").c.value);
select(Hero).distinctOn(Hero.c.teamId).fetch(3, { withTies: true }).row satisfies Hero;
select(Hero).forNoKeyUpdate({ of: Hero, skipLocked: true }).row satisfies Hero;
select(Hero).forKeyShare({ nowait: true }).row satisfies Hero;
select(Hero.c.id).intersectAll(select(Team.c.id)).row satisfies number;
select(Hero.c.id).exceptAll(select(Team.c.id)).row satisfies number;
select(Hero.c.id).unionAll(select(Team.c.id)).offset(1).row satisfies number;
func.call<number>("length", integer(), name) satisfies Of<number>;
