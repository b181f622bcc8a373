/** What is told of statements that combine each row of one table with each of another. */
import {
  alias,
  CartesianProductError,
  createAsyncEngine,
  createEngine,
  EngineOptionError,
  func,
  metadata,
  param,
  select,
  Session,
} from "sqlmodel";
import { expect, test as plainTest, vi } from "vitest";
import { suite } from "./harness.ts";
import { Hero, Team } from "./models/heroes.ts";

/** The warnings of `work`. */
function heardBy(): { readonly told: string[]; readonly stop: () => void } {
  const told: string[] = [];
  const emit = vi.spyOn(process, "emitWarning").mockImplementation((message, options) => {
    told.push(`${(options as { readonly code?: string }).code ?? ""} ${String(message)}`);
  });
  return { told, stop: () => emit.mockRestore() };
}

/** A place is told of once in a process, so that each case needs names of its own. */
let cases = 0;
const fresh = (name: string): string => `${name}_${String((cases += 1))}`;

suite("cartesian products", ({ test }) => {
  test("one warning for a shape in one place, which names what is not connected and what to do", function* ({
    session,
  }) {
    session.add(new Team({ name: "x" }), new Team({ name: "y" }), new Hero({ name: "a" }), new Hero({ name: "b" }));
    yield* session.commit();
    const { told, stop } = heardBy();
    const name = fresh("squad");
    const Squad = alias(Team, name);
    try {
      for (const value of ["none", "nobody", "null"]) {
        const statement = select(Hero.c.id).where(Squad.c.name.ne(value));
        expect((yield* session.exec(statement)).all()).toHaveLength(4);
      }
      yield* session.exec(select(Hero.c.id, Squad.c.id).where(Hero.c.teamId.eq(Squad.c.id)));
      yield* session.exec(select(Hero.c.id, Squad.c.id).crossJoin(Squad));
    } finally {
      stop();
    }
    const own = told.filter((text) => text.includes("SQLMODEL_CARTESIAN_PRODUCT"));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(/At test\/suite\/.*\.ts:\d+:\d+: SELECT combines each row of 'hero'/);
    expect(own[0]).toContain(`with each of '${name}', because no condition connects them: SELECT`);
    expect(own[0]).toMatch(/Join them by \.join\(…\) or a condition in \.where\(…\), or say by \.crossJoin\(…\)/);
    expect(own[0]).toContain("[E207]");
    expect(own[0]).not.toMatch(/none|nobody/);
  });

  test("prepared, streamed, explained and paged statements are looked at too", function* ({ session }) {
    const { told, stop } = heardBy();
    const [prepared, streamed, paged] = ["prepared", "streamed", "paged"].map(fresh) as [string, string, string];
    const product = (name: string) => select(Hero.c.id).from(Hero, alias(Team, name)).orderBy(Hero.c.id);
    const named = product(prepared).where(Hero.c.name.eq(param("name")));
    try {
      yield* session.prepared(named.prepare<{ name: string }>(), { name: "x" });
      yield session.stream(product(streamed)).next();
      yield* session.paginate(product(paged), { page: 1, size: 5 });
    } finally {
      stop();
    }
    for (const name of [prepared, streamed, paged])
      expect(
        told.some((text) => text.includes(`'${name}'`)),
        name,
      ).toBe(true);
  });
});

const product = select(func.count()).from(Hero, Team);

plainTest("onCartesianProduct: 'error' refuses each time, 'ignore' says nothing", () => {
  const { told, stop } = heardBy();
  try {
    using strict = createEngine("sqlite::memory:", { onCartesianProduct: "error" });
    metadata.createAll(strict);
    using session = new Session(strict);
    for (const attempt of [1, 2]) {
      expect(() => session.exec(product), String(attempt)).toThrow(CartesianProductError);
      session.rollback();
    }
    expect(session.exec(select(func.count()).from(Hero).crossJoin(Team)).one()).toBe(0);
    using silent = createEngine("sqlite::memory:", { onCartesianProduct: "ignore" });
    metadata.createAll(silent);
    using quiet = new Session(silent);
    expect(quiet.exec(product).one()).toBe(0);
    expect(told).toEqual([]);
  } finally {
    stop();
  }
  expect(() => createAsyncEngine("sqlite::memory:", { onCartesianProduct: "loud" as never })).toThrow(
    EngineOptionError,
  );
});
