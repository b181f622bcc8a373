/**
 * editions, and what a city's levels are
 *
 * Created 2026-11-21T14:56:17.213Z, after fa14c17434ef.
 */
import { column, double, integer, primaryKey, sql, timestamp, varchar, type Operations } from "sqlmodel/migration";

export const revision = "c5fa4271b286";
export const downRevision = "fa14c17434ef";
export const message = "editions, and what a city's levels are";
export const createdAt = "2026-11-21T14:56:17.213Z";

export function upgrade(op: Operations): void {
  op.createCheckConstraint(
    "city",
    "ck_city_district_needs_region",
    sql`\`region_code\` is not null or \`district_code\` is null`,
  );
  op.createIndex("city", "ix_city_country_code_region_code_district_code", [
    "country_code",
    "region_code",
    "district_code",
  ]);
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
    primaryKey(["fingerprint"], { name: null }),
  ]);
}

export function downgrade(op: Operations): void {
  op.dropTable("edition");
  op.dropIndex("city", "ix_city_country_code_region_code_district_code");
  op.dropConstraint("city", "ck_city_district_needs_region", "check");
}
