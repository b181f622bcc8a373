/** The statements of compile.ts in Kysely and Drizzle, for PostgreSQL and without a connection. */
import { and, count, desc, eq, gt, gte, ilike, inArray, sql } from "drizzle-orm";
import { boolean, integer, pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";

export function kysely() {
  const db = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const columns = ["id", "name", "email", "age", "active", "team_id"];
  const build = {
    by_key: (turn) => db.selectFrom("member").select(columns).where("id", "=", turn),
    filtered: (turn) =>
      db
        .selectFrom("member")
        .select(columns)
        .where("active", "=", true)
        .where("age", ">=", turn % 90)
        .where("name", "ilike", "a%")
        .where("team_id", "in", [1, 2, turn])
        .orderBy("age", "desc")
        .orderBy("id")
        .limit(20),
    grouped: (turn) =>
      db
        .selectFrom("team")
        .innerJoin("member", "member.team_id", "team.id")
        .select((eb) => ["team.name", eb.fn.countAll().as("members")])
        .where("member.age", ">", turn % 90)
        .groupBy("team.name")
        .having((eb) => eb.fn.countAll(), ">", 1)
        .orderBy("team.name"),
    insert: (turn) =>
      db.insertInto("member").values({ name: "n", email: "e", age: turn, active: true, team_id: 1 }).returning("id"),
    update: (turn) =>
      db
        .updateTable("member")
        .set((eb) => ({ age: eb("age", "+", 1), email: "e" }))
        .where("id", "=", turn)
        .where("active", "=", true),
  };
  return { build, compile: (built) => built.compile() };
}

export function drizzleOrm() {
  const team = pgTable("team", {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    name: text().notNull(),
  });
  const member = pgTable("member", {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    name: text().notNull(),
    email: text().notNull(),
    age: integer(),
    active: boolean().notNull(),
    teamId: integer("team_id"),
  });
  const db = drizzle(async () => ({ rows: [] }));
  const build = {
    by_key: (turn) => db.select().from(member).where(eq(member.id, turn)),
    filtered: (turn) =>
      db
        .select()
        .from(member)
        .where(
          and(
            eq(member.active, true),
            gte(member.age, turn % 90),
            ilike(member.name, "a%"),
            inArray(member.teamId, [1, 2, turn]),
          ),
        )
        .orderBy(desc(member.age), member.id)
        .limit(20),
    grouped: (turn) =>
      db
        .select({ name: team.name, members: count() })
        .from(team)
        .innerJoin(member, eq(member.teamId, team.id))
        .where(gt(member.age, turn % 90))
        .groupBy(team.name)
        .having(gt(count(), 1))
        .orderBy(team.name),
    insert: (turn) =>
      db
        .insert(member)
        .values({ name: "n", email: "e", age: turn, active: true, teamId: 1 })
        .returning({ id: member.id }),
    update: (turn) =>
      db
        .update(member)
        .set({ age: sql`${member.age} + 1`, email: "e" })
        .where(and(eq(member.id, turn), eq(member.active, true))),
  };
  return { build, compile: (built) => built.toSQL() };
}
