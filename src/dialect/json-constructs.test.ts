/** What each dialect makes of JSON constructs. They are run in test/suite/statements/json.test.ts. */
import { describe, expect, test } from "vitest";
import { dialects } from "../../test/support/dialects.ts";
import { sideBySide, T } from "../../test/support/side-by-side.ts";
import { column, defineTable, id } from "../../test/support/tables.ts";
import { JsonElement, jsonElement } from "../sql/expression/json-element.ts";
import { jsonArray, jsonObject } from "../sql/expression/json-functions.ts";
import type { JsonConstruct } from "../sql/expression/construct-name.ts";
import { sql } from "../sql/expression/operators.ts";
import { collectShape } from "../sql/compiler/collect-shape.ts";
import { emptySelect } from "../sql/statement/node.ts";
import { json, jsonb, varchar } from "../sql/type/types.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import { mysqlDialect } from "./mysql/dialect.ts";

const { table } = defineTable({
  name: "t",
  columns: [id, column("name", varchar(20)), column("d", jsonb()), column("plain", json())],
});
interface Document {
  a: { b: number; c: string[] };
  t: string;
}
const d = new JsonElement<Document>(table.column("d").node);
const plain = new JsonElement<Document>(table.column("plain").node);

const cases: readonly (readonly [
  string,
  ColumnElement<unknown>,
  { sqlite: string; postgresql: string; mysql: string },
])[] = [
  [
    "a member",
    d.at("a", "b"),
    {
      sqlite: `("t"."d" -> ?)`,
      postgresql: `("t"."d" -> $1::text -> $2::text)`,
      mysql: "JSON_EXTRACT(`t`.`d`, ?)",
    },
  ],
  [
    "a member of a member is one path",
    d.at("a").at("b"),
    {
      sqlite: `("t"."d" -> ?)`,
      postgresql: `("t"."d" -> $1::text -> $2::text)`,
      mysql: "JSON_EXTRACT(`t`.`d`, ?)",
    },
  ],
  [
    "text of JSON that is not binary",
    plain.at("t").asText(),
    {
      sqlite: `CASE json_type(("t"."plain" -> ?)) WHEN 'text' THEN ("t"."plain" -> ?) ->> '$' WHEN 'null' THEN NULL ELSE ("t"."plain" -> ?) -> '$' END`,
      postgresql: `("t"."plain"::jsonb ->> $1::text)`,
      mysql:
        "CASE WHEN JSON_TYPE(JSON_EXTRACT(`t`.`plain`, ?)) <> 'NULL' THEN JSON_UNQUOTE(JSON_EXTRACT(`t`.`plain`, ?)) COLLATE utf8mb4_nopad_bin END",
    },
  ],
  [
    "a name that may be missing",
    d.hasKey("a"),
    {
      sqlite: `CASE WHEN "t"."d" IS NOT NULL THEN json_type("t"."d", ?) IS NOT NULL END`,
      postgresql: `(jsonb_typeof("t"."d") = 'object' AND "t"."d" ? $1::text)`,
      mysql: "JSON_CONTAINS_PATH(`t`.`d`, 'one', ?)",
    },
  ],
  [
    "containment",
    d.jsonContains({ a: { b: 1 } }),
    {
      sqlite: `json_contains("t"."d", ?)`,
      postgresql: `("t"."d" @> $1::jsonb)`,
      mysql: "JSON_CONTAINS(`t`.`d`, ?)",
    },
  ],
  [
    "an object",
    jsonObject({ n: 1 }),
    {
      sqlite: `json_object(?, json(?))`,
      postgresql: `jsonb_build_object($1::text, $2::jsonb)`,
      mysql: "JSON_OBJECT(?, JSON_EXTRACT(?, '$'))",
    },
  ],
  [
    "set",
    d.set(["t"], "x"),
    {
      sqlite: `CASE WHEN json_type("t"."d", ?) = 'object' THEN json_set("t"."d", ?, json(?)) ELSE "t"."d" END`,
      postgresql: `CASE WHEN jsonb_typeof(("t"."d")) = 'object' THEN jsonb_set("t"."d", $1::text[], $2::jsonb) ELSE "t"."d" END`,
      mysql:
        "CASE WHEN JSON_TYPE(JSON_EXTRACT(`t`.`d`, ?)) = 'OBJECT' THEN JSON_SET(`t`.`d`, ?, JSON_EXTRACT(?, '$')) ELSE `t`.`d` END",
    },
  ],
];

