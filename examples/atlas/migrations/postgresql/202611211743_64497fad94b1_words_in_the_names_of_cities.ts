/**
 * words in the names of cities
 *
 * Created 2026-11-21T17:43:25.014Z, after 6818510ad41b.
 */
import { sql, type Operations } from "sqlmodel/migration";

export const revision = "64497fad94b1";
export const downRevision = "6818510ad41b";
export const message = "words in the names of cities";
export const createdAt = "2026-11-21T17:43:25.014Z";

export function upgrade(op: Operations): void {
  op.createIndex(
    "city",
    "ft_city_name",
    [sql`to_tsvector('simple'::regconfig, (COALESCE(name, ''::character varying))::text)`],
    { method: "gin" },
  );
}

export function downgrade(op: Operations): void {
  op.dropIndex("city", "ft_city_name");
}
