/** What the atlas can be asked. Each question is a function of a session; main.ts prints what they return. */
import { alias, and, func, match, not, select, type AsyncSession, type Loaded } from "sqlmodel";
import { Border, City, Country, Language, Region } from "./models.ts";

// ── relationships ───────────────────────────────────────────────────────────────────────────────

/** A country, its neighbours, and the languages of all of them. The return type says what is loaded. */
export async function neighbourhood(
  session: AsyncSession,
  code: string,
): Promise<Loaded<Country, { languages: true; neighbours: { languages: true } }>> {
  const statement = select(Country)
    .where(Country.c.code.eq(code))
    .include({ languages: true, neighbours: { languages: true } });
  return (await session.exec(statement)).one();
}

/** The southernmost cities. Their countries and regions are loaded late, in a loop that costs one query each. */
export async function southernmost(session: AsyncSession, limit: number): Promise<{ city: City; place: string }[]> {
  const cities = await session.exec(select(City).orderBy(City.c.latitude).limit(limit));
  const found: { city: City; place: string }[] = [];
  for (const city of cities) {
    const country = await session.load(city, "country"); // the first call loads all their countries
    const region = await session.load(city, "region");
    found.push({ city, place: [region?.name, country.title].filter(Boolean).join(", ") });
  }
  return found;
}

/** The countries in which a language is spoken: EXISTS over a relationship and its link table, in one condition. */
export async function speaking(session: AsyncSession, language: string): Promise<Country[]> {
  const statement = select(Country)
    .where(Country.r.languages.any(Language.c.name.eq(language)))
    .orderBy(Country.c.name);
  return (await session.exec(statement)).all();
}

/**
 * The way from one country to another over the fewest borders; empty where there is none by land. All countries and borders
 * come in two queries; the walk itself is over objects in memory.
 */
export async function journey(session: AsyncSession, from: string, to: string): Promise<Country[]> {
  const countries = (await session.exec(select(Country).include({ neighbours: true }))).all();
  const byCode = new Map(countries.map((country) => [country.code, country]));
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  // A Map's keys include those that are added on the way: the nearest countries first.
  for (const code of cameFrom.keys()) {
    for (const neighbour of byCode.get(code)?.neighbours ?? []) {
      if (!cameFrom.has(neighbour.code)) cameFrom.set(neighbour.code, code);
    }
  }
  const path: Country[] = [];
  for (let code = cameFrom.has(to) ? to : undefined; code !== undefined; code = cameFrom.get(code)) {
    path.unshift(known(byCode.get(code) ?? null, code));
  }
  return path;
}

// ── aggregates ──────────────────────────────────────────────────────────────────────────────────

export interface RegionCount {
  readonly country: string;
  readonly region: string;
  readonly cities: number;
}

/** The regions with the most cities, at least so many. */
export async function largestRegions(session: AsyncSession, limit: number, atLeast: number): Promise<RegionCount[]> {
  const cities = func.count(City.c.id);
  const statement = select({ country: Country.c.name, region: Region.c.name, cities })
    .join(Region.r.country)
    .join(Region.r.cities)
    .groupBy(Country.c.name, Region.c.countryCode, Region.c.code, Region.c.name)
    .having(cities.ge(atLeast))
    .orderBy(cities.desc(), Region.c.name)
    .limit(limit);
  return (await session.exec(statement)).all();
}

/** The names that cities of the most countries have. */
export async function namesakes(
  session: AsyncSession,
  limit: number,
): Promise<{ name: string; countries: number; cities: number }[]> {
  const countries = func.count(City.c.countryCode).distinct();
  const cities = func.count();
  const statement = select({ name: City.c.name, countries, cities })
    .groupBy(City.c.name)
    .orderBy(countries.desc(), cities.desc(), City.c.name)
    .limit(limit);
  return (await session.exec(statement)).all();
}

// ── windows, recursion, words ───────────────────────────────────────────────────────────────────

export interface RankedRegion {
  readonly country: string;
  readonly rank: number;
  readonly region: string;
  readonly cities: number;
}

/** The regions with the most cities of each country: numbered by a window function inside, cut off outside. */
export async function largestRegionsOfEach(
  session: AsyncSession,
  countries: readonly string[],
  limit: number,
): Promise<RankedRegion[]> {
  const cities = func.count(City.c.id);
  const rank = func.rowNumber().over({ partitionBy: Country.c.code, orderBy: [cities.desc(), Region.c.name] });
  const numbered = select({ country: Country.c.name, rank, region: Region.c.name, cities })
    .from(City)
    .join(City.r.region)
    .join(Region.r.country)
    .where(Country.c.code.in(countries))
    .groupBy(Country.c.code, Country.c.name, Region.c.countryCode, Region.c.code, Region.c.name)
    .subquery("numbered");
  const { c } = numbered;
  const statement = select({ country: c.country, rank: c.rank, region: c.region, cities: c.cities })
    .where(c.rank.le(limit))
    .orderBy(c.country, c.rank);
  return (await session.exec(statement)).all();
}

