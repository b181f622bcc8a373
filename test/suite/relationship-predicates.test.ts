/** Conditions on relationships: which rows fulfil them and their negations, on every database. */
import {
  alias,
  discriminator,
  field,
  foreignKey,
  inherit,
  many,
  not,
  one,
  primaryKey,
  select,
  table,
  withParent,
  type ColumnElement,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type CaseContext, type Step } from "./harness.ts";

class Club extends table(
  "club",
  { id: primaryKey(), name: z.string().max(20) },
  { members: () => many(Member, { backPopulates: "club" }), staff: () => many(Clerk, { backPopulates: "club" }) },
) {}

class Member extends table(
  "member",
  {
    id: primaryKey(),
    name: z.string().max(20),
    age: z.int().nullable(),
    clubId: field(z.int().nullable(), { foreignKey: "club.id" }),
    sponsorId: field(z.int().nullable(), { foreignKey: "member.id" }),
  },
  {
    club: () => one(Club, { backPopulates: "members" }).nullable(),
    sponsor: () => one(Member, { foreignKey: "sponsorId", backPopulates: "sponsored" }).nullable(),
    sponsored: () => many(Member, { foreignKey: "sponsorId", backPopulates: "sponsor" }),
    friends: () =>
      many(Member, { through: Friend, foreignKey: "memberId", otherForeignKey: "friendId", backPopulates: "friendOf" }),
    friendOf: () =>
      many(Member, { through: Friend, foreignKey: "friendId", otherForeignKey: "memberId", backPopulates: "friends" }),
    card: () => one(Card, { backPopulates: "member" }).nullable(),
  },
) {}

class Friend extends table("friend", {
  memberId: field(z.int(), { primaryKey: true, foreignKey: "member.id" }),
  friendId: field(z.int(), { primaryKey: true, foreignKey: "member.id" }),
}) {}

class Card extends table(
  "card",
  {
    id: primaryKey(),
    memberId: field(z.int(), { foreignKey: "member.id", unique: true }),
    building: z.string().max(10).nullable(),
    room: z.int().nullable(),
  },
  {
    member: () => one(Member, { backPopulates: "card" }),
    locker: () => one(Locker, { foreignKey: ["building", "room"], backPopulates: "cards" }).nullable(),
  },
) {
  static override readonly tableArgs = [foreignKey([Card.c.building, Card.c.room], "locker", ["building", "room"])];
}

class Locker extends table(
  "locker",
  {
    building: field(z.string().max(10), { primaryKey: true }),
    room: field(z.int(), { primaryKey: true }),
    size: z.int(),
  },
  { cards: () => many(Card, { foreignKey: ["building", "room"], backPopulates: "locker" }) },
) {}

class Worker extends table("worker", { id: primaryKey(), kind: discriminator(), name: z.string().max(20) }) {}
class Clerk extends inherit(
  Worker,
  "clerk",
  { clubId: field(z.int().nullable(), { foreignKey: "club.id" }) },
  { club: () => one(Club, { backPopulates: "staff" }).nullable() },
) {}

interface World {
  readonly red: Club;
  readonly blue: Club;
  readonly ann: Member;
  readonly bob: Member;
  readonly lockers: readonly [Locker, Locker];
}

/** Ann (red) sponsors Bob (red), who sponsors Cid (no club); Ann and Bob are friends of Cid; Ann has a card. */
function* fill({ session }: CaseContext): Step<World> {
  const [red, blue] = [new Club({ name: "red" }), new Club({ name: "blue" })];
  const ann = new Member({ name: "Ann", age: 40, club: red });
  const bob = new Member({ name: "Bob", age: null, club: red, sponsor: ann });
  const cid = new Member({ name: "Cid", age: 9, sponsor: bob, friends: [ann, bob] });
  const lockers = [
    new Locker({ building: "A", room: 1, size: 5 }),
    new Locker({ building: "A", room: 2, size: 7 }),
  ] as const;
  session.add(blue, ann, bob, cid, ...lockers);
  session.add(new Card({ member: ann, locker: lockers[0] }), new Card({ member: bob, building: "A", room: null }));
  session.add(new Clerk({ name: "Dora", club: red }), new Clerk({ name: "Emil" }), new Worker({ name: "Fay" }));
  yield* session.commit();
  for (const object of [red, blue, ann, bob, ...lockers]) yield* session.refresh(object);
  return { red, blue, ann, bob, lockers };
}

