/** Models: circular references, instances, constructors, columns, Zod objects, inheritance. */
import { z } from "zod";
import {
  check,
  type ColumnElement,
  discriminator,
  exclude,
  field,
  func,
  generated,
  index,
  inherit,
  keyPart,
  many,
  type NotLoaded,
  now,
  one,
  primaryKey,
  sql,
  table,
  unique,
  uuidv7,
  version,
} from "sqlmodel";

/** True where the types are the same, not merely assignable; `any` equals only itself. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;

const timestamps = {
  createdAt: field(z.date(), { serverDefault: now() }),
  updatedAt: field(z.date(), { serverDefault: now(), onUpdate: () => new Date() }),
};

export class Team extends table(
  "team",
  { id: primaryKey(), name: field(z.string().max(50), { unique: true }), headquarters: z.string(), ...timestamps },
  { heroes: () => many(Hero, { backPopulates: "team" }) },
) {
  get shout() {
    return this.name.toUpperCase();
  }
}

export class HeroPower extends table("hero_power", {
  heroId: field(z.int(), { primaryKey: true, foreignKey: "hero.id" }),
  powerId: field(z.int(), { primaryKey: true, foreignKey: "power.id" }),
  level: z.int().default(1),
}) {}

export class Power extends table(
  "power",
  { id: primaryKey(), label: z.string() },
  { heroes: () => many(Hero, { through: HeroPower, backPopulates: "powers" }) },
) {}

export class Hero extends table(
  "hero",
  {
    id: primaryKey(),
    type: discriminator(),
    name: field(z.string().max(50), { index: true }),
    secretName: field(z.string(), { hidden: true }),
    age: z.int().nullable(),
    alignment: z.enum(["good", "bad"]).default("good"),
    bossId: field(z.int().nullable(), { foreignKey: "hero.id" }),
    teamId: field(z.int().nullable(), { foreignKey: "team.id", onDelete: "SET NULL" }),
  },
  {
    team: () => one(Team, { backPopulates: "heroes" }).nullable(),
    powers: () => many(Power, { through: HeroPower, backPopulates: "heroes" }),
    boss: () => one(Hero, { foreignKey: "bossId", backPopulates: "minions" }).nullable(),
    minions: () => many(Hero, { backPopulates: "boss", orderBy: Hero.c.name }),
  },
) {
  static override readonly tableArgs = [
    index(Hero.c.teamId, Hero.c.age.desc()).where(Hero.c.age.isNull()),
    check("adult", Hero.c.age.gt(17)),
    unique(Hero.c.name, Hero.c.teamId),
    exclude([Hero.c.teamId, "="], [sql`int4range(0, ${Hero.c.age})`, "&&"])
      .where(Hero.c.age.gt(0))
      .deferrable("deferred"),
    index(sql`to_tsvector('english', ${Hero.c.name})`).using("gin"),
    index(keyPart(Hero.c.name, { operatorClass: "text_pattern_ops" }), Hero.c.age).with({ fillfactor: 70 }),
  ];
  get label() {
    return `${this.name} (${String(this.age)})`;
  }
  static famous = "Deadpond";
}

export class Villain extends inherit(
  Hero,
  "villain",
  { evilness: z.int(), nemesisId: field(z.int(), { foreignKey: "hero.id" }) },
  { nemesis: () => one(Hero, { foreignKey: "nemesisId" }) },
) {
  get threat() {
    return this.evilness * 2 + this.label.length;
  }
}
export class Sidekick extends inherit(Hero, { loyalty: z.number() }) {}

class Everything extends table("everything", {
  id: primaryKey(z.uuid(), { default: uuidv7 }),
  code: field(z.string().brand<"Code">(), { primaryKey: true }),
  initial: generated(z.string(), (c) => sql`substr(${c["name"]}, 1, 1)`),
  version: version(),
  settings: field(z.object({ theme: z.string() }), { default: { theme: "dark" } }),
  at: z.codec(z.iso.datetime(), z.date(), { decode: (text) => new Date(text), encode: (date) => date.toISOString() }),
  note: z.string().nullable(),
}) {}

// What an object holds.
declare const hero: Hero;
same<typeof hero.id, number>(true);
same<typeof hero.name, string>(true);
same<typeof hero.age, number | null>(true);
same<typeof hero.alignment, "good" | "bad">(true);
same<typeof hero.label, string>(true);
same<typeof hero.team, Team | null | NotLoaded>(true);
same<typeof hero.powers, Power[] | NotLoaded>(true);
same<typeof hero.boss, Hero | null | NotLoaded>(true);
same<ReturnType<typeof hero.toJSON>, { [key: string]: unknown }>(true);
declare const everything: Everything;
same<typeof everything.id, string>(true);
same<typeof everything.code, string & z.core.$brand<"Code">>(true);
same<typeof everything.initial, string>(true);
same<typeof everything.version, number>(true);
same<typeof everything.at, Date>(true);

// What a constructor takes.
new Hero({ name: "a", secretName: "b" });
new Hero({ name: "a", secretName: "b", team: new Team({ name: "x", headquarters: "y" }), age: null, id: 3 });
new Team({ name: "x", headquarters: "y", heroes: [hero], createdAt: new Date() });
new HeroPower({});
new Everything({ code: "a", at: new Date() });
const made = new Hero({ name: "a", secretName: "b" });
made.team = new Team({ name: "z", headquarters: "q" });
made.team.name satisfies string;

// Columns are expressions of the property's type.
same<typeof Hero.c.age, ColumnElement<number | null, "hero">>(true);
same<typeof Villain.c.name, ColumnElement<string, "villain">>(true);
Hero.c.age.gt(3) satisfies ColumnElement<boolean>;
Hero.c.alignment.in(["good"]) satisfies ColumnElement<boolean>;
Hero.c.name.eq(Team.c.name) satisfies ColumnElement<boolean>;
Hero.r.team.has(Team.c.name.eq("x")) satisfies ColumnElement<boolean>;
func.count(Hero.r.powers.any()) satisfies ColumnElement<number>;
same<typeof Hero.tableName, "hero">(true);

// Zod objects know what their users give and see.
const created = Hero.createSchema.parse({});
same<typeof created.age, number | null | undefined>(true);
same<keyof typeof created, "name" | "secretName" | "age" | "alignment" | "bossId" | "teamId">(true);
new Hero(created);
same<keyof z.output<typeof Hero.publicSchema>, "id" | "type" | "name" | "age" | "alignment" | "bossId" | "teamId">(
  true,
);
const changed = Hero.updateSchema.parse({});
same<typeof changed.alignment, "good" | "bad" | undefined>(true);
same<keyof typeof changed, "name" | "secretName" | "age" | "alignment" | "bossId" | "teamId">(true);
Hero.publicSchema.pick({ name: true }).extend({ extra: z.string() }).parse({}).extra satisfies string;
same<keyof z.output<typeof HeroPower.updateSchema>, "level">(true);
const validated = await Hero["~standard"].validate({});
if (validated.issues === undefined) validated.value.name satisfies string;

// Subclasses are their parents.
const villain = new Villain({ name: "v", secretName: "w", evilness: 3 });
villain satisfies Hero;
villain.threat satisfies number;
villain.label satisfies string;
same<typeof villain.evilness, number>(true);
Villain.famous satisfies string;
same<typeof Villain.tableName, "villain">(true);
new Sidekick({ name: "v", secretName: "w", loyalty: 1 }).loyalty satisfies number;
same<typeof Sidekick.tableName, "hero">(true);
