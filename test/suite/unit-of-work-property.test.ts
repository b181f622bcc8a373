/** Random work on a graph of objects, compared with a plain model of it: what is in the database is what was meant. */
import fc from "fast-check";
import { deleteFrom, select } from "sqlmodel";
import { expect } from "vitest";
import { suite, type CaseContext, type Step } from "./harness.ts";
import { Hero, HeroPower, Power, Team } from "./models/heroes.ts";

type Action =
  | { readonly kind: "addTeam" | "addHero" | "addPower"; readonly number: number }
  | { readonly kind: "deleteTeam" | "deleteHero" | "deletePower"; readonly at: number }
  | {
      readonly kind: "assign" | "collect" | "empower" | "weaken" | "swapNames";
      readonly at: number;
      readonly other: number;
    }
  | { readonly kind: "leave" | "grow"; readonly at: number }
  | { readonly kind: "flush" | "commit" | "rollback" | "savepoint" };

const index = fc.nat(11);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("addTeam", "addHero", "addHero", "addPower"),
      number: fc.nat(10_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("deleteTeam", "deleteHero", "deletePower"), at: index }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom("assign", "collect", "empower", "weaken", "swapNames"),
      at: index,
      other: index,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("leave", "grow"), at: index }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("flush", "flush", "commit", "rollback", "savepoint") }) },
) as fc.Arbitrary<Action>;

/** What should be in the database: names of teams; heroes with age, team and powers. */
interface World {
  readonly teams: Map<Team, string>;
  readonly powers: Set<Power>;
  readonly heroes: Map<Hero, { age: number; team: Team | null; powers: Set<Power> }>;
}

function copy(world: World): World {
  const heroes = [...world.heroes].map(([hero, facts]) => [hero, { ...facts, powers: new Set(facts.powers) }] as const);
  return { teams: new Map(world.teams), powers: new Set(world.powers), heroes: new Map(heroes) };
}

const pick = <T>(items: Iterable<T>, at: number): T | undefined => {
  const all = [...items];
  return all.length === 0 ? undefined : all[at % all.length];
};

class Run {
  readonly context: CaseContext;
  readonly session: ReturnType<CaseContext["openSession"]>;
  world: World = { teams: new Map(), powers: new Set(), heroes: new Map() };
  /** The world at the beginning of the transaction and of each open savepoint. */
  readonly saved: World[] = [];
  counter = 0;

  constructor(context: CaseContext) {
    this.context = context;
    this.session = context.session;
    this.saved.push(copy(this.world));
  }

  *act(step: Action): Step<void> {
    const { session, world } = this;
    switch (step.kind) {
      case "addTeam": {
        const team = new Team({ name: this.freeName() });
        world.teams.set(team, team.name);
        session.add(team);
        return;
      }
      case "addPower": {
        const power = new Power({ label: this.freeName() });
        world.powers.add(power);
        session.add(power);
        return;
      }
      case "addHero": {
        const team = pick(world.teams.keys(), step.number) ?? null;
        const hero = new Hero({ name: `h${String(step.number)}`, age: step.number, team });
        world.heroes.set(hero, { age: step.number, team, powers: new Set() });
        session.add(hero);
        return;
      }
      case "deleteTeam":
      case "deleteHero":
      case "deletePower":
        return yield* this.delete(step);
      case "swapNames":
        return this.swapNames(step.at, step.other);
      case "grow": {
        const hero = pick(world.heroes.keys(), step.at);
        if (hero === undefined) return;
        hero.age = (hero.age ?? 0) + 1;
        (world.heroes.get(hero) ?? { age: 0 }).age += 1;
        return;
      }
      case "flush":
        return yield* session.flush();
      case "commit":
        return yield* this.commit();
      case "rollback":
        return yield* this.rollback();
      case "savepoint":
        yield* session.beginNested();
        this.saved.push(copy(world));
        return;
      case "assign":
      case "collect":
      case "empower":
      case "weaken":
        return yield* this.relate(step.kind, step.at, step.other);
      default:
        return yield* this.relate("leave", step.at, 0);
    }
  }

  *delete(step: { readonly kind: "deleteTeam" | "deleteHero" | "deletePower"; readonly at: number }): Step<void> {
    const { world, session } = this;
    const target = pick<Team | Hero | Power>(
      step.kind === "deleteTeam" ? world.teams.keys() : step.kind === "deleteHero" ? world.heroes.keys() : world.powers,
      step.at,
    );
    if (target === undefined) return;
    if (session.new.includes(target)) yield* session.flush();
    session.delete(target);
    if (target instanceof Team) {
      world.teams.delete(target);
      for (const facts of world.heroes.values()) if (facts.team === target) facts.team = null;
      // The members must let go of it in memory too: a relationship to a deleted object is a contradiction.
      yield* session.flush();
    } else if (target instanceof Hero) world.heroes.delete(target);
    else {
      world.powers.delete(target);
      for (const facts of world.heroes.values()) facts.powers.delete(target);
      yield* session.flush();
    }
  }

