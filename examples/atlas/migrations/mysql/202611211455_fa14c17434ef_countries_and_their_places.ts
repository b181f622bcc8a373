/**
 * countries and their places
 *
 * Created 2026-11-21T14:55:59.357Z, the first revision.
 */
import {
  array,
  boolean,
  check,
  column,
  double,
  enumType,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  sql,
  text,
  unique,
  varchar,
  type Operations,
} from "sqlmodel/migration";

export const revision = "fa14c17434ef";
export const downRevision = null;
export const message = "countries and their places";
export const createdAt = "2026-11-21T14:55:59.357Z";

export function upgrade(op: Operations): void {
  op.createTable("country", [
    column("code", varchar(2)),
    column("name", varchar(120)),
    column("official_name", varchar(120)),
    column("continent", enumType(["Africa", "Americas", "Antarctic", "Asia", "Europe", "Oceania"])),
    column("subregion", varchar(120), { nullable: true }),
    column("capitals", array(text())),
    column("area", double(), { nullable: true }),
    column("landlocked", boolean()),
    column("flag", varchar(8)),
    column("native_names", jsonb()),
    column("translations", jsonb()),
    primaryKey(["code"], { name: null }),
    unique(["name"], { name: "uq_country_name" }),
  ]);
  op.createTable("border", [
    column("country_code", varchar(2)),
    column("neighbour_code", varchar(2)),
    primaryKey(["country_code", "neighbour_code"], { name: null }),
    foreignKey(["country_code"], "country", ["code"], {
      name: "fk_border_country_code_country",
      onDelete: "CASCADE",
    }),
    foreignKey(["neighbour_code"], "country", ["code"], {
      name: "fk_border_neighbour_code_country",
      onDelete: "CASCADE",
    }),
    check("ck_border_not_with_itself", sql`\`country_code\` <> \`neighbour_code\``),
    index("ix_border_neighbour_code", ["neighbour_code"]),
  ]);
  op.createTable("region", [
    column("country_code", varchar(2)),
    column("code", varchar(40)),
    column("name", varchar(120)),
    primaryKey(["country_code", "code"], { name: null }),
    foreignKey(["country_code"], "country", ["code"], { name: "fk_region_country_code_country" }),
    index("ix_region_name", ["name"]),
  ]);
  op.createTable("district", [
    column("country_code", varchar(2)),
    column("region_code", varchar(40)),
    column("code", varchar(40)),
    column("name", varchar(120)),
    primaryKey(["country_code", "region_code", "code"], { name: null }),
    foreignKey(["country_code", "region_code"], "region", ["country_code", "code"], {
      name: "fk_district_country_code_region_code_region",
    }),
  ]);
  op.createTable("city", [
    column("id", integer(), { identity: true }),
    column("name", varchar(120)),
    column("latitude", double()),
    column("longitude", double()),
    column("country_code", varchar(2)),
    column("region_code", varchar(40), { nullable: true }),
    column("district_code", varchar(40), { nullable: true }),
    primaryKey(["id"], { name: null }),
    foreignKey(["country_code"], "country", ["code"], { name: "fk_city_country_code_country" }),
    foreignKey(["country_code", "region_code", "district_code"], "district", ["country_code", "region_code", "code"], {
      name: "fk_city_country_code_region_code_district_code_district",
    }),
    foreignKey(["country_code", "region_code"], "region", ["country_code", "code"], {
      name: "fk_city_country_code_region_code_region",
    }),
    index("ix_city_name", ["name"]),
  ]);
  op.createTable("currency", [
    column("code", varchar(3)),
    column("name", varchar(120)),
    column("symbol", varchar(10)),
    primaryKey(["code"], { name: null }),
  ]);
  op.createTable("country_currency", [
    column("country_code", varchar(2)),
    column("currency_code", varchar(3)),
    primaryKey(["country_code", "currency_code"], { name: null }),
    foreignKey(["country_code"], "country", ["code"], {
      name: "fk_country_currency_country_code_country",
      onDelete: "CASCADE",
    }),
    foreignKey(["currency_code"], "currency", ["code"], {
      name: "fk_country_currency_currency_code_currency",
    }),
    index("ix_country_currency_currency_code", ["currency_code"]),
  ]);
  op.createTable("language", [
    column("code", varchar(3)),
    column("name", varchar(120)),
    primaryKey(["code"], { name: null }),
    index("ix_language_name", ["name"]),
  ]);
  op.createTable("country_language", [
    column("country_code", varchar(2)),
    column("language_code", varchar(3)),
    primaryKey(["country_code", "language_code"], { name: null }),
    foreignKey(["country_code"], "country", ["code"], {
      name: "fk_country_language_country_code_country",
      onDelete: "CASCADE",
    }),
    foreignKey(["language_code"], "language", ["code"], {
      name: "fk_country_language_language_code_language",
    }),
    index("ix_country_language_language_code", ["language_code"]),
  ]);
}

export function downgrade(op: Operations): void {
  op.dropTable("country_language");
  op.dropTable("language");
  op.dropTable("country_currency");
  op.dropTable("currency");
  op.dropTable("city");
  op.dropTable("district");
  op.dropTable("region");
  op.dropTable("border");
  op.dropTable("country");
}
