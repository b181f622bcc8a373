/**
 * words in the names of cities
 *
 * Created 2026-11-21T17:43:32.555Z, after c5fa4271b286.
 */
import type { Operations } from "sqlmodel/migration";

export const revision = "74b2811231a4";
export const downRevision = "c5fa4271b286";
export const message = "words in the names of cities";
export const createdAt = "2026-11-21T17:43:32.555Z";

export function upgrade(op: Operations): void {
  op.createIndex("city", "ft_city_name", ["name"], { method: "fulltext" });
}

export function downgrade(op: Operations): void {
  op.dropIndex("city", "ft_city_name");
}
