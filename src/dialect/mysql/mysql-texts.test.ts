/** What MySQL, of which no server is at hand here, is sent where it differs from MariaDB: texts by its documentation. */
import { describe, expect, it } from "vitest";
import { catalogWith } from "../../../test/support/operation-tester.ts";
import type { Catalog, CatalogColumn, CatalogTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { mysqlDialect } from "./dialect.ts";

const { migrations } = mysqlDialect({ isMariaDb: false });
const hero = { name: "hero" };

function sql(operations: readonly Operation[], catalog: Catalog): string[] {
  const steps = migrations.compileOperations(operations, catalog).flatMap((compiled) => compiled.steps);
  return steps.flatMap((step) => (step.kind === "statement" ? [step.sql] : []));
}

function tableWith(parts: Partial<CatalogTable>): Catalog {
  const [table] = catalogWith(hero).tables;
  if (table === undefined) throw new Error("no table");
  const columns: CatalogColumn[] = [
    { name: "id", type: "int", nullable: false },
    { name: "a", type: "int", nullable: true },
    { name: "g", type: "int", nullable: false, computed: { expression: "`a` + 1", stored: true } },
  ];
  return { ...catalogWith(hero), tables: [{ ...table, columns, ...parts }] };
}

describe("MySQL", () => {
  it("changes what names a column in the statement that renames it", () => {
    const catalog = tableWith({ checks: [{ name: "ck", expression: "`a` > 0" }] });
    expect(sql([{ kind: "renameColumn", table: hero, column: "a", newName: "b" }], catalog)).toEqual([
      "ALTER TABLE `hero` DROP CHECK `ck`, RENAME COLUMN `a` TO `b`, " +
        "MODIFY COLUMN `g` int GENERATED ALWAYS AS (`b` + 1) STORED NOT NULL, ADD CONSTRAINT `ck` CHECK (`b` > 0)",
    ]);
  });

  it("drops the index of a foreign key, which it cannot do where there may be none", () => {
    const key = { name: "fk", columns: ["a"], referred: hero, referredColumns: ["id"] };
    const drop: Operation = { kind: "dropConstraint", table: hero, constraintKind: "foreignKey", name: "fk" };
    expect(sql([drop], tableWith({ foreignKeys: [key] }))).toEqual([
      "ALTER TABLE `hero` DROP FOREIGN KEY `fk`, DROP INDEX `fk`",
    ]);
    const index = { name: "i", columns: [{ column: "a" }, { column: "g" }], unique: false };
    expect(sql([drop], tableWith({ foreignKeys: [key], indexes: [index] }))).toEqual([
      "ALTER TABLE `hero` DROP FOREIGN KEY `fk`",
    ]);
    expect(
      sql([{ kind: "dropIndex", table: hero, name: "i" }], tableWith({ foreignKeys: [key], indexes: [index] })),
    ).toEqual(["ALTER TABLE `hero` DROP INDEX `i`, ADD INDEX `fk` (`a`)"]);
  });

  it("knows indexes on expressions, hidden ones, checks that are not enforced, and no sequences", () => {
    const columns = [{ expression: "lower(`a`)", descending: true }];
    const index = { name: "i", columns, unique: true, options: { invisible: "true" } };
    const check = { kind: "check" as const, name: "ck", expression: "`a` > 0", notEnforced: true };
    expect(
      sql(
        [
          { kind: "createIndex", table: hero, index },
          { kind: "addConstraint", table: hero, constraint: check },
          { kind: "dropConstraint", table: hero, constraintKind: "check", name: "ck" },
        ],
        tableWith({}),
      ),
    ).toEqual([
      "ALTER TABLE `hero` ADD UNIQUE INDEX `i` ((lower(`a`)) DESC) INVISIBLE",
      "ALTER TABLE `hero` ADD CONSTRAINT `ck` CHECK (`a` > 0) NOT ENFORCED",
      "ALTER TABLE `hero` DROP CHECK `ck`",
    ]);
    expect(() => sql([{ kind: "dropSequence", sequence: { name: "s" } }], tableWith({}))).toThrow();
  });
});