describe.each(dialects)("$name", (dialect) => {
  test.each(cases)("%s", (_name, element, expected) => {
    const { sql } = dialect.compile({ ...emptySelect, columns: [element.node] });
    const text = sql.slice("SELECT ".length).replace(/ FROM ["`]t["`]$/, "");
    expect(text).toBe(expected[dialect.name as "sqlite" | "postgresql" | "mysql"]);
  });

  test("a path's names are no part of the text, and its shape is", () => {
    const keyOf = (element: ColumnElement<unknown>) =>
      collectShape({ ...emptySelect, columns: [element.node] }, dialect).key;
    expect(keyOf(d.at("a"))).toBe(keyOf(d.at("t")));
    expect(keyOf(d.at("a", "c"))).toBe(keyOf(d.at("a", "b")));
    expect(keyOf(d.at("a", "c", 0))).not.toBe(keyOf(d.at("a", "c", "x" as never)));
  });
});

test("MySQL casts what it is to take for JSON, and counts from the end in words", () => {
  const mysql = mysqlDialect({ isMariaDb: false });
  const set = mysql.compile({ ...emptySelect, columns: [d.set(["a", "c", -1], "x").node] });
  expect(set.sql).toContain("JSON_SET(`t`.`d`, ?, CAST(? AS JSON))");
  const path = set.slots.find(
    ({ type }) => type.kind === "custom" && String(type.bind(["a", "c", -2])).includes("last"),
  );
  expect(path?.type.kind === "custom" && path.type.bind(["a", "c", -2])).toBe('$."a"."c"[last-1]');
  const same = mysql.compile({ ...emptySelect, columns: [d.at("a").eq({ b: 1, c: [] }).node] });
  expect(same.sql).toContain("JSON_EXTRACT(`t`.`d`, ?) = CAST(? AS JSON)");
});

test("every construct, also on MySQL itself", () => {
  const { d, name } = T.c;
  const json: { readonly [K in JsonConstruct]: ColumnElement<unknown> } = {
    "json.at": d.at("a", "b"),
    "json.string": d.at("c", 0).eq("x"),
    "json.number": d.at("a", "b").asNumber(),
    "json.boolean": d.at("on").asBoolean(),
    "json.text": d.at("a").asText(),
    "json.isNull": d.at("a").isNull(),
    "json.typeof": d.jsonTypeof(),
    "json.length": d.at("c").jsonArrayLength(),
    "json.hasKey": d.hasKey("a"),
    "json.equals": d.at("a").eq({ b: 1 }),
    "json.contains": d.jsonContains({ c: ["x"] }),
    "json.of": jsonArray(name),
    "json.null": jsonArray(null),
    "json.object": jsonObject({ n: d.at("a") }),
    "json.array": jsonArray(1, "x"),
    "json.set": d.set(["a", "b"], 1),
    "json.remove": d.remove(["c", 0]),
    "json.append": d.append(["c"], "x"),
    "json.insert": d.insertAt(["c", 0], "x"),
    "json.merge": d.merge({ on: true }),
    "json.stored": jsonElement<{ a: number }>(sql`${d}`).at("a"),
  };
  expect(sideBySide(json)).toMatchInlineSnapshot(`
    {
      "json.append": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_ARRAY_APPEND(d, ?, JSON_EXTRACT(?, '$')) ELSE d END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_ARRAY_APPEND(d, ?, CAST(? AS JSON)) ELSE d END",
        "postgresql": "CASE WHEN jsonb_typeof((d -> $1::text)) = 'array' THEN jsonb_set(d, $2::text[], (d -> $3::text) || jsonb_build_array($4::jsonb)) ELSE d END",
        "sqlite": "CASE WHEN json_type(d, ?) = 'array' THEN json_insert(d, ?, json(?)) ELSE d END",
      },
      "json.array": {
        "mariadb": "JSON_ARRAY(JSON_EXTRACT(?, '$'), JSON_EXTRACT(?, '$'))",
        "mysql": "JSON_ARRAY(CAST(? AS JSON), CAST(? AS JSON))",
        "postgresql": "jsonb_build_array($1::jsonb, $2::jsonb)",
        "sqlite": "json_array(json(?), json(?))",
      },
      "json.at": {
        "mariadb": "JSON_EXTRACT(d, ?)",
        "mysql": "JSON_EXTRACT(d, ?)",
        "postgresql": "(d -> $1::text -> $2::text)",
        "sqlite": "(d -> ?)",
      },
      "json.boolean": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'BOOLEAN' THEN JSON_UNQUOTE(JSON_EXTRACT(d, ?)) = 'true' END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'BOOLEAN' THEN JSON_UNQUOTE(JSON_EXTRACT(d, ?)) = 'true' END",
        "postgresql": "CASE WHEN jsonb_typeof((d -> $1::text)) = 'boolean' THEN (d -> $2::text)::boolean END",
        "sqlite": "CASE json_type((d -> ?)) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
      },
      "json.contains": {
        "mariadb": "JSON_CONTAINS(d, ?)",
        "mysql": "JSON_CONTAINS(d, ?)",
        "postgresql": "(d @> $1::jsonb)",
        "sqlite": "json_contains(d, ?)",
      },
      "json.equals": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) <> 'NULL' AND JSON_TYPE(JSON_EXTRACT(?, '$')) <> 'NULL' THEN JSON_EQUALS(JSON_EXTRACT(d, ?), JSON_EXTRACT(?, '$')) END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) <> 'NULL' AND JSON_TYPE(CAST(? AS JSON)) <> 'NULL' THEN JSON_EXTRACT(d, ?) = CAST(? AS JSON) END",
        "postgresql": "(NULLIF((d -> $1::text), 'null'::jsonb) = NULLIF($2::jsonb, 'null'::jsonb))",
        "sqlite": "json_same((d -> ?), ?)",
      },
      "json.hasKey": {
        "mariadb": "JSON_CONTAINS_PATH(d, 'one', ?)",
        "mysql": "JSON_CONTAINS_PATH(d, 'one', ?)",
        "postgresql": "(jsonb_typeof(d) = 'object' AND d ? $1::text)",
        "sqlite": "CASE WHEN d IS NOT NULL THEN json_type(d, ?) IS NOT NULL END",
      },
      "json.insert": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' AND JSON_LENGTH(JSON_EXTRACT(d, ?)) >= ? THEN JSON_ARRAY_INSERT(d, ?, JSON_EXTRACT(?, '$')) ELSE d END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' AND JSON_LENGTH(JSON_EXTRACT(d, ?)) >= ? THEN JSON_ARRAY_INSERT(d, ?, CAST(? AS JSON)) ELSE d END",
        "postgresql": "CASE WHEN CASE WHEN jsonb_typeof((d -> $1::text)) = 'array' THEN jsonb_array_length((d -> $2::text)) >= $3::integer END THEN jsonb_insert(d, $4::text[], $5::jsonb) ELSE d END",
        "sqlite": "CASE WHEN json_type(d, ?) = 'array' AND json_array_length(d, ?) >= ? THEN json_set(d, ?, json(json_inserted(d -> ?, ?, json_array(json(?))))) ELSE d END",
      },
      "json.isNull": {
        "mariadb": "(COALESCE(JSON_TYPE(JSON_EXTRACT(d, ?)), 'NULL') = 'NULL')",
        "mysql": "(COALESCE(JSON_TYPE(JSON_EXTRACT(d, ?)), 'NULL') = 'NULL')",
        "postgresql": "(COALESCE(jsonb_typeof((d -> $1::text)), 'null') = 'null')",
        "sqlite": "(COALESCE(json_type((d -> ?)), 'null') = 'null')",
      },
      "json.length": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_LENGTH(JSON_EXTRACT(d, ?)) END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_LENGTH(JSON_EXTRACT(d, ?)) END",
        "postgresql": "CASE WHEN jsonb_typeof((d -> $1::text)) = 'array' THEN jsonb_array_length((d -> $2::text)) END",
        "sqlite": "CASE WHEN json_type((d -> ?)) = 'array' THEN json_array_length((d -> ?)) END",
      },
      "json.merge": {
        "mariadb": "CASE WHEN JSON_TYPE(d) = 'OBJECT' THEN JSON_SET(d, ?, JSON_EXTRACT(?, '$')) ELSE d END",
        "mysql": "CASE WHEN JSON_TYPE(d) = 'OBJECT' THEN JSON_SET(d, ?, CAST(? AS JSON)) ELSE d END",
        "postgresql": "CASE WHEN jsonb_typeof(d) = 'object' THEN d || jsonb_build_object($1::text, $2::jsonb) ELSE d END",
        "sqlite": "CASE WHEN json_type(d) = 'object' THEN json_set(d, ?, json(?)) ELSE d END",
      },
      "json.null": {
        "mariadb": "JSON_ARRAY(JSON_EXTRACT('null', '$'))",
        "mysql": "JSON_ARRAY(CAST('null' AS JSON))",
        "postgresql": "jsonb_build_array('null'::jsonb)",
        "sqlite": "json_array(json('null'))",
      },
      "json.number": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') THEN CAST(JSON_EXTRACT(d, ?) AS DOUBLE) END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') THEN CAST(JSON_EXTRACT(d, ?) AS DOUBLE) END",
        "postgresql": "CASE WHEN jsonb_typeof((d -> $1::text -> $2::text)) = 'number' THEN (d -> $3::text -> $4::text)::float8 END",
        "sqlite": "CASE WHEN json_type((d -> ?)) IN ('integer', 'real') THEN CAST((d -> ?) ->> '$' AS REAL) END",
      },
      "json.object": {
        "mariadb": "JSON_OBJECT(?, JSON_EXTRACT(JSON_EXTRACT(d, ?), '$'))",
        "mysql": "JSON_OBJECT(?, CAST(JSON_EXTRACT(d, ?) AS JSON))",
        "postgresql": "jsonb_build_object($1::text, COALESCE(to_jsonb((d -> $2::text)), 'null'::jsonb))",
        "sqlite": "json_object(?, json((d -> ?)))",
      },
      "json.of": {
        "mariadb": "JSON_ARRAY(CONVERT(name USING utf8mb4) COLLATE utf8mb4_nopad_bin)",
        "mysql": "JSON_ARRAY(CONVERT(name USING utf8mb4) COLLATE utf8mb4_0900_bin)",
        "postgresql": "jsonb_build_array(COALESCE(to_jsonb(name), 'null'::jsonb))",
        "sqlite": "json_array(name)",
      },
      "json.remove": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' AND JSON_LENGTH(JSON_EXTRACT(d, ?)) >= ? THEN JSON_REMOVE(d, ?) ELSE d END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' AND JSON_LENGTH(JSON_EXTRACT(d, ?)) >= ? THEN JSON_REMOVE(d, ?) ELSE d END",
        "postgresql": "CASE WHEN CASE WHEN jsonb_typeof((d -> $1::text)) = 'array' THEN jsonb_array_length((d -> $2::text)) >= $3::integer END THEN d #- $4::text[] ELSE d END",
        "sqlite": "CASE WHEN json_type(d, ?) = 'array' AND json_array_length(d, ?) >= ? THEN json_remove(d, ?) ELSE d END",
      },
      "json.set": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'OBJECT' THEN JSON_SET(d, ?, JSON_EXTRACT(?, '$')) ELSE d END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'OBJECT' THEN JSON_SET(d, ?, CAST(? AS JSON)) ELSE d END",
        "postgresql": "CASE WHEN jsonb_typeof((d -> $1::text)) = 'object' THEN jsonb_set(d, $2::text[], $3::jsonb) ELSE d END",
        "sqlite": "CASE WHEN json_type(d, ?) = 'object' THEN json_set(d, ?, json(?)) ELSE d END",
      },
      "json.stored": {
        "mariadb": "JSON_EXTRACT((d), ?)",
        "mysql": "JSON_EXTRACT((d), ?)",
        "postgresql": "(((d))::jsonb -> $1::text)",
        "sqlite": "((d) -> ?)",
      },
      "json.string": {
        "mariadb": "CASE WHEN JSON_TYPE(CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_EXTRACT(d, ?) END) = 'STRING' THEN JSON_UNQUOTE(CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_EXTRACT(d, ?) END) COLLATE utf8mb4_nopad_bin END = ?",
        "mysql": "CASE WHEN JSON_TYPE(CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_EXTRACT(d, ?) END) = 'STRING' THEN JSON_UNQUOTE(CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) = 'ARRAY' THEN JSON_EXTRACT(d, ?) END) COLLATE utf8mb4_0900_bin END = ?",
        "postgresql": "CASE WHEN jsonb_typeof(CASE WHEN jsonb_typeof(d -> $1::text) = 'array' THEN (d -> $2::text -> $3::integer) END) = 'string' THEN CASE WHEN jsonb_typeof(d -> $4::text) = 'array' THEN (d -> $5::text -> $6::integer) END #>> '{}' END = $7",
        "sqlite": "CASE WHEN json_type((d -> ?)) = 'text' THEN (d -> ?) ->> '$' END = ?",
      },
      "json.text": {
        "mariadb": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) <> 'NULL' THEN JSON_UNQUOTE(JSON_EXTRACT(d, ?)) COLLATE utf8mb4_nopad_bin END",
        "mysql": "CASE WHEN JSON_TYPE(JSON_EXTRACT(d, ?)) <> 'NULL' THEN JSON_UNQUOTE(JSON_EXTRACT(d, ?)) COLLATE utf8mb4_0900_bin END",
        "postgresql": "(d ->> $1::text)",
        "sqlite": "CASE json_type((d -> ?)) WHEN 'text' THEN (d -> ?) ->> '$' WHEN 'null' THEN NULL ELSE (d -> ?) -> '$' END",
      },
      "json.typeof": {
        "mariadb": "CASE JSON_TYPE(d) WHEN 'STRING' THEN 'string' WHEN 'INTEGER' THEN 'number' WHEN 'UNSIGNED INTEGER' THEN 'number' WHEN 'DOUBLE' THEN 'number' WHEN 'DECIMAL' THEN 'number' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'NULL' THEN 'null' END",
        "mysql": "CASE JSON_TYPE(d) WHEN 'STRING' THEN 'string' WHEN 'INTEGER' THEN 'number' WHEN 'UNSIGNED INTEGER' THEN 'number' WHEN 'DOUBLE' THEN 'number' WHEN 'DECIMAL' THEN 'number' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'NULL' THEN 'null' END",
        "postgresql": "jsonb_typeof(d)",
        "sqlite": "CASE json_type(d) WHEN 'text' THEN 'string' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' ELSE json_type(d) END",
      },
    }
  `);
});
