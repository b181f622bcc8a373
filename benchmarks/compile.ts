/**
 * What it costs to build five typical statements and to make text and parameters of them, beside Kysely and Drizzle:
 * `npm run bench:compile -- --seconds 0.2`. PostgreSQL's SQL, without a database.
 */
import { parseArgs } from "node:util";
import { field, func, insert, param, primaryKey, select, table, update, type Prepared } from "sqlmodel";
import { z } from "zod";
import { markdownTable, median } from "./report.ts";

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "0.3" },
    rounds: { type: "string", default: "7" },
    sql: { type: "boolean", default: false },
  },
});

const statements = ["by_key", "filtered", "grouped", "insert", "update"] as const;
type StatementName = (typeof statements)[number];

/** One way to text and parameters; `turn` is a value in them. */
interface Contender {
  readonly name: string;
  /** All that a call of the program does. */
  readonly whole: (statement: StatementName, turn: number) => unknown;
  /** Only what follows once the statement is built. */
  readonly compiling: ((statement: StatementName) => () => unknown) | undefined;
}

// The parts of the package that is measured: dist/, or src/ with SQLMODEL_FROM=source.
const entry = import.meta.resolve("sqlmodel");
const extension = entry.endsWith(".ts") ? "ts" : "js";
const internal = async (module: string): Promise<unknown> =>
  await import(new URL(`${module}.${extension}`, entry).href);
const { CompiledCache } = (await internal("engine/compiled-cache")) as typeof import("../src/engine/compiled-cache.ts");
const { bindParameters } = (await internal(
  "engine/bind-parameters",
)) as typeof import("../src/engine/bind-parameters.ts");
const { placedValues } = (await internal("engine/prepared")) as typeof import("../src/engine/prepared.ts");
const { postgresqlDialect } = (await internal(
  "dialect/postgresql/dialect",
)) as typeof import("../src/dialect/postgresql/dialect.ts");

class Team extends table("team", { id: primaryKey(), name: z.string() }) {}
class Member extends table("member", {
  id: primaryKey(),
  name: z.string(),
  email: z.string(),
  age: z.int().nullable(),
  active: z.boolean(),
  teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
}) {}

const dialect = postgresqlDialect();
const { c } = Member;
const filtered = select(Member).orderBy(c.age.desc(), c.id).limit(20);
const grouped = select(Team.c.name, func.count().label("members"))
  .join(Member, c.teamId.eq(Team.c.id))
  .groupBy(Team.c.name)
  .having(func.count().gt(1))
  .orderBy(Team.c.name);

/** The statements as a program writes them, built for each call. */
const build = {
  by_key: (turn: number) => select(Member).where(c.id.eq(turn)),
  filtered: (turn: number) =>
    select(Member)
      .where(c.active.eq(true), c.age.ge(turn % 90), c.name.ilike("a%"), c.teamId.in([1, 2, turn]))
      .orderBy(c.age.desc(), c.id)
      .limit(20),
  grouped: (turn: number) =>
    select(Team.c.name, func.count().label("members"))
      .join(Member, c.teamId.eq(Team.c.id))
      .where(c.age.gt(turn % 90))
      .groupBy(Team.c.name)
      .having(func.count().gt(1))
      .orderBy(Team.c.name),
  insert: (turn: number) =>
    insert(Member).values({ name: "n", email: "e", age: turn, active: true, teamId: 1 }).returning(c.id),
  update: (turn: number) =>
    update(Member)
      .values({ age: c.age.plus(1), email: "e" })
      .where(c.id.eq(turn), c.active.eq(true)),
};

const prepared: Readonly<Record<StatementName, Prepared<unknown, object>>> = {
  by_key: select(Member)
    .where(c.id.eq(param("turn")))
    .prepare(),
  filtered: filtered
    .where(c.active.eq(true), c.age.ge(param("age")), c.name.ilike("a%"), c.teamId.in(param("teams")))
    .prepare(),
  grouped: grouped.where(c.age.gt(param("age"))).prepare(),
  insert: insert(Member)
    .values({ name: "n", email: "e", age: param("turn"), active: true, teamId: 1 })
    .returning(c.id)
    .prepare(),
  update: update(Member)
    .values({ age: c.age.plus(1), email: "e" })
    .where(c.id.eq(param("turn")), c.active.eq(true))
    .prepare(),
};

const named: Readonly<Record<StatementName, (turn: number) => object>> = {
  by_key: (turn) => ({ turn }),
  filtered: (turn) => ({ age: turn % 90, teams: [1, 2, turn] }),
  grouped: (turn) => ({ age: turn % 90 }),
  insert: (turn) => ({ turn }),
  update: (turn) => ({ turn }),
};

