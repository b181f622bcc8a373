/** Names inside expressions, as each database prints them. */
import { describe, expect, test } from "vitest";
import {
  mentionsColumn,
  renameColumnInExpression,
  renameEnumValueInExpression,
  renameTableInExpression,
  renameTypeInExpression,
  renameTypeInType,
} from "./rename-in-expression.ts";

describe("a column", () => {
  test.each([
    // PostgreSQL
    ["(a > 0)", "(b > 0)"],
    ["((a)::text = ANY (ARRAY['a'::text, 'it''s a'::text]))", "((b)::text = ANY (ARRAY['a'::text, 'it''s a'::text]))"],
    ["lower(a) = a(a)", "lower(b) = a(b)"],
    ["(x.a + t.a)", "(x.a + t.b)"],
    ["'2020'::a", "'2020'::a"],
    ["E'\\'a' || a", "E'\\'a' || b"],
    ["$$a$$ || a", "$$a$$ || b"],
    ['("a" > 0)', '("b" > 0)'],
    ["CAST(a AS a)", "CAST(b AS a)"],
    ["a -- a\n+ a /* a */", "b -- a\n+ b /* a */"],
    // MySQL
    ["`a` > 0 and 'a\\'s `a`' <> `t`.`a`", "`b` > 0 and 'a\\'s `a`' <> `t`.`b`"],
    ['`c` = "a"', '`c` = "a"'],
  ])("%s", (before, after) => {
    expect(renameColumnInExpression(before, "t", "a", "b")).toBe(after);
  });

  test("words of types stay", () => {
    const rename = (text: string, from: string): string => renameColumnInExpression(text, "t", from, "b");
    expect(rename("time > '10:00'::time without time zone", "time")).toBe("b > '10:00'::time without time zone");
    expect(rename("(zone)::character varying", "zone")).toBe("(b)::character varying");
    expect(rename("now() AT TIME ZONE x::timestamp(3) with time zone", "zone")).toContain("with time zone");
  });

  test("a new name is quoted where it must be", () => {
    expect(renameColumnInExpression("a > 0", "t", "a", "order")).toBe('"order" > 0');
    expect(renameColumnInExpression("a > 0", "t", "a", 'x"y')).toBe('"x""y" > 0');
    expect(renameColumnInExpression("`a` > 0", "t", "a", "x`y")).toBe("`x``y` > 0");
  });

  test("is mentioned or not", () => {
    expect(mentionsColumn("(a > 0)", "t", "a")).toBe(true);
    expect(mentionsColumn("(b = 'a')", "t", "a")).toBe(false);
    expect(mentionsColumn("(ab > 0)", "t", "a")).toBe(false);
    expect(mentionsColumn('("x""y" > 0)', "t", 'x"y')).toBe(true);
  });
});

test("a table is what stands before a dot", () => {
  expect(renameTableInExpression('t.a > "t"."b" AND t > 0', "t", "u")).toBe('u.a > "u"."b" AND t > 0');
});

describe("a type", () => {
  test("alone, as an array, and in its schema", () => {
    expect(renameTypeInType("mood", { name: "mood" }, "m")).toBe("m");
    expect(renameTypeInType("mood[]", { name: "mood" }, "m")).toBe("m[]");
    expect(renameTypeInType("app.mood", { name: "mood" }, "m")).toBe("app.mood");
    expect(renameTypeInType("app.mood", { schema: "app", name: "mood" }, "m")).toBe("app.m");
    expect(renameTypeInType('"Mood"', { name: "Mood" }, "Feeling")).toBe('"Feeling"');
  });

  test("behind a cast only", () => {
    expect(renameTypeInExpression("mood = 'mood'::mood", { name: "mood" }, "m")).toBe("mood = 'mood'::m");
    expect(renameTypeInExpression("'a'::app.mood", { schema: "app", name: "mood" }, "m")).toBe("'a'::app.m");
  });

  test("its values where they are cast to it", () => {
    const rename = (text: string, schema?: string): string =>
      renameEnumValueInExpression(text, { schema, name: "mood" }, "a", "it's");
    expect(rename("'a'::mood")).toBe("'it''s'::mood");
    expect(rename("(m = ANY (ARRAY['a'::mood, 'a'::text]))")).toBe("(m = ANY (ARRAY['it''s'::mood, 'a'::text]))");
    expect(rename("'a'::app.mood", "app")).toBe("'it''s'::app.mood");
    expect(rename("'a'::app.mood")).toBe("'a'::app.mood");
  });
});
