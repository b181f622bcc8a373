/**
 * The atlas: countries, their regions and districts, 171,000 cities, languages and currencies.
 * Each class is a Zod schema, a SQL table and the entity a session tracks, all at once.
 */
import { check, field, foreignKey, fullText, index, many, one, or, primaryKey, table } from "sqlmodel";
import { z } from "zod";

// Zod types that several columns share. `length` and `max` decide the column: VARCHAR(2), VARCHAR(100).
const countryCode = z
  .string()
  .length(2)
  .regex(/^[A-Z]+$/, "two capital letters, as ISO 3166-1 has them");
const divisionCode = z.string().min(1).max(40);
const placeName = z.string().min(1).max(120);
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

/** A name in one language: the inside of a JSON column is checked and typed like any other column. */
export const LocalName = z.object({ official: z.string(), common: z.string() });

export const continents = ["Africa", "Americas", "Antarctic", "Asia", "Europe", "Oceania"] as const;

// ── countries, and what many of them share ──────────────────────────────────────────────────────

export class Country extends table(
  "country",
  {
    code: field(countryCode, { primaryKey: true }),
    name: field(placeName, { unique: true }),
    officialName: placeName,
    continent: z.enum(continents),
    subregion: placeName.nullable(),
    capitals: z.array(z.string()), // TEXT[] on PostgreSQL, JSON elsewhere
    area: z.number().positive().nullable(), // km²; the data does not know Svalbard's
    landlocked: z.boolean(),
    flag: z.string().max(8),
    nativeNames: z.record(z.string(), LocalName), // JSONB or JSON, by language code
    translations: z.record(z.string(), LocalName),
  },
  {
    languages: () => many(Language, { through: CountryLanguage, backPopulates: "countries", orderBy: Language.c.name }),
    currencies: () =>
      many(Currency, { through: CountryCurrency, backPopulates: "countries", orderBy: Currency.c.code }),
    // Many-to-many with itself: the link model refers to `country` twice, so each side is told which column is its own.
    neighbours: () =>
      many(Country, {
        through: Border,
        foreignKey: "countryCode",
        otherForeignKey: "neighbourCode",
        orderBy: Country.c.name,
      }),
    regions: () => many(Region, { backPopulates: "country", orderBy: Region.c.name }),
    cities: () => many(City, { backPopulates: "country", orderBy: City.c.name }),
  },
) {
  /** "🇦🇹 Austria" */
  get title(): string {
    return `${this.flag} ${this.name}`.trim();
  }
}

export class Language extends table(
  "language",
  {
    code: field(z.string().length(3), { primaryKey: true }), // ISO 639-3
    name: field(placeName, { index: true }),
  },
  {
    countries: () => many(Country, { through: CountryLanguage, backPopulates: "languages", orderBy: Country.c.name }),
  },
) {}

export class Currency extends table(
  "currency",
  {
    code: field(z.string().length(3), { primaryKey: true }), // ISO 4217
    name: placeName,
    symbol: z.string().max(10),
  },
  {
    countries: () => many(Country, { through: CountryCurrency, backPopulates: "currencies", orderBy: Country.c.name }),
  },
) {}

// ── link models: the rows behind a many-to-many relationship ────────────────────────────────────

export class CountryLanguage extends table("country_language", {
  countryCode: field(countryCode, { primaryKey: true, foreignKey: "country.code", onDelete: "CASCADE" }),
  languageCode: field(z.string().length(3), { primaryKey: true, foreignKey: "language.code", index: true }),
}) {}

export class CountryCurrency extends table("country_currency", {
  countryCode: field(countryCode, { primaryKey: true, foreignKey: "country.code", onDelete: "CASCADE" }),
  currencyCode: field(z.string().length(3), { primaryKey: true, foreignKey: "currency.code", index: true }),
}) {}

/** One row for each direction: Austria has Italy as a neighbour, and Italy has Austria. */
export class Border extends table("border", {
  countryCode: field(countryCode, { primaryKey: true, foreignKey: "country.code", onDelete: "CASCADE" }),
  neighbourCode: field(countryCode, { primaryKey: true, foreignKey: "country.code", onDelete: "CASCADE", index: true }),
}) {
  static override readonly tableArgs = [check("not_with_itself", Border.c.countryCode.ne(Border.c.neighbourCode))];
}

// ── places, by composite keys: a region's code is unique within its country only ────────────────

export class Region extends table(
  "region",
  {
    countryCode: field(countryCode, { primaryKey: true, foreignKey: "country.code" }),
    code: field(divisionCode, { primaryKey: true }),
    name: field(placeName, { index: true }),
  },
  {
    country: () => one(Country, { backPopulates: "regions" }),
    districts: () => many(District, { backPopulates: "region", orderBy: District.c.name }),
    cities: () => many(City, { backPopulates: "region", orderBy: City.c.name }),
  },
) {}

export class District extends table(
  "district",
  {
    countryCode: field(countryCode, { primaryKey: true }),
    regionCode: field(divisionCode, { primaryKey: true }),
    code: field(divisionCode, { primaryKey: true }),
    name: placeName,
  },
  {
    region: () => one(Region, { backPopulates: "districts" }),
    cities: () => many(City, { backPopulates: "district", orderBy: City.c.name }),
  },
) {
  static override readonly tableArgs = [
    foreignKey([District.c.countryCode, District.c.regionCode], "region", ["countryCode", "code"]),
  ];
}

/**
 * A city is in a country for certain; its region and district are NULL where the data names none, or one that it does not
 * define. A composite foreign key with a NULL in it refers to nothing, so each level may end on its own.
 */
export class City extends table(
  "city",
  {
    id: primaryKey(),
    name: field(placeName, { index: true }),
    latitude,
    longitude,
    countryCode: field(countryCode, { foreignKey: "country.code" }),
    regionCode: divisionCode.nullable(),
    districtCode: divisionCode.nullable(),
  },
  {
    country: () => one(Country, { backPopulates: "cities" }),
    region: () => one(Region, { backPopulates: "cities" }).nullable(),
    district: () => one(District, { backPopulates: "cities" }).nullable(),
  },
) {
  static override readonly tableArgs = [
    foreignKey([City.c.countryCode, City.c.regionCode], "region", ["countryCode", "code"]),
    foreignKey([City.c.countryCode, City.c.regionCode, City.c.districtCode], "district", [
      "countryCode",
      "regionCode",
      "code",
    ]),
    index(City.c.countryCode, City.c.regionCode, City.c.districtCode),
    fullText([City.c.name], { name: "ft_city_name" }), // GIN on PostgreSQL, FULLTEXT on MySQL, FTS5 on SQLite
    check("district_needs_region", or(City.c.regionCode.isNotNull(), City.c.districtCode.isNull())),
  ];
}

/** What is loaded, and how long it took: one row, written last, so that an interrupted load is not taken for the atlas. */
export class Edition extends table("edition", {
  fingerprint: field(z.string().length(64), { primaryKey: true }),
  countries: z.int(),
  regions: z.int(),
  districts: z.int(),
  cities: z.int(),
  citiesWithoutRegion: z.int(),
  citiesWithoutDistrict: z.int(),
  seconds: z.number(),
  loadedAt: z.date(),
}) {}
