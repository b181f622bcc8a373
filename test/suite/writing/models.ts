/** Models of the files about writing: cities with several unique keys, countries, and what the database makes by itself. */
import { field, many, one, primaryKey, table, unique, version } from "sqlmodel";
import { z } from "zod";

export class Country extends table(
  "country",
  {
    id: primaryKey(),
    code: field(z.string().length(2), { unique: true }),
    name: z.string().max(50),
    population: z.int().nullable(),
  },
  { cities: () => many(City, { backPopulates: "country" }) },
) {}

export class City extends table(
  "city",
  {
    id: primaryKey(),
    name: z.string().max(50),
    state: field(z.string().max(20).default("-")),
    population: z.int().nullable(),
    area: z.number().nullable(),
    note: z.string().nullable(),
    version: version(),
    countryId: field(z.int().nullable(), { foreignKey: "country.id", onDelete: "CASCADE" }),
  },
  { country: () => one(Country, { backPopulates: "cities" }).nullable() },
) {
  static override readonly tableArgs = [unique(City.c.name, City.c.state).name("uq_city")];
}

/** A key that the program gives, and one name a place while it is open. */
export class Shop extends table("shop", {
  code: field(z.string().max(20), { primaryKey: true }),
  place: z.string().max(20),
  isOpen: z.boolean(),
  visits: z.int().default(0),
}) {}
