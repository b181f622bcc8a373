/** The shapes of statements as programs build them: statements of different text never share a key. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dialects } from "../../test/support/dialects.ts";
import { condition, predicates, Thing } from "../../test/support/random-selects.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { collectShape } from "../sql/compiler/collect-shape.ts";
import { select } from "./select.ts";

// Small ones, which come again with other values and columns.
const samples = fc.sample(predicates(["thing"], 1), { numRuns: 1500, seed: 7 });

/** How many of the random selects have the key of one with another text. */
function collisions(dialect: Dialect, keyOf: (key: string) => string): number {
  const texts = new Map<string, string>();
  let found = 0;
  for (const spec of samples) {
    const { node } = select(Thing).where(condition(spec)).toQuery();
    const key = keyOf(collectShape(node, dialect).key);
    const { sql } = dialect.compile(node);
    if ((texts.get(key) ?? sql) !== sql) found += 1;
    texts.set(key, sql);
  }
  expect(texts.size).toBeLessThan(samples.length * 0.7);
  return found;
}

test.each(dialects)("$name: statements of one key have one text", (dialect) => {
  expect(collisions(dialect, (key) => key)).toBe(0);
});

test.each(dialects)("$name: a key that does not tell columns apart is found", (dialect) => {
  expect(collisions(dialect, (key) => key.replaceAll(/1:[nm]/g, ""))).toBeGreaterThan(0);
});

test.each(dialects)(
  "$name: all columns of a model have a code of their own, and the text of the columns one by one",
  (dialect) => {
    const whole = select(Thing).toQuery().node;
    const { id, n, m, label, flag } = Thing.c;
    const single = select(id, n, m, label, flag).toQuery().node;
    const other = select(id, m, n, label, flag).toQuery().node;
    expect(dialect.compile(whole).sql).toBe(dialect.compile(single).sql);
    const keys = [whole, single, other].map((node) => collectShape(node, dialect).key);
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]?.length).toBeLessThan(30);
  },
);
