/** Batched writes through real databases: rows matched to what the database generated, nothing lost, any number. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../test/support/dialects.ts";
import { column, defineTable, element, id } from "../../test/support/tables.ts";
import type { DriverValue } from "../io/driver.ts";
import type { Column } from "../metadata/column.ts";
import { createAllIo } from "../metadata/ddl/create-all.ts";
import { MetaData } from "../metadata/meta-data.ts";
import type { Table } from "../metadata/table.ts";
import { func } from "../sql/expression/functions.ts";
import { sql } from "../sql/expression/operators.ts";
import { emptySelect } from "../sql/statement/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { bigint, bytea, date, decimal, integer, text, timestamp, uuid, varchar } from "../sql/type/types.ts";
import type { InsertBatch } from "./dialect.ts";

const metadata = new MetaData();
const counted = defineTable(
  {
    name: "counted",
    columns: [
      id,
      column("name", text()),
      column("made_at", timestamp(), { nullable: false, serverDefault: func.now().node }),
    ],
  },
  metadata,
).table;
const keyed = defineTable(
  {
    name: "keyed",
    columns: [
      { name: "code", type: varchar(40), nullable: false, primaryKey: true },
      column("size", integer()),
      column("version", integer()),
      column("twice", integer(), { computed: { expression: sql`size * 2`.node, stored: true } }),
    ],
  },
  metadata,
).table;
const pairs = defineTable(
  {
    name: "pairs",
    columns: [
      { name: "left_id", type: bigint(), nullable: false, primaryKey: true },
      { name: "right_id", type: uuid(), nullable: false, primaryKey: true },
      column("bytes", bytea()),
      column("price", decimal(20, 5)),
      column("day", date()),
      column("note", varchar(100)),
    ],
  },
  metadata,
).table;

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    await database.run((core) => createAllIo(metadata, core));
  });
  beforeEach(async () => {
    for (const table of [counted, keyed, pairs])
      await database.command(`DELETE FROM ${database.dialect.quoteIdentifier(table.name)}`);
  });
  afterAll(() => database.close());

  const columnsOf = (table: Table, ...names: string[]): Column[] => names.map((name) => table.column(name));
  const bound = (columns: readonly Column[], row: readonly unknown[]): DriverValue[] =>
    row.map((value, index) =>
      value === null ? null : database.dialect.codec(columns[index]?.type ?? { kind: "unknown" }).bind(value),
    );
  const read = (type: SqlType, raw: DriverValue): unknown =>
    raw === null ? null : (database.dialect.codec(type).result?.(raw) ?? raw);

  /** Insert, and give back what was generated for each row, in input order. */
  const insert = async (
    table: Table,
    columns: readonly Column[],
    returning: readonly Column[],
    rows: readonly (readonly unknown[])[],
  ): Promise<{ batch: InsertBatch; generated: DriverValue[][] }> => {
    const batch = database.dialect.insertBatch(table, columns, returning);
    const generated: DriverValue[][] = [];
    await database.command(database.dialect.name === "mysql" ? "START TRANSACTION" : "BEGIN");
    for (let start = 0; start < rows.length; start += batch.maxRows) {
      const chunk = rows.slice(start, start + batch.maxRows).map((row) => bound(columns, row));
      const result = await database.run((core) => core.executeRaw(batch.statement(chunk)));
      if (returning.length === 0) continue;
      if (batch.matching === "insertId") {
        expect(chunk).toHaveLength(1);
        generated.push([result.insertId ?? null]);
        continue;
      }
      expect(result.rows).toHaveLength(chunk.length);
      const found = result.rows.map((row) => [...row]);
      if (batch.matching === "sortedKey") {
        const key = returning.findIndex((returned) => returned.primaryKey);
        found.sort((a, b) => Number(a[key]) - Number(b[key]));
      }
      generated.push(...found);
    }
    await database.command("COMMIT");
    return { batch, generated };
  };

  test("10,000 rows and the keys that were generated for them", async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => [`name ${String(index)}`]);
    const columns = columnsOf(counted, "name");
    const { generated } = await insert(counted, columns, columnsOf(counted, "id", "made_at"), rows);
    const stored = await database.rows({
      ...emptySelect,
      columns: columnsOf(counted, "id", "name").map(({ node }) => node),
    });
    const names = new Map(stored.map(([key, name]) => [key, name]));
    expect(generated.map(([key]) => names.get(read(integer(), key ?? null)))).toEqual(rows.map(([name]) => name));
    expect(read(timestamp(), generated[0]?.[1] ?? null)).toBeInstanceOf(Date);
  });

  test("rows with keys of their own, generated columns read back in input order", async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => [`code ${String((index * 7919) % 2_000)}`, index, 1]);
    const columns = columnsOf(keyed, "code", "size", "version");
    if (!database.dialect.capabilities.insertReturning) return;
    const { generated } = await insert(keyed, columns, columnsOf(keyed, "twice"), rows);
    expect(generated.map(([twice]) => read(integer(), twice ?? null))).toEqual(
      rows.map(([, size]) => Number(size) * 2),
    );
  });

  test("a row of defaults", async () => {
    const { generated } = await insert(counted, [], columnsOf(counted, "id"), [[], []]);
    expect(generated).toHaveLength(2);
    expect(generated[0]).not.toEqual(generated[1]);
  });

  test("updates find their rows by key and version, and count those that they found", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => [
      `Code ${String(index)}`,
      index,
      index % 10 === 0 ? null : 1,
    ]);
    await insert(keyed, columnsOf(keyed, "code", "size", "version"), [], rows);
    const set = columnsOf(keyed, "size", "version");
    const match = columnsOf(keyed, "code", "version");
    const update = async (changes: readonly (readonly unknown[])[]): Promise<number> => {
      const batch = database.dialect.updateBatch(keyed, set, match, []);
      let count = 0;
      for (let start = 0; start < changes.length; start += batch.maxRows) {
        const chunk = changes.slice(start, start + batch.maxRows).map((row) => bound([...set, ...match], row));
        count += (await database.run((core) => core.executeRaw(batch.statement(chunk)))).rowCount;
      }
      return count;
    };
    expect(await update(rows.map(([code, size, version]) => [Number(size) + 1, 2, code, version]))).toBe(500);
    expect(await update(rows.map(([code, size, version]) => [Number(size) + 1, 3, code, version]))).toBe(0);
    // Values that are there already count as found.
    expect(await update(rows.map(([code, size]) => [Number(size) + 1, 2, code, 2]))).toBe(500);
    expect(
      await update([
        [0, 3, "Code 1", 2],
        [0, 3, "code 2", 2],
        [0, 3, "Code 3 ", 2],
      ]),
    ).toBe(1);
    const stored = await database.rows({
      ...emptySelect,
      columns: columnsOf(keyed, "code", "size", "version").map(({ node }) => node),
      where: element<number>(keyed, "size").gt(1).node,
    });
    expect(stored).toHaveLength(498);
    expect(stored.every(([code, size, version]) => version === 2 && `Code ${String(Number(size) - 1)}` === code)).toBe(
      true,
    );
  });

  test("what an update generates comes back in input order", async () => {
    if (!database.dialect.capabilities.updateReturning) return;
    const rows = Array.from({ length: 50 }, (_, index) => [`code ${String(index)}`, index, 1]);
    await insert(keyed, columnsOf(keyed, "code", "size", "version"), [], rows);
    const batch = database.dialect.updateBatch(
      keyed,
      columnsOf(keyed, "size"),
      columnsOf(keyed, "code"),
      columnsOf(keyed, "twice"),
    );
    const changes = rows.toReversed().map(([code, size]) => [Number(size) + 100, code]);
    const found: unknown[] = [];
    for (let start = 0; start < changes.length; start += batch.maxRows) {
      const chunk = changes
        .slice(start, start + batch.maxRows)
        .map((row) => bound(columnsOf(keyed, "size", "code"), row));
      const { rows: back } = await database.run((core) => core.executeRaw(batch.statement(chunk)));
      found.push(...back.map(([twice]) => read(integer(), twice ?? null)));
    }
    expect(found).toEqual(changes.map(([size]) => Number(size) * 2));
  });

  test("composite keys: written, updated, selected and deleted", async () => {
    const key = (index: number): [bigint, string] => [
      2n ** 62n + BigInt(index % 3),
      `018f3f5e-6c2a-7b3d-9d6e-${String(index).padStart(12, "0")}`,
    ];
    const rows = Array.from({ length: 300 }, (_, index) => [
      ...key(index),
      new Uint8Array([index % 256, 0, 255]),
      `${String(index)}.12345`,
      "2024-02-29",
      `näme '${String(index)}' \\ "`,
    ]);
    await insert(pairs, pairs.columns, [], rows);
    const others = columnsOf(pairs, "bytes", "price", "day", "note");
    const keys = columnsOf(pairs, "left_id", "right_id");
    const update = database.dialect.updateBatch(pairs, others, keys, []);
    for (let start = 0; start < 100; start += update.maxRows) {
      const chunk = Array.from({ length: Math.min(update.maxRows, 100 - start) }, (_, offset) =>
        bound([...others, ...keys], [null, "-1.00000", "2025-01-01", null, ...key(start + offset)]),
      );
      expect((await database.run((core) => core.executeRaw(update.statement(chunk)))).rowCount).toBe(chunk.length);
    }
    const wanted = [5, 150, 299, 1_000].map((index) => bound(keys, key(index)));
    const selected = await database.run((core) =>
      core.executeRaw({
        ...database.dialect.selectByKeys(pairs, columnsOf(pairs, "right_id", "price"), keys, wanted),
        integers: "bigint",
      }),
    );
    expect(
      selected.rows.map(([, price]) => read(decimal(20, 5), price ?? null)).toSorted((a, b) => Number(a) - Number(b)),
    ).toEqual(["-1.00000", "150.12345", "299.12345"]);
    const remove = database.dialect.deleteBatch(pairs, keys);
    let removed = 0;
    for (let start = 0; start < rows.length; start += remove.maxRows) {
      const chunk = rows.slice(start, start + remove.maxRows).map((row) => bound(keys, row.slice(0, 2)));
      removed += (await database.run((core) => core.executeRaw(remove.statement(chunk)))).rowCount;
    }
    expect(removed).toBe(300);
  });

  test.each([0, 1, 2, 1_025, 32_767, 65_536, 1_000_000])("T17 %i values in one IN", async (length) => {
    await insert(counted, columnsOf(counted, "name"), [], [["a"], ["b"]]);
    const [[least] = []] = await database.rows({
      ...emptySelect,
      columns: [func.min(element<number>(counted, "id")).node],
    });
    const values = Array.from({ length }, (_, index) => Number(least) + index);
    const ids = element<number>(counted, "id");
    const found = await database.rows({ ...emptySelect, columns: [ids.node], where: ids.in(values).node });
    expect(found).toHaveLength(Math.min(length, 2));
    if (length > 100_000) return;
    const others = await database.rows({ ...emptySelect, columns: [ids.node], where: ids.notIn(values).node });
    expect(others).toHaveLength(2 - Math.min(length, 2));
  });
});

describe.each(databases.filter(({ name }) => name.includes("P")))("$name", ({ open }) => {
  test("keys that the database makes at random are matched by the rows' numbers", async () => {
    const database = await open();
    const own = new MetaData();
    const { table } = defineTable(
      {
        name: "random_keys",
        columns: [
          {
            name: "id",
            type: uuid(),
            nullable: false,
            primaryKey: true,
            serverDefault: func.call("gen_random_uuid", uuid()).node,
          },
          column("name", text()),
        ],
      },
      own,
    );
    try {
      if (database.dialect.name !== "postgresql") return;
      await database.run((core) => createAllIo(own, core));
      const batch = database.dialect.insertBatch(table, [table.column("name")], [table.column("id")]);
      const rows = Array.from({ length: 10_000 }, (_, index) => [String(index)]);
      const { rows: keys } = await database.run((core) => core.executeRaw(batch.statement(rows)));
      const stored = await database.rows({ ...emptySelect, columns: table.columns.map(({ node }) => node) });
      const names = new Map(stored.map(([key, name]) => [key, name]));
      expect(batch.matching).toBe("order");
      expect(keys.map(([key]) => names.get(key))).toEqual(rows.map(([name]) => name));
    } finally {
      await database.close();
    }
  });
});
