/** The SQL of clauses on all dialects, side by side; `test/suite/clauses.test.ts` and its neighbours run such statements for real. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { mysqlDialect } from "../dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { func } from "../sql/expression/functions.ts";
import { currentRow, following, preceding } from "../sql/expression/window.ts";
import { field, primaryKey } from "./field.ts";
import { many } from "./relationship.ts";
import { withParent } from "./relationship-handle.ts";
import { select } from "./select.ts";
import { except, exceptAll, intersect, intersectAll, union, unionAll } from "./select-base.ts";
import { tableFor } from "./table.ts";

const table = tableFor(new MetaData());
class Team extends table("team", { id: primaryKey(), name: z.string() }, { heroes: () => many(Hero) }) {}
class Hero extends table("hero", {
  id: primaryKey(),
  name: z.string(),
  age: z.int().nullable(),
  teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
}) {}

const dialects = {
  sqlite: sqliteDialect(),
  postgresql: postgresqlDialect(),
  mysql: mysqlDialect({ isMariaDb: false }),
  mariadb: mysqlDialect({ isMariaDb: true }),
};

/** The SQL of each dialect, with `"` for quotes; what is refused as its message. */
function texts(statement: { toSQL(dialect: (typeof dialects)["sqlite"]): { readonly sql: string } }): object {
  const text = (dialect: (typeof dialects)["sqlite"]): string => {
    try {
      return statement.toSQL(dialect).sql.replaceAll("`", '"');
    } catch (error) {
      return (error as Error).message;
    }
  };
  return Object.fromEntries(Object.entries(dialects).map(([name, dialect]) => [name, text(dialect)]));
}

const { c } = Hero;
const ids = select(c.id);
const teams = select(Team.c.id);

describe("set operations", () => {
  test.each(Object.entries({ union, unionAll, intersect, intersectAll, except, exceptAll }))("%s", (_name, combine) => {
    expect(texts(combine(ids.limit(1), teams).orderBy(c.id).limit(2))).toMatchSnapshot();
  });
});

describe("joins", () => {
  test.each(["join", "outerJoin", "rightJoin", "fullJoin"] as const)("%s", (kind) => {
    expect(texts(select(c.id, Team.c.id)[kind](Team))).toMatchSnapshot();
  });
});

test("rows of a parent", () => {
  expect(texts(select(c.id).where(withParent(new Team({ id: 3, name: "a" }), Team.r.heroes)))).toMatchSnapshot();
});

test("orders by a list of values", () => {
  expect(texts(ids.orderByValues(c.name, ["b", "a"]))).toMatchSnapshot();
});

test.each([false, true])("FETCH, ties: %s", (withTies) => {
  expect(texts(ids.orderBy(c.age).fetch(2, { withTies }))).toMatchSnapshot();
});

test.each(["forUpdate", "forShare", "forNoKeyUpdate", "forKeyShare"] as const)("%s", (lock) => {
  expect(texts(ids[lock]())).toMatchSnapshot();
  expect(texts(ids[lock]({ of: Hero, skipLocked: true }))).toMatchSnapshot();
});

test("frames in both directions", () => {
  const orders = { partitionBy: c.teamId, orderBy: [c.age] };
  const rows = func.sum(c.age).over({ ...orders, rows: [preceding(1), following(2)] });
  const groups = func.count().over({ ...orders, groups: [currentRow, following(1)], exclude: "ties" });
  expect(texts(select(rows))).toMatchSnapshot();
  expect(texts(select(groups))).toMatchSnapshot();
});

test("patterns", () => {
  expect(texts(ids.where(c.name.notLike("a%"), c.name.notIlike("b_"), c.name.icontains("50%")))).toMatchSnapshot();
});
