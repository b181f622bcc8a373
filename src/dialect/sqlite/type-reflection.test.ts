import fc from "fast-check";
import { expect, test } from "vitest";
import { sqliteDialect } from "./dialect.ts";
import { timeouts } from "./migration-lock.ts";
import { affinity, reflectType } from "./type-reflection.ts";

const { migrations } = sqliteDialect();

test("A type that was read is spelled as it was", () => {
  for (const text of ["INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY", "", "varchar(20)", "numeric(10,2)", `"my type"`])
    expect(migrations.typeText(reflectType(text))).toBe(text);
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes("\0")),
      (text) => migrations.typeText(reflectType(text)) === text,
    ),
  );
});

test("What a declared type stores follows SQLite's rules, in their order", () => {
  const declared = [
    "INT",
    "CHARINT",
    "FLOATING POINT",
    "VARCHAR(2)",
    "CLOB",
    "",
    "BLOBBY",
    "DOUBLE",
    "REAL",
    "DATE",
    "ANY",
  ];
  expect(declared.map(affinity)).toEqual([
    "INTEGER",
    "INTEGER",
    "INTEGER",
    "TEXT",
    "TEXT",
    "BLOB",
    "BLOB",
    "REAL",
    "REAL",
    "NUMERIC",
    "NUMERIC",
  ]);
});

test("A bound on waiting for locks is the busy timeout", () => {
  expect(timeouts({ lockTimeout: 1500, statementTimeout: 10 })).toEqual(["PRAGMA busy_timeout = 1500"]);
  expect(timeouts({ lockTimeout: undefined, statementTimeout: undefined })).toEqual([]);
});
