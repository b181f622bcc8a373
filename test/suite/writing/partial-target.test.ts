/** Upserts on a partial unique index. */
import { func, insert, primaryKey, select, sql, table } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite } from "../harness.ts";

class Desk extends table("desk", {
  id: primaryKey(),
  place: z.string().max(20),
  state: z.string().max(20).nullable(),
  visits: z.int().default(0),
}) {}

suite("the target of an upsert is a partial index", ({ test }) => {
  test.on("sqlite", "postgresql")("rows outside of it are in nobody's way", function* ({ session }) {
    // Not in tableArgs: createAll is for all databases, and MySQL has no such index.
    yield* session.text(sql`CREATE UNIQUE INDEX uq_open_desk ON desk (place) WHERE state IS NOT NULL`);
    const target = { columns: Desk.c.place, where: Desk.c.state.isNotNull() };
    const upsert = (state: string | null) =>
      insert(Desk)
        .values({ place: "hall", state })
        .onConflictDoUpdate({ target, set: { visits: Desk.c.visits.plus(1) } });
    for (const state of [null, null, "open", "open", "busy"]) yield* session.exec(upsert(state));
    const statement = select(Desk.c.state, Desk.c.visits).orderBy(Desk.c.id);
    expect((yield* session.exec(statement)).all()).toEqual([
      [null, 0],
      [null, 0],
      ["open", 2],
    ]);
    yield* session.exec(insert(Desk).values({ place: "hall", state: "new" }).onConflictDoNothing({ target }));
    expect((yield* session.exec(select(func.count()).from(Desk))).one()).toBe(3);
    yield* session.text(sql`DROP INDEX uq_open_desk`);
    yield* session.commit();
  });

  test("a condition with values must be that of an index of the model", function* () {
    const target = { columns: Desk.c.place, where: Desk.c.state.eq("open") };
    expect(() =>
      insert(Desk).values({ place: "hall", state: "open" }).onConflictDoNothing({ target }).toStatement(),
    ).toThrow("No unique index of Desk on place has this condition.");
    yield* [];
  });
});
