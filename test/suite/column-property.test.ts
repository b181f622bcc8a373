/** Column properties: computed by an SQL expression in the SELECT of the entity, in every way an entity is loaded. */
import {
  alias,
  ArgumentError,
  ColumnNotLoadedError,
  columnProperty,
  deleteFrom,
  discriminator,
  exists,
  field,
  func,
  inherit,
  insert,
  joined,
  many,
  mapperOf,
  one,
  primaryKey,
  ReadOnlyPropertyError,
  select,
  table,
  update,
  ValidationError,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite } from "./harness.ts";
import { rejects } from "./rejects.ts";
import type { Step, SuiteSession } from "./suite-session.ts";

const timed = {
  createdAt: z.date(),
  year: columnProperty(z.int(), (c) => func.extract("year", c.createdAt)),
};

class Club extends table(
  "club",
  {
    id: primaryKey(),
    name: z.string(),
    city: z.string(),
    partnerId: field(z.int().nullable(), { foreignKey: "club.id" }),
    title: columnProperty(z.string(), () => Club.c.name.concat(" of ").concat(Club.c.city)),
    playerCount: columnProperty(z.int(), () => select(func.count()).from(Player).where(Player.c.clubId.eq(Club.c.id))),
    // A FROM of its own, which the statement around it has as well.
    bestName: columnProperty(z.string().nullable(), () =>
      select(Player.c.name)
        .where(Player.c.clubId.eq(Club.c.id))
        .orderBy(Player.c.goals.desc())
        .limit(1)
        .scalarSubquery(),
    ),
    partnerships: columnProperty(z.int(), () => {
      const other = alias(Club, "other");
      return select(func.count()).from(other).where(other.c.partnerId.eq(Club.c.id));
    }),
    isBig: columnProperty(z.boolean(), () => Club.c.playerCount.ge(2)),
    secret: columnProperty(z.string(), () => func.lower(Club.c.name), { hidden: true }),
  },
  {
    players: () => many(Player, { backPopulates: "club", orderBy: Player.c.name }),
    partner: () => one(Club).nullable(),
  },
) {}

class Player extends table(
  "player",
  {
    id: primaryKey(),
    kind: discriminator(),
    name: z.string(),
    goals: z.int().default(0),
    clubId: field(z.int().nullable(), { foreignKey: "club.id", onDelete: "CASCADE" }),
    double: columnProperty(z.int(), () => Player.c.goals.times(2)),
    clubName: columnProperty(z.string().nullable(), () =>
      select(Club.c.name).where(Club.c.id.eq(Player.c.clubId)).scalarSubquery(),
    ),
    ...timed,
  },
  { club: () => one(Club, { backPopulates: "players" }).nullable() },
) {}

class Keeper extends inherit(Player, "keeper", {
  saves: z.int(),
  score: columnProperty(z.int(), () => Keeper.c.saves.plus(Keeper.c.goals)),
}) {}
class Captain extends inherit(Player, {
  armband: z.string(),
  badge: columnProperty(z.string(), () => Captain.c.armband.concat("!")),
}) {}

const at = { createdAt: new Date("2024-05-01T00:00:00Z") };

function* fill(session: SuiteSession): Step<void> {
  const reds = new Club({ name: "Reds", city: "Ayr" });
  const blues = new Club({ name: "Blues", city: "Bor", partner: reds });
  session.addAll([
    reds,
    blues,
    new Player({ name: "Ann", goals: 3, club: reds, ...at }),
    new Keeper({ name: "Bob", goals: 1, saves: 9, club: reds, ...at }),
    new Captain({ name: "Cy", goals: 5, armband: "red", club: blues, ...at }),
  ]);
  yield* session.commit();
  session.raw.expungeAll();
}

