/**
 * editions, and what a city's levels are
 *
 * Created 2026-11-21T14:55:01.837Z, after 3f3cac7af1f8.
 */
import { column, double, integer, primaryKey, sql, timestamp, varchar, type Operations } from "sqlmodel/migration";

export const revision = "f04126c9d422";
export const downRevision = "3f3cac7af1f8";
export const message = "editions, and what a city's levels are";
export const createdAt = "2026-11-21T14:55:01.837Z";

export function upgrade(op: Operations): void {
  op.createTable("edition", [
    column("fingerprint", varchar(64)),
    column("countries", integer()),
    column("regions", integer()),
    column("districts", integer()),
    column("cities", integer()),
    column("cities_without_region", integer()),
    column("cities_without_district", integer()),
    column("seconds", double()),
    column("loaded_at", timestamp()),
    primaryKey(["fingerprint"], { name: "pk_edition" }),
  ]);
  op.createCheckConstraint(
    "city",
    "ck_city_district_needs_region",
    sql`"region_code" IS NOT NULL OR "district_code" IS NULL`,
  );
  op.createIndex("city", "ix_city_country_code_region_code_district_code", [
    "country_code",
    "region_code",
    "district_code",
  ]);
}

export function downgrade(op: Operations): void {
  op.dropIndex("city", "ix_city_country_code_region_code_district_code");
  op.dropConstraint("city", "ck_city_district_needs_region", "check");
  op.dropTable("edition");
}
