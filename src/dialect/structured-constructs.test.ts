/**
 * The SQL of every construct of arrays, ranges and full-text search, side by side: a construct that is missing here does not compile.
 * They are run in test/suite/statements/ and in postgresql/ranges.test.ts; those of JSON are in json-constructs.test.ts.
 */
import { expect, test } from "vitest";
import { dialects, metadata, sideBySide, T } from "../../test/support/side-by-side.ts";
import { match } from "../model/full-text.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { ArrayConstruct, RangeConstruct, SearchConstruct } from "../sql/expression/construct-name.ts";

const { tags, stay, name } = T.c;

test("arrays", () => {
  const arrays: { readonly [K in ArrayConstruct]: ColumnElement<unknown> } = {
    "array.at": tags.at(-1),
    "array.length": tags.arrayLength(),
    "array.contains": tags.arrayContains(["x"]),
    "array.overlaps": tags.overlaps(["x"]),
    "array.any": tags.any("x", "lt"),
    "array.all": tags.all("x", "lt"),
    "array.append": tags.arrayAppend("x"),
    "array.remove": tags.arrayRemove("x"),
    "array.position": tags.arrayPosition("x"),
    "array.slice": tags.slice(0, 2),
  };
  expect(sideBySide(arrays)).toMatchInlineSnapshot(`
    {
      "array.all": {
        "mariadb": "CASE WHEN tags IS NOT NULL THEN NOT EXISTS (SELECT 1 FROM JSON_TABLE(tags, '$[*]' COLUMNS (n FOR ORDINALITY, v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS array_item WHERE NOT ((SELECT array_part.v FROM JSON_TABLE(?, '$[0]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS array_part) < array_item.v)) END",
        "mysql": "CASE WHEN tags IS NOT NULL THEN NOT EXISTS (SELECT 1 FROM JSON_TABLE(tags, '$[*]' COLUMNS (n FOR ORDINALITY, v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) AS array_item WHERE NOT ((SELECT array_part.v FROM JSON_TABLE(?, '$[0]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) AS array_part) < array_item.v)) END",
        "postgresql": "(($1::text[])[1] < ALL (tags))",
        "sqlite": "CASE WHEN tags IS NOT NULL THEN NOT EXISTS (SELECT 1 FROM json_each(tags) AS array_item WHERE NOT ((? ->> '$[0]') < array_item.value)) END",
      },
      "array.any": {
        "mariadb": "CASE WHEN tags IS NOT NULL THEN EXISTS (SELECT 1 FROM JSON_TABLE(tags, '$[*]' COLUMNS (n FOR ORDINALITY, v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS array_item WHERE (SELECT array_part.v FROM JSON_TABLE(?, '$[0]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS array_part) < array_item.v) END",
        "mysql": "CASE WHEN tags IS NOT NULL THEN EXISTS (SELECT 1 FROM JSON_TABLE(tags, '$[*]' COLUMNS (n FOR ORDINALITY, v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) AS array_item WHERE (SELECT array_part.v FROM JSON_TABLE(?, '$[0]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) AS array_part) < array_item.v) END",
        "postgresql": "(($1::text[])[1] < ANY (tags))",
        "sqlite": "CASE WHEN tags IS NOT NULL THEN EXISTS (SELECT 1 FROM json_each(tags) AS array_item WHERE (? ->> '$[0]') < array_item.value) END",
      },
      "array.append": {
        "mariadb": "JSON_MERGE_PRESERVE(tags, ?)",
        "mysql": "JSON_MERGE_PRESERVE(tags, ?)",
        "postgresql": "CASE WHEN tags IS NOT NULL THEN tags || $1::text[] END",
        "sqlite": "json_insert(tags, '$[#]', ? -> '$[0]')",
      },
      "array.at": {
        "mariadb": "(JSON_UNQUOTE(JSON_EXTRACT(tags, ?)) COLLATE utf8mb4_nopad_bin)",
        "mysql": "(JSON_UNQUOTE(JSON_EXTRACT(tags, ?)) COLLATE utf8mb4_0900_bin)",
        "postgresql": "(tags)[cardinality(tags) + $1::integer]",
        "sqlite": "(tags ->> ?)",
      },
      "array.contains": {
        "mariadb": "JSON_CONTAINS(tags, ?)",
        "mysql": "JSON_CONTAINS(tags, ?)",
        "postgresql": "(tags @> $1::text[])",
        "sqlite": "CASE WHEN tags IS NOT NULL AND ? IS NOT NULL THEN NOT EXISTS (SELECT 1 FROM json_each(?) AS array_part WHERE NOT EXISTS (SELECT 1 FROM json_each(tags) AS array_item WHERE array_item.value = array_part.value)) END",
      },
      "array.length": {
        "mariadb": "JSON_LENGTH(tags)",
        "mysql": "JSON_LENGTH(tags)",
        "postgresql": "cardinality(tags)",
        "sqlite": "json_array_length(tags)",
      },
      "array.overlaps": {
        "mariadb": "JSON_OVERLAPS(tags, ?)",
        "mysql": "JSON_OVERLAPS(tags, ?)",
        "postgresql": "(tags && $1::text[])",
        "sqlite": "CASE WHEN tags IS NOT NULL AND ? IS NOT NULL THEN EXISTS (SELECT 1 FROM json_each(tags) AS array_item WHERE array_item.value IN (SELECT array_part.value FROM json_each(?) AS array_part)) END",
      },
      "array.position": {
        "mariadb": "(SELECT MIN(array_item.n) - 1 FROM JSON_TABLE(tags, '$[*]' COLUMNS (n FOR ORDINALITY, v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS array_item WHERE array_item.v = (SELECT array_part.v FROM JSON_TABLE(?, '$[0]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS array_part))",
        "mysql": "(SELECT MIN(array_item.n) - 1 FROM JSON_TABLE(tags, '$[*]' COLUMNS (n FOR ORDINALITY, v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) AS array_item WHERE array_item.v = (SELECT array_part.v FROM JSON_TABLE(?, '$[0]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) AS array_part))",
        "postgresql": "(array_position(tags, ($1::text[])[1]) - 1)",
        "sqlite": "(SELECT min(array_item.key) FROM json_each(tags) AS array_item WHERE array_item.value = (? ->> '$[0]'))",
      },
      "array.remove": {
        "mariadb": "! MariaDB has no removal of an array's items by value. Read the array, change it in the program and write it. [E202]",
        "mysql": "! MySQL has no removal of an array's items by value. Read the array, change it in the program and write it. [E202]",
        "postgresql": "array_remove(tags, ($1::text[])[1])",
        "sqlite": "CASE WHEN tags IS NOT NULL THEN (SELECT json_group_array(array_item.value) FROM json_each(tags) AS array_item WHERE array_item.value <> (? ->> '$[0]')) END",
      },
      "array.slice": {
        "mariadb": "! MariaDB has no slices of arrays. Read the array, change it in the program and write it. [E202]",
        "mysql": "! MySQL has no slices of arrays. Read the array, change it in the program and write it. [E202]",
        "postgresql": "(tags)[$1::integer + 1:$2::integer]",
        "sqlite": "CASE WHEN tags IS NOT NULL THEN (SELECT json_group_array(array_item.value) FROM json_each(tags) AS array_item WHERE array_item.key >= ? AND array_item.key < ?) END",
      },
    }
  `);
});