/** The countries that can be reached from one over land: a recursive common table expression walks the borders in the database. */
export async function reachableByLand(session: AsyncSession, from: string): Promise<string[]> {
  const reached = select({ code: Country.c.code })
    .where(Country.c.code.eq(from))
    .recursiveCte("reached", (found) =>
      select({ code: Border.c.neighbourCode }).join(found, found.c.code.eq(Border.c.countryCode)),
    );
  const statement = select(Country.c.name)
    .join(reached, reached.c.code.eq(Country.c.code))
    .where(Country.c.code.ne(from))
    .orderBy(Country.c.name);
  return (await session.exec(statement)).all();
}

/** Cities by words of their names, the best matches first: `saint -john`, `"new york"`, `spring*`. Any text is a query. */
export async function citiesNamed(
  session: AsyncSession,
  words: string,
  limit: number,
): Promise<readonly Loaded<City, { country: true }>[]> {
  const found = match(City, words);
  const statement = select(City)
    .where(found)
    .include({ country: true })
    .orderBy(found.rank().desc(), City.c.name, City.c.id)
    .limit(limit);
  return (await session.exec(statement)).all();
}

// ── more than fits into memory ──────────────────────────────────────────────────────────────────

/** All cities as lines of CSV, read from the database as fast as they are written and no faster. */
export async function* citiesAsCsv(session: AsyncSession): AsyncGenerator<string> {
  const columns = {
    id: City.c.id,
    name: City.c.name,
    country: City.c.countryCode,
    latitude: City.c.latitude,
    longitude: City.c.longitude,
  };
  yield `${Object.keys(columns).join(",")}\n`;
  for await (const city of session.stream(select(columns).orderBy(City.c.id))) {
    yield `${Object.values(city).map(csvField).join(",")}\n`;
  }
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// ── composite keys, pages ───────────────────────────────────────────────────────────────────────

export interface CityPage {
  readonly region: Region;
  readonly total: number;
  readonly cities: readonly Loaded<City, { district: true }>[];
}

/** One page of a region's cities, in alphabetical order, with their districts. Pages count from 1. */
export async function citiesOf(
  session: AsyncSession,
  key: readonly [country: string, region: string],
  page: number,
  size: number,
): Promise<CityPage> {
  const region = known(await session.get(Region, key), key.join("."));
  const inRegion = and(City.c.countryCode.eq(region.countryCode), City.c.regionCode.eq(region.code));
  const total = (await session.exec(select(func.count(City.c.id)).where(inRegion))).one();
  const statement = select(City)
    .where(inRegion)
    .include({ district: true })
    .orderBy(City.c.name, City.c.id)
    .limit(size)
    .offset((page - 1) * size);
  return { region, total, cities: (await session.exec(statement)).all() };
}

// ── aliases and NOT EXISTS ──────────────────────────────────────────────────────────────────────

/** Borders that only one of the two countries knows of: a gap in the data. */
export async function oneSidedBorders(session: AsyncSession): Promise<{ from: string; to: string }[]> {
  const Neighbour = alias(Country, "neighbour");
  const Back = alias(Country, "back");
  const statement = select({ from: Country.c.name, to: Neighbour.c.name })
    .join(Country.r.neighbours.of(Neighbour))
    .where(not(Neighbour.r.neighbours.of(Back).any(Back.c.code.eq(Country.c.code))));
  return (await session.exec(statement)).all();
}

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────

/** What a country is called in several languages: the inside of a JSON column has the type its Zod schema says. */
export async function namesOf(
  session: AsyncSession,
  code: string,
  languages: readonly string[],
): Promise<{ language: string; name: string }[]> {
  const country = known(await session.get(Country, code), code);
  return languages.map((language) => ({ language, name: country.translations[language]?.common ?? country.name }));
}

/** What a flush would write after a change inside a JSON column. Nothing is written: the change is rolled back. */
export async function planOfTranslation(
  session: AsyncSession,
  code: string,
  language: string,
  name: string,
): Promise<readonly string[]> {
  const country = known(await session.get(Country, code), code);
  country.translations[language] = { official: name, common: name };
  const plan = await session.flushPlan();
  await session.rollback();
  return plan;
}

// ── what is refused ─────────────────────────────────────────────────────────────────────────────

/** The error of a country whose values do not fit: TypeScript checks types, the constructor checks the rest. */
export function refusedCountry(): unknown {
  try {
    return new Country({
      code: "Atlantis",
      name: "",
      officialName: "Kingdom of Atlantis",
      continent: "Europe",
      subregion: null,
      capitals: ["Poseidonis"],
      area: -1,
      landlocked: false,
      flag: "🏛",
      nativeNames: {},
      translations: {},
    });
  } catch (error) {
    return error;
  }
}

/** The error of a city in a region that does not exist: the same class, with the same fields, on every database. */
export async function refusedCity(session: AsyncSession): Promise<unknown> {
  session.add(new City({ name: "Rungholt", latitude: 54.46, longitude: 8.72, countryCode: "AT", regionCode: "sunk" }));
  try {
    return await session.commit();
  } catch (error) {
    return error;
  }
}

function known<T>(value: T | null, code: string): T {
  if (value === null) throw new Error(`The atlas has no ${code}.`);
  return value;
}
