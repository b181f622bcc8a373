/** What each dialect makes of JSON constructs. They are run in test/suite/statements/json.test.ts. */
import { describe, expect, test } from "vitest";
import { dialects } from "../../test/support/dialects.ts";
import { column, defineTable, id } from "../../test/support/tables.ts";
import { JsonElement } from "../sql/expression/json-element.ts";
import { jsonObject } from "../sql/expression/json-functions.ts";
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
