/**
 * The atlas: `npm start` builds it in a SQLite file and asks it some questions.
 * `DATABASE_URL=postgresql://… npm start`, or mysql://…, does the same there; `npm start -- --fresh` loads it anew.
 */
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createAsyncEngine, SQLModelError, type AsyncEngine } from "sqlmodel";
import { ask } from "./ask.ts";
import { databaseUrl } from "./database.ts";
import { openEdition } from "./load.ts";
import type { Edition } from "./models.ts";
import { heading, list, paragraph, rows } from "./print.ts";
import { number, progressOn } from "./progress.ts";
import * as questions from "./questions.ts";

try {
  await main();
} catch (error) {
  if (!(error instanceof SQLModelError)) throw error;
  // What the library has to say is meant to be read: a server that is not there needs no stack.
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  await using engine = createAsyncEngine(databaseUrl);
  const isFresh = process.argv.includes("--fresh");
  const edition = await openEdition(engine, { isFresh, progress: progressOn(process.stderr) });
  contents(edition);
  await relationships(engine);
  await aggregates(engine);
  await windows(engine);
  await pages(engine);
  await streams(engine);
  await json(engine);
  await refusals(engine);
  const loadedAt = edition.loadedAt.toISOString().replace("T", " ").slice(0, 16);
  const seconds = edition.seconds.toFixed(1);
  console.log(`\nLoaded into ${engine.dialect.name} in ${seconds} s, at ${loadedAt} UTC. Anew: npm start -- --fresh`);
}

function contents({
  countries,
  regions,
  districts,
  cities,
  citiesWithoutRegion,
  citiesWithoutDistrict,
}: Edition): void {
  console.log("\nA world atlas of\n");
  const gaps = `${number(citiesWithoutRegion)} of them without a region, ${number(citiesWithoutDistrict)} without a district`;
  rows([
    ["countries", countries],
    ["regions", regions],
    ["districts", districts],
    ["cities", cities, gaps],
  ]);
}

async function relationships(engine: AsyncEngine): Promise<void> {
  const home = await ask(engine, (session) => questions.neighbourhood(session, "CH"));
  const names = (languages: readonly { name: string }[]) => languages.map(({ name }) => name).join(", ");
  heading(`${home.value.title} and its neighbours, with their languages`, home);
  rows([home.value, ...home.value.neighbours].map((country) => [country.title, names(country.languages)]));

  const journey = await ask(engine, (session) => questions.journey(session, "PT", "CN"));
  heading("From Portugal to China over the fewest borders", journey);
  list(
    journey.value.map(({ title }) => title),
    " → ",
  );

  const south = await ask(engine, (session) => questions.southernmost(session, 5));
  heading("The southernmost cities: session.load in a loop", south);
  rows(south.value.map(({ city, place }) => [city.name, `${city.latitude.toFixed(2)}°`, place]));

  const speaking = await ask(engine, (session) => questions.speaking(session, "Portuguese"));
  heading("Where Portuguese is spoken", speaking);
  list(
    speaking.value.map(({ title }) => title),
    ", ",
  );

  const gaps = await ask(engine, questions.oneSidedBorders);
  heading("Borders that only one side knows of", gaps);
  rows(gaps.value.map(({ from, to }) => [`${from} has ${to} as a neighbour, but not the other way round.`]));
}

async function aggregates(engine: AsyncEngine): Promise<void> {
  const largest = await ask(engine, (session) => questions.largestRegions(session, 8, 1_000));
  heading("The regions with the most cities", largest);
  rows(largest.value.map(({ region, country, cities }, index) => [`${String(index + 1)}.`, region, country, cities]));

  const namesakes = await ask(engine, (session) => questions.namesakes(session, 5));
  heading("City names that the most countries share", namesakes);
  rows(namesakes.value.map(({ name, countries, cities }) => [name, countries, "countries", cities, "cities"]));
}

async function windows(engine: AsyncEngine): Promise<void> {
  const regions = await ask(engine, (session) => questions.largestRegionsOfEach(session, ["AT", "CH", "LI"], 3));
  heading("The three regions with the most cities of each country: a window function", regions);
  rows(regions.value.map(({ country, rank, region, cities }) => [country, `${String(rank)}.`, region, cities]));

  const reachable = await ask(engine, (session) => questions.reachableByLand(session, "US"));
  heading("From the United States over land: a recursive common table expression", reachable);
  list(reachable.value, ", ");

  const named = await ask(engine, (session) => questions.citiesNamed(session, '"new york" OR (spring* -field)', 6));
  heading("Cities by words of their names: full-text search", named);
  rows(named.value.map(({ name, country, latitude }) => [name, country.title, `${latitude.toFixed(2)}°`]));
}

async function streams(engine: AsyncEngine): Promise<void> {
  const file = fileURLToPath(new URL("cities.csv", import.meta.url));
  const written = await ask(engine, async (session) => {
    await pipeline(questions.citiesAsCsv(session), createWriteStream(file));
    return (await stat(file)).size;
  });
  heading("All cities as a file: a stream, whatever the memory", written);
  rows([[basename(file), number(written.value), "bytes"]]);
}

async function pages(engine: AsyncEngine): Promise<void> {
  const page = await ask(engine, (session) => questions.citiesOf(session, ["IT", "09"], 3, 8));
  const { region, total, cities } = page.value;
  heading(`Cities of ${region.name}, page 3 of ${number(Math.ceil(total / 8))}`, page);
  rows(
    cities.map((city) => [
      city.name,
      city.district?.name ?? "",
      `${city.latitude.toFixed(4)}, ${city.longitude.toFixed(4)}`,
    ]),
  );
}

async function json(engine: AsyncEngine): Promise<void> {
  const names = await ask(engine, (session) =>
    questions.namesOf(session, "AT", ["deu", "fra", "hun", "fin", "rus", "jpn"]),
  );
  heading("Austria, elsewhere: a JSON column whose inside is typed", names);
  rows(names.value.map(({ language, name }) => [language, name]));

  const plan = await ask(engine, (session) => questions.planOfTranslation(session, "AT", "epo", "Aŭstrio"));
  heading("After a change inside that JSON, a flush would", plan);
  paragraph(plan.value.join("\n"));
}

async function refusals(engine: AsyncEngine): Promise<void> {
  const country = await ask(engine, async () => questions.refusedCountry());
  heading("A country that is refused before any SQL", country);
  paragraph(String(country.value));

  const city = await ask(engine, questions.refusedCity);
  heading("A city that the database refuses", city);
  paragraph(String(city.value));
}
