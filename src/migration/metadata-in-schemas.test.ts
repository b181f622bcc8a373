/** Tables that are defined elsewhere for a moment keep all that they have. */
import { expect, test } from "vitest";
import { z } from "zod";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { field, primaryKey } from "../model/field.ts";
import { check, comment, exclude, index, schema, unique } from "../model/table-args.ts";
import { tableFor } from "../model/table.ts";
import { inSchemas } from "./metadata-in-schemas.ts";

const metadata = new MetaData();
class Team extends tableFor(metadata)("team", { id: primaryKey() }) {}
class Hero extends tableFor(metadata)("hero", {
  id: primaryKey(),
  name: z.string(),
  teamId: field(z.int(), { foreignKey: "team.id" }),
}) {
  static override readonly tableArgs = [
    schema("app"),
    comment("c"),
    unique(Hero.c.name),
    check("named", Hero.c.name.ne("")),
    exclude([Hero.c.name, "="]).using("btree"),
    index(Hero.c.teamId),
  ];
}

test("everything but the schema's name", () => {
  const dialect = postgresqlDialect();
  expect([Team.tableName, Hero.tableName]).toEqual(["team", "hero"]);
  const written = metadata.createStatements(dialect).join("\n");
  const moved = inSchemas(metadata, dialect, new Map([["app", "scratch_1"]])).createStatements(dialect);
  expect(written).toContain("EXCLUDE USING");
  expect(moved.join("\n").replaceAll("scratch_1", "app")).toBe(written);
});
