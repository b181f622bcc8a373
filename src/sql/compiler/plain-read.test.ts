/** Which statements only read, by nothing that has an effect of its own or depends on a transaction. */
import { expect, test } from "vitest";
import { c, hero, limit, scalar, select, t, team, where } from "../../../test/support/sql-cases.ts";
import { ColumnElement } from "../expression/column-element.ts";
import { func } from "../expression/functions.ts";
import { nextSourceId, type SubquerySource } from "../expression/node.ts";
import { and, exists, not, sql } from "../expression/operators.ts";
import type { SelectNode, Statement } from "../statement/node.ts";
import { integer } from "../type/types.ts";
import { isPlainRead } from "./plain-read.ts";

const text = sql<boolean>`anything()`;
const from = (statement: SelectNode): ColumnElement<number> => {
  const source: SubquerySource = { kind: "subquery", id: nextSourceId(), name: "s", statement };
  return new ColumnElement({ kind: "column", from: source, name: "id", type: integer() });
};

test.each<[string, Statement]>([
  ["columns", select([c.id, c.name])],
  ["conditions", select([c.id], where(and(c.age.ge(18), not(c.name.like("a%")))))],
  ["lists", select([c.id], where(c.id.in([1, 2])))],
  ["limits", select([c.id], { limit: limit(3), orderBy: [c.age.desc().nullsLast().node] })],
  ["aggregates", select([func.count(), func.max(c.age).filter(c.age.gt(1))], { groupBy: [c.teamId.node] })],
  ["windows", select([func.rowNumber().over({ orderBy: c.age })])],
  ["joins", select([c.id], { joins: [{ kind: "left", target: team, on: c.teamId.eq(t.id).node }] })],
  ["subqueries", select([from(select([c.id]))])],
])("%s only read", (_, statement) => {
  expect(isPlainRead(statement)).toBe(true);
});

test.each<[string, Statement]>([
  ["row locks", { ...select([c.id]), forUpdate: { strength: "update", wait: "wait" } }],
  ["the time", select([func.now()])],
  ["functions by name", select([func.call("nextval", integer(), "ids")])],
  ["functions of a schema", select([func.call("mine.count", integer(), c.id)])],
  ["an argument that is text", select([func.max(sql<number>`nextval('ids')`)])],
  ["text in the list", select([text])],
  ["text in WHERE", select([c.id], where(text))],
  ["text beside a condition", select([c.id], where(and(c.id.eq(1), text)))],
  ["text in HAVING", select([func.count()], { having: text.node })],
  ["text in ORDER BY", select([c.id], { orderBy: [text.node] })],
  ["text in GROUP BY", select([func.count()], { groupBy: [text.node] })],
  ["text in a join", select([c.id], { joins: [{ kind: "left", target: team, on: text.node }] })],
  ["text in EXISTS", select([c.id], where(exists(scalar(select([t.id], where(text))))))],
  ["text in a subquery", select([from(select([c.id], where(text)))])],
  ["text in a window", select([func.rowNumber().over({ orderBy: text })])],
  ["whole text", { kind: "text", template: text.node }],
  ["writes", { kind: "delete", table: hero, where: undefined, returning: [c.id.node] }],
])("%s may do more", (_, statement) => {
  expect(isPlainRead(statement)).toBe(false);
});
