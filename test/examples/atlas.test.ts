/** The atlas example on the data of five countries: what it loads, what it answers, and how many queries an answer costs. */
import {
  createAsyncEngine,
  ForeignKeyViolation,
  func,
  metadata,
  select,
  ValidationError,
  type AnyModel,
  type AsyncEngine,
} from "sqlmodel";
import { upgrade } from "sqlmodel/migration";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../../examples/atlas/ask.ts";
import { migrationsOf } from "../../examples/atlas/database.ts";
import { load, openEdition, type LoadReport } from "../../examples/atlas/load.ts";
import { Border, City, Country, CountryLanguage } from "../../examples/atlas/models.ts";
import * as questions from "../../examples/atlas/questions.ts";
import { readSource, type Source } from "../../examples/atlas/source.ts";
import { autogenerate } from "../../src/migration/autogenerate.ts";
import { ScriptDirectory } from "../../src/migration/revision/script-directory.ts";
import { roundTrip } from "../../src/migration/round-trip.ts";
import { targets } from "../suite/databases.ts";

const chosen = ["AT", "CH", "LI", "LK", "IN"];
const progress: string[] = [];
let engine: AsyncEngine;
let source: Source;
let report: LoadReport;

function reduced({ countries, regions, districts, cities }: Source): Source {
  const isInside = ({ code }: { readonly code: string }) => chosen.includes(code.slice(0, 2));
  return {
    countries: countries.filter(({ cca2 }) => chosen.includes(cca2)),
    regions: regions.filter(isInside),
    districts: districts.filter(isInside),
    cities: cities.filter(({ country }) => chosen.includes(country)),
  };
}

beforeAll(async () => {
  source = reduced(readSource());
  engine = createAsyncEngine("sqlite::memory:");
  await upgrade(engine, { migrations: migrationsOf(engine) });
  report = await load(engine, source, (task, done, total) => progress.push(`${task} ${String(done)}/${String(total)}`));
});
afterAll(() => engine.dispose());

test("everything is loaded, and gaps of the data are counted", () => {
  const { regions, districts, cities } = source;
  expect(report).toEqual({
    countries: 5,
    regions: regions.length,
    districts: districts.length,
    cities: cities.length,
    citiesWithoutRegion: 1,
    citiesWithoutDistrict: 68,
  });
  expect(progress.at(-1)).toBe(`cities ${String(cities.length)}/${String(cities.length)}`);
  expect(progress.filter((line) => line.startsWith("cities"))).toHaveLength(1 + Math.ceil(cities.length / 5_000));
});

test("the database holds what the data says", async () => {
  const { value: counts } = await ask(engine, async (session) => {
    const count = async (model: AnyModel) => (await session.exec(select(func.count()).from(model))).one();
    return [await count(Country), await count(CountryLanguage), await count(Border), await count(City)];
  });
  const { countries, cities } = source;
  const borders = countries.flatMap((country) =>
    country.borders.filter((code) => countries.some(({ cca3 }) => cca3 === code)),
  );
  const languages = countries.flatMap((country) => Object.keys(country.languages));
  expect(counts).toEqual([5, languages.length, borders.length, cities.length]);
});

test("a city whose region the data does not define is in its country all the same", async () => {
  const statement = select(City).where(City.c.regionCode.isNull()).include({ country: true, region: true });
  const { value: city } = await ask(engine, async (session) => (await session.exec(statement)).one());
  expect(city).toMatchObject({ region: null, districtCode: null });
  expect(city.country.code).toBe(city.countryCode);
});

test("a country, its neighbours and their languages cost four queries", async () => {
  const { value: austria, queries } = await ask(engine, (session) => questions.neighbourhood(session, "AT"));
  expect(queries).toBe(4);
  expect(austria.title).toBe("🇦🇹 Austria");
  expect(austria.languages.map(({ name }) => name)).toEqual(["Austro-Bavarian German"]);
  expect(austria.neighbours.map(({ name }) => name)).toEqual(["Liechtenstein", "Switzerland"]);
  expect(austria.neighbours[1]?.languages.map(({ code }) => code)).toEqual(["fra", "ita", "roh", "gsw"]);
});

