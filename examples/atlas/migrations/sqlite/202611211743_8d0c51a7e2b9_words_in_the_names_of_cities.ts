/**
 * words in the names of cities
 *
 * Created 2026-11-21T17:43:40.000Z, after f04126c9d422.
 */
import type { Operations } from "sqlmodel/migration";

export const revision = "8d0c51a7e2b9";
export const downRevision = "f04126c9d422";
export const message = "words in the names of cities";
export const createdAt = "2026-11-21T17:43:40.000Z";

export function upgrade(op: Operations): void {
  op.createIndex("city", "ft_city_name", ["name"], { method: "fulltext" });
}

export function downgrade(op: Operations): void {
  op.dropIndex("city", "ft_city_name");
}
