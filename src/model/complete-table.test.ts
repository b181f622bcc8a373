import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import { sql } from "../sql/expression/operators.ts";
import { registerModels } from "./definition.ts";
import { field, primaryKey } from "./field.ts";
import { check, comment, foreignKey, index, schema, unique } from "./table-args.ts";
import { tableFor } from "./table.ts";

describe("tableArgs", () => {
  test("are read when the model is first used", () => {
    const metadata = new MetaData();
    class Line extends tableFor(metadata)("line", {
      orderId: field(z.int(), { primaryKey: true, foreignKey: true }),
      number: field(z.int(), { primaryKey: true, foreignKey: true }),
      amount: z.int(),
      note: z.string().nullable(),
    }) {
      static override readonly tableArgs = [
        unique(Line.c.orderId, Line.c.note).name("one_note").nullsNotDistinct(),
        check("positive", Line.c.amount.gt(0)),
        index(Line.c.amount.desc(), sql`lower(${Line.c.note})`)
          .where(Line.c.note.isNotNull())
          .using("btree")
          .include(Line.c.number)
          .unique()
          .name("by_amount"),
        foreignKey([Line.c.orderId, Line.c.number], "parent", ["a", "b"], {
          onDelete: "CASCADE",
          deferrable: "deferred",
        }),
        schema("app"),
        comment("lines of orders"),
      ];
    }
    expect(Line.table.uniques).toEqual([]);
    const [found] = metadata.tables;
    expect(found).toBe(Line.table);
    expect(found).toMatchObject({
      fullName: "app.line",
      comment: "lines of orders",
      uniques: [{ name: "one_note", columns: ["order_id", "note"], nullsNotDistinct: true }],
      checks: [{ name: "positive" }],
      indexes: [
        {
          name: "by_amount",
          unique: true,
          method: "btree",
          include: ["number"],
          columns: [{ direction: "desc" }, { direction: "asc" }],
        },
      ],
      foreignKeys: [
        {
          columns: ["order_id", "number"],
          referredTable: "parent",
          referredColumns: ["a", "b"],
          onDelete: "CASCADE",
          deferrable: "deferred",
        },
      ],
    });
  });

  test("that come too late are refused, with the way out", () => {
    const metadata = new MetaData();
    class Late extends tableFor(metadata)("late", { id: primaryKey() }) {
      static override readonly tableArgs = [comment("never read")];
    }
    expect(metadata.tables).toHaveLength(1);
    expect(() => new Late({})).toThrow("metadata.createAll(engine, { models: [Late] }), or registerModels(Late)");
  });

  test("of registered models are read", () => {
    const metadata = new MetaData();
    class Early extends tableFor(metadata)("early", { id: primaryKey() }) {
      static override readonly tableArgs = [comment("read")];
    }
    registerModels(Early);
    expect(metadata.tables[0]?.comment).toBe("read");
  });

  test("that are none are refused", () => {
    const metadata = new MetaData();
    class Wrong extends tableFor(metadata)("wrong", { id: primaryKey() }) {
      static override readonly tableArgs = ["name"] as never;
    }
    registerModels(Wrong);
    expect(() => metadata.tables).toThrow("Wrong.tableArgs holds a string");
  });

  test("must have the foreign key that fields speak of", () => {
    const metadata = new MetaData();
    class Part extends tableFor(metadata)("part", {
      id: primaryKey(),
      orderId: field(z.int(), { foreignKey: true }),
    }) {}
    registerModels(Part);
    expect(() => metadata.tables).toThrow("Part.orderId has foreignKey: true");
  });
});
