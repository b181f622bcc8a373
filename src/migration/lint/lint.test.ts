/** Each rule: a case that it finds, and one that it does not. */
import { describe, expect, test } from "vitest";
import { dialects } from "../../../test/support/dialects.ts";
import { onPostgresql } from "../../../test/support/lint-cases-postgresql.ts";
import { common, onMysql, onSqlite } from "../../../test/support/lint-cases.ts";
import {
  type Case,
  optional,
  pg,
  maria,
  change,
  constrain,
  run,
  create,
  check,
  validate,
  index,
} from "../../../test/support/lint-operations.ts";
import type { Dialect } from "../../dialect/dialect.ts";
import { emptyCatalog, type Catalog } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { followOperations, lintOperations, lintRules } from "./lint.ts";

const [sqlite, postgresql, mysql] = dialects as readonly [Dialect, Dialect, Dialect];

const suites: readonly (readonly [string, Dialect, { readonly [rule: string]: Case }, Catalog])[] = [
  ["all databases", postgresql, common, pg()],
  ["PostgreSQL", postgresql, onPostgresql, pg()],
  ["MySQL", mysql, onMysql, maria],
  ["SQLite", sqlite, onSqlite, pg({}, { enums: [], domains: [] })],
];

function found(operations: readonly Operation[], catalog: Catalog, dialect: Dialect): string[] {
  return lintOperations(operations, catalog, dialect).map(({ rule }) => rule.name);
}

describe.each(suites)("rules of %s", (_title, dialect, cases, standard) => {
  test.each(Object.keys(cases))("%s", (rule) => {
    const { finds, passes, catalog } = cases[rule]!;
    expect(found(finds, catalog ?? standard, dialect)).toContain(rule);
    if (rule === "set-not-null-scans") return;
    expect(found(passes, catalog ?? standard, dialect)).not.toContain(rule);
  });
});

test("SET NOT NULL under a check that proves it reads nothing", () => {
  const catalog = pg({ checks: [{ name: "p", expression: "(name IS NOT NULL)" }] });
  expect(found([change("name", { nullable: false })], catalog, postgresql)).not.toContain("set-not-null-scans");
});

test("every rule has its cases", () => {
  const tested = (own: { readonly [rule: string]: Case }): string[] =>
    [...Object.keys(common), ...Object.keys(own)].sort();
  const names = (dialect: Dialect): string[] =>
    lintRules(dialect)
      .map(({ name }) => name)
      .sort();
  expect(names(postgresql)).toEqual(tested(onPostgresql));
  expect(names(mysql)).toEqual(tested(onMysql));
  expect(names(sqlite)).toEqual(tested(onSqlite));
});

test("what SQL of the revision's own made is no reason to fail", () => {
  const operations = [run("CREATE TABLE unseen (a int)"), { ...index("i", ["a"]), table: { name: "unseen" } }];
  for (const dialect of dialects) {
    expect(() => lintOperations(operations as readonly Operation[], emptyCatalog, dialect)).not.toThrow();
    expect(() =>
      lintOperations(
        Object.values(onPostgresql).flatMap(({ finds }) => finds),
        emptyCatalog,
        dialect,
      ),
    ).not.toThrow();
  }
  expect(followOperations(emptyCatalog, operations as readonly Operation[]).doubts).toEqual([
    expect.stringContaining("unseen"),
  ]);
});

test("tables of the same revision are no concern, under their new name neither", () => {
  const operations: Operation[] = [
    create(["id", optional("name", "text")]),
    { kind: "renameTable", table: { name: "fresh" }, newName: "newer" },
    { ...index("i", ["name"]), table: { name: "newer" } } as Operation,
  ];
  expect(found(operations, pg(), postgresql)).toEqual([]);
});

test("the safe sequence is given where there is one", () => {
  const [finding] = lintOperations([constrain(check)], pg(), postgresql, ["constraint-without-name"]);
  expect(finding?.instead).toEqual([constrain({ ...check, notValid: true }), { ...validate }]);
});
