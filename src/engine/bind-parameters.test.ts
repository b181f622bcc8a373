/** Values become parameters where a statement's slots say, or an error that names the parameter and no secret. */
import { describe, expect, test } from "vitest";
import type { Codec } from "../dialect/codec.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { ParameterSlot } from "../sql/compiler/compiled.ts";
import type { CollectedValue } from "../sql/compiler/collect-shape.ts";
import { ValueError } from "../sql/errors.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { bindParameters } from "./bind-parameters.ts";
import type { CachedStatement } from "./compiled-cache.ts";

const integer: SqlType = { kind: "integer" };
const codec: Codec = {
  bind: (value) => {
    if (typeof value !== "number") throw new ValueError(`an integer was expected, not ${JSON.stringify(value)}`);
    return value;
  },
  result: undefined,
  equals: undefined,
};
// Only what binding asks of a dialect.
const dialect = { bindList: (values: readonly unknown[]) => `{${values.join(",")}}` } as unknown as Dialect;

function cached(...slots: Partial<ParameterSlot>[]): CachedStatement {
  const complete = slots.map((slot, bind) => ({ bind, type: integer, secret: false, ...slot }));
  return {
    compiled: {
      sql: "",
      slots: complete,
      columns: [],
      returnsRows: false,
      writes: false,
      isPlainRead: false,
      touchesIsolation: false,
      products: [],
    },
    codecs: complete.map(() => codec),
    integers: "number",
    secret: undefined,
  };
}

const bind = (value: unknown): CollectedValue => ({ kind: "bind", value, type: integer });
const list = (...values: unknown[]): CollectedValue => ({ kind: "list", values, type: integer });

describe("bindParameters", () => {
  test("a slot takes its value, in any order and more than once", () => {
    expect(bindParameters(cached({ bind: 1 }, { bind: 0 }, { bind: 1 }), [bind(1), bind(2)], dialect)).toEqual([
      2, 1, 2,
    ]);
  });

  test("NULL needs no codec", () => {
    expect(bindParameters(cached({}), [bind(null)], dialect)).toEqual([null]);
  });

  test("lists: one member a slot, or the whole list", () => {
    const values = [list(7, 8)];
    expect(bindParameters(cached({ bind: 0, member: 1 }, { bind: 0, member: 0 }), values, dialect)).toEqual([8, 7]);
    expect(bindParameters(cached({ bind: 0, member: "all" }), values, dialect)).toEqual(["{7,8}"]);
    expect(
      bindParameters(cached(...[0, 1, 2, 3].map((member) => ({ bind: 0, member }))), [list(7, 8, 9)], dialect),
    ).toEqual([7, 8, 9, 9]);
  });

  test("undefined is no value (R4)", () => {
    expect(() => bindParameters(cached({}), [bind(undefined)], dialect)).toThrow(
      /^Parameter 1 \(integer\): undefined is not a SQL value/,
    );
  });

  test("an error names the parameter and keeps its cause", () => {
    const fail = () => bindParameters(cached({}, {}), [bind(1), bind("x")], dialect);
    expect(fail).toThrow(ValueError);
    expect(fail).toThrow(/^Parameter 2 \(integer\): an integer was expected, not "x"/);
  });

  test("a secret value is in no message and no cause (V22)", () => {
    try {
      bindParameters(cached({ secret: true }), [bind("canary7731")], dialect);
      expect.unreachable();
    } catch (error) {
      const { message, cause } = error as ValueError;
      expect(message).toMatch(/^Parameter 1 \(integer\) has a value that does not fit its type/);
      expect(`${message}${String(cause)}`).not.toContain("canary7731");
    }
  });
});
