/** What an index says beside its columns: made of models, seen by autogenerate, given back by reflection; or refused by name. */
import {
  field,
  index,
  jsonb,
  keyPart,
  MetaData,
  primaryKey,
  tableFor,
  text,
  type ColumnElement,
  type TableArgument,
} from "sqlmodel";
import { autogenerate, reflect, type Operations } from "sqlmodel/migration";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { reverseOperations } from "../../../src/metadata/reverse-operation.ts";
import { renderRevision } from "../../../src/migration/render/render-revision.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { evaluateRevision } from "../../support/revision-text.ts";
import { down, revision, up } from "../../support/revisions.ts";
import { testEngines, type TestEngine } from "../../support/test-engines.ts";

type Elements = { readonly name: ColumnElement<string>; readonly data: ColumnElement<unknown> };

function heroes(...make: ((c: Elements) => TableArgument)[]): MetaData {
  const metadata = new MetaData();
  class Hero extends tableFor(metadata)("hero", {
    id: primaryKey(),
    name: field(z.string(), { type: text() }),
    data: field(z.object({ a: z.int() }), { type: jsonb() }),
  }) {
    static override readonly tableArgs = make.map((argument) => argument(Hero.c));
  }
  expect(Hero.c.id.node.kind).toBe("column");
  return metadata;
}

interface Detail {
  readonly title: string;
  readonly argument: (c: Elements) => TableArgument;
  readonly databases: readonly TestEngine["name"][];
  /** Who cannot, and what is said. */
  readonly refusal: string;
}

const postgresql = ["pglite", "postgresql"] as const;
const details: readonly Detail[] = [
  {
    title: "an operator class",
    argument: (c) => index(keyPart(c.name, { operatorClass: "text_pattern_ops" })).name("ix"),
    databases: postgresql,
    refusal: "operator classes of indexes",
  },
  {
    title: "an operator class of a method, in the order of an expression",
    argument: (c) =>
      index(keyPart(c.data, { operatorClass: "jsonb_path_ops" }))
        .using("gin")
        .name("ix"),
    databases: postgresql,
    refusal: "operator classes of indexes",
  },
  {
    title: "the beginning of a column",
    argument: (c) => index(keyPart(c.name.desc(), { length: 20 })).name("ix"),
    databases: ["mysql"],
    refusal: "an index on the beginning of a column",
  },
  {
    title: "NULLS NOT DISTINCT",
    argument: (c) => index(c.data).unique().nullsNotDistinct().name("ix"),
    databases: postgresql,
    refusal: "NULLS NOT DISTINCT",
  },
  {
    title: "storage parameters",
    argument: (c) => index(c.data).with({ fillfactor: 70, deduplicate_items: false }).name("ix"),
    databases: postgresql,
    refusal: "storage parameters of indexes",
  },
  {
    title: "that nobody sees it",
    argument: (c) =>
      index(keyPart(c.name, { length: 20 }))
        .with({ invisible: true })
        .name("ix"),
    databases: ["mysql"],
    refusal: "an index on the beginning of a column",
  },
];

describe.each(testEngines)("$name", (target) => {
  test.each(details)("$title", async ({ argument, databases, refusal }) => {
    const { engine, remove } = await target.open();
    try {
      const metadata = heroes(argument);
      if (!databases.includes(target.name)) {
        await expect(metadata.createAll(engine)).rejects.toThrow(refusal);
        return;
      }
      const plain = heroes();
      const indexes = async () => {
        const { existing } = await autogenerate(engine, { metadata });
        return existing.tables.find(({ name }) => name === "hero")?.indexes;
      };
      await plain.createAll(engine);
      const { operations } = await autogenerate(engine, { metadata });
      expect(operations.map(({ kind }) => kind)).toEqual(["createIndex"]);
      const about = { id: "r", downRevisions: [], message: "r", createdAt: new Date(0) };
      const bodies = { upgrade: operations, downgrade: reverseOperations(operations) };
      const code = evaluateRevision(renderRevision(about, bodies, { dialect: engine.dialect.migrations }));
      const made = revision("r", code["upgrade"] as (op: Operations) => void, {
        downgrade: code["downgrade"] as (op: Operations) => void,
      });
      await runStepsAsync(engine, up(made), {});
      expect((await autogenerate(engine, { metadata })).operations).toEqual([]);
      const found = await indexes();
      expect(found).toHaveLength(1);
      const reflected = await reflect(engine);
      await runStepsAsync(engine, down(made), {});
      expect(await indexes()).toEqual([]);
      await reflected.dropAll(engine);
      await reflected.createAll(engine);
      expect(await indexes()).toEqual(found);
    } finally {
      await remove();
    }
  });
});

test("what is no operator class, length or parameter", () => {
  const { name } = (() => {
    let elements: Elements | undefined;
    heroes((c) => {
      elements = c;
      return index(c.name);
    });
    return elements!;
  })();
  expect(() => keyPart(name, { operatorClass: "a; DROP TABLE hero" })).toThrow(
    "'a; DROP TABLE hero' is not the name of an operator class.",
  );
  expect(() => keyPart(name, { length: 0 })).toThrow("takes a whole number above 0 as `length`, not 0");
  expect(() => index(name).with({ "a b": 1 })).toThrow("'a b' is not the name of a storage parameter.");
});
