/** What is grouped by has parameters of its own, which are the same wherever it is said again. */
import { describe, expect, test } from "vitest";
import { c, fails, select, sqlCases } from "../../../test/support/sql-cases.ts";
import { dialects } from "../../../test/support/dialects.ts";
import { func } from "../expression/functions.ts";
import { rollup, groupNode } from "../expression/grouping.ts";
import { orderNode } from "../expression/order.ts";
import { withSharedGroups } from "../statement/grouped.ts";
import { collectShape } from "./collect-shape.ts";

const next = c.age.plus(1);
const named = func.coalesce(c.name, "nobody");
const label = next.label("next");
const count = func.count();
const postgresql = dialects.find(({ name }) => name === "postgresql")!;

sqlCases([
  [
    "in the select list, ORDER BY and windows",
    select([next, count, func.rank().over({ orderBy: next })], {
      groupBy: [next.node],
      orderBy: [orderNode(next.desc())],
    }),
    {
      sqlite: `SELECT "hero"."age" + ?, count(*), rank() OVER (ORDER BY ("hero"."age" + ?)) FROM "hero" GROUP BY "hero"."age" + ? ORDER BY ("hero"."age" + ?) DESC`,
      postgresql: `SELECT "hero"."age" + $1, count(*), rank() OVER (ORDER BY ("hero"."age" + $1)) FROM "hero" GROUP BY "hero"."age" + $1 ORDER BY ("hero"."age" + $1) DESC`,
      mysql:
        "SELECT `hero`.`age` + ?, count(*), rank() OVER (ORDER BY (`hero`.`age` + ?)) FROM `hero` GROUP BY `hero`.`age` + ? ORDER BY (`hero`.`age` + ?) DESC",
    },
  ],
  [
    "written anew with the same values",
    withSharedGroups(
      select([func.coalesce(c.name, "nobody"), count], {
        groupBy: [named.node],
        orderBy: [orderNode(func.coalesce(c.name, "nobody").asc())],
      }),
    ),
    {
      sqlite: `SELECT coalesce("hero"."name", ?), count(*) FROM "hero" GROUP BY coalesce("hero"."name", ?) ORDER BY coalesce("hero"."name", ?)`,
      postgresql: `SELECT coalesce("hero"."name", $1::text), count(*) FROM "hero" GROUP BY coalesce("hero"."name", $1::text) ORDER BY coalesce("hero"."name", $1::text)`,
      mysql:
        "SELECT coalesce(`hero`.`name`, ?), count(*) FROM `hero` GROUP BY coalesce(`hero`.`name`, ?) ORDER BY coalesce(`hero`.`name`, ?)",
    },
  ],
  [
    "by its label",
    select([label, count], { groupBy: [label.node], orderBy: [orderNode(next.asc())] }),
    {
      sqlite: `SELECT "hero"."age" + ? AS "next", count(*) FROM "hero" GROUP BY 1 ORDER BY ("hero"."age" + ?)`,
      postgresql: `SELECT "hero"."age" + $1 AS "next", count(*) FROM "hero" GROUP BY 1 ORDER BY ("hero"."age" + $1)`,
      mysql: "SELECT `hero`.`age` + ? AS `next`, count(*) FROM `hero` GROUP BY 1 ORDER BY (`hero`.`age` + ?)",
    },
  ],
  [
    "in several groupings",
    select([next, count], { groupBy: [groupNode(rollup(next))] }),
    {
      sqlite: fails(/SQLite has no/),
      postgresql: `SELECT "hero"."age" + $1, count(*) FROM "hero" GROUP BY ROLLUP ("hero"."age" + $1)`,
      mysql: "SELECT `hero`.`age` + ?, count(*) FROM `hero` GROUP BY `hero`.`age` + ? WITH ROLLUP",
    },
  ],
]);

test("in HAVING", () => {
  const having = select([next], { groupBy: [next.node], having: next.gt(3).node });
  expect(postgresql.compile(having).sql).toBe(
    `SELECT "hero"."age" + $1 FROM "hero" GROUP BY "hero"."age" + $1 HAVING ("hero"."age" + $1) > $2`,
  );
});

describe("what is not the same", () => {
  const by = (value: number, grouped: number) =>
    withSharedGroups(select([c.age.plus(value)], { groupBy: [c.age.plus(grouped).node] }));

  test("has parameters of its own, and another shape", () => {
    expect(postgresql.compile(by(1, 2)).sql).toBe(`SELECT "hero"."age" + $1 FROM "hero" GROUP BY "hero"."age" + $2`);
    expect(postgresql.compile(by(1, 1)).sql).toBe(`SELECT "hero"."age" + $1 FROM "hero" GROUP BY "hero"."age" + $1`);
    const key = (value: number, grouped: number) => collectShape(by(value, grouped), postgresql).key;
    expect(key(1, 2)).toBe(key(3, 4));
    expect(key(1, 1)).toBe(key(2, 2));
    expect(key(1, 2)).not.toBe(key(1, 1));
  });

  test("a select without parameters in its groups stays as it is", () => {
    const plain = select([func.lower(c.name)], { groupBy: [func.lower(c.name).node] });
    expect(withSharedGroups(plain)).toBe(plain);
  });
});
