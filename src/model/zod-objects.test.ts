import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import { primaryKey } from "./field.ts";
import { tableFor } from "./table.ts";
import { Hero, valid } from "../../test/support/valid-models.ts";

const table = tableFor(new MetaData());

describe("Zod objects", () => {
  test("have the columns that their users give or see", () => {
    expect(Object.keys(Hero.schema.shape)).toEqual(Hero.table.columns.map(({ key }) => key));
    expect(Object.keys(Hero.createSchema.shape)).not.toContain("id");
    expect(Object.keys(Hero.createSchema.shape)).not.toContain("initial");
    expect(Object.keys(Hero.updateSchema.shape)).not.toContain("id");
    expect(Object.keys(Hero.publicSchema.shape)).not.toContain("secretName");
  });

  test("createSchema takes what a client gives", () => {
    expect(Hero.createSchema.parse({ ...valid, id: 4, isAdmin: true })).toEqual({ ...valid, alignment: "good" });
    expect(Hero.createSchema.safeParse({ name: "x" }).success).toBe(false);
    expect(Hero.createSchema.safeParse({ ...valid, age: undefined }).success).toBe(false);
    expect(new Hero(Hero.createSchema.parse(valid)).name).toBe("Deadpond");
  });

  test("updateSchema applies no default", () => {
    expect(Hero.updateSchema.parse({ age: 3 })).toEqual({ age: 3 });
  });

  test("can be picked, omitted and extended", () => {
    expect(Object.keys(Hero.publicSchema.pick({ name: true }).extend({ extra: z.string() }).shape)).toEqual([
      "name",
      "extra",
    ]);
  });

  test("can be described as JSON Schema, with what they were given", () => {
    class Described extends table("described", {
      id: primaryKey(),
      at: z.date().describe("when").nullable(),
      big: z.bigint().meta({ examples: ["1"] }),
      at2: z.codec(z.iso.datetime(), z.date(), {
        decode: (text) => new Date(text),
        encode: (date) => date.toISOString(),
      }),
    }) {}
    for (const schema of [Described.schema, Described.createSchema, Described.updateSchema, Described.publicSchema]) {
      expect(z.toJSONSchema(schema)).toMatchObject({
        properties: {
          at: { anyOf: [{ type: "string", format: "date-time", description: "when" }, { type: "null" }] },
          big: { type: "string", format: "int64", examples: ["1"] },
          at2: { type: "string", format: "date-time" },
        },
      });
    }
  });

  test("the class is a Standard Schema", async () => {
    const standard = Hero["~standard"];
    expect(standard).toMatchObject({ version: 1, vendor: "sqlmodel" });
    const good = await standard.validate(valid);
    expect(good.issues === undefined && good.value).toBeInstanceOf(Hero);
    const bad = await standard.validate({ name: 3, secretName: "a\0" });
    expect(bad.issues?.map((issue) => issue.path)).toEqual([["name"]]);
    const late = await standard.validate({ name: "x", secretName: "a\0" });
    expect(late.issues?.map((issue) => issue.path)).toEqual([["secretName"]]);
    expect(standard.jsonSchema.input({ target: "draft-2020-12" })).toMatchObject({
      type: "object",
      required: ["name", "secretName"],
    });
    expect(standard.jsonSchema.output({ target: "draft-07" })).not.toHaveProperty("properties.secretName");
    expect(() => standard.jsonSchema.output({ target: "x" })).toThrow("'x' is not one of");
  });
});