const names = ({ session }: CaseContext, condition: ColumnElement<boolean>): Step<string[]> =>
  (function* (): Step<string[]> {
    return (yield* session.exec(select(Member.c.name).where(condition).orderBy(Member.c.id))).all();
  })();

suite("conditions on relationships", ({ test }) => {
  test("to one", function* (context) {
    const { red, blue } = yield* fill(context);
    const { r } = Member;
    expect(yield* names(context, r.club.has())).toEqual(["Ann", "Bob"]);
    expect(yield* names(context, not(r.club.has()))).toEqual(["Cid"]);
    expect(yield* names(context, not(r.club.has(Club.c.name.eq("blue"))))).toEqual(["Ann", "Bob", "Cid"]);
    expect(yield* names(context, r.club.eq(red))).toEqual(["Ann", "Bob"]);
    expect(yield* names(context, r.club.ne(red))).toEqual(["Cid"]);
    expect(yield* names(context, not(r.club.eq(blue)))).toEqual(["Ann", "Bob", "Cid"]);
    expect(yield* names(context, r.club.eq(null))).toEqual(["Cid"]);
    expect(yield* names(context, r.club.isNotNull())).toEqual(["Ann", "Bob"]);
  });

  test("to one, whose key is on the other side", function* (context) {
    const { ann } = yield* fill(context);
    const { session } = context;
    const card = (yield* session.exec(select(Card).where(Card.r.member.eq(ann)))).one();
    expect(yield* names(context, Member.r.card.eq(card))).toEqual(["Ann"]);
    expect(yield* names(context, Member.r.card.ne(card))).toEqual(["Bob", "Cid"]);
    expect(yield* names(context, Member.r.card.isNull())).toEqual(["Cid"]);
    expect(yield* names(context, Member.r.card.has(Card.r.locker.has(Locker.c.size.gt(4))))).toEqual(["Ann"]);
  });

  test("to many", function* (context) {
    const { red, blue, ann } = yield* fill(context);
    const { session } = context;
    const clubs = (condition: ColumnElement<boolean>): Step<string[]> =>
      (function* (): Step<string[]> {
        return (yield* session.exec(select(Club.c.name).where(condition).orderBy(Club.c.id))).all().toSorted();
      })();
    expect(yield* clubs(Club.r.members.any())).toEqual(["red"]);
    // Bob's age is NULL: nothing is known of him, and all the same it is known whether there is one over 30.
    expect(yield* clubs(not(Club.r.members.any(Member.c.age.gt(50))))).toEqual(["blue", "red"]);
    expect(yield* clubs(Club.r.members.contains(ann))).toEqual(["red"]);
    expect(yield* clubs(not(Club.r.members.contains(ann)))).toEqual(["blue"]);
    expect(yield* names(context, withParent(red, Club.r.members))).toEqual(["Ann", "Bob"]);
    expect(yield* names(context, not(withParent(red, Club.r.members)))).toEqual(["Cid"]);
    expect(yield* names(context, withParent(blue, Club.r.members))).toEqual([]);
    expect((yield* session.exec(select(Club.c.name).where(withParent(ann, Member.r.club)))).all()).toEqual(["red"]);
  });

  test("of a table with itself, along one relationship twice", function* (context) {
    const { ann, bob } = yield* fill(context);
    const { sponsored, sponsor } = Member.r;
    expect(yield* names(context, sponsored.any(Member.c.age.isNull()))).toEqual(["Ann"]);
    expect(yield* names(context, sponsored.any(sponsored.any()))).toEqual(["Ann"]);
    expect(yield* names(context, sponsored.any(sponsored.any(sponsored.any())))).toEqual([]);
    expect(yield* names(context, sponsor.has(sponsor.has(Member.c.name.eq("Ann"))))).toEqual(["Cid"]);
    expect(yield* names(context, sponsor.eq(ann))).toEqual(["Bob"]);
    expect(yield* names(context, sponsored.contains(bob))).toEqual(["Ann"]);
    expect(yield* names(context, withParent(bob, sponsored))).toEqual(["Cid"]);
    const Other = alias(Member, "other");
    const younger = sponsored.of(Other).any(Other.c.id.gt(Member.c.id));
    expect(yield* names(context, younger)).toEqual(["Ann", "Bob"]);
    const found = yield* context.session.exec(
      select(Other.c.name).where(Other.r.sponsor.eq(ann), not(Other.r.sponsored.contains(bob))),
    );
    expect(found.all()).toEqual(["Bob"]);
  });

  test("through a link table", function* (context) {
    const { ann, bob } = yield* fill(context);
    const { friends, friendOf } = Member.r;
    expect(yield* names(context, friends.any())).toEqual(["Cid"]);
    expect(yield* names(context, friends.contains(ann))).toEqual(["Cid"]);
    expect(yield* names(context, not(friends.contains(ann)))).toEqual(["Ann", "Bob"]);
    expect(yield* names(context, friendOf.any(friends.contains(bob)))).toEqual(["Ann", "Bob"]);
    expect(yield* names(context, withParent(ann, friendOf))).toEqual(["Cid"]);
    expect(yield* names(context, withParent(ann, friends))).toEqual([]);
    const joined = select(Member.c.name)
      .join(Member.r.friends.of(alias(Member, "f")))
      .where(friends.contains(ann));
    expect((yield* context.session.exec(joined)).all()).toEqual(["Cid", "Cid"]);
  });

  test("composite keys, of which one part is NULL", function* (context) {
    const { lockers } = yield* fill(context);
    const { session } = context;
    const { locker } = Card.r;
    const cards = (condition: ColumnElement<boolean>): Step<number> =>
      (function* (): Step<number> {
        return (yield* session.exec(select(Card).where(condition))).all().length;
      })();
    expect(yield* cards(locker.eq(lockers[0]))).toBe(1);
    expect(yield* cards(locker.eq(lockers[1]))).toBe(0);
    expect(yield* cards(locker.ne(lockers[0]))).toBe(1);
    expect(yield* cards(locker.ne(lockers[1]))).toBe(2);
    expect(yield* cards(locker.isNull())).toBe(1);
    expect(yield* cards(locker.isNotNull())).toBe(1);
    expect(yield* cards(not(withParent(lockers[1], Locker.r.cards)))).toBe(2);
  });

  test("of a subclass with a table of its own", function* (context) {
    const { red } = yield* fill(context);
    const { session } = context;
    const workers = (condition: ColumnElement<boolean>): Step<string[]> =>
      (function* (): Step<string[]> {
        const plain = (yield* session.exec(select(Worker.c.name).where(condition).orderBy(Worker.c.id))).all();
        const whole = (yield* session.exec(select(Worker).where(condition).orderBy(Worker.c.id))).all();
        expect(whole.map(({ name }) => name)).toEqual(plain);
        return plain;
      })();
    expect(yield* workers(Clerk.r.club.has())).toEqual(["Dora"]);
    expect(yield* workers(Clerk.r.club.has(Club.c.name.eq("blue")))).toEqual([]);
    expect(yield* workers(Clerk.r.club.eq(red))).toEqual(["Dora"]);
    expect((yield* session.exec(select(Clerk.c.name).where(Clerk.r.club.isNull()))).all()).toEqual(["Emil"]);
    expect((yield* session.exec(select(Clerk.c.name).where(withParent(red, Club.r.staff)))).all()).toEqual(["Dora"]);
    const clubs = select(Club.c.name).where(Club.r.staff.any(Clerk.c.name.eq("Dora")));
    expect((yield* session.exec(clubs)).all()).toEqual(["red"]);
  });

  test("what cannot be asked is refused", function* (context) {
    const { ann } = yield* fill(context);
    expect(() => Club.r.members.has()).toThrow("Club.r.members is a collection: use any(), not has().");
    expect(() => Member.r.club.any()).toThrow("Member.r.club is one object: use has(), not any().");
    expect(() => Club.r.members.eq(ann)).toThrow("use contains(), not eq()");
    expect(() => Member.r.club.eq(ann as never)).toThrow("Member.r.club.eq() takes an object of Club, not a Member.");
    expect(() => Member.r.club.eq(undefined as never)).toThrow("not undefined");
    expect(() => Member.r.club.eq(new Club({ name: "new" }))).toThrow(/whose 'id' is not known. Flush the session/);
    expect(() => withParent(ann, Club.r.members)).toThrow("withParent() takes an object of Club, not a Member.");
    expect(() => withParent(ann, Member as never)).toThrow("takes an object and a relationship");
  });
});