suite("column properties", ({ test }) => {
  test("are read with the entity, by one statement", function* ({ session, forget, statements }) {
    yield* fill(session);
    forget();
    const clubs = (yield* session.exec(select(Club).orderBy(Club.c.playerCount.desc()))).all();
    expect(
      clubs.map((club) => [club.title, club.playerCount, club.bestName, club.partnerships, club.isBig, club.secret]),
    ).toEqual([
      ["Reds of Ayr", 2, "Ann", 1, true, "reds"],
      ["Blues of Bor", 1, "Cy", 0, false, "blues"],
    ]);
    expect(statements).toHaveLength(1);
    const json = JSON.parse(JSON.stringify(clubs[0])) as Record<string, unknown>;
    expect(json).toMatchObject({ title: "Reds of Ayr", playerCount: 2, isBig: true });
    expect(json).not.toHaveProperty("secret");
    expect(Club.publicSchema.parse(clubs[0])).toMatchObject({ title: "Reds of Ayr", playerCount: 2 });
    forget();
    expect((yield* session.get(Club, clubs[0]?.id))?.playerCount).toBe(2);
    expect(statements).toHaveLength(0);
  });

  test("come with what is included, in one statement each", function* ({ session, forget, statements }) {
    yield* fill(session);
    forget();
    const later = (yield* session.exec(
      select(Club)
        .include({ players: { club: true } })
        .orderBy(Club.c.id),
    )).all();
    expect(statements).toHaveLength(2);
    expect(later.map((club) => club.players.map((player) => [player.double, player.clubName]))).toEqual([
      [
        [6, "Reds"],
        [2, "Reds"],
      ],
      [[10, "Blues"]],
    ]);
    session.raw.expungeAll();
    forget();
    const once = select(Player)
      .include({ club: joined({ partner: joined() }) })
      .orderBy(Player.c.id);
    const [ann, bob, cy] = (yield* session.exec(once)).all();
    expect(statements).toHaveLength(1);
    expect([ann?.club?.playerCount, cy?.club?.title, cy?.club?.partner?.partnerships]).toEqual([2, "Blues of Bor", 1]);
    // Rows of a tree are objects of their own classes, with their own properties.
    expect([(bob as Keeper).score, (cy as Captain).badge, cy?.year]).toEqual([10, "red!", 2024]);
    session.raw.expungeAll();
    const [loaded] = (yield* session.exec(select(Club).where(Club.c.name.eq("Reds")))).all();
    yield* session.load(loaded as Club, "players");
    expect((loaded as unknown as { players: Player[] }).players.map(({ double }) => double)).toEqual([6, 2]);
  });

  test("are like columns in statements", function* ({ session }) {
    yield* fill(session);
    const rows = function* <R>(statement: { readonly row: R }): Step<unknown[]> {
      return (yield* session.exec(statement)).all();
    };
    expect(yield* rows(select(Club.c.playerCount).orderBy(Club.c.title))).toEqual([1, 2]);
    expect(yield* rows(select(Club.c.name).where(Club.c.isBig, Club.c.title.startsWith("Reds")))).toEqual(["Reds"]);
    const grouped = select(Club.c.playerCount, func.count()).groupBy(Club.c.playerCount).orderBy(Club.c.playerCount);
    expect(yield* rows(grouped)).toEqual([
      [1, 1],
      [2, 1],
    ]);
    // What the statement has in its FROM is not what a subquery of the property reads from.
    const both = select(Player.c.name, Player.c.clubName, Club.c.playerCount).join(Club, Club.c.id.eq(Player.c.clubId));
    expect(yield* rows(both.orderBy(Player.c.id))).toEqual([
      ["Ann", "Reds", 2],
      ["Bob", "Reds", 2],
      ["Cy", "Blues", 1],
    ]);
    expect(yield* rows(select(func.sum(Club.c.playerCount)))).toEqual([3]);
    // A subclass's property is asked of its rows alone, and so is one that it inherits.
    expect(yield* rows(select(Keeper.c.score))).toEqual([10]);
    expect(yield* rows(select(Captain.c.badge))).toEqual(["red!"]);
    expect(yield* rows(select(Keeper.c.double))).toEqual([2]);
    expect(yield* rows(select(Captain.c.clubName))).toEqual(["Blues"]);
    expect(
      yield* rows(select(Player.c.name).where(exists(select(Club.c.id).where(Club.c.title.eq(Player.c.clubName))))),
    ).toEqual([]);
    yield* session.exec(update(Club).where(Club.c.playerCount.gt(1)).values({ city: Club.c.title }));
    expect(yield* rows(select(Club.c.city).orderBy(Club.c.id))).toEqual(["Reds of Ayr", "Bor"]);
  });

  test("of aliases and of entities in subqueries", function* ({ session }) {
    yield* fill(session);
    const rival = alias(Club, "rival");
    const pairs = select(Club.c.title, rival).join(rival, rival.c.id.eq(Club.c.partnerId));
    const [[title, partner] = []] = (yield* session.exec(pairs.where(rival.c.playerCount.eq(2)))).all();
    expect([title, partner?.title, partner?.bestName, partner?.partnerships]).toEqual([
      "Blues of Bor",
      "Reds of Ayr",
      "Ann",
      1,
    ]);
    expect((yield* session.exec(select(rival.c.partnerships, rival.c.isBig).orderBy(rival.c.id))).all()).toEqual([
      [1, true],
      [0, false],
    ]);
    const keeper = alias(Keeper, "k");
    expect((yield* session.exec(select(keeper.c.score, keeper.c.double))).all()).toEqual([[10, 2]]);
    session.raw.expungeAll();
    // From a subquery, and from one of an alias.
    const top = select(Club).orderBy(Club.c.playerCount.desc()).limit(1).subquery("top");
    const first = alias(Club, top);
    const [found] = (yield* session.exec(select(first).where(first.c.playerCount.gt(0)))).all();
    expect([found?.title, found?.playerCount, found?.secret]).toEqual(["Reds of Ayr", 2, "reds"]);
    expect((yield* session.exec(select(top.c.title, top.c.playerCount))).one()).toEqual(["Reds of Ayr", 2]);
    session.raw.expungeAll();
    const nested = alias(Club, select(rival).where(rival.c.isBig).cte("big"));
    expect((yield* session.exec(select(nested))).one().title).toBe("Reds of Ayr");
    const renamed = select({ n: Club.c.playerCount }).subquery("counts");
    expect((yield* session.exec(select(renamed.c.n).orderBy(renamed.c.n))).all()).toEqual([1, 2]);
    const players = alias(Player, select(Player).subquery("p"));
    const read = (yield* session.exec(select(players).orderBy(players.c.id))).all();
    expect(read.map((player) => (player instanceof Keeper ? player.score : player.double))).toEqual([6, 10, 10]);
    const united = select(Club)
      .where(Club.c.id.eq(1))
      .union(select(Club).where(Club.c.id.eq(2)));
    session.raw.expungeAll();
    expect(
      (yield* session.exec(united))
        .all()
        .map(({ playerCount }) => playerCount)
        .sort((left, right) => left - right),
    ).toEqual([1, 2]);
    // A subquery of the property has the name already: an error, and not its rows.
    const other = alias(Club, "other");
    yield* rejects(session.exec(select(other.c.partnerships)), "another 'other'");
    const partly = select(Club).loadOnly("name").subquery("partly");
    expect(() => alias(Club, partly)).toThrow(ArgumentError);
  });

  test("are there on pages and in streams, and left out by loadOnly and defer", function* ({
    session,
    statements,
    forget,
  }) {
    yield* fill(session);
    const byCount = select(Club).orderBy(Club.c.playerCount.desc(), Club.c.id);
    const first = yield* session.page(byCount, { limit: 1 });
    const second = yield* session.page(byCount, { limit: 1, after: first.nextCursor });
    expect([...first.items, ...second.items].map(({ playerCount }) => playerCount)).toEqual([2, 1]);
    expect((yield* session.paginate(byCount, { page: 2, size: 1 })).items[0]?.title).toBe("Blues of Bor");
    session.raw.expungeAll();
    forget();
    const [partial] = (yield* session.exec(select(Club).loadOnly("name", "title").orderBy(Club.c.id))).all();
    expect(statements.join()).not.toMatch(/count/i);
    expect(partial?.title).toBe("Reds of Ayr");
    expect(() => partial?.playerCount).toThrow(ColumnNotLoadedError);
    expect(JSON.stringify(partial)).not.toContain("playerCount");
    yield* session.refresh(partial as Club, ["playerCount"]);
    expect(partial?.playerCount).toBe(2);
    session.raw.expungeAll();
    const [deferred] = (yield* session.exec(select(Club).defer("bestName").orderBy(Club.c.id))).all();
    expect(deferred?.playerCount).toBe(2);
    expect(() => deferred?.bestName).toThrow(/'bestName' of <Club id=1> is not loaded/);
    expect((yield* session.get(Club, 1))?.bestName).toBe("Ann");
    const [plain] = (yield* session.exec(select(Club).orderBy(Club.c.id).readOnly())).all();
    expect(plain?.title).toBe("Reds of Ayr");
  });

  test("are forgotten when a write may have changed them", function* ({ session, forget, statements }) {
    yield* fill(session);
    const club = (yield* session.get(Club, 1)) as Club;
    const player = (yield* session.get(Player, 1)) as Player;
    player.goals = 4;
    yield* session.flush();
    expect(() => player.double).toThrow(ColumnNotLoadedError);
    expect(() => club.bestName).toThrow(/session\.refresh/);
    // What the write cannot have touched stays.
    expect([player.clubName, club.title]).toEqual(["Reds", "Reds of Ayr"]);
    yield* session.refresh(player);
    expect(player.double).toBe(8);
    // The next query for the entity brings what is missing.
    expect((yield* session.get(Club, 1))?.bestName).toBe("Ann");
    const added = new Player({ name: "Di", club, ...at });
    expect(() => added.double).toThrow(/not written yet/);
    session.add(added);
    yield* session.flush();
    expect(() => [added.double]).toThrow(ColumnNotLoadedError);
    expect(() => club.playerCount).toThrow(ColumnNotLoadedError);
    forget();
    const again = (yield* session.exec(select(Player).orderBy(Player.c.id))).all();
    expect([again.at(-1) === added, added.double, added.clubName, added.year]).toEqual([true, 0, "Reds", 2024]);
    yield* session.refresh(club);
    expect([club.playerCount, statements.length]).toEqual([3, 2]);
    // Statements of the program's own.
    yield* session.exec(update(Player).where(Player.c.id.eq(1)).values({ goals: 7 }));
    expect(() => player.double).toThrow(ColumnNotLoadedError);
    expect(added.double).toBe(0);
    expect(() => club.bestName).toThrow(ColumnNotLoadedError);
    yield* session.refresh(club);
    yield* session.bulkInsert(Player, [{ name: "Ed", clubId: 1, ...at }] as never);
    expect(() => club.playerCount).toThrow(ColumnNotLoadedError);
    yield* session.refresh(club);
    yield* session.bulkUpdate(Player, [{ id: 1, goals: 8 }]);
    expect(() => club.bestName).toThrow(ColumnNotLoadedError);
    yield* session.refresh(club);
    yield* session.exec(deleteFrom(Player).where(Player.c.name.eq("Ed")));
    expect(() => club.playerCount).toThrow(ColumnNotLoadedError);
    yield* session.refresh(club);
    expect(club.playerCount).toBe(3);
    // A rollback takes back what was read of it.
    yield* session.rollback();
    expect(() => club.playerCount).toThrow(ColumnNotLoadedError);
    expect((yield* session.get(Club, 1))?.playerCount).toBe(2);
    expect(player.goals).toBe(3);
    // The same for what a cascade of the database deletes.
    const blues = (yield* session.exec(select(Club).where(Club.c.id.eq(2)))).one();
    session.delete(blues);
    yield* session.flush();
    expect(() => club.playerCount).toThrow(ColumnNotLoadedError);
    session.raw.expire(club);
    expect(() => club.title).toThrow(ColumnNotLoadedError);
    yield* session.refresh(club);
    expect([club.title, club.playerCount, club.partnerships]).toEqual(["Reds of Ayr", 2, 0]);
  });

  test("are not in what RETURNING brings", function* ({ session }) {
    yield* fill(session);
    const club = (yield* session.get(Club, 1)) as Club;
    const changed = update(Club).where(Club.c.id.eq(1)).values({ city: "Rom" }).returning(Club);
    expect((yield* session.exec(changed)).one()).toBe(club);
    expect(() => club.title).toThrow(ColumnNotLoadedError);
    const made = (yield* session.exec(insert(Club).values({ name: "Greys", city: "Ulm" }).returning(Club))).one();
    expect(() => made.title).toThrow(ColumnNotLoadedError);
    const all = (yield* session.exec(select(Club).orderBy(Club.c.id))).all();
    expect(all.map(({ title }) => title)).toEqual(["Reds of Rom", "Blues of Bor", "Greys of Ulm"]);
    const value = update(Club).where(Club.c.id.eq(1)).values({ city: "Bern" }).returning(Club.c.id, Club.c.title);
    expect((yield* session.exec(value)).one()).toEqual([1, "Reds of Bern"]);
  });

  test("are read only", function* ({ session }) {
    yield* fill(session);
    const club = (yield* session.get(Club, 1)) as Club;
    expect(() => {
      (club as { title: string }).title = "x";
    }).toThrow(ReadOnlyPropertyError);
    expect(() => new Club({ name: "x", city: "y", title: "z" } as never)).toThrow(ValidationError);
    expect(() => new Club({ name: "x", city: "y", title: "z" } as never)).toThrow(/title: is computed by the database/);
    for (const write of [
      () => session.exec(update(Club).values({ title: "x" } as never)),
      () => session.exec(insert(Club).values({ name: "x", city: "y", title: "z" } as never)),
    ])
      yield* rejects(
        (function* (): Step<void> {
          yield* write();
        })(),
        "'title', which the database computes",
      );
    yield* rejects(session.bulkUpdate(Club, [{ id: 1, title: "x" } as never]), "which the database computes");
    expect(Object.keys(Club.createSchema.shape)).not.toContain("title");
    expect(Object.keys(Club.updateSchema.shape)).not.toContain("title");
    expect(Club.table.columns.map(({ name }) => name)).toEqual(["id", "name", "city", "partner_id"]);
    expect(mapperOf(Club).expressions.map(({ key }) => key)).toContain("title");
    const copy = yield* session.merge(club);
    expect(copy.title).toBe("Reds of Ayr");
  });
});
