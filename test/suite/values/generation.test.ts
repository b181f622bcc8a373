/** Values nobody gave: defaults of the program and of the database, generated columns, keys; and keys of every type. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  decimal,
  field,
  func,
  generated,
  insert,
  many,
  now,
  one,
  primaryKey,
  select,
  sql,
  table,
  uuidv7,
  version,
} from "sqlmodel";
import { expect, test } from "vitest";
import { z } from "zod";
import { suite } from "../harness.ts";

let counter = 0;
class Defaulted extends table("defaulted", {
  id: primaryKey(),
  name: z.string(),
  zodValue: z.string().default("zod's"),
  zodFunction: z.int().default(() => (counter += 1)),
  fieldValue: field(z.array(z.string()), { default: ["a"] }),
  fieldFunction: field(z.string(), { default: () => "made" }),
  nullableValue: z.int().nullable().default(7),
  prefault: z.string().trim().prefault("  trimmed  "),
  caught: z.int().nullable(),
}) {}

class ServerMade extends table("server_made", {
  id: primaryKey(),
  name: z.string().max(50),
  price: field(z.string(), { type: decimal(12, 2) }),
  amount: field(z.int(), { serverDefault: 3 }),
  note: field(z.string().max(99), { serverDefault: 'it\'s \\ "so" `far` %s 🦸' }),
  isOpen: field(z.boolean(), { serverDefault: true }),
  createdAt: field(z.date(), { serverDefault: now() }),
  touchedAt: field(z.date().nullable(), { onUpdate: () => new Date("2024-02-29T00:00:00.000Z") }),
  upper: generated(z.string().max(50), (c) => func.upper(c["name"] as never)),
  total: generated(z.int(), sql`amount * 2`),
  lock: version(),
}) {}

class ByUuid extends table(
  "by_uuid",
  { id: primaryKey(z.uuid()), name: z.string() },
  { children: () => many(UuidChild, { backPopulates: "parent" }) },
) {}
class UuidChild extends table(
  "uuid_child",
  { id: primaryKey(z.uuid()), parentId: field(z.uuid(), { foreignKey: "by_uuid.id" }) },
  {
    parent: () => one(ByUuid, { backPopulates: "children" }),
  },
) {}
class ByUuid4 extends table("by_uuid4", { id: primaryKey(z.uuidv4()) }) {}
class ByText extends table("by_text", { code: primaryKey(z.string().max(40)), name: z.string() }) {}
class ByBig extends table("by_big", { id: primaryKey(z.bigint()), name: z.string() }) {}
class ByDay extends table("by_day", {
  day: field(z.iso.date(), { primaryKey: true }),
  moment: field(z.date(), { primaryKey: true }),
  name: z.string(),
}) {}
class ByBytes extends table("by_bytes", { id: primaryKey(z.instanceof(Uint8Array)), name: z.string() }) {}
class ByDecimal extends table("by_decimal", {
  id: primaryKey(z.string(), { type: decimal(20, 2) }),
  name: z.string(),
}) {}

suite("defaults of the program", ({ test }) => {
  test("are there after the constructor, each row with its own", function* ({ session, openSession }) {
    counter = 0;
    const [first, second] = [
      new Defaulted({ name: "a" }),
      new Defaulted({ name: "b", zodValue: "given", nullableValue: null }),
    ];
    first.fieldValue.push("b");
    expect([first.zodFunction, second.zodFunction]).toEqual([1, 2]);
    session.add(first, second);
    yield* session.commit();
    yield* session.close();
    const rows = (yield* openSession().exec(select(Defaulted).orderBy(Defaulted.c.id))).all();
    const shown = rows.map(({ zodValue, zodFunction, fieldValue, fieldFunction, nullableValue, prefault }) => ({
      zodValue,
      zodFunction,
      fieldValue,
      fieldFunction,
      nullableValue,
      prefault,
    }));
    expect(shown).toEqual([
      {
        zodValue: "zod's",
        zodFunction: 1,
        fieldValue: ["a", "b"],
        fieldFunction: "made",
        nullableValue: 7,
        prefault: "trimmed",
      },
      {
        zodValue: "given",
        zodFunction: 2,
        fieldValue: ["a"],
        fieldFunction: "made",
        nullableValue: null,
        prefault: "trimmed",
      },
    ]);
  });

  test("an insert statement takes them as well", function* ({ session }) {
    yield* session.exec(insert(Defaulted).values({ name: "x" } as never));
    const row = (yield* session.exec(select(Defaulted))).one();
    expect([row.zodValue, row.fieldFunction, row.nullableValue]).toEqual(["zod's", "made", 7]);
  });
});

suite("defaults of the database", ({ test }) => {
  test("are known after the flush without a refresh, one row or many", function* ({ session, openSession }) {
    const before = Date.now();
    const single = new ServerMade({ name: "one", price: "2.50" });
    session.add(single);
    yield* session.flush();
    const rows = [
      new ServerMade({ name: "two", price: "1.10", amount: 4 }),
      new ServerMade({ name: "thrëe", price: "0.10", note: "given" }),
      new ServerMade({ name: "four", price: "3.00", isOpen: false }),
    ];
    session.addAll(rows);
    yield* session.flush();
    const shown = [single, ...rows].map(({ amount, note, isOpen, upper, total, lock }) => [
      amount,
      note,
      isOpen,
      upper,
      total,
      lock,
    ]);
    const text = 'it\'s \\ "so" `far` %s 🦸';
    expect(shown).toEqual([
      [3, text, true, "ONE", 6, 1],
      [4, text, true, "TWO", 8, 1],
      [3, "given", true, expect.stringMatching(/^THR[ëË]E$/), 6, 1],
      [3, text, false, "FOUR", 6, 1],
    ]);
    for (const row of [single, ...rows]) expect(Math.abs(row.createdAt.getTime() - before)).toBeLessThan(60_000);
    yield* session.commit();
    expect(session.dirty).toEqual([]);
    yield* session.close();
    const stored = (yield* openSession().exec(select(ServerMade).orderBy(ServerMade.c.id))).all();
    expect(stored.map(({ createdAt }) => createdAt)).toEqual([single, ...rows].map(({ createdAt }) => createdAt));
  });

  test("an update reads generated columns again and sets what onUpdate makes", function* ({ session, openSession }) {
    const rows = [new ServerMade({ name: "a", price: "1.00" }), new ServerMade({ name: "b", price: "1.00" })];
    session.addAll(rows);
    yield* session.commit();
    for (const row of rows) row.amount = 5;
    yield* session.commit();
    yield* session.close();
    const stored = (yield* openSession().exec(select(ServerMade).orderBy(ServerMade.c.id))).all();
    expect(stored.map(({ total, touchedAt, lock }) => [total, touchedAt, lock])).toEqual([
      [10, new Date("2024-02-29T00:00:00.000Z"), 2],
      [10, new Date("2024-02-29T00:00:00.000Z"), 2],
    ]);
    expect(rows.map(({ total, lock }) => [total, lock])).toEqual([
      [10, 2],
      [10, 2],
    ]);
  });

  test("a generated column cannot be given and is refused when it is changed", function* ({ session }) {
    expect(() => new ServerMade({ name: "a", price: "1.00", upper: "x" } as never)).toThrow("upper");
    const row = new ServerMade({ name: "a", price: "1.00" });
    session.add(row);
    yield* session.commit();
    row.upper = "FORGED";
    row.name = "b";
    try {
      yield* session.commit();
    } catch (error) {
      expect(String(error)).toContain("upper");
      return;
    }
    expect((yield* session.exec(select(ServerMade.c.upper))).one()).toBe("B");
    expect(row.upper).toBe("B");
  });
});

suite("keys", ({ test }) => {
  test("uuid keys are made by the program, known before the flush, and sort by age", function* ({
    session,
    openSession,
  }) {
    const parents = Array.from({ length: 50 }, (_, index) => new ByUuid({ name: String(index) }));
    const child = new UuidChild({ parent: parents[7]! });
    expect(parents[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    session.addAll(parents);
    session.add(child);
    yield* session.commit();
    yield* session.close();
    const fresh = openSession();
    const names = (yield* fresh.exec(select(ByUuid.c.name).orderBy(ByUuid.c.id))).all();
    expect(names).toEqual(parents.map(({ name }) => name));
    const found = yield* fresh.get(ByUuid, parents[7]!.id.toUpperCase());
    expect(found?.name).toBe("7");
    expect(yield* fresh.get(ByUuid, parents[7]!.id)).toBe(found);
    expect((yield* fresh.load(found!, "children")).map(({ id }) => id)).toEqual([child.id]);
    expect(new ByUuid4({}).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const many7 = Array.from({ length: 5000 }, () => uuidv7());
    expect(new Set(many7).size).toBe(5000);
    expect([...many7].sort()).toEqual(many7);
  });

  test("T01 T16 each key's row is found by get, once, whatever its type", function* ({ session, openSession }) {
    const day = "2024-02-29";
    const moment = new Date("2024-03-10T02:30:00.123Z");
    const bytes = Uint8Array.of(1, 0, 255);
    const rows = [
      new ByText({ code: "it's \\ é%", name: "text" }),
      new ByBig({ id: 2n ** 53n + 1n, name: "big" }),
      new ByDay({ day, moment, name: "day" }),
      new ByBytes({ id: bytes, name: "bytes" }),
      new ByDecimal({ id: "12345678901234567.10", name: "decimal" }),
    ];
    session.addAll(rows);
    yield* session.commit();
    expect(yield* session.get(ByBig, 2n ** 53n + 1n)).toBe(rows[1]);
    yield* session.close();
    const fresh = openSession();
    const found = [
      yield* fresh.get(ByText, "it's \\ é%"),
      yield* fresh.get(ByBig, 2n ** 53n + 1n),
      yield* fresh.get(ByDay, [day, moment]),
      yield* fresh.get(ByBytes, Uint8Array.from(bytes)),
      yield* fresh.get(ByDecimal, "12345678901234567.1"),
    ];
    expect(found.map((entity) => entity?.name)).toEqual(["text", "big", "day", "bytes", "decimal"]);
    expect(yield* fresh.get(ByBig, 2n ** 53n)).toBeNull();
    expect(yield* fresh.get(ByDay, { day, moment: new Date(moment) })).toBe(found[2]);
    for (const [model, entity] of [
      [ByText, found[0]],
      [ByBig, found[1]],
      [ByDay, found[2]],
      [ByBytes, found[3]],
      [ByDecimal, found[4]],
    ] as const) {
      expect((yield* fresh.exec(select(model))).one()).toBe(entity);
      (entity as { name: string }).name = "changed";
    }
    yield* fresh.commit();
    for (const model of [ByText, ByBig, ByDay, ByBytes, ByDecimal])
      expect((yield* fresh.exec(select(model.c.name))).one()).toBe("changed");
    for (const entity of found) fresh.delete(entity!);
    yield* fresh.commit();
    expect((yield* fresh.exec(select(ByBytes))).all()).toEqual([]);
  });

  test("T16 texts are equal where their characters are: case, accents and spaces count", function* ({ session }) {
    const codes = ["a", "A", "a ", "á", "a\u0301", "ß", "ss"];
    session.addAll(codes.map((code) => new ByText({ code, name: code })));
    yield* session.flush();
    expect((yield* session.exec(select(func.count(ByText.c.code)))).one()).toBe(codes.length);
    for (const code of codes) {
      expect((yield* session.exec(select(ByText.c.code).where(ByText.c.code.eq(code)))).all()).toEqual([code]);
      expect((yield* session.exec(select(ByText.c.code).where(ByText.c.name.eq(code)))).all()).toEqual([code]);
      expect((yield* session.get(ByText, code))?.code).toBe(code);
    }
  });
});

/** What a process in another time zone writes and reads, on each database. */
async function inZone(zone: string): Promise<string> {
  const script = fileURLToPath(new URL("./time-zone.ts", import.meta.url));
  const loader = new URL("../../../scripts/ts-loader.mjs", import.meta.url).href;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--import", loader, script], {
    env: { ...process.env, TZ: zone, SQLMODEL_FROM: "source" },
  });
  return stdout;
}

test("T06 T07 the process's time zone changes nothing that is stored or read", async () => {
  const utc = await inZone("UTC");
  if (utc !== "")
    expect(utc).toContain(
      '"moment":"2024-03-10T02:30:00.123Z","local":"2024-03-10T02:30:00.123Z","instant":"2024-03-10T02:30:00.123000Z"',
    );
  for (const zone of ["America/New_York", "Asia/Kathmandu"]) expect(await inZone(zone), zone).toBe(utc);
});
