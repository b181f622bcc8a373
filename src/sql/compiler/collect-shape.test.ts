/** Cache keys and the order of values, over random statements. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialects } from "../../../test/support/dialects.ts";
import { mapValues, statements, structureOf } from "../../../test/support/statement-samples.ts";
import { column, defineTable, element, id } from "../../../test/support/tables.ts";
import type { Dialect } from "../../dialect/dialect.ts";
import { ArgumentError, CompileError } from "../errors.ts";
import type { Expression } from "../expression/node.ts";
import { emptySelect, type Statement } from "../statement/node.ts";
import { integer } from "../type/types.ts";
import { collectShape } from "./collect-shape.ts";

/** What a dialect cannot say is refused: that is not what these tests are about. */
function compileOrSkip(dialect: Dialect, statement: Statement): ReturnType<Dialect["compile"]> {
  try {
    return dialect.compile(statement);
  } catch (error) {
    fc.pre(!(error instanceof CompileError));
    throw error;
  }
}

const marked = (name: string): Expression => ({ kind: "function", name, arguments: [], type: integer() });

for (const dialect of dialects) {
  describe(dialect.name, () => {
    test("V24 keys are equal where structures are equal, and nowhere else", () => {
      const structures = new Map<string, string>();
      const keys = new Map<string, string>();
      fc.assert(
        fc.property(statements, (statement) => {
          const { key } = collectShape(statement, dialect);
          const structure = structureOf(statement, (length) => dialect.listShape(length, integer()));
          expect(structures.get(key) ?? structure).toBe(structure);
          expect(keys.get(structure) ?? key).toBe(key);
          structures.set(key, structure);
          keys.set(structure, key);
        }),
        { numRuns: 1000 },
      );
    });

    test("every value lands in its own placeholder", () => {
      fc.assert(
        fc.property(statements, (statement) => {
          // Twice the same statement: once with numbered values, once with calls m1(), m2() … where those values are.
          const numbered = mapValues(
            statement,
            (node, number) => ({ ...node, value: number }),
            (length, number) => Array.from({ length }, () => number),
          );
          const called = mapValues(
            statement,
            (_node, number) => marked(`m${String(number)}`),
            (length, number) => Array.from({ length }, () => number),
          );
          const { values } = collectShape(numbered, dialect);
          const { sql, slots } = compileOrSkip(dialect, numbered);
          const expected = compileOrSkip(dialect, called);
          const lists = expected.slots.map((slot) => collectShape(called, dialect).values[slot.bind]);
          const read = (source: (typeof values)[number] | undefined): string => {
            if (source?.kind === "list") return `L${String(source.values[0])}`;
            return `m${String(source?.value)}()`;
          };
          expect(
            fill(
              sql,
              slots.map((slot) => read(values[slot.bind])),
            ),
          ).toBe(fill(expected.sql, lists.map(read)));
        }),
        { numRuns: 500 },
      );
    });

    test("the same text serves all values", () => {
      fc.assert(
        fc.property(statements, (statement) => {
          const other = mapValues(
            statement,
            (node, number) => ({ ...node, value: number }),
            (length, number) => Array.from({ length }, () => number),
          );
          expect(compileOrSkip(dialect, other)).toEqual(compileOrSkip(dialect, statement));
        }),
        { numRuns: 500 },
      );
    });
  });
}

/** `sql` with `texts` in the places of its placeholders and their casts. */
function fill(sql: string, texts: readonly string[]): string {
  let next = 0;
  return sql.replace(/(?:\?|\$\d+)(?:::\w+(?:\[\])?)?/g, () => {
    const text = texts[next] ?? "(missing)";
    next += 1;
    return text;
  });
}

describe("limits", () => {
  const { table } = defineTable({ name: "hero", columns: [id, column("age", integer())] });
  const [sqlite] = dialects;

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, "1", "1; drop table hero", null, {}, [1]])(
    "V10 a limit of %j is refused",
    (value) => {
      const limit: Expression = { kind: "bind", value, type: integer() };
      if (sqlite === undefined) throw new Error("no dialect");
      const shaper = sqlite;
      expect(() => collectShape({ ...emptySelect, columns: [element(table, "id").node], limit }, shaper)).toThrow(
        ArgumentError,
      );
      expect(() =>
        collectShape({ ...emptySelect, columns: [element(table, "id").node], offset: limit }, shaper),
      ).toThrow(ArgumentError);
    },
  );

  test.each(dialects)("T17 $name: conditions nested and chained by the thousand", (dialect) => {
    const age = element<number>(table, "age");
    let nested: Expression = age.eq(0).node;
    for (let number = 1; number < 20_000; number += 1)
      nested = { kind: "junction", operator: "or", operands: [nested, age.eq(number).node] };
    const { slots } = dialect.compile({ ...emptySelect, columns: [age.node], where: nested });
    expect(slots).toHaveLength(20_000);
  });
});
