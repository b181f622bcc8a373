/** Joined-table and single-table inheritance, and optimistic locking across tables. */
import {
  discriminator,
  field,
  inherit,
  joined,
  many,
  one,
  primaryKey,
  select,
  selectin,
  StaleDataError,
  sql,
  table,
  version,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { known, suite } from "./harness.ts";

class Company extends table(
  "company",
  { id: primaryKey(), name: z.string() },
  {
    employees: () => many(Employee, { backPopulates: "company" }),
  },
) {}

class Employee extends table(
  "employee",
  {
    id: primaryKey(),
    type: discriminator(),
    name: z.string(),
    version: version(),
    companyId: field(z.int().nullable(), { foreignKey: "company.id" }),
  },
  {
    company: () => one(Company, { backPopulates: "employees" }).nullable(),
  },
) {
  get badge() {
    return `${this.name} (${this.type})`;
  }
}

class Manager extends inherit(
  Employee,
  "manager",
  { budget: z.int(), level: z.int().default(1) },
  {
    reports: () => many(Engineer, { backPopulates: "manager" }),
  },
) {}

class Engineer extends inherit(
  Employee,
  "engineer",
  {
    language: z.string(),
    level: z.string().default("junior"),
    managerId: field(z.int().nullable(), { foreignKey: "manager.id" }),
  },
  {
    manager: () => one(Manager, { backPopulates: "reports" }).nullable(),
  },
) {}

class Shape extends table("shape", { id: primaryKey(), kind: discriminator(), name: z.string() }) {}
class Circle extends inherit(Shape, { radius: z.number() }) {
  area() {
    return Math.PI * this.radius ** 2;
  }
}
class Square extends inherit(Shape, { side: z.number() }) {}

suite("joined-table inheritance", ({ test }) => {
  test("each row comes back as its own class, in one query", function* ({ session, openSession, statements, forget }) {
    session.add(
      new Employee({ name: "eve" }),
      new Manager({
        name: "max",
        budget: 100,
        reports: [new Engineer({ name: "ann", language: "ts" }), new Engineer({ name: "bob", language: "c" })],
      }),
    );
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    forget();
    const people = (yield* other.exec(select(Employee).orderBy(Employee.c.name))).all();
    expect(statements).toHaveLength(1);
    expect(people.map((person) => person.constructor)).toEqual([Engineer, Engineer, Employee, Manager]);
    expect(people.map((person) => person.badge)).toEqual([
      "ann (engineer)",
      "bob (engineer)",
      "eve (employee)",
      "max (manager)",
    ]);
    expect((people[0] as Engineer).language).toBe("ts");
    expect((people[3] as Manager).budget).toBe(100);
  });

  test("loadOnly() leaves out columns of the model that is asked for, and those of no class below", function* (context) {
    context.session.add(new Manager({ name: "max", budget: 5 }), new Engineer({ name: "ann", language: "ts" }));
    yield* context.session.commit();
    yield* context.session.close();
    const session = context.openSession();
    context.forget();
    const [ann, max] = (yield* session.exec(select(Employee).loadOnly("name").orderBy(Employee.c.name))).all();
    expect(context.statements[0]).not.toContain("company_id");
    expect([(ann as Engineer).language, (max as Manager).budget, max?.version]).toEqual(["ts", 5, 1]);
    expect(() => ann?.companyId).toThrow("not loaded");
    yield* session.close();
    context.forget();
    const manager = (yield* context.openSession().exec(select(Manager).loadOnly("budget"))).one();
    expect(context.statements[0]).not.toMatch(/name.? *,|level/);
    expect(manager.budget).toBe(5);
    expect(() => manager.name).toThrow("not loaded");
  });

  test("two subclasses may have columns of one name", function* ({ session, openSession }) {
    session.add(
      new Manager({ name: "max", budget: 1, level: 7 }),
      new Engineer({ name: "ann", language: "ts", level: "senior" }),
    );
    yield* session.commit();
    yield* session.close();
    const people = (yield* openSession().exec(select(Employee).orderBy(Employee.c.name))).all();
    expect(people.map((person) => (person as Manager | Engineer).level)).toEqual(["senior", 7]);
  });

  test("relationships of a subclass are loaded by both strategies", function* ({ session, openSession }) {
    const reports = [new Engineer({ name: "ann", language: "ts" }), new Engineer({ name: "bob", language: "c" })];
    session.add(new Manager({ name: "max", budget: 1, reports }), new Manager({ name: "eve", budget: 2 }));
    yield* session.commit();
    yield* session.close();
    for (const load of [joined(), selectin()]) {
      const other = openSession();
      const managers = (yield* other.exec(select(Manager).include({ reports: load }).orderBy(Manager.c.name))).all();
      expect(
        managers.map((manager) =>
          known(manager.reports)
            .map((engineer) => engineer.language)
            .sort(),
        ),
      ).toEqual([[], ["c", "ts"]]);
      const engineers = (yield* other.exec(select(Engineer).include({ manager: load }))).all();
      yield* other.close();
      expect(engineers.map((engineer) => known(engineer.manager)?.budget)).toEqual([1, 1]);
    }
  });

  test("a subclass is selected alone, with what it inherits", function* ({ session }) {
    session.add(new Employee({ name: "eve" }), new Manager({ name: "max", budget: 1 }));
    yield* session.commit();
    const managers = (yield* session.exec(
      select(Manager).where(Manager.c.name.eq("max"), Manager.c.budget.eq(1)),
    )).all();
    expect(managers).toHaveLength(1);
    expect(managers[0]).toBeInstanceOf(Employee);
    expect(yield* session.get(Manager, managers[0]?.id)).toBe(managers[0]);
  });

  test("relationships to the base hold all classes", function* ({ session, openSession }) {
    session.add(
      new Company({
        name: "x",
        employees: [new Manager({ name: "max", budget: 1 }), new Engineer({ name: "ann", language: "ts" })],
      }),
    );
    yield* session.commit();
    yield* session.close();
    const company = (yield* openSession().exec(select(Company).include({ employees: true }))).one();
    expect(company.employees.map((employee) => employee.constructor.name).sort()).toEqual(["Engineer", "Manager"]);
  });

  test("a change in any table moves the version, and a stale one is refused", function* ({ session }) {
    const manager = new Manager({ name: "max", budget: 1 });
    session.add(manager);
    yield* session.commit();
    expect(manager.version).toBe(1);
    manager.budget = 2;
    yield* session.commit();
    expect(manager.version).toBe(2);
    yield* session.text(sql`UPDATE ${Employee} SET version = 9 WHERE TRUE`);
    manager.budget = 3;
    let error: unknown;
    try {
      yield* session.flush();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(StaleDataError);
  });

  test("rows of several classes go in one batch for each table", function* ({ session, engine, statements }) {
    session.add(
      new Manager({ name: "m1", budget: 1 }),
      new Engineer({ name: "e1", language: "a" }),
      new Manager({ name: "m2", budget: 2 }),
      new Engineer({ name: "e2", language: "b" }),
    );
    yield* session.flush();
    if (engine.dialect.capabilities.batchesWrites) expect(statements).toHaveLength(3);
    expect((yield* session.exec(select(Engineer.c.language).orderBy(Engineer.c.name))).all()).toEqual(["a", "b"]);
    expect((yield* session.exec(select(Manager.c.budget).orderBy(Manager.c.name))).all()).toEqual([1, 2]);
  });

  test("deleting an entity deletes its rows in all tables", function* ({ session }) {
    const manager = new Manager({ name: "max", budget: 1 });
    session.add(manager);
    yield* session.commit();
    session.delete(manager);
    yield* session.commit();
    expect(
      (yield* session.text(sql<{ n: number }>`SELECT count(*) AS n FROM ${Employee}`))
        .all()
        .map((row) => Number(row.n)),
    ).toEqual([0]);
    expect((yield* session.exec(select(Manager))).all()).toEqual([]);
  });
});

suite("single-table inheritance", ({ test }) => {
  test("one table, several classes", function* ({ session, openSession }) {
    session.add(
      new Shape({ name: "blob" }),
      new Circle({ name: "round", radius: 2 }),
      new Square({ name: "box", side: 3 }),
    );
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    const shapes = (yield* other.exec(select(Shape).orderBy(Shape.c.name))).all();
    expect(shapes.map((shape) => shape.constructor)).toEqual([Shape, Square, Circle]);
    expect((shapes[2] as Circle).area()).toBeCloseTo(12.566, 2);
    const circles = (yield* other.exec(select(Circle))).all();
    expect(circles.map((circle) => circle.radius)).toEqual([2]);
  });
});
