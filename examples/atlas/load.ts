/** Fills the database: 250 countries as one graph of objects, then regions, districts and cities in batches. */
import { AsyncSession, type AsyncEngine, type Entity } from "sqlmodel";
import { downgrade, upgrade } from "sqlmodel/migration";
import { migrationsOf } from "./database.ts";
import { City, Country, Currency, District, Edition, Language, Region } from "./models.ts";
import type { Progress } from "./progress.ts";
import { fingerprint, readSource, type Source } from "./source.ts";

/** How many objects a session holds at a time. */
const batchSize = 5_000;

export interface OpenOptions {
  /** Load anew, even where the database is current. */
  readonly isFresh: boolean;
  readonly progress: Progress;
  /** Where the data comes from; the npm packages, where nothing is said. */
  readonly read?: () => Source;
}

/** Cities whose region or district the data does not name, or names but does not define. */
interface Gaps {
  citiesWithoutRegion: number;
  citiesWithoutDistrict: number;
}

/** What was loaded. */
export interface LoadReport extends Readonly<Gaps> {
  readonly countries: number;
  readonly regions: number;
  readonly districts: number;
  readonly cities: number;
}

/** The edition in the database, where it is complete and current; else one that is loaded now. */
export async function openEdition(engine: AsyncEngine, options: OpenOptions): Promise<Edition> {
  const { isFresh, progress, read = readSource } = options;
  const current = fingerprint();
  const migrations = migrationsOf(engine);
  // What the database lacks is applied, each revision once; where it lacks none, this is one query.
  await upgrade(engine, { migrations });
  const found = isFresh ? null : await findEdition(engine, current);
  if (found !== null) return found;

  // Rows of another edition, or of a load that was interrupted, go with their tables.
  await downgrade(engine, { migrations }, "base");
  await upgrade(engine, { migrations });
  const started = performance.now();
  const report = await load(engine, read(), progress);
  const seconds = (performance.now() - started) / 1000;
  const edition = new Edition({ fingerprint: current, ...report, seconds, loadedAt: new Date() });
  await using session = new AsyncSession(engine);
  session.add(edition);
  await session.commit();
  return edition;
}

async function findEdition(engine: AsyncEngine, wanted: string): Promise<Edition | null> {
  await using session = new AsyncSession(engine);
  return await session.get(Edition, wanted);
}

/** Load all of `source` into empty tables. */
export async function load(engine: AsyncEngine, source: Source, progress: Progress): Promise<LoadReport> {
  const { countries, regions, districts, cities } = source;
  progress("countries", 0, countries.length);
  await addCountries(engine, source);
  progress("countries", countries.length, countries.length);

  const gaps = { citiesWithoutRegion: 0, citiesWithoutDistrict: 0 };
  await using session = new AsyncSession(engine);
  await addInBatches(session, buildRegions(source), (done) => progress("regions", done, regions.length));
  await addInBatches(session, buildDistricts(source), (done) => progress("districts", done, districts.length));
  await addInBatches(session, buildCities(source, gaps), (done) => progress("cities", done, cities.length));
  return {
    countries: countries.length,
    regions: regions.length,
    districts: districts.length,
    cities: cities.length,
    ...gaps,
  };
}

/**
 * Countries refer to each other, to languages and to currencies. All of it is one graph of objects: the session finds
 * the rows of six tables in it, and an order in which every foreign key holds.
 */
async function addCountries(engine: AsyncEngine, source: Source): Promise<void> {
  await using session = new AsyncSession(engine);
  session.addAll(buildCountries(source));
  await session.commit();
}

/** Write objects through the session, some thousand at a time, and forget them: memory stays flat, however many there are. */
async function addInBatches(
  session: AsyncSession,
  entities: Iterable<Entity>,
  onWritten: (done: number) => void,
): Promise<void> {
  let done = 0;
  onWritten(done);
  for (const batch of batches(entities)) {
    session.addAll(batch);
    await session.commit();
    session.expunge(...batch);
    done += batch.length;
    onWritten(done);
  }
}

/** Countries with their languages, currencies and neighbours: plain objects in plain arrays. */
function buildCountries({ countries }: Source): Country[] {
  const languages = new Map<string, Language>();
  const currencies = new Map<string, Currency>();
  for (const record of countries) {
    // Where countries spell a name differently, the last spelling wins.
    for (const [code, name] of Object.entries(record.languages)) languages.set(code, new Language({ code, name }));
    for (const [code, unit] of Object.entries(record.currencies)) currencies.set(code, new Currency({ code, ...unit }));
  }
  const built = countries.map((record) => ({
    record,
    country: new Country({
      code: record.cca2,
      name: record.name.common,
      officialName: record.name.official,
      continent: record.region,
      subregion: record.subregion === "" ? null : record.subregion,
      capitals: record.capital,
      area: record.area > 0 ? record.area : null,
      landlocked: record.landlocked,
      flag: record.flag,
      nativeNames: record.name.native,
      translations: record.translations,
      languages: pick(languages, Object.keys(record.languages)),
      currencies: pick(currencies, Object.keys(record.currencies)),
    }),
  }));
  const byAlpha3 = new Map(built.map(({ record, country }) => [record.cca3, country]));
  for (const { record, country } of built) country.neighbours = pick(byAlpha3, record.borders);
  return [...byAlpha3.values()];
}

function* buildRegions({ regions }: Source): Generator<Region> {
  for (const { code: path, name } of regions) {
    const [countryCode = "", code = ""] = path.split(".");
    yield new Region({ countryCode, code, name });
  }
}

function* buildDistricts({ districts }: Source): Generator<District> {
  for (const { code: path, name } of districts) {
    const [countryCode = "", regionCode = "", code = ""] = path.split(".");
    yield new District({ countryCode, regionCode, code, name });
  }
}

/** Cities; a region or district that the data does not define is left NULL, and counted. */
function* buildCities({ regions, districts, cities }: Source, gaps: Gaps): Generator<City> {
  const known = new Set([...regions, ...districts].map(({ code }) => code));
  for (const { name, lat, lng, country, admin1, admin2 } of cities) {
    const regionCode = known.has(`${country}.${admin1}`) ? admin1 : null;
    const districtCode = known.has(`${country}.${admin1}.${admin2}`) ? admin2 : null;
    if (regionCode === null) gaps.citiesWithoutRegion += 1;
    if (districtCode === null) gaps.citiesWithoutDistrict += 1;
    yield new City({ name, latitude: lat, longitude: lng, countryCode: country, regionCode, districtCode });
  }
}

/** The values of `keys` in `map`; a key that is not in it is left out. */
function pick<T>(map: ReadonlyMap<string, T>, keys: readonly string[]): T[] {
  return keys.map((key) => map.get(key)).filter((value) => value !== undefined);
}

function* batches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
