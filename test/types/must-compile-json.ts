/** JSON paths: members have the types of the inner Zod schema. */
import {
  type ColumnElement,
  fullText,
  jsonArray,
  jsonObject,
  match,
  primaryKey,
  range,
  type Range,
  select,
  table,
  update,
} from "sqlmodel";
import { z } from "zod";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;

export class Place extends table("place", {
  id: primaryKey(),
  name: z.string(),
  address: z.object({
    city: z.string(),
    zip: z.string().optional(),
    floor: z.number().nullable(),
    tags: z.array(z.string()),
    geo: z.object({ lat: z.number() }).optional(),
    kind: z.union([z.literal("a"), z.number()]),
  }),
  maybe: z.object({ a: z.object({ b: z.boolean() }) }).nullable(),
  counts: z.record(z.string(), z.number()),
  free: z.unknown(),
}) {}

const { address, maybe, counts, free } = Place.c;
const row = select(
  address.at("city"),
  address.at("zip"),
  address.at("floor"),
  address.at("tags", 0),
  address.at("geo", "lat"),
  maybe.at("a").at("b"),
  counts.at("x"),
  free.at("x", 1),
).row;
same<
  typeof row,
  [string, string | null, number | null, string | null, number | null, boolean | null, number | null, unknown]
>(true);

address.at("city").eq("x") satisfies ColumnElement<boolean>;
address.at("floor").lt(3) satisfies ColumnElement<boolean>;
address.at("kind").eq(1) satisfies ColumnElement<boolean>;
address.jsonContains({ geo: { lat: 1 }, tags: ["a"] }) satisfies ColumnElement<boolean>;
address.hasKey("zip") satisfies ColumnElement<boolean>;
update(Place).values({
  address: address
    .set(["city"], "x")
    .set(["geo", "lat"], 1)
    .set(["tags", 0], Place.c.name)
    .remove(["zip"])
    .append(["tags"], "x")
    .insertAt(["tags", 0], "first"),
});
update(Place).values({ address: address.merge({ floor: null, city: Place.c.name }) });

const built = select(jsonObject({ name: Place.c.name, one: 1 }), jsonArray(Place.c.name, address.at("floor"))).row;
same<typeof built, [{ name: string; one: 1 }, [string, number | null]]>(true);
Place.c.name satisfies ColumnElement<string>;

// Arrays of scalars are arrays of the database, ranges have bounds.
export class Stay extends table("stay", {
  id: primaryKey(),
  tags: z.array(z.string()),
  flags: z.array(z.boolean()).nullable(),
  nights: range("daterange"),
}) {}
const { tags, flags, nights } = Stay.c;
const parts = select(tags.at(0), tags.arrayLength(), flags.arrayLength(), flags.at(1), nights, nights.lower()).row;
same<typeof parts, [string | null, number, number | null, boolean | null, Range<string>, string | null]>(true);
tags.arrayContains(["a"]) satisfies ColumnElement<boolean>;
tags.any("a", "ne") satisfies ColumnElement<boolean>;
nights.overlaps({ lower: "2024-01-01", upper: null }) satisfies ColumnElement<boolean>;
update(Stay).values({ tags: tags.arrayAppend("x").slice(0, 3) });

export class Article extends table("article", {
  id: primaryKey(),
  title: z.string(),
  body: z.string().nullable(),
  size: z.int(),
}) {
  static override readonly tableArgs = [fullText([Article.c.title, Article.c.body], { weights: ["A", "D"] })];
}
const search = match(Article, "words");
const hits = select(Article.c.title, search.rank(), search.headline(Article.c.body)).where(search).row;
same<typeof hits, [string, number, string | null]>(true);