  *relate(kind: "assign" | "collect" | "empower" | "weaken" | "leave", at: number, other: number): Step<void> {
    const { world, session } = this;
    const hero = pick(world.heroes.keys(), at);
    const facts = hero === undefined ? undefined : world.heroes.get(hero);
    if (hero === undefined || facts === undefined) return;
    const team = pick(world.teams.keys(), other);
    const power = pick(world.powers, other);
    const ready = function* (entity: Hero | Team, name: string): Step<void> {
      if (!session.new.includes(entity)) yield* session.load(entity as Hero, name as "team");
    };
    if (kind === "leave") {
      yield* ready(hero, "team");
      hero.team = null;
      facts.team = null;
    } else if (kind === "assign" && team !== undefined) {
      hero.team = team;
      facts.team = team;
    } else if (kind === "collect" && team !== undefined) {
      yield* ready(hero, "team");
      yield* ready(team, "heroes");
      const members = team.heroes as Hero[];
      if (!members.includes(hero)) members.push(hero);
      facts.team = team;
    } else if (power !== undefined && (kind === "empower" || kind === "weaken")) {
      yield* ready(hero, "powers");
      const powers = hero.powers as Power[];
      if (kind === "empower" && !powers.includes(power)) powers.push(power);
      if (kind === "weaken" && powers.includes(power)) powers.splice(powers.indexOf(power), 1);
      if (kind === "empower") facts.powers.add(power);
      else facts.powers.delete(power);
    }
  }

  swapNames(at: number, other: number): void {
    const [left, right] = [pick(this.world.teams.keys(), at), pick(this.world.teams.keys(), other)];
    if (left === undefined || right === undefined || left === right) return;
    [left.name, right.name] = [right.name, left.name];
    this.world.teams.set(left, left.name);
    this.world.teams.set(right, right.name);
  }

  *commit(): Step<void> {
    yield* this.session.commit();
    if (this.saved.length > 1) this.saved.pop();
    else this.saved[0] = copy(this.world);
  }

  *rollback(): Step<void> {
    yield* this.session.rollback();
    const before = this.saved.at(-1);
    if (before !== undefined) this.world = copy(before);
    if (this.saved.length > 1) this.saved.pop();
    for (const [hero, facts] of this.world.heroes) expect(hero.age).toBe(facts.age);
    for (const [team, name] of this.world.teams) expect(team.name).toBe(name);
  }

  freeName(): string {
    this.counter += 1;
    return `n${String(this.counter)}`;
  }

  /** The database, read by plain queries, holds the world. */
  *check(): Step<void> {
    while (this.saved.length > 1) yield* this.commit();
    yield* this.commit();
    const { session, world } = this;
    const teams = (yield* session.exec(select(Team.c.id, Team.c.name))).all();
    expect(sorted(teams)).toEqual(sorted([...world.teams].map(([team, name]) => [team.id, name])));
    const heroes = (yield* session.exec(select(Hero.c.id, Hero.c.age, Hero.c.teamId))).all();
    expect(sorted(heroes)).toEqual(
      sorted([...world.heroes].map(([hero, facts]) => [hero.id, facts.age, facts.team?.id ?? null])),
    );
    const links = (yield* session.exec(select(HeroPower.c.heroId, HeroPower.c.powerId))).all();
    expect(sorted(links)).toEqual(
      sorted([...world.heroes].flatMap(([hero, facts]) => [...facts.powers].map((power) => [hero.id, power.id]))),
    );
  }
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function* clear({ session }: Run): Step<void> {
  for (const model of [HeroPower, Hero, Power, Team]) yield* session.exec(deleteFrom(model).all());
  yield* session.commit();
}

suite("random units of work", ({ test }) => {
  test("the database holds what the objects say", function* (context) {
    const runs = Number(process.env["RUNS"] ?? (context.dialect === "sqlite" ? 150 : 25));
    const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
    for (const actions of fc.sample(fc.array(action, { minLength: 5, maxLength: 40 }), { numRuns: runs, seed })) {
      const session = context.openSession();
      const run = new Run({ ...context, session });
      try {
        for (const step of actions) yield* run.act(step);
        yield* run.check();
      } catch (error) {
        throw new Error(`SEED=${String(seed)} fails after ${JSON.stringify(actions)}`, { cause: error });
      }
      yield* clear(run);
      yield* session.close();
    }
  });
});
