/** Relationships by keys of text, which some collations tie together in other spellings than their own. */
import { field, foreignKey, many, one, primaryKey, select, selectin, sql, table } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { known, suite, type CaseContext, type Step } from "./harness.ts";

const code = z.string().max(20);

class Country extends table(
  "text_country",
  { code: field(code, { primaryKey: true }), region: z.string() },
  { cities: () => many(City, { backPopulates: "country" }) },
) {}
class City extends table(
  "text_city",
  { id: primaryKey(), countryCode: field(code.nullable(), { foreignKey: "text_country.code" }) },
  { country: () => one(Country, { backPopulates: "cities" }).nullable() },
) {}
class District extends table(
  "text_district",
  { country: field(code, { primaryKey: true }), name: field(code, { primaryKey: true }) },
  { offices: () => many(Office, { backPopulates: "district" }) },
) {}
class Office extends table(
  "text_office",
  {
    id: primaryKey(),
    country: code,
    name: code,
  },
  { district: () => one(District, { backPopulates: "offices" }) },
) {
  static override readonly tableArgs = [
    foreignKey([Office.c.country, Office.c.name], "text_district", ["country", "name"]),
  ];
}
class Label extends table("text_label", { id: primaryKey(), text: field(code, { unique: true }) }) {}

/** Tables of somebody who left letter case, accents and trailing spaces to the collation. */
function* recollate({ session }: CaseContext): Step<void> {
  for (const statement of [
    sql`DROP TABLE text_office, text_district, text_city, text_country, text_label`,
    sql`CREATE TABLE text_country (code VARCHAR(20) PRIMARY KEY, region TEXT) COLLATE utf8mb4_general_ci`,
    sql`CREATE TABLE text_city (id INT AUTO_INCREMENT PRIMARY KEY, country_code VARCHAR(20), FOREIGN KEY (country_code) REFERENCES text_country (code)) COLLATE utf8mb4_general_ci`,
    sql`CREATE TABLE text_district (country VARCHAR(20), name VARCHAR(20), PRIMARY KEY (country, name)) COLLATE utf8mb4_general_ci`,
    sql`CREATE TABLE text_office (id INT AUTO_INCREMENT PRIMARY KEY, country VARCHAR(20), name VARCHAR(20), FOREIGN KEY (country, name) REFERENCES text_district (country, name)) COLLATE utf8mb4_general_ci`,
    sql`CREATE TABLE text_label (id INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(20) UNIQUE) COLLATE utf8mb4_general_ci`,
  ])
    yield* session.text(statement);
}

suite("keys of text", ({ test }) => {
  test.on("sqlite", "postgresql")(
    "what a filter leaves out is not replaced by what is spelled alike",
    function* ({ openSession, session }) {
      for (const spelling of ["ab", "AB", "áb", "ab "])
        session.add(new Country({ code: spelling, region: spelling === "AB" ? "here" : "there" }));
      yield* session.flush();
      for (const spelling of ["ab", "AB", "áb", "ab "]) session.add(new City({ countryCode: spelling }));
      yield* session.commit();
      const fresh = openSession();
      const query = select(City)
        .include({ country: selectin(true, { where: Country.c.region.eq("here") }) })
        .orderBy(City.c.id);
      const cities = (yield* fresh.exec(query)).all();
      expect(cities.map(({ country }) => country?.code ?? null)).toEqual([null, "AB", null, null]);
    },
  );

  test("targets that a filter leaves out are null", function* ({ openSession, session }) {
    const count = 200;
    for (let index = 0; index < count; index += 1) {
      const country = new Country({ code: `c${String(index)}`, region: index % 2 === 0 ? "here" : "there" });
      session.add(country, new City({ country }));
    }
    yield* session.commit();
    const fresh = openSession();
    const query = select(City).include({ country: selectin(true, { where: Country.c.region.eq("here") }) });
    const cities = (yield* fresh.exec(query)).all();
    expect(cities.filter(({ country }) => country !== null)).toHaveLength(count / 2);
  });

  test.on("mysql")("a collation ties keys of several spellings together", function* (context) {
    const { openSession, session } = context;
    yield* recollate(context);
    session.add(new Country({ code: "ab", region: "here" }), new Country({ code: "cd", region: "here" }));
    session.add(new District({ country: "ab", name: "north" }));
    yield* session.flush();
    for (const spelling of ["AB", "ab", "Ab ", "cd", "áb"]) session.add(new City({ countryCode: spelling }));
    for (const spelling of ["AB", "ab", "ab "]) session.add(new Office({ country: spelling, name: "North " }));
    yield* session.commit();
    const fresh = openSession();
    const cities = (yield* fresh.exec(select(City).include({ country: true }).orderBy(City.c.id))).all();
    expect(cities.map(({ country }) => country?.code)).toEqual(["ab", "ab", "ab", "cd", "ab"]);
    const query = select(Country).include({ cities: true }).orderBy(Country.c.code);
    const countries = (yield* fresh.exec(query)).all();
    expect(countries.map(({ cities: members }) => members.length)).toEqual([4, 1]);
    const offices = (yield* fresh.exec(select(Office).include({ district: true }))).all();
    expect(offices.map(({ district }) => district.name)).toEqual(["north", "north", "north"]);
    const [district] = (yield* fresh.exec(select(District).include({ offices: true }))).all();
    expect(known(district?.offices)).toHaveLength(3);
  });

  test.on("sqlite")("a column's own collation ties keys together", function* ({ session }) {
    yield* session.text(sql`DROP TABLE text_city`);
    yield* session.text(sql`DROP TABLE text_country`);
    yield* session.text(sql`CREATE TABLE text_country (code TEXT COLLATE NOCASE PRIMARY KEY, region TEXT)`);
    yield* session.text(
      sql`CREATE TABLE text_city (id INTEGER PRIMARY KEY, country_code TEXT COLLATE NOCASE REFERENCES text_country)`,
    );
    session.add(new Country({ code: "ab", region: "here" }));
    yield* session.flush();
    for (const spelling of ["AB", "ab", "Ab"]) session.add(new City({ countryCode: spelling }));
    yield* session.flush();
    const cities = (yield* session.exec(select(City).include({ country: true }))).all();
    expect(cities.map(({ country }) => country?.code)).toEqual(["ab", "ab", "ab"]);
  });

  test.on("sqlite", "postgresql")(
    "a unique value goes from hand to hand beside one that is spelled alike",
    function* ({ session }) {
      const [small, large] = [new Label({ text: "a" }), new Label({ text: "A" })];
      session.add(small, large);
      yield* session.flush();
      small.text = "b";
      large.text = "c";
      session.add(new Label({ text: "a" }), new Label({ text: "A" }));
      yield* session.flush();
      expect((yield* session.exec(select(Label.c.text).orderBy(Label.c.id))).all()).toEqual(["b", "c", "a", "A"]);
    },
  );

  test.on("mysql")("a unique value goes from hand to hand in another spelling", function* (context) {
    const { session } = context;
    yield* recollate(context);
    const [first, second] = [new Label({ text: "one" }), new Label({ text: "two" })];
    session.add(first, second);
    yield* session.flush();
    [first.text, second.text] = ["Twó ", "ONE "];
    yield* session.flush();
    expect((yield* session.exec(select(Label.c.text).orderBy(Label.c.id))).all()).toEqual(["Twó ", "ONE "]);
  });
});
