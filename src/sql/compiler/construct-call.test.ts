import { expect, test } from "vitest";
import { constructNode } from "../expression/construct.ts";
import type { BindNode } from "../expression/node.ts";
import { integer } from "../type/types.ts";
import { writeConstruct, type ConstructTools, type ConstructWriter } from "./construct-call.ts";

const operands = [1, 2, 3].map((value): BindNode => ({ kind: "bind", value, type: integer() }));

/** The text, and the operands in the order they were compiled. */
function written(write: ConstructWriter): { text: string; compiled: unknown[] } {
  const compiled: unknown[] = [];
  const tools: ConstructTools = {
    operand: (node) => {
      compiled.push((node as BindNode).value);
      return `:${String((node as BindNode).value)}`;
    },
    parameters: (node, types) => {
      compiled.push(node.value);
      return types.map((_, index) => `:${String(node.value)}.${String(index)}`);
    },
    castType: () => "",
    isDefinition: false,
    unsupported: (construct) => {
      throw new Error(construct);
    },
  };
  return { text: writeConstruct(write, constructNode("text.substring", integer(), operands), tools), compiled };
}

const type = { ...integer(), kind: "custom", name: "a", impl: integer(), bind: String, result: String } as const;

test("operands are compiled in their order, whatever order a text asks in", () => {
  expect(written((call) => `${call.text(2)} ${call.text(0)}`)).toEqual({ text: ":3 :1", compiled: [1, 2, 3] });
});

test("operands that the text leaves out are compiled all the same", () => {
  expect(written(() => "none")).toEqual({ text: "none", compiled: [1, 2, 3] });
});

test("an operand becomes several parameters in its place", () => {
  expect(written((call) => call.parameters(1, [type, type]).join(" ") + call.text(2))).toEqual({
    text: ":2.0 :2.1:3",
    compiled: [1, 2, 3],
  });
});

test("an operand that is compiled cannot become parameters any more", () => {
  expect(() => written((call) => call.text(2) + call.parameters(1, [type]).join(""))).toThrow("compiled already");
});
