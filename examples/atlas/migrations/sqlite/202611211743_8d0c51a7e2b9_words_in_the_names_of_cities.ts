/**
 * words in the names of cities
 *
 * Created 2026-11-21T17:43:40.000Z, after f04126c9d422.
 */
import { sql, type Operations } from "sqlmodel/migration";

export const revision = "8d0c51a7e2b9";
export const downRevision = "f04126c9d422";
export const message = "words in the names of cities";
export const createdAt = "2026-11-21T17:43:40.000Z";

// A full-text index is a table of its own in SQLite, kept by triggers: the statements that metadata.createAll sends.
export function upgrade(op: Operations): void {
  op.execute(sql`CREATE VIRTUAL TABLE "ft_city_name" USING fts5("name", content='city', content_rowid='id')`);
  op.execute(
    sql`CREATE TRIGGER "ft_city_name_after_insert" AFTER INSERT ON "city" BEGIN
      INSERT INTO "ft_city_name" (rowid, "name") VALUES (new."id", new."name");
    END`,
  );
  op.execute(
    sql`CREATE TRIGGER "ft_city_name_after_delete" AFTER DELETE ON "city" BEGIN
      INSERT INTO "ft_city_name" ("ft_city_name", rowid, "name") VALUES ('delete', old."id", old."name");
    END`,
  );
  op.execute(
    sql`CREATE TRIGGER "ft_city_name_after_update" AFTER UPDATE ON "city" BEGIN
      INSERT INTO "ft_city_name" ("ft_city_name", rowid, "name") VALUES ('delete', old."id", old."name");
      INSERT INTO "ft_city_name" (rowid, "name") VALUES (new."id", new."name");
    END`,
  );
  op.execute(sql`INSERT INTO "ft_city_name" ("ft_city_name") VALUES ('rebuild')`);
}

export function downgrade(op: Operations): void {
  op.execute(sql`DROP TRIGGER "ft_city_name_after_update"`);
  op.execute(sql`DROP TRIGGER "ft_city_name_after_delete"`);
  op.execute(sql`DROP TRIGGER "ft_city_name_after_insert"`);
  op.execute(sql`DROP TABLE "ft_city_name"`);
}