test("a journey over all borders costs two", async () => {
  const { value: path, queries } = await ask(engine, (session) => questions.journey(session, "LI", "AT"));
  expect(queries).toBe(2);
  expect(path.map(({ code }) => code)).toEqual(["LI", "AT"]);
  expect((await ask(engine, (session) => questions.journey(session, "LK", "AT"))).value).toEqual([]);
});

test("loading late in a loop costs one query a relationship", async () => {
  const { value, queries } = await ask(engine, (session) => questions.southernmost(session, 20));
  expect(queries).toBe(3);
  expect(value).toHaveLength(20);
  expect(value[0]).toMatchObject({ city: { name: "Devinuwara" }, place: "Southern Province, 🇱🇰 Sri Lanka" });
});

test("exists over a relationship", async () => {
  const { value, queries } = await ask(engine, (session) => questions.speaking(session, "Tamil"));
  expect(queries).toBe(1);
  expect(value.map(({ name }) => name)).toEqual(["India", "Sri Lanka"]);
});

test("the borders that only one side knows of", async () => {
  const { value, queries } = await ask(engine, questions.oneSidedBorders);
  expect(queries).toBe(1);
  expect(value).toEqual([{ from: "Sri Lanka", to: "India" }]);
});

test("the regions with the most cities", async () => {
  const { value, queries } = await ask(engine, (session) => questions.largestRegions(session, 3, 540));
  expect(queries).toBe(1);
  expect(value).toEqual([
    { country: "India", region: "Tamil Nadu", cities: 1067 },
    { country: "India", region: "Maharashtra", cities: 561 },
    { country: "Austria", region: "Lower Austria", cities: 558 },
  ]);
  expect((await ask(engine, (session) => questions.largestRegions(session, 3, 560))).value).toHaveLength(2);
});

test("the largest regions of each country, numbered by a window function", async () => {
  const { value, queries } = await ask(engine, (session) => questions.largestRegionsOfEach(session, ["AT", "IN"], 2));
  expect(queries).toBe(1);
  expect(value).toEqual([
    { country: "Austria", rank: 1, region: "Lower Austria", cities: 558 },
    { country: "Austria", rank: 2, region: "Styria", cities: 483 },
    { country: "India", rank: 1, region: "Tamil Nadu", cities: 1067 },
    { country: "India", rank: 2, region: "Maharashtra", cities: 561 },
  ]);
});

test("countries over land, by a recursive common table expression", async () => {
  const { value, queries } = await ask(engine, (session) => questions.reachableByLand(session, "LI"));
  expect(queries).toBe(1);
  expect(value).toEqual(["Austria", "Switzerland"]);
  expect((await ask(engine, (session) => questions.reachableByLand(session, "IN"))).value).toEqual([]);
});

test("cities by words of their names, and their countries in one more query", async () => {
  const { value, queries } = await ask(engine, (session) =>
    questions.citiesNamed(session, "sankt veit* -defereggen", 5),
  );
  expect(queries).toBe(2);
  expect(value.length).toBeGreaterThan(0);
  expect(value.every(({ name }) => /sankt.*veit/i.test(name) && !/defereggen/i.test(name))).toBe(true);
  expect(value[0]?.country.name).toBe("Austria");
  expect((await ask(engine, (session) => questions.citiesNamed(session, `"'; DROP TABLE city`, 5))).value).toEqual([]);
});

test("all cities as CSV, read in batches", async () => {
  const { value: lines } = await ask(engine, async (session) => {
    const read: string[] = [];
    for await (const line of questions.citiesAsCsv(session)) read.push(line);
    return read;
  });
  expect(lines).toHaveLength(1 + source.cities.length);
  expect(lines[0]).toBe("id,name,country,latitude,longitude\n");
  expect(lines[1]).toMatch(/^1,/);
});

