/** The schema of `autogenerate.ts`: 300 tables of 13 columns, each with a foreign key, a unique and a plain index. */
import { field, primaryKey, table } from "sqlmodel";
import { z } from "zod";

const tableCount = 300;

/** Table i refers to the one before it, the first one to itself. */
export const models = Array.from({ length: tableCount }, (_, index) => {
  const before = `table_${String(Math.max(index - 1, 0))}`;
  return class extends table(`table_${String(index)}`, {
    id: primaryKey(),
    parentId: field(z.int().nullable(), { foreignKey: `${before}.id` }),
    code: field(z.string().max(50), { unique: true }),
    name: field(z.string().max(100), { index: true }),
    title: z.string().max(200).nullable(),
    body: z.string(),
    amount: z.number(),
    quantity: field(z.int(), { default: 0 }),
    isActive: z.boolean(),
    bornOn: z.iso.date().nullable(),
    createdAt: z.date(),
    updatedAt: z.date().nullable(),
    data: z.record(z.string(), z.string()),
  }) {};
});

// A class is known from its first use; the command line looks only at what a file exports by its name.
for (const model of models) void model.tableName;
