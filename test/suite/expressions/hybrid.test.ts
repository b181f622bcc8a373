/** `hybrid`: a getter that can be asked for in statements, of models, aliases and subclasses. */
import {
  alias,
  ArgumentError,
  discriminator,
  field,
  func,
  hybrid,
  inherit,
  ModelDefinitionError,
  one,
  primaryKey,
  select,
  table,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite } from "../harness.ts";
import type { Step } from "../suite-session.ts";

class Staff extends table(
  "staff",
  {
    id: primaryKey(),
    kind: discriminator(),
    first: z.string(),
    last: z.string(),
    age: z.int().nullable(),
    bossId: field(z.int().nullable(), { foreignKey: "staff.id" }),
  },
  { boss: () => one(Staff).nullable() },
) {
  get fullName(): string {
    return `${this.first} ${this.last}`;
  }
  get isAdult(): boolean {
    return (this.age ?? 0) >= 18;
  }
  static readonly fullName = hybrid(Staff, "fullName", (c) => c.first.concat(" ").concat(c.last));
  static readonly isAdult = hybrid(Staff, "isAdult", (c) => func.coalesce(c.age, 0).ge(18));
}

class Manager extends inherit(Staff, "manager", { bonus: z.int() }) {
  get income(): number {
    return this.bonus * 2;
  }
  static readonly income = hybrid(Manager, "income", (c) => c.bonus.times(2));
  get seniority(): number {
    return this.bonus + (this.age ?? 0);
  }
  static readonly seniority = hybrid(Manager, "seniority", (c) => c.bonus.plus(func.coalesce(c.age, 0)));
}

class Duty extends table("duty", { id: primaryKey(), staffId: z.int() }) {}

class Chief extends inherit(Staff, { title: z.string() }) {
  get duties(): number | null {
    throw new Error("only in statements");
  }
  static readonly duties = hybrid(Chief, "duties", (c) =>
    select(func.count()).from(Duty).where(Duty.c.staffId.eq(c.id)).scalarSubquery(),
  );
}

suite("hybrid properties", ({ test }) => {
  test("on the entity and in statements", function* ({ session }) {
    const boss = new Manager({ first: "Ann", last: "Ax", age: 50, bonus: 7 });
    session.addAll([
      boss,
      new Staff({ first: "Bob", last: "By", age: 17, boss }),
      new Staff({ first: "Cy", last: "Cox", boss }),
    ]);
    yield* session.flush();
    for (const entity of (yield* session.exec(select(Staff).orderBy(Staff.fullName.desc()))).all()) {
      const found = select(Staff.fullName, Staff.isAdult).where(Staff.c.id.eq(entity.id));
      expect((yield* session.exec(found)).one()).toEqual([entity.fullName, entity.isAdult]);
    }
    expect((yield* session.exec(select(Staff.fullName).where(Staff.isAdult))).all()).toEqual(["Ann Ax"]);
    expect(
      (yield* session.exec(
        select(Staff.isAdult, func.count()).groupBy(Staff.isAdult).orderBy(Staff.isAdult.asc()),
      )).all(),
    ).toEqual([
      [false, 2],
      [true, 1],
    ]);
    // An alias has the same properties of its own.
    const chief = alias(Staff, "chief");
    const pairs = select(Staff.fullName, Staff.fullName.of(chief))
      .join(chief, chief.c.id.eq(Staff.c.bossId))
      .where(Staff.isAdult.of(chief));
    expect((yield* session.exec(pairs.orderBy(Staff.fullName))).all()).toEqual([
      ["Bob By", "Ann Ax"],
      ["Cy Cox", "Ann Ax"],
    ]);
    const byChief = select(Staff.isAdult.of(chief), func.count()).from(chief).groupBy(Staff.isAdult.of(chief));
    expect((yield* session.exec(byChief.orderBy(Staff.isAdult.of(chief)))).all()).toEqual([
      [false, 2],
      [true, 1],
    ]);
    // A subclass inherits them, and has some of its own.
    const managers = (yield* session.exec(select(Manager).where(Manager.isAdult, Manager.income.eq(14)))).all();
    expect(managers.map((manager) => [manager.fullName, manager.income])).toEqual([["Ann Ax", 14]]);
    const other = alias(Manager, "other");
    expect((yield* session.exec(select(other).where(Manager.income.of(other).gt(13)))).all()).toEqual(managers);
  });

  test("of subclasses, whose rows alone have them", function* ({ session }) {
    const ann = new Manager({ first: "Ann", last: "Ax", age: 50, bonus: 7 });
    const dee = new Chief({ first: "Dee", last: "Do", title: "boss" });
    session.addAll([ann, dee, new Staff({ first: "Bob", last: "By", age: 17 })]);
    yield* session.flush();
    session.add(new Duty({ staffId: dee.id }));
    yield* session.commit();
    const rows = function* (statement: { readonly row: unknown }): Step<unknown[]> {
      return (yield* session.exec(statement)).all();
    };
    expect(yield* rows(select(Manager.seniority))).toEqual([57]);
    expect(yield* rows(select(Manager.fullName.of(alias(Manager, "m"))))).toEqual(["Ann Ax"]);
    // Columns of two tables of an alias, which is named nowhere else.
    const other = alias(Manager, "other");
    expect(yield* rows(select(Manager.seniority.of(other)))).toEqual([57]);
    expect(yield* rows(select(other).where(Manager.seniority.of(other).gt(56)))).toEqual([ann]);
    expect(yield* rows(select(func.max(Manager.seniority.of(other))))).toEqual([57]);
    // Nothing but a subquery reads a column of the model.
    expect(yield* rows(select(Chief.duties))).toEqual([1]);
    expect(yield* rows(select(Chief.duties.of(alias(Chief, "c"))))).toEqual([1]);
    expect(yield* rows(select(Chief.c.first).where(Chief.duties.eq(1)).orderBy(Chief.duties.desc()))).toEqual(["Dee"]);
  });

  test("what is no hybrid", function* () {
    yield* [];
    expect(() => hybrid(Staff, "nothing" as "isAdult", (c) => c.age.gt(1))).toThrow(ModelDefinitionError);
    expect(() => hybrid(Staff, "toJSON" as "isAdult", (c) => c.age.gt(1))).toThrow(/no getter/);
    expect(() => hybrid(class {} as unknown as typeof Staff, "isAdult", (c) => c.age.gt(1))).toThrow(ArgumentError);
    expect(() => hybrid(Staff, "isAdult", () => true as never)).toThrow(/SQL expression/);
    expect(() => Staff.isAdult.of(Staff as never)).toThrow(ArgumentError);
  });
});
