/** A model with JSON columns, and what the cases on them share. */
import { field, insert, json, primaryKey, select, table, type ColumnElement } from "sqlmodel";
import { z } from "zod";
import type { Step } from "../harness.ts";
import type { SuiteSession } from "../suite-session.ts";

export class Place extends table("json_place", {
  id: primaryKey(),
  name: z.string(),
  visits: field(z.int(), { default: 0 }),
  big: field(z.bigint(), { default: 0n }),
  open: field(z.boolean(), { default: true }),
  address: z
    .object({
      city: z.string(),
      zip: z.string().optional(),
      floor: z.number().nullable(),
      lift: z.boolean(),
      tags: z.array(z.string()),
      geo: z.object({ lat: z.number(), lon: z.number() }).optional(),
      rooms: z.array(z.object({ name: z.string(), size: z.number() })).optional(),
    })
    .nullable(),
  free: z.unknown(),
  plain: field(z.unknown(), { type: json() }),
}) {}

export const full = {
  city: "Görlitz",
  zip: "02826",
  floor: 3,
  lift: true,
  tags: ["a", "b", "c"],
  geo: { lat: 51.15, lon: 15 },
  rooms: [
    { name: "kitchen", size: 9 },
    { name: "hall", size: 12.5 },
  ],
};
export const bare = { city: "10", floor: null, lift: false, tags: [] };

export function* seed(session: SuiteSession): Step<void> {
  session.add(
    new Place({ name: "full", address: full, visits: 3, big: 9_007_199_254_740_993n }),
    new Place({ name: "bare", address: bare, open: false }),
    new Place({ name: "none", address: null }),
  );
  yield* session.commit();
}

export function* names(session: SuiteSession, condition: ColumnElement<boolean>): Step<string[]> {
  return (yield* session.exec(select(Place.c.name).where(condition).orderBy(Place.c.id))).all();
}

/** One expression for each of the three places. */
export function* values<T>(session: SuiteSession, element: ColumnElement<T>): Step<T[]> {
  return (yield* session.exec(select(element).orderBy(Place.c.id))).all();
}

/** `value` stored alone, and one expression over it. */
export function* stored<T>(session: SuiteSession, value: unknown, element: ColumnElement<T>): Step<T> {
  yield* session.exec(insert(Place).values({ name: "stored", address: null, free: value, plain: value }));
  const found = (yield* session.exec(select(element).where(Place.c.name.eq("stored")))).one();
  yield* session.rollback();
  return found;
}
