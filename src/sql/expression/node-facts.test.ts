import { expect, test } from "vitest";
import { text } from "../type/types.ts";
import type { ColumnNode, Expression } from "./node.ts";
import { isSecret } from "./node-facts.ts";

const password: ColumnNode = {
  kind: "column",
  from: { kind: "table", id: 1, name: "user", schema: undefined },
  name: "password",
  type: text(),
  secret: true,
};
const name: ColumnNode = { ...password, name: "name", secret: false };
const condition: Expression = { kind: "isNull", operand: name, negated: false };

test.each<[string, (of: Expression) => Expression]>([
  ["itself", (of) => of],
  ["a function of it", (of) => ({ kind: "function", name: "lower", arguments: [of], type: text() })],
  [
    "one of several cases",
    (of) => ({ kind: "case", branches: [{ when: condition, then: of }], otherwise: name, type: text() }),
  ],
  ["a template around it", (of) => ({ kind: "template", parts: ["trim(", ")"], expressions: [of], type: text() })],
])("a value is hidden beside a hidden column: %s", (_what, around) => {
  expect(isSecret(around(password))).toBe(true);
  expect(isSecret(around(name))).toBe(false);
});
