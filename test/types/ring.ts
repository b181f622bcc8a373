/** Generates the source of many models in one ring, shaped as applications shape theirs. Called by budget.test.ts. */

/** A module of `count` models: 11 columns and 3 relationships each, with a nested include and a constructor call for each. */
export function ringSource(count: number): string {
  const models = Array.from({ length: count }, (_, n) => model(n, count));
  return [
    `import { z } from "zod";`,
    `import { field, many, one, primaryKey, select, table } from "sqlmodel";`,
    "",
    ...models.map(({ definition }) => definition),
    ...models.map(({ use }) => use),
    "",
  ].join("\n");
}

function model(n: number, count: number): { definition: string; use: string } {
  const next = (n + 1) % count;
  const previous = (n + count - 1) % count;
  const definition = `
export class Model${n} extends table("model_${n}", {
  id: primaryKey(),
  name: field(z.string().max(50), { index: true }),
  secretName: field(z.string(), { hidden: true }),
  age: z.int().nullable(),
  alignment: z.enum(["good", "bad"]).default("good"),
  score: z.number(),
  active: z.boolean().default(true),
  createdAt: z.date().default(() => new Date()),
  updatedAt: z.date().default(() => new Date()),
  bossId: field(z.int().nullable(), { foreignKey: "model_${n}.id" }),
  nextId: field(z.int().nullable(), { foreignKey: "model_${next}.id", onDelete: "SET NULL" }),
}, {
  next: () => one(Model${next}, { foreignKey: "nextId", backPopulates: "previous" }).nullable(),
  previous: () => many(Model${previous}, { backPopulates: "next" }),
  boss: () => one(Model${n}, { foreignKey: "bossId" }).nullable(),
}) {
  get label() { return \`\${this.name} (\${this.age})\`; }
}`;
  const use = `
export const new${n} = new Model${n}({ name: "a", secretName: "b", score: 1, next: null });
export const select${n} = select(Model${n}).where(Model${n}.c.age.gt(3)).include({ next: { boss: true }, previous: true });
export const name${n} = (row: typeof select${n}.row) => row.next?.boss?.label satisfies string | undefined;`;
  return { definition, use };
}
