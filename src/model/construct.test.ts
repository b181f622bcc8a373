import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import { primaryKey } from "./field.ts";
import { tableFor } from "./table.ts";
import { Hero, problemsOf, Team, valid } from "../../test/support/valid-models.ts";

const table = tableFor(new MetaData());

describe("new", () => {
  test("applies defaults, trims, and leaves what the database makes", () => {
    const hero = new Hero({ ...valid, name: "  Deadpond " });
    expect(Object.fromEntries(Object.entries(hero))).toEqual({
      id: undefined,
      name: "Deadpond",
      secretName: "Dive",
      age: null,
      alignment: "good",
      tags: ["new"],
      settings: null,
      createdAt: undefined,
      initial: undefined,
      teamId: null,
    });
    expect(hero.label).toBe("Deadpond (null)");
    expect(hero).toBeInstanceOf(Hero);
  });

  test("gives all objects the same properties in the same order", () => {
    const all = [new Hero(valid), new Hero({ teamId: 1, secretName: "x", name: "y", id: 3 })];
    expect(new Set(all.map((hero) => Object.keys(hero).join())).size).toBe(1);
  });

  test("does not share a default object", () => {
    const [left, right] = [new Hero(valid), new Hero(valid)];
    left.tags.push("changed");
    expect(right.tags).toEqual(["new"]);
  });

  test("names every problem at once", () => {
    const problems = problemsOf(
      () =>
        new Hero({
          nam: "x",
          name: "x".repeat(51),
          secretName: undefined,
          age: "35",
          settings: { theme: 3 },
          initial: "D",
          team: new Hero(valid),
        } as never),
    );
    expect(problems).toEqual({
      nam: "is no property of Hero. Did you mean 'name'?",
      name: "Too big: expected string to have <=50 characters",
      secretName: "is undefined. Leave it out.",
      age: "Invalid input: expected number, received string",
      "settings.theme": "Invalid input: expected string, received number",
      initial: "is computed by the database. Leave it out.",
      team: "expected a Team, received a Hero",
    });
  });

  test("names the model in its message, and never a value", () => {
    expect(() => new Hero({ ...valid, age: "secret" } as never)).toThrow(
      /^Hero is not valid:\n  Hero\.age: (?!.*secret)/,
    );
  });

  test.each([
    [
      "undefined for a nullable column",
      { ...valid, age: undefined },
      { age: "is undefined. Leave it out, or give null." },
    ],
    [
      "null for a column that has none",
      { ...valid, name: null },
      { name: "Invalid input: expected string, received null" },
    ],
    ["a default of undefined", { ...valid, alignment: undefined }, { alignment: "is undefined. Leave it out." }],
    [
      "a NUL character",
      { ...valid, name: "a\0b" },
      { name: "contains the character U+0000, which databases cannot store" },
    ],
    [
      "half a surrogate pair",
      { ...valid, name: "\ud83d" },
      { name: "contains half of a surrogate pair, which is no character" },
    ],
    [
      "NUL inside JSON",
      { ...valid, settings: { theme: "\0" } },
      { "settings.theme": "contains the character U+0000, which databases cannot store" },
    ],
    [
      "NUL inside an array",
      { ...valid, tags: ["ok", "\0"] },
      { "tags.1": "contains the character U+0000, which databases cannot store" },
    ],
    ["an array for a relationship to one", { ...valid, team: [] }, { team: "expected a Team, received an array" }],
    ["undefined for a relationship", { ...valid, team: undefined }, { team: "is undefined. Leave it out." }],
    ["a key of the prototype", { ...valid, toString: 1 }, { toString: "is no property of Hero." }],
  ])("refuses %s", (_, init, expected) => {
    expect(problemsOf(() => new Hero(init as never))).toEqual(expected);
  });

  test("refuses what is no object", () => {
    for (const init of ["x", 3, null, [valid]])
      expect(() => new Hero(init as never)).toThrow("expected an object of properties");
  });

  test("does not touch prototypes", () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    const body: unknown = JSON.parse(
      '{"name":"x","secretName":"y","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
    );
    expect(Object.keys(problemsOf(() => new Hero(body as never))).sort()).toEqual(["__proto__", "constructor"]);
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
    expect("isAdmin" in {}).toBe(false);
  });

  test("builds a graph, both sides at once", () => {
    const team = new Team({ name: "x", heroes: [new Hero(valid)] });
    expect((team.heroes as Hero[])[0]?.team).toBe(team);
    const hero = new Hero({ ...valid, team });
    expect(team.heroes).toContain(hero);
  });

  test("takes values between program and database as the program has them", () => {
    const moment = z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    class Event extends table("event", { id: primaryKey(), at: moment, name: z.string().brand<"Name">() }) {}
    const event = new Event({ at: new Date(0), name: "x" });
    expect(event.at).toEqual(new Date(0));
    expect(Object.keys(problemsOf(() => new Event({ at: "1970-01-01T00:00:00.000Z", name: "x" } as never)))).toEqual([
      "at",
    ]);
    expect(JSON.stringify(event)).toBe('{"at":"1970-01-01T00:00:00.000Z","name":"x"}');
  });

  test("waits for no asynchronous check", () => {
    class Slow extends table("slow", {
      id: primaryKey(),
      name: z.string().refine(async () => Promise.resolve(true)),
    }) {}
    expect(() => new Slow({ name: "x" })).toThrow("asynchronous check");
  });
});

describe("JSON and consoles", () => {
  test("show what is not hidden and what is loaded, without going round", () => {
    const team = new Team({ name: "x", heroes: [new Hero(valid)] });
    expect(JSON.parse(JSON.stringify(team))).toEqual({
      name: "x",
      heroes: [{ name: "Deadpond", age: null, alignment: "good", tags: ["new"], settings: null, teamId: null }],
    });
    expect(JSON.stringify((team.heroes as Hero[])[0])).toContain('"team":{"name":"x"}');
  });

  test("write bigints, bytes and dates as text", () => {
    class Raw extends table("raw", {
      id: primaryKey(),
      big: z.bigint(),
      bytes: z.instanceof(Uint8Array),
      at: z.date(),
    }) {}
    const raw = new Raw({ big: 2n ** 60n, bytes: new Uint8Array([1, 2, 255]), at: new Date(0) });
    expect(raw.toJSON()).toEqual({ big: "1152921504606846976", bytes: "AQL/", at: "1970-01-01T00:00:00.000Z" });
  });

  test("a console shows no hidden value", () => {
    const hero = new Hero({ ...valid, team: new Team({ name: "x" }) });
    expect(inspect(hero)).toMatch(/^Hero \{/);
    expect(inspect(hero)).toContain("secretName: [hidden]");
    expect(inspect(hero)).toContain("team: <Team id=?>");
    expect(inspect(hero)).not.toContain("Dive");
  });
});
