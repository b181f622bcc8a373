/** Full-text indexes and migrations: nothing is found where nothing differs; FTS5 tables of SQLite are left alone. */
import { afterEach, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../test/support/dialects.ts";
import { column, id } from "../../test/support/tables.ts";
import type { Index } from "../metadata/constraint.ts";
import { createAllIo, dropAllIo } from "../metadata/ddl/create-all.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import { text, varchar } from "../sql/type/types.ts";
import { autogenerateIo } from "./autogenerate.ts";

function models(searched: boolean): MetaData {
  const metadata = new MetaData();
  const table = new Table({ name: "article", columns: [id, column("title", varchar(50)), column("body", text())] });
  const fullText = { name: "ft_article", language: "english", weights: ["A", "D"] } as const;
  const index: Index = {
    kind: "index",
    name: fullText.name,
    columns: ["title", "body"].map((name) => ({
      expression: table.column(name).node,
      direction: "asc",
      nulls: undefined,
    })),
    unique: false,
    method: "fulltext",
    where: undefined,
    include: [],
    fullText,
  };
  if (searched) table.define({ indexes: [index] });
  metadata.add(table);
  return metadata;
}

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  afterEach(() => database.close());
  const changes = async (metadata: MetaData): Promise<string[]> => {
    const { operations } = await database.run((core) => autogenerateIo(core, { metadata }));
    return operations.map((operation) => operation.kind);
  };

  test("a full-text index is no difference to itself, and goes with its table", async () => {
    database = await open();
    const metadata = models(true);
    await database.run((core) => createAllIo(metadata, core));
    expect(await changes(metadata)).toEqual([]);
    await database.run((core) => dropAllIo(metadata, core));
    await database.run((core) => createAllIo(metadata, core));
    expect(await changes(metadata)).toEqual([]);
  });

  test("in a new database it comes with its table, or is left alone", async () => {
    database = await open();
    const made = await changes(models(true));
    expect(made).toContain("createTable");
    expect(made.filter((kind) => kind === "createTable")).toHaveLength(1);
  });

  test("one that is missing is added, where indexes are what it is", async () => {
    database = await open();
    await database.run((core) => createAllIo(models(false), core));
    expect(await changes(models(true))).toEqual(database.dialect.name === "sqlite" ? [] : ["createIndex"]);
  });

  test("one that no model has is dropped, where indexes are what it is", async () => {
    database = await open();
    await database.run((core) => createAllIo(models(true), core));
    expect(await changes(models(false))).toEqual(database.dialect.name === "sqlite" ? [] : ["dropIndex"]);
  });
});
