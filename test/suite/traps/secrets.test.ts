/** V22 V23 V31 T42: hidden values stay hidden, no code is generated, prototypes and promises are left alone. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import {
  check,
  field,
  insert,
  primaryKey,
  select,
  sql,
  SQLModelError,
  StaleDataError,
  table,
  update,
  version,
} from "sqlmodel";
import { expect, test as plainTest } from "vitest";
import { z } from "zod";
import { suite, type Step } from "../harness.ts";
import { rejects, thrown } from "./rejects.ts";

const canary = "canary-7731";

class Login extends table("login", {
  id: primaryKey(),
  name: field(z.string().max(50), { unique: true }),
  password: field(z.string().max(60), { hidden: true, unique: true }),
  token: field(z.unknown(), { hidden: true }),
  key: field(z.instanceof(Uint8Array).nullable(), { hidden: true }),
  age: z.int(),
  lock: version(),
}) {
  static override readonly tableArgs = [
    check("grown", Login.c.age.gt(17)),
    check("long", Login.c.password.ne("canary-7731 short")),
  ];
}

/** All that a log could print of a value. */
function shown(value: unknown): string {
  const json = JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each)) as
    string | undefined;
  const parts = [inspect(value, { depth: 12, showHidden: true, getters: true }), json ?? "", String(value)];
  if (value instanceof Error) parts.push(String(value.stack), shown(value.cause));
  return parts.join("\n");
}

function login(name: string, given: Partial<{ password: string; age: number; token: unknown }> = {}): Login {
  return new Login({
    name,
    password: `${canary} ${name}`,
    token: { secret: [canary] },
    key: new TextEncoder().encode(canary),
    age: 20,
    ...given,
  });
}

suite("V22 secrets", ({ test }) => {
  test("V22 are in no JSON, no console, no validation error", function* ({ session }) {
    const entity = login("ada");
    for (const value of [entity, [entity], { entity }]) expect(shown(value)).not.toContain(canary);
    expect(Object.keys(JSON.parse(JSON.stringify(entity)) as object)).not.toContain("password");
    expect(inspect(entity)).toContain("[hidden]");
    session.add(entity);
    yield* session.commit();
    const loaded = (yield* session.exec(select(Login))).one();
    expect(loaded.password).toContain(canary);
    expect(shown(loaded)).not.toContain(canary);
    for (const bad of [`${canary}\0`, canary.repeat(10), [canary], { [canary]: 1 }])
      expect(
        shown(thrown(() => new Login({ name: "x", age: 20, password: bad } as never), SQLModelError)),
      ).not.toContain(canary);
    expect(Object.keys(Login.publicSchema.shape)).toEqual(["id", "name", "age", "lock"]);
    expect(shown(session.raw)).not.toContain(canary);
  });

  test("V22 are in no error of the database, by one row or many, by flush or statement", function* ({ session }) {
    session.add(login("ada"), login("bob"));
    yield* session.commit();
    const failing: (() => Step<unknown>)[] = [
      () => added(session, [login("ada")]),
      () => added(session, [login("new", { password: `${canary} ada` })]),
      () => added(session, [login("one"), login("two"), login("three", { password: `${canary} ada` })]),
      () => added(session, [login("young", { age: 3 })]),
      () => added(session, [login("young", { age: 3 }), login("younger", { age: 2 })]),
      () => added(session, [login("short", { password: "canary-7731 short" })]),
      () => session.exec(insert(Login).values({ name: "ada", password: canary, age: 20 })),
      () =>
        session.exec(
          insert(Login).values([
            { name: "x", password: canary, age: 2 },
            { name: "y", password: canary, age: 2 },
          ]),
        ),
      () =>
        session.exec(
          update(Login)
            .values({ password: `${canary} ada` })
            .where(Login.c.name.eq("bob")),
        ),
      () =>
        session.exec(
          update(Login)
            .values({ password: "canary-7731 short" })
            .where(Login.c.password.eq(`${canary} bob`)),
        ),
      () => session.exec(select(Login).where(Login.c.password.eq([canary] as never))),
      () => session.exec(select(Login).where(Login.c.password.in([canary, `${canary}\0`]))),
    ];
    for (const [position, fail] of failing.entries()) {
      const error = yield* rejects(fail(), SQLModelError);
      expect(shown(error), `case ${String(position)}`).not.toContain(canary);
      yield* session.rollback();
    }
    const loaded = (yield* session.exec(select(Login).where(Login.c.name.eq("ada")))).one();
    yield* session.exec(update(Login).values({ age: 30 }).where(Login.c.name.eq("ada")).synchronize(false));
    loaded.password = `${canary} changed`;
    expect(shown(yield* rejects(session.flush(), StaleDataError))).not.toContain(canary);
  });

  test("V22 are in no log of statements", function* ({ session, engine }) {
    const lines: string[] = [];
    const stop = engine.onExecute((event) => lines.push(shown(event), event.parameters.join(" ")));
    try {
      session.add(login("ada"));
      yield* session.flush();
      session.addAll([login("bob"), login("eve"), login("zoe")]);
      yield* session.flush();
      for (const entity of (yield* session.exec(select(Login))).all()) entity.password += "!";
      yield* session.flush();
      yield* session.exec(select(Login).where(Login.c.password.eq(canary)));
      yield* session.exec(select(Login).where(Login.c.password.in([canary, "other"])));
      yield* session.exec(select(Login).where(Login.c.password.startsWith(canary)));
      yield* session.exec(update(Login).values({ password: canary }).where(Login.c.name.eq("ada")));
      yield* session.exec(insert(Login).values({ name: "x", password: `${canary} x`, age: 20 }));
      yield* rejects(session.exec(insert(Login).values({ name: "x", password: canary, age: 20 })), SQLModelError);
      yield* session.rollback();
    } finally {
      stop();
    }
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => line.includes(canary))).toEqual([]);
    expect(lines.some((line) => line.includes("«hidden»"))).toBe(true);
  });
});

