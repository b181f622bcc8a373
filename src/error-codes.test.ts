/** Every error class has one code of its own, a section in docs/errors.md, and can be imported. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sqlmodel from "sqlmodel";
import * as migration from "sqlmodel/migration";
import { expect, test } from "vitest";

interface ErrorClass {
  readonly name: string;
  readonly code: string;
  readonly file: string;
}

const source = fileURLToPath(new URL(".", import.meta.url));
const page = readFileSync(join(source, "../docs/errors.md"), "utf8");

/** The classes of a file that give `super` a code. */
function errorClasses(file: string, text: string): ErrorClass[] {
  const starts = [...text.matchAll(/\bclass (\w+) extends \w+/g)];
  return starts.flatMap((start, index) => {
    const body = text.slice(start.index, starts[index + 1]?.index);
    const code = /\bsuper\(\s*"(E\d+)"/.exec(body)?.[1];
    return code === undefined ? [] : [{ name: start[1] ?? "", code, file }];
  });
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
);
const classes = files.flatMap((file) => errorClasses(file, readFileSync(join(source, file), "utf8")));
const sections = [...page.matchAll(/^## (E\d+) (\w+)$/gm)].map(([, code = "", name = ""]) => ({ code, name }));
const byCode = <T extends { readonly code: string }>(list: readonly T[]): T[] =>
  [...list].sort((left, right) => left.code.localeCompare(right.code));

test("the scan sees classes, and more than one in a file", () => {
  const planted = `class A extends SQLModelError { constructor() { super("E998", ""); } }\nclass B extends A { constructor() { super(\n"E999", ""); } }`;
  expect(errorClasses("planted", planted).map(({ name, code }) => [name, code])).toEqual([
    ["A", "E998"],
    ["B", "E999"],
  ]);
  expect(classes.length).toBeGreaterThan(40);
});

test("no code is used twice", () => {
  const codes = classes.map(({ code }) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test("docs/errors.md has one section for each class, in the order of the codes", () => {
  expect(sections).toEqual(byCode(classes).map(({ name, code }) => ({ code, name })));
});

test("each section says what happened and what to do", () => {
  const texts = page.split(/^## /m).slice(1);
  const short = texts.filter((text) => text.split("\n").slice(1).join(" ").trim().split(/\s+/).length < 8);
  expect(short.map((text) => text.split("\n")[0])).toEqual([]);
});

test("each class can be imported, so that a program can test for it", () => {
  const missing = classes.filter(({ name }) => !(name in sqlmodel) && !(name in migration));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test("each message ends with its code, and each class has its own name", () => {
  const error = new sqlmodel.ArgumentError("What happened.");
  expect(error.message).toBe("What happened. [E201]");
  expect(error.name).toBe("ArgumentError");
  expect(error).toBeInstanceOf(sqlmodel.SQLModelError);
});
