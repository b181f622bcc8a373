/** The laws of codecs, on every dialect: what is bound comes back, and what would change is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialects } from "../../test/support/dialects.ts";
import { typeSamples } from "../../test/support/type-samples.ts";
import { ValueError } from "../sql/errors.ts";

/** Values of every JavaScript type; each column type takes a few of them. */
class Hostile {
  toString(): string {
    throw new Error("toString was called");
  }
  valueOf(): never {
    throw new Error("valueOf was called");
  }
}
const foreign: readonly (readonly [kind: string, value: unknown])[] = [
  ["undefined", undefined],
  ["object", { a: 1 }],
  ["array", ["a"]],
  ["function", () => 1],
  ["symbol", Symbol("s")],
  ["boxed string", new String("a")],
  ["boxed number", new Number(1)],
  ["hostile", new Hostile()],
  ["Map", new Map()],
  ["invalid Date", new Date(Number.NaN)],
  ["Date", new Date("2024-01-01T00:00:00Z")],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["fraction", 1.5],
  ["unsafe", 2 ** 60],
  ["whole", 1],
  ["bigint", 1n],
  ["huge bigint", 2n ** 64n],
  ["true", true],
  ["text", "a"],
  ["empty", ""],
  ["NUL", "a\0b"],
  ["lone surrogate", "a\ud800"],
  ["bytes", new Uint8Array([1])],
];
const accepted: Readonly<Record<string, readonly string[]>> = {
  smallint: ["whole"],
  integer: ["whole"],
  bigint: ["bigint"],
  "decimal(38, 10)": ["whole", "bigint", "huge bigint"],
  real: ["fraction", "whole", "unsafe"],
  double: ["fraction", "whole", "unsafe"],
  boolean: ["true"],
  text: ["text", "empty"],
  "varchar(20)": ["text", "empty"],
  date: [],
  time: [],
  timestamp: ["Date"],
  "timestamp as string": [],
  uuid: [],
  json: ["object", "array", "text", "empty", "whole", "fraction", "unsafe", "true"],
  bytes: ["bytes"],
  enum: [],
  "array of texts": ["array"],
  "array of integers": [],
};

for (const dialect of dialects) {
  describe(`codecs of ${dialect.name}`, () => {
    test.each(typeSamples)("$name: what is bound comes back", ({ type, values }) => {
      const codec = dialect.codec(type);
      // A type of the program's own is its functions; all others are their parts.
      if (type.kind !== "custom") expect(dialect.codec({ ...type })).toBe(codec);
      fc.assert(
        fc.property(values, (value) => {
          const raw = codec.bind(value);
          const read = codec.result === undefined ? raw : codec.result(raw);
          expect(codec.equals === undefined ? read === value : codec.equals(read, value)).toBe(true);
        }),
      );
    });

    test.each(typeSamples.filter(({ name }) => name in accepted))(
      "V13 $name: other kinds of values are refused",
      ({ name, type }) => {
        const codec = dialect.codec(type);
        for (const [kind, value] of foreign) {
          const bind = () => codec.bind(value);
          if (accepted[name]?.includes(kind) === true) expect(bind, kind).not.toThrow();
          else expect(bind, kind).toThrow(ValueError);
        }
      },
    );
  });
}