function* added(
  session: { addAll(entities: readonly Login[]): void; flush(): Step<void> },
  entities: readonly Login[],
): Step<void> {
  session.addAll(entities);
  yield* session.flush();
}

suite("V31 mass assignment", ({ test }) => {
  test("V31 what a client may give holds no key, no version and nothing the database makes", function* ({ session }) {
    const body = { id: 99, lock: 7, name: "ada", password: "x", age: 20, isAdmin: true, token: null, key: null };
    expect(Object.keys(Login.createSchema.parse(body)).sort()).toEqual(["age", "key", "name", "password", "token"]);
    expect(Object.keys(Login.updateSchema.parse({ ...body, age: 3 })).sort()).not.toContain("id");
    expect(Object.keys(Login.updateSchema.shape)).toEqual(["name", "password", "token", "key", "age"]);
    session.add(new Login(Login.createSchema.parse(body)));
    yield* session.commit();
    expect((yield* session.exec(select(Login.c.id, Login.c.lock))).one()).toEqual([1, 1]);
    thrown(() => new Login(body as never), SQLModelError);
    expect((yield* session.text<{ a: unknown }>(sql`SELECT 1 AS a`)).one().a).toBeDefined();
  });
});

plainTest(
  "V23 V09 T42 the ORM works where code generation and __proto__ are forbidden and every lost promise is fatal",
  async () => {
    const script = fileURLToPath(new URL("./strict-process.ts", import.meta.url));
    const loader = new URL("../../../scripts/ts-loader.mjs", import.meta.url).href;
    const flags = [
      "--disallow-code-generation-from-strings",
      "--disable-proto=throw",
      "--unhandled-rejections=strict",
      "--throw-deprecation",
    ];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--import", loader, script], {
      env: { ...process.env, SQLMODEL_FROM: "source" },
    });
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toBe("eval is forbidden");
    for (const line of lines.slice(1)) expect(line).toMatch(/: 3 heroes, 2 teams, 1 violation$/);
  },
);