test("ranges", () => {
  const other = { lower: 1, upper: 5 };
  const ranges: { readonly [K in RangeConstruct]: ColumnElement<unknown> } = {
    "range.contains": stay.rangeContains(3),
    "range.containedBy": stay.containedBy(other),
    "range.overlaps": stay.overlaps(other),
    "range.adjacent": stay.adjacentTo(other),
    "range.before": stay.before(other),
    "range.after": stay.after(other),
    "range.lower": stay.lower(),
    "range.upper": stay.upper(),
    "range.isEmpty": stay.isEmpty(),
  };
  expect(sideBySide(ranges)).toMatchInlineSnapshot(`
    {
      "range.adjacent": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "(stay -|- $1::int4range)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.after": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "(stay >> $1::int4range)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.before": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "(stay << $1::int4range)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.containedBy": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "(stay <@ $1::int4range)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.contains": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "(stay @> $1::integer)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.isEmpty": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "isempty(stay)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.lower": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "lower(stay)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.overlaps": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "(stay && $1::int4range)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
      "range.upper": {
        "mariadb": "! MariaDB has no ranges. Store the bounds in two columns. [E202]",
        "mysql": "! MySQL has no ranges. Store the bounds in two columns. [E202]",
        "postgresql": "upper(stay)",
        "sqlite": "! SQLite has no ranges. Store the bounds in two columns. [E202]",
      },
    }
  `);
});