test("names that cities of several countries share", async () => {
  const { value } = await ask(engine, (session) => questions.namesakes(session, 3));
  expect(value).toHaveLength(3);
  expect(value.every(({ countries, cities }) => countries === 2 && cities >= 2)).toBe(true);
});

test("a page of a region's cities costs four queries: region, number, cities, districts", async () => {
  const all = source.cities.filter(({ country, admin1 }) => country === "AT" && admin1 === "08");
  const names = all.map(({ name }) => name).sort();
  const { value, queries } = await ask(engine, (session) => questions.citiesOf(session, ["AT", "08"], 2, 10));
  expect(queries).toBe(4);
  expect(value.region.name).toBe("Vorarlberg");
  expect(value.total).toBe(all.length);
  expect(value.cities.map(({ name }) => name)).toEqual(names.slice(10, 20));
  expect(value.cities.every(({ district }) => district?.regionCode === "08")).toBe(true);
});

test("a JSON column comes back with the type of its Zod schema, and a change inside it is noticed", async () => {
  const { value: names } = await ask(engine, (session) => questions.namesOf(session, "AT", ["fra", "jpn", "xxx"]));
  expect(names.map(({ name }) => name)).toEqual(["Autriche", "オーストリア", "Austria"]);
  const { value: plan, queries } = await ask(engine, (session) =>
    questions.planOfTranslation(session, "AT", "epo", "Aŭstrio"),
  );
  expect(plan).toEqual(["update country ×1"]);
  expect(queries).toBe(1);
});

test("what does not fit is refused, by the constructor or by the database", async () => {
  const country = questions.refusedCountry();
  expect(country).toBeInstanceOf(ValidationError);
  expect((country as ValidationError).problems.map(({ field }) => field)).toEqual(["code", "code", "name", "area"]);
  const { value: city } = await ask(engine, questions.refusedCity);
  expect(city).toBeInstanceOf(ForeignKeyViolation);
});

test("an edition is loaded once, and anew when asked for", async () => {
  await using other = createAsyncEngine("sqlite::memory:");
  const tasks: string[] = [];
  const open = (isFresh: boolean) =>
    openEdition(other, { isFresh, progress: (task) => tasks.push(task), read: () => source });
  const first = await open(false);
  expect(first.cities).toBe(source.cities.length);
  tasks.length = 0;
  expect((await open(false)).loadedAt).toEqual(first.loadedAt);
  expect(tasks).toEqual([]);
  await open(true);
  expect(tasks).toContain("cities");
});

describe.each(targets().filter(({ isSync }) => !isSync))("the revisions on $name", (target) => {
  test("make the schema of the models, once, and lead back", async () => {
    const { engine: opened, remove } = await target.open();
    // Targets that are not synchronous open no other engine.
    const other = opened as AsyncEngine;
    const migrations = migrationsOf(other);
    try {
      const { done } = await upgrade(other, { migrations });
      expect(done).toHaveLength(3);
      const { operations, questions } = await autogenerate(other, { metadata });
      expect([operations, questions]).toEqual([[], []]);
      expect((await upgrade(other, { migrations })).done).toEqual([]);
    } finally {
      await remove();
    }
  });

  test("keep rows on the way down and up", async () => {
    const { engine: opened, remove } = await target.open();
    const other = opened as AsyncEngine;
    try {
      const graph = await ScriptDirectory.of(migrationsOf(other)).load();
      const small = reduced(readSource());
      const some = { ...small, cities: small.cities.slice(0, 500) };
      const seed = (empty: AsyncEngine) => load(empty, some, () => undefined);
      const { tested, problems } = await roundTrip(other, graph, {
        run: { revisions: graph.revisions },
        schemas: [],
        seed,
      });
      expect(problems).toEqual([]);
      expect(tested).toHaveLength(3);
    } finally {
      await remove();
    }
  });
});
