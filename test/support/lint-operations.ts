/** Shorthand for operations and schemas, for the cases of lint rules. */
import type { Catalog, CatalogColumn, CatalogTable } from "../../src/metadata/catalog.ts";
import type { ColumnChanges, ConstraintDefinition, Operation } from "../../src/metadata/operation.ts";
import { catalogColumn, catalogIndex, catalogOf, catalogTable } from "./catalogs.ts";

export interface Case {
  readonly finds: readonly Operation[];
  readonly passes: readonly Operation[];
  readonly catalog?: Catalog;
}

export const t = { name: "hero" };
export const optional = (name: string, type: string, rest: Partial<CatalogColumn> = {}): CatalogColumn =>
  catalogColumn(name, type, { nullable: true, ...rest });

export function pg(rest: Partial<CatalogTable> = {}, more: Partial<Catalog> = {}): Catalog {
  const columns = [
    catalogColumn("id"),
    optional("name", "character varying(20)"),
    optional("feeling", "mood"),
    optional("team_id", "integer"),
    optional("double", "integer", { computed: { expression: "(id * 2)", stored: true } }),
  ];
  return catalogOf(
    [
      catalogTable("hero", columns, {
        primaryKey: { name: "hero_pkey", columns: ["id"] },
        foreignKeys: [{ name: "fk", columns: ["team_id"], referred: { name: "team" }, referredColumns: ["id"] }],
        indexes: [catalogIndex("ix", ["name"])],
        ...rest,
      }),
      catalogTable("team", ["id"], { primaryKey: { name: "team_pkey", columns: ["id"] } }),
      catalogTable("other", ["id"]),
    ],
    {
      enums: [{ name: "mood", values: ["sad", "ok"] }],
      domains: [{ name: "code", type: "text", nullable: true, checks: [{ name: "c", expression: "VALUE <> ''" }] }],
      ...more,
    },
  );
}

export const maria = catalogOf([
  catalogTable(
    "hero",
    [
      catalogColumn("id", "int(11)"),
      optional("name", "varchar(20)"),
      optional("e", "enum('a','b')"),
      optional("n", "int(11)"),
      optional("stored", "int(11)", { computed: { expression: "`n` + 1", stored: true } }),
    ],
    { primaryKey: { name: undefined, columns: ["id"] }, indexes: [catalogIndex("ix", ["name"])] },
  ),
  catalogTable("team", [catalogColumn("id", "int(11)")], { primaryKey: { name: undefined, columns: ["id"] } }),
]);

export const add = (
  column: CatalogColumn,
  rest: Partial<Extract<Operation, { kind: "addColumn" }>> = {},
): Operation => ({
  kind: "addColumn",
  table: t,
  column,
  ...rest,
});
export const change = (column: string, changes: ColumnChanges): Operation => ({
  kind: "alterColumn",
  table: t,
  column,
  changes,
});
export const constrain = (constraint: ConstraintDefinition, usingIndex?: string): Operation => ({
  kind: "addConstraint",
  table: t,
  constraint,
  ...(usingIndex === undefined ? {} : { usingIndex }),
});
export const run = (sql: string, transactional = true): Operation => ({
  kind: "execute",
  sql,
  transactional,
  dataOnly: /^\s*(insert|update|delete)/i.test(sql),
});
export const create = (columns: readonly (string | CatalogColumn)[], rest: Partial<CatalogTable> = {}): Operation => ({
  kind: "createTable",
  table: catalogTable("fresh", columns, { primaryKey: { name: "fresh_pkey", columns: ["id"] }, ...rest }),
});
export const check = { kind: "check", name: "ck", expression: "(id > 0)" } as const;
export const foreignKey = {
  kind: "foreignKey",
  name: "fk2",
  columns: ["team_id"],
  referred: { name: "team" },
  referredColumns: ["id"],
} as const;
export const validate: Operation = { kind: "validateConstraint", table: t, constraintKind: "check", name: "ck" };
export const trigger: Operation = {
  kind: "createObject",
  object: { kind: "trigger", table: t, trigger: { name: "tr", definition: "", enabled: true } },
};
export const backfill = (column: string): Operation => ({
  kind: "backfill",
  table: t,
  set: { [column]: "1" },
  where: undefined,
  batchSize: 1,
  pause: 0,
});
export const index = (name: string, columns: readonly string[], rest: object = {}): Operation => ({
  kind: "createIndex",
  table: t,
  index: catalogIndex(name, columns, rest),
});
export const concurrent = (name: string, columns: readonly string[]): Operation =>
  ({ ...index(name, columns), concurrently: true }) as Operation;
export const drop = (kind: ConstraintDefinition["kind"], name: string): Operation => ({
  kind: "dropConstraint",
  table: t,
  constraintKind: kind,
  name,
});
export const options = (changed: { readonly [name: string]: string }): Operation => ({
  kind: "setTableOptions",
  table: t,
  options: changed,
});
