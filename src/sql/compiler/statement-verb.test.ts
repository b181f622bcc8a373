/** What statements of the program's own text do. */
import { expect, test } from "vitest";
import { statementVerb } from "./statement-verb.ts";

test.each([
  ["select 1", true, false],
  ["  -- a comment\n /* another */ (SELECT 1)", true, false],
  ["values (1)", true, false],
  ["PRAGMA table_info(hero)", true, false],
  ["explain delete from hero", true, false],
  ["with a as (select 1) select * from a", true, false],
  ["with a as (delete from hero returning id) select * from a", true, true],
  ["with a as (select 1) insert into hero select * from a", false, true],
  ["insert into hero values (1)", false, true],
  ["update hero set a = 1 returning id", true, true],
  ["create table hero (id int)", false, true],
  ["call anything()", true, true],
  ["", false, true],
])("%j", (text, returnsRows, writes) => {
  expect(statementVerb(text)).toEqual({ returnsRows, writes });
});
