/** Values through real databases: written one by one and in batches, read back, found again. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../test/support/dialects.ts";
import { column, defineTable, element } from "../../test/support/tables.ts";
import { typeSamples } from "../../test/support/type-samples.ts";
import type { DriverValue } from "../io/driver.ts";
import { createAllIo } from "../metadata/ddl/create-all.ts";
import { emptySelect } from "../sql/statement/node.ts";
import { integer } from "../sql/type/types.ts";

const names = typeSamples.map((_, index) => `value_${String(index)}`);
const { table, metadata } = defineTable({
  name: "everything",
  columns: [
    { name: "id", type: integer(), nullable: false, primaryKey: true },
    ...typeSamples.map(({ type }, index) => column(names[index] ?? "", type)),
  ],
});
const rowValues = fc.tuple(...typeSamples.map(({ values }) => fc.option(values, { freq: 10 })));

for (const { name, open } of databases) {
  describe(name, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await open();
      await database.run((core) => createAllIo(metadata, core));
    });
    afterAll(() => database.close());

    const bound = (row: readonly unknown[]): DriverValue[] =>
      row.map((value, index) =>
        value === null ? null : database.dialect.codec(table.columns[index]?.type ?? { kind: "unknown" }).bind(value),
      );

    const expectRows = async (rows: readonly (readonly unknown[])[]): Promise<void> => {
      const found = await database.rows({
        ...emptySelect,
        columns: table.columns.map(({ node }) => node),
        orderBy: [element<number>(table, "id").asc().node],
      });
      expect(found).toHaveLength(rows.length);
      for (const [at, row] of rows.entries()) {
        for (const [index, { type, name: columnName }] of table.columns.entries()) {
          const { equals } = database.dialect.codec(type);
          const [value, read] = [row[index], found[at]?.[index]];
          const same = value === null || read === null || equals === undefined ? value === read : equals(value, read);
          if (!same)
            expect({ [`${columnName} ${type.kind}`]: read }).toEqual({ [`${columnName} ${type.kind}`]: value });
        }
      }
    };

    const write = async (rows: readonly (readonly unknown[])[], together: boolean): Promise<void> => {
      await database.command(`DELETE FROM ${database.dialect.quoteIdentifier("everything")}`);
      const batch = database.dialect.insertBatch(table, table.columns, []);
      const size = together ? batch.maxRows : 1;
      for (let start = 0; start < rows.length; start += size) {
        const statement = batch.statement(rows.slice(start, start + size).map(bound));
        await database.run((core) => core.executeRaw(statement));
      }
    };

    test("T01-T10, T44 rows written one by one", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(rowValues, { minLength: 1, maxLength: 4 }), async (values) => {
          const rows = values.map((row, index) => [index, ...row]);
          await write(rows, false);
          await expectRows(rows);
        }),
        { numRuns: 60 },
      );
    });

    test("rows written in batches", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(rowValues, { minLength: 2, maxLength: 20 }), async (values) => {
          const rows = values.map((row, index) => [index, ...row]);
          await write(rows, true);
          await expectRows(rows);
        }),
        { numRuns: 40 },
      );
    });

    test("rows updated in batches", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(rowValues, rowValues), { minLength: 2, maxLength: 8 }), async (values) => {
          await write(
            values.map(([before], index) => [index, ...before]),
            true,
          );
          const after = values.map(([, row], index) => [index, ...row]);
          const [key, ...others] = table.columns;
          if (key === undefined) throw new Error("no key");
          const batch = database.dialect.updateBatch(table, others, [key], []);
          for (let start = 0; start < after.length; start += batch.maxRows) {
            const rows = after
              .slice(start, start + batch.maxRows)
              .map((row) => [...bound(row).slice(1), ...bound(row).slice(0, 1)]);
            const { rowCount } = await database.run((core) => core.executeRaw(batch.statement(rows)));
            expect(rowCount).toBe(rows.length);
          }
          await expectRows(after);
        }),
        { numRuns: 40 },
      );
    });

    test.each(typeSamples.filter(({ type }) => !["json", "array", "real"].includes(type.kind)))(
      "a row is found by a value of $name",
      async ({ type, values }) => {
        const columnName = names[typeSamples.findIndex((sample) => sample.type === type)] ?? "";
        await fc.assert(
          fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 3 }), async (members) => {
            const rows = members.map((value, index) => [
              index,
              ...names.map((other) => (other === columnName ? value : null)),
            ]);
            await write(rows, true);
            const found = element<unknown>(table, columnName);
            for (const condition of [
              found.eq(members[0] as {}),
              found.in([members[0] as {}]),
              found.isNotDistinctFrom(members[0]),
            ]) {
              const ids = await database.rows({
                ...emptySelect,
                columns: [table.column("id").node],
                where: condition.node,
              });
              expect(ids.map(([value]) => value)).toContain(0);
            }
          }),
          { numRuns: 15 },
        );
      },
    );
  });
}
