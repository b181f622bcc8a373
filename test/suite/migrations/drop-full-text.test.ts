/** A table with a full-text index is dropped while its rows refer to one another: they are deleted along the foreign key first. */
import { field, fullText, MetaData, primaryKey, tableFor } from "sqlmodel";
import { expect, test } from "vitest";
import { z } from "zod";
import { testEngines } from "../../support/test-engines.ts";

test.each(testEngines)("$name", async (target) => {
  const { engine, remove } = await target.open();
  const metadata = new MetaData();
  class Comment extends tableFor(metadata)("comment", {
    id: primaryKey(),
    text: z.string(),
    parentId: field(z.int().nullable(), { foreignKey: "comment.id", onDelete: "CASCADE" }),
  }) {
    static override readonly tableArgs = [fullText([Comment.c.text])];
  }
  try {
    await metadata.createAll(engine, { models: [Comment] });
    await engine.run(function* (core) {
      yield* core.executeRaw({ sql: "INSERT INTO comment (text, parent_id) VALUES ('a', NULL)" });
      yield* core.executeRaw({ sql: "INSERT INTO comment (text, parent_id) SELECT 'b', id FROM comment" });
    });
    await metadata.dropAll(engine);
    const left = await engine.run((core) => core.dialect.tableNames(core.driverConnection, undefined));
    expect([...left]).toEqual([]);
  } finally {
    await remove();
  }
});