type Built = ReturnType<(typeof build)[StatementName]>;
type Answer = { readonly sql: string; readonly parameters: readonly unknown[] };
const nodeOf = (built: Built) => ("toQuery" in built ? built.toQuery().node : built.toStatement());

function own(name: string, isCached: boolean): Contender {
  const cache = new CompiledCache(1000);
  const compile = (node: ReturnType<typeof nodeOf>): Answer => {
    if (!isCached) cache.clear();
    const { cached, values } = cache.lookUp(node, dialect);
    return { sql: cached.compiled.sql, parameters: bindParameters(cached, values, dialect) };
  };
  return {
    name,
    whole: (statement, turn) => compile(nodeOf(build[statement](turn))),
    compiling: (statement) => {
      const built = build[statement](7);
      // Executed again: all but inserts say so when they are asked for their node once more.
      nodeOf(built);
      const node = nodeOf(built);
      return () => compile(node);
    },
  };
}

const compiled = new CompiledCache(1000);
const ownPrepared: Contender = {
  name: "sqlmodel, prepared",
  whole: (statement, turn): Answer => {
    const one = prepared[statement];
    const form = one.form({ compiled }, dialect);
    const values = placedValues(form, one.check(named[statement](turn)));
    return { sql: form.cached.compiled.sql, parameters: bindParameters(form.cached, values, dialect) };
  },
  compiling: undefined,
};

interface PeerModule {
  readonly build: Readonly<Record<StatementName, (turn: number) => unknown>>;
  readonly compile: (built: unknown) => unknown;
}

function peer(name: string, { build: make, compile }: PeerModule): Contender {
  return {
    name,
    whole: (statement, turn) => compile(make[statement](turn)),
    compiling: (statement) => {
      const built = make[statement](7);
      return () => compile(built);
    },
  };
}

async function peers(): Promise<Contender[]> {
  const load = async (file: string): Promise<unknown> => await import(new URL(`peers/${file}`, import.meta.url).href);
  const { installPeers } = (await load("install.mjs")) as { installPeers: () => void };
  installPeers();
  const { kysely, drizzleOrm } = (await load("compile.mjs")) as Record<"kysely" | "drizzleOrm", () => PeerModule>;
  return [peer("Kysely", kysely()), peer("Drizzle", drizzleOrm())];
}

/** Microseconds a run, over about so many seconds. */
function timed(run: (turn: number) => unknown, seconds: number): number {
  const batch = 50;
  const start = performance.now();
  let turns = 0;
  let now = start;
  while (now - start < seconds * 1000) {
    for (let index = 0; index < batch; index += 1) kept = run((turns += 1));
    now = performance.now();
  }
  return ((now - start) * 1000) / turns;
}

/** So that no run is found to be without effect. */
let kept: unknown;

/** The median of rounds in which the contenders take turns. */
function measure(runs: readonly ((turn: number) => unknown)[], rounds: number, seconds: number): number[] {
  for (const run of runs) timed(run, seconds);
  const times = runs.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    runs.forEach((run, index) => times[index]?.push(timed(run, seconds / rounds)));
  return times.map(median);
}

function print(title: string, contenders: readonly Contender[], rows: readonly (readonly number[])[]): void {
  const shown = rows.map((times, index) => [statements[index] ?? "", ...times.map((time) => time.toFixed(1))]);
  console.log(`\n${title}, µs\n\n${markdownTable(["statement", ...contenders.map(({ name }) => name)], shown)}`);
}

const contenders = [own("sqlmodel, cached", true), own("sqlmodel, not cached", false), ownPrepared, ...(await peers())];
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds);
if (flags.sql)
  for (const statement of statements)
    for (const { name, whole } of contenders) console.log(name, statement, whole(statement, 7));
print(
  "Statement built, text and parameters made",
  contenders,
  statements.map((statement) =>
    measure(
      contenders.map(
        ({ whole }) =>
          (turn: number) =>
            whole(statement, turn),
      ),
      rounds,
      seconds,
    ),
  ),
);
const compilers = contenders.filter(({ compiling }) => compiling !== undefined);
print(
  "Text and parameters of a statement that is built",
  compilers,
  statements.map((statement) =>
    measure(
      compilers.flatMap(({ compiling }) => compiling?.(statement) ?? []),
      rounds,
      seconds,
    ),
  ),
);
if (kept === undefined) throw new Error("Nothing was measured.");