test("full-text search", () => {
  void T.tableName;
  void metadata.tables;
  const found = match(T, 'web* "one two" -not');
  const search: { readonly [K in Exclude<SearchConstruct, "search.vector">]: ColumnElement<unknown> } = {
    "search.match": found,
    "search.rank": found.rank(),
    "search.headline": found.headline(name),
  };
  expect(sideBySide(search)).toMatchInlineSnapshot(`
    {
      "search.headline": {
        "mariadb": "! MariaDB has no headlines of full-text searches. Read the column and mark the words in the program. [E202]",
        "mysql": "! MySQL has no headlines of full-text searches. Read the column and mark the words in the program. [E202]",
        "postgresql": "ts_headline('simple'::regconfig, name, to_tsquery('simple'::regconfig, $1::text), 'StartSel="' || $2::text || '", StopSel="' || $3::text || '"')",
        "sqlite": "(SELECT snippet("ft_t", 0, ?, ?, '…', 32) FROM "ft_t" WHERE "ft_t" MATCH ? AND "ft_t".rowid = id)",
      },
      "search.match": {
        "mariadb": "(MATCH (name) AGAINST (? IN BOOLEAN MODE) > 0)",
        "mysql": "(MATCH (name) AGAINST (? IN BOOLEAN MODE) > 0)",
        "postgresql": "((to_tsvector('simple'::regconfig, COALESCE(name, ''))) @@ to_tsquery('simple'::regconfig, $1::text))",
        "sqlite": "(id IN (SELECT rowid FROM "ft_t" WHERE "ft_t" MATCH ?))",
      },
      "search.rank": {
        "mariadb": "(MATCH (name) AGAINST (? IN BOOLEAN MODE))",
        "mysql": "(MATCH (name) AGAINST (? IN BOOLEAN MODE))",
        "postgresql": "ts_rank(to_tsvector('simple'::regconfig, COALESCE(name, '')), to_tsquery('simple'::regconfig, $1::text))::float8",
        "sqlite": "(SELECT -bm25("ft_t", 1) FROM "ft_t" WHERE "ft_t" MATCH ? AND "ft_t".rowid = id)",
      },
    }
  `);
});

test("the document of a full-text index is PostgreSQL's alone", () => {
  const [index] = T.table.indexes;
  const ddl = Object.entries(dialects).map(([dialect, { ddl: made }]) => [
    dialect,
    made.createIndex(T.table, index!, metadata),
  ]);
  expect(Object.fromEntries(ddl)).toMatchInlineSnapshot(`
    {
      "mariadb": [
        "CREATE FULLTEXT INDEX \`ft_t\` ON \`t\` (\`name\`) ALGORITHM=COPY",
      ],
      "mysql": [
        "CREATE FULLTEXT INDEX \`ft_t\` ON \`t\` (\`name\`)",
      ],
      "postgresql": [
        "CREATE INDEX "ft_t" ON "t" USING "gin" (((to_tsvector('simple'::regconfig, COALESCE("name", '')))))",
      ],
      "sqlite": [
        "CREATE VIRTUAL TABLE "ft_t" USING fts5("name", content='t', content_rowid='id')",
        "CREATE TRIGGER "ft_t_after_insert" AFTER INSERT ON "t" BEGIN INSERT INTO "ft_t" (rowid, "name") VALUES (new."id", new."name"); END",
        "CREATE TRIGGER "ft_t_after_delete" AFTER DELETE ON "t" BEGIN INSERT INTO "ft_t" ("ft_t", rowid, "name") VALUES ('delete', old."id", old."name"); END",
        "CREATE TRIGGER "ft_t_after_update" AFTER UPDATE ON "t" BEGIN INSERT INTO "ft_t" ("ft_t", rowid, "name") VALUES ('delete', old."id", old."name"); INSERT INTO "ft_t" (rowid, "name") VALUES (new."id", new."name"); END",
        "INSERT INTO "ft_t" ("ft_t") VALUES ('rebuild')",
      ],
    }
  `);
});
