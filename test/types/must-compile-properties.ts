/** Column properties and hybrids. */
import {
  alias,
  type ColumnElement,
  columnProperty,
  discriminator,
  exists,
  field,
  func,
  hybrid,
  inherit,
  many,
  not,
  one,
  primaryKey,
  select,
  table,
  update,
} from "sqlmodel";
import { z } from "zod";

/** True where the types are the same, not merely assignable; `any` equals only itself. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;

// Column properties: read only, and like columns in statements.
class Club extends table(
  "club",
  {
    id: primaryKey(),
    name: z.string(),
    partnerId: field(z.int().nullable(), { foreignKey: "club.id" }),
    title: columnProperty(z.string(), () => Club.c.name.concat("!")),
    playerCount: columnProperty(z.int(), () => select(func.count()).from(Player).where(Player.c.clubId.eq(Club.c.id))),
    partnerships: columnProperty(z.int(), () => {
      const other = alias(Club, "other");
      return select(func.count()).from(other).where(other.c.partnerId.eq(Club.c.id)).scalarSubquery();
    }),
    isAlone: columnProperty(z.boolean(), () => not(exists(select(Club).where(Club.r.players.any())))),
    code: columnProperty(z.string().nullable(), (c) => c.name, { hidden: true }),
  },
  { players: () => many(Player, { backPopulates: "club" }) },
) {
  get label() {
    return `${this.name}: ${String(this.playerCount)}`;
  }
}
class Player extends table(
  "player",
  {
    id: primaryKey(),
    clubId: z.int(),
    kind: discriminator(),
    clubTitle: columnProperty(z.string(), () => select(Club.c.title).where(Club.c.id.eq(Player.c.clubId))),
  },
  { club: () => one(Club, { backPopulates: "players" }) },
) {}
class Keeper extends inherit(Player, {
  saves: z.int(),
  score: columnProperty(z.int(), () => Keeper.c.saves.times(2)),
}) {}

const club = new Club({ name: "a" });
club.name = "b";
same<typeof club.playerCount, number>(true);
same<typeof club.code, string | null>(true);
same<typeof Club.c.title, ColumnElement<string, "club">>(true);
same<z.infer<typeof Club.publicSchema>["title"], string>(true);
same<keyof z.infer<typeof Club.createSchema>, "name" | "partnerId">(true);
const keeper = new Keeper({ clubId: 3, saves: 1 });
same<typeof keeper.score, number>(true);
same<typeof keeper.clubTitle, string>(true);
select(Club).loadOnly("title").defer("playerCount").orderBy(Club.c.playerCount.desc());
update(Club).values({ name: "c" }).where(Club.c.isAlone, alias(Club, "other").c.playerCount.gt(2));

// Hybrids: one type on the entity and in statements, also of aliases.
class Person extends table("person", {
  id: primaryKey(),
  first: z.string(),
  age: z.int().nullable(),
  kind: discriminator(),
}) {
  get isAdult(): boolean {
    return (this.age ?? 0) >= 18;
  }
  get greeting() {
    return `Hi ${this.first}`;
  }
  static readonly isAdult = hybrid(Person, "isAdult", (c) => func.coalesce(c.age, 0).ge(18));
  static readonly greeting = hybrid(Person, "greeting", (c) => c.first.concat("!"));
}
class Clerk extends inherit(Person, { desk: z.string() }) {
  get place() {
    return this.desk;
  }
  static readonly place = hybrid(Clerk, "place", (c) => c.desk.concat(c.first));
}
const boss = alias(Person, "boss");
Person.isAdult satisfies ColumnElement<boolean, "person">;
Person.greeting satisfies ColumnElement<string, "person">;
same<ReturnType<typeof Person.greeting.of<"boss">>, ColumnElement<string, "boss">>(true);
const greetings = select(Person.greeting, Person.greeting.of(boss)).outerJoin(boss).where(Person.isAdult);
same<typeof greetings.row, [string, string | null]>(true);
select(Clerk).where(Clerk.isAdult, Clerk.place.eq("a"), Clerk.place.of(alias(Clerk, "c")).ne("b"));
select(Person.isAdult, func.count()).groupBy(Person.isAdult).orderBy(Person.isAdult.desc(), Person.greeting);
