/** Whatever takes an argument takes none of every kind: each function, operator and clause is called with a symbol, and must not compile. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deleteFrom, func, fullText, insert, match, merge, primaryKey, range, select, table, update } from "sqlmodel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { compilers, diagnose, root, type Compiler } from "./compiler.ts";

class Place extends table("place", {
  id: primaryKey(),
  name: z.string(),
  size: z.number(),
  seen: z.date(),
  open: z.boolean(),
  tags: z.array(z.string()),
  nights: range("daterange"),
  data: z.object({ city: z.string() }),
}) {
  static override readonly tableArgs = [fullText([Place.c.name])];
}

/** What is called, as the program writes it. */
const subjects: { readonly [text: string]: object } = {
  func,
  "Place.c.name": Place.c.name,
  "Place.c.size": Place.c.size,
  "Place.c.seen": Place.c.seen,
  "Place.c.open": Place.c.open,
  "Place.c.tags": Place.c.tags,
  "Place.c.nights": Place.c.nights,
  "Place.c.data": Place.c.data,
  "func.count()": func.count(),
  'match(Place, "x")': match(Place, "x"),
  "select(Place)": select(Place),
  "select(Place.c.id)": select(Place.c.id),
  "insert(Place)": insert(Place),
  "update(Place)": update(Place),
  "deleteFrom(Place)": deleteFrom(Place),
  "merge(Place)": merge(Place),
};

/** Public methods of a class are those that the type shows. */
function methodsOf(subject: object): string[] {
  const names = new Set<string>();
  for (
    let owner = subject;
    owner !== Object.prototype && owner !== null;
    owner = Object.getPrototypeOf(owner) as object
  )
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner)))
      if (typeof value === "function" && name !== "constructor" && !/^[A-Z]/.test(name)) names.add(name);
  return [...names].sort();
}

const calls = Object.entries(subjects).flatMap(([text, subject]) =>
  methodsOf(subject).map((name) => `${text}.${name}(wrong)`),
);
const head = `import { deleteFrom, func, fullText, insert, match, merge, primaryKey, range, select, table, update } from "sqlmodel";
import { z } from "zod";
class Place extends table("place", {
  id: primaryKey(), name: z.string(), size: z.number(), seen: z.date(), open: z.boolean(), tags: z.array(z.string()),
  nights: range("daterange"), data: z.object({ city: z.string() }),
}) { static override readonly tableArgs = [fullText([Place.c.name])]; }
declare const wrong: symbol;
`;
let folder: string;

beforeAll(async () => {
  await mkdir(join(root, "test/types/.generated"), { recursive: true });
  folder = await mkdtemp(join(root, "test/types/.generated/wrong-"));
  await writeFile(join(folder, "program.ts"), `${head}${calls.map((call) => `${call};\n`).join("")}`);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../../../tsconfig.json", include: ["*.ts"], exclude: [] }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(Object.keys(compilers) as Compiler[])("%s", async (compiler) => {
  const offset = head.split("\n").length;
  const failed = new Set((await diagnose(compiler, join(folder, "tsconfig.json"), folder)).map(({ line }) => line));
  expect(failed.has(offset - 1), "the head compiles").toBe(false);
  const compiled = calls.filter((_, index) => !failed.has(offset + index));
  expect(compiled).toEqual([]);
  expect(calls.length).toBeGreaterThan(400);
});
