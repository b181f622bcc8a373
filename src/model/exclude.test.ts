/** Exclusion constraints of models: their DDL side by side, and what they refuse on PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { databases, dialects, type TestDatabase } from "../../test/support/dialects.ts";
import { CheckViolation } from "../dialect/database-error.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { inspect } from "../dialect/postgresql/inspector.ts";
import { reflectExclusion } from "../dialect/postgresql/exclusion-text.ts";
import { createAllIo } from "../metadata/ddl/create-all.ts";
import { createStatements } from "../metadata/ddl/create-statements.ts";
import { SchemaDefinitionError } from "../metadata/errors.ts";
import { MetaData } from "../metadata/meta-data.ts";
import type { Table } from "../metadata/table.ts";
import { metaDataOf } from "../reflection/reflect.ts";
import { ArgumentError } from "../sql/errors.ts";
import { func } from "../sql/expression/functions.ts";
import { field, primaryKey } from "./field.ts";
import { insert } from "./insert.ts";
import { range } from "./range.ts";
import { exclude } from "./table-args.ts";
import { tableFor } from "./table.ts";

const metadata = new MetaData();
const table = tableFor(metadata);

class Booking extends table("booking", {
  id: primaryKey(),
  room: z.int(),
  isCancelled: z.boolean(),
  stay: range("daterange"),
}) {
  static override readonly tableArgs = [
    exclude([Booking.c.stay, "&&"]).where(Booking.c.isCancelled.eq(false), Booking.c.room.gt(0)),
  ];
}
class Seat extends table("seat", {
  id: primaryKey(),
  label: z.string(),
  place: field(z.int(), { name: "the place" }),
}) {
  static override readonly tableArgs = [
    exclude([Seat.c.place, "="], [func.lower(Seat.c.label), "="])
      .using("btree")
      .deferrable("deferred"),
    exclude([Seat.c.label, "="]).using("hash").deferrable("immediate").name("one_label"),
  ];
}
void Booking.tableName;
void Seat.tableName;

describe("DDL", () => {
  const definitions = (model: { readonly table: Table }, dialect: Dialect): string[] => {
    void metadata.tables;
    return (dialect.ddl.createTable(model.table, metadata)[0] ?? "")
      .split(/,?\n *\)?/)
      .filter((line) => line.includes("EXCLUDE"));
  };

  test("side by side", () => {
    const [sqlite, postgresql, mysql] = dialects as [Dialect, Dialect, Dialect];
    expect(definitions(Booking, postgresql)).toEqual([
      `CONSTRAINT "ex_booking_stay" EXCLUDE USING "gist" ("stay" WITH &&) WHERE ("is_cancelled" = false AND "room" > 0)`,
    ]);
    expect(definitions(Seat, postgresql)).toEqual([
      `CONSTRAINT "ex_seat_the place_expr" EXCLUDE USING "btree" ("the place" WITH =, (lower("label")) WITH =) DEFERRABLE INITIALLY DEFERRED`,
      `CONSTRAINT "one_label" EXCLUDE USING "hash" ("label" WITH =) DEFERRABLE INITIALLY IMMEDIATE`,
    ]);
    const refusal = (name: string) => `${name} has no exclusion constraints. Leave exclude() out`;
    expect(() => definitions(Seat, sqlite)).toThrow(refusal("SQLite"));
    expect(() => definitions(Seat, mysql)).toThrow(refusal("MariaDB"));
  });

  test("two of one name are refused before the database is asked", () => {
    const other = new MetaData();
    const define = tableFor(other);
    class Twice extends define("twice", { id: primaryKey(), a: z.int() }) {
      static override readonly tableArgs = [
        exclude([Twice.c.a, "="]).using("btree"),
        exclude([Twice.c.a, "="]).using("hash"),
      ];
    }
    void Twice.tableName;
    const postgresql = dialects.find(({ name }) => name === "postgresql")!;
    expect(() => createStatements(other, postgresql)).toThrow(SchemaDefinitionError);
  });

  test("what is no pair of a column and an operator is refused", () => {
    const { c } = Seat;
    expect(() => exclude()).toThrow(ArgumentError);
    expect(() => exclude([c.label, "= ) --"])).toThrow(
      "exclude() takes an operator such as '&&' or '=', not '= ) --'.",
    );
    expect(() => exclude([c.label, "/*"])).toThrow(ArgumentError);
    expect(() => exclude(c.label as never)).toThrow(/takes pairs of a column and an operator/);
    expect(() => exclude(["label" as never, "="])).toThrow(/takes columns and expressions such as/);
    expect(() => exclude([c.label.desc(), "="])).toThrow(/takes columns and expressions such as/);
    expect(() => exclude([c.label, "="]).using("btree (x)")).toThrow(/access method/);
  });
});

test("the database's texts are read", () => {
  expect(
    reflectExclusion(
      `EXCLUDE USING gist ("a, b" WITH =, daterange(lo, hi, '[)'::text) WITH &&, stay range_ops WITH -|-, ((x + 1)) WITH OPERATOR(public.=)) INCLUDE (note) WITH (fillfactor='70') WHERE (((note)::text <> 'WITH)'::text)) DEFERRABLE`,
    ),
  ).toEqual({
    method: "gist",
    elements: [
      { expression: '"a, b"', operator: "=" },
      { expression: "daterange(lo, hi, '[)'::text)", operator: "&&" },
      { expression: "stay", operator: "-|-" },
      { expression: "((x + 1))", operator: "OPERATOR(public.=)" },
    ],
    where: "((note)::text <> 'WITH)'::text)",
    deferrable: "immediate",
  });
});

const servers = databases.filter(({ name }) => name.startsWith("PG") || name.startsWith("PostgreSQL"));
test("there is a PostgreSQL", () => expect(servers.length).toBeGreaterThan(0));

describe.each(servers)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    await database.run((core) => createAllIo(metadata, core));
  });
  afterAll(() => database.close());

  const stay = (lower: string, upper: string, isCancelled = false) =>
    database.rows(insert(Booking).values({ room: 1, isCancelled, stay: { lower, upper } }).toStatement());

  test("rows that exclude each other are refused by the constraint's name", async () => {
    await stay("2024-01-01", "2024-01-05");
    await stay("2024-01-05", "2024-01-07");
    await stay("2024-01-01", "2024-01-07", true);
    const refused = stay("2024-01-04", "2024-01-06");
    await expect(refused).rejects.toThrow(CheckViolation);
    await expect(refused).rejects.toMatchObject({ table: "booking", constraint: "ex_booking_stay" });
  });

  test("deferred: when the transaction ends", async () => {
    const seat = (label: string) => database.rows(insert(Seat).values({ label, place: 1 }).toStatement());
    await database.command("BEGIN");
    await seat("A");
    await seat("a");
    await expect(database.command("COMMIT")).rejects.toMatchObject({ constraint: "ex_seat_the place_expr" });
  });

  test("reflected, it makes the same again", async () => {
    const read = () => database.run((core) => inspect(core.driverConnection, {}));
    const before = await read();
    const reflected = metaDataOf(before, database.dialect);
    for (const { name } of before.tables) await database.command(`DROP TABLE "${name}"`);
    await database.run((core) => createAllIo(reflected, core));
    const exclusions = (catalog: typeof before) => catalog.tables.map((made) => made.exclusions);
    const after = await read();
    expect(exclusions(after)).toEqual(exclusions(before));
    expect(exclusions(after).flat()).toHaveLength(3);
  });
});
