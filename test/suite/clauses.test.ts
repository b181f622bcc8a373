/** DISTINCT ON, groupings, orders, limits and locks: the rows, on every database. */
import {
  cube,
  currentRow,
  following,
  func,
  groupingSets,
  positionIn,
  rollup,
  select,
  type ColumnElement,
} from "sqlmodel";
import { expect } from "vitest";
import { suite, type CaseContext, type Step } from "./harness.ts";
import { Hero, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";

function* fill({ session }: CaseContext): Step<void> {
  const red = new Team({ name: "red" });
  const blue = new Team({ name: "blue" });
  session.add(new Hero({ name: "a", age: 10, team: red }), new Hero({ name: "b", age: 20, team: red }));
  yield* session.flush();
  session.add(new Hero({ name: "c", age: 20, team: blue }), new Hero({ name: "D", age: null }));
  yield* session.commit();
}

const { c } = Hero;

suite("clauses of a select", ({ test }) => {
  test("DISTINCT ON takes the first of each", function* (context) {
    yield* fill(context);
    const statement = select(c.name).distinctOn(c.teamId).orderBy(c.teamId.asc().nullsLast(), c.age.desc());
    if (context.dialect === "postgresql")
      expect((yield* context.session.exec(statement)).all()).toEqual(["b", "c", "D"]);
    else yield* rejects(context.session.exec(statement), "has no DISTINCT ON. Number the rows");
  });

  test("ROLLUP, CUBE and GROUPING SETS", function* (context) {
    yield* fill(context);
    const { session, dialect } = context;
    const rolled = select(Team.c.name, func.count()).join(Team.r.heroes).groupBy(rollup(Team.c.name));
    if (dialect === "sqlite") {
      yield* rejects(session.exec(rolled), "SQLite has no ROLLUP");
      return;
    }
    const found: [string | null, number][] = (yield* session.exec(rolled)).all();
    expect(found.toSorted((left, right) => left[1] - right[1])).toEqual([
      ["blue", 1],
      ["red", 2],
      [null, 3],
    ]);
    const sets = select(c.teamId, c.age, func.grouping(c.teamId, c.age), func.count())
      .groupBy(groupingSets(c.teamId, c.age))
      .having(func.count().ge(1))
      .orderBy(func.grouping(c.teamId, c.age), c.teamId.asc().nullsLast(), c.age.asc().nullsLast());
    const cubed = select(func.count()).from(Hero).groupBy(cube(c.teamId, c.age));
    if (dialect === "mysql") {
      yield* rejects(session.exec(sets), "MariaDB has no GROUPING()");
      yield* rejects(session.exec(cubed), "MariaDB has no groupings but one ROLLUP");
      return;
    }
    expect((yield* session.exec(sets)).all()).toEqual([
      [1, null, 1, 2],
      [2, null, 1, 1],
      [null, null, 1, 1],
      [null, 10, 2, 1],
      [null, 20, 2, 2],
      [null, null, 2, 1],
    ]);
    expect((yield* session.exec(cubed)).all()).toHaveLength(11);
  });

  test("HAVING, and an order by a label", function* (context) {
    yield* fill(context);
    const size = func.count().label("size");
    const statement = select(c.age, size).groupBy(c.age).having(func.count(c.teamId).ge(1)).orderBy(size.desc());
    expect((yield* context.session.exec(statement)).all()).toEqual([
      [20, 2],
      [10, 1],
    ]);
  });

  test("NULLs first and last, lists of values, collations", function* (context) {
    yield* fill(context);
    const { session, dialect } = context;
    const names = (...order: ColumnElement<unknown>[]) => session.exec(select(c.name).orderBy(...order));
    expect((yield* names(c.age.asc().nullsFirst(), c.name)).all()).toEqual(["D", "a", "b", "c"]);
    expect((yield* names(c.age.asc().nullsLast(), c.name.desc())).all()).toEqual(["a", "c", "b", "D"]);
    expect((yield* names(c.age.desc().nullsFirst(), c.name)).all()).toEqual(["D", "b", "c", "a"]);
    expect((yield* names(c.age.desc().nullsLast(), c.name)).all()).toEqual(["b", "c", "a", "D"]);
    const listed = select(c.name).orderByValues(c.age, [20, null]).orderBy(c.name.desc());
    expect((yield* session.exec(listed)).all()).toEqual(["c", "b", "D", "a"]);
    expect((yield* names(positionIn(c.name, ["c", "D"]).desc(), c.name)).all()).toEqual(["a", "b", "D", "c"]);
    const caseless = { sqlite: "NOCASE", postgresql: "und-x-icu", mysql: "utf8mb4_general_ci" }[dialect];
    expect((yield* names(c.name.collate(caseless))).all()).toEqual(["a", "b", "c", "D"]);
    const bytes = { sqlite: "BINARY", postgresql: "C", mysql: "utf8mb4_bin" }[dialect];
    expect((yield* names(c.name.collate(bytes).desc())).all()).toEqual(["c", "b", "a", "D"]);
  });

  test("FETCH WITH TIES, and limits by expressions", function* (context) {
    yield* fill(context);
    const { session, dialect } = context;
    const two = select(c.name).where(c.age.isNotNull()).orderBy(c.age.desc()).fetch(1, { withTies: true });
    if (dialect === "sqlite") yield* rejects(session.exec(two), "SQLite has no FETCH");
    else expect((yield* session.exec(two)).all().toSorted()).toEqual(["b", "c"]);
    expect((yield* session.exec(select(c.name).orderBy(c.name.desc()).fetch(1))).all()).toHaveLength(1);
    const counted = select(c.id).limit(select(func.count()).from(Team).scalarSubquery() as never);
    if (dialect === "mysql") yield* rejects(session.exec(counted), "LIMIT and OFFSET by an expression");
    else expect((yield* session.exec(counted)).all()).toHaveLength(2);
  });

  test("locks", function* (context) {
    yield* fill(context);
    const { session, dialect } = context;
    const joined = select(Hero, Team.c.name).outerJoin(Hero.r.team).orderBy(c.id);
    const one = joined.forUpdate({ of: Hero, skipLocked: true });
    if (dialect === "postgresql") {
      expect((yield* session.exec(one)).all()).toHaveLength(4);
      expect((yield* session.exec(joined.forKeyShare({ of: [Hero], nowait: true }))).all()).toHaveLength(4);
      expect((yield* session.exec(select(Team).forNoKeyUpdate())).all()).toHaveLength(2);
    } else {
      yield* rejects(session.exec(one), dialect === "sqlite" ? "row locks" : "MariaDB has no FOR UPDATE OF");
    }
    if (dialect === "mysql")
      expect((yield* session.exec(select(Team).forShare({ nowait: true }))).all()).toHaveLength(2);
    expect(() => select(Hero).forUpdate({ nowait: true, skipLocked: true })).toThrow(/nowait or skipLocked/);
    expect(() => select(Hero).forUpdate({ of: [] })).toThrow(/names no model/);
  });

  test.concurrent("locked rows are left out, or refused", function* (context) {
    yield* fill(context);
    const { session, openSession } = context;
    yield* session.exec(select(Hero).where(c.name.eq("a")).forUpdate());
    const other = openSession();
    const rest = select(c.name).orderBy(c.id).forUpdate({ skipLocked: true });
    expect((yield* other.exec(rest)).all()).toEqual(["b", "c", "D"]);
    yield* rejects(other.exec(select(Hero).forUpdate({ nowait: true })), "lock");
    yield* other.rollback();
  });

  test("a full join keeps the rows of both sides", function* (context) {
    yield* fill(context);
    const { session, dialect } = context;
    session.add(new Team({ name: "lonely" }));
    yield* session.commit();
    const statement = select(c.name, Team.c.name).fullJoin(Team, c.teamId.eq(Team.c.id)).orderBy(c.id, Team.c.id);
    if (dialect === "mysql") {
      yield* rejects(session.exec(statement), "has no FULL JOIN. Unite a left join and a right join.");
      return;
    }
    const found = (yield* session.exec(statement)).all();
    expect(found).toHaveLength(5);
    expect(found).toEqual(
      expect.arrayContaining([
        ["D", null],
        [null, "lonely"],
        ["a", "red"],
      ]),
    );
  });

  test("frames reach behind the row, patterns are refused, and the SQL is shown as it is sent", function* (context) {
    yield* fill(context);
    const { session } = context;
    const sum = func.sum(c.age).over({ orderBy: [c.id], rows: [currentRow, following(1)] });
    expect((yield* session.exec(select(sum).where(c.age.isNotNull()).orderBy(c.id))).all()).toEqual([30, 40, 20]);
    const statement = select(c.name).where(c.name.notLike("a%"), c.name.notIlike("d")).orderBy(c.name);
    expect((yield* session.exec(statement)).all()).toEqual(["b", "c"]);
    const { sql, parameters } = statement.toSQL(context.engine.dialect);
    expect(context.statements.at(-1)).toBe(sql);
    expect(parameters).toEqual(["a%", "d"]);
  });
});
