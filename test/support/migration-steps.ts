/** Runs operations as migrations do, without their journal: for tests of dialects. */
import type { CheckStep, InspectOptions, Step } from "../../src/dialect/migration-dialect.ts";
import type { Catalog } from "../../src/metadata/catalog.ts";
import type { Operation } from "../../src/metadata/operation.ts";
import type { TestDatabase } from "./dialects.ts";

/** The catalog as the dialect of `database` reads it. */
export function inspect(database: TestDatabase, options: InspectOptions = {}): Promise<Catalog> {
  return database.run((core) => core.dialect.migrations.inspect(core.driverConnection, options));
}

/** A check found something. */
export class CheckFailed extends Error {
  readonly rows: readonly (readonly unknown[])[];

  constructor(step: CheckStep, rows: readonly (readonly unknown[])[]) {
    super(`${step.problem} ${step.remedy}`);
    this.rows = rows;
  }
}

/** Compile `operations` on `catalog` and run their steps one after the other. */
export async function runOperations(
  database: TestDatabase,
  operations: readonly Operation[],
  catalog: Catalog,
): Promise<readonly Step[]> {
  const steps = database.dialect.migrations
    .compileOperations(operations, catalog)
    .flatMap((compiled) => [...compiled.steps]);
  for (const step of steps) await runStep(database, step);
  return steps;
}

async function runStep(database: TestDatabase, step: Step): Promise<void> {
  if (step.kind === "check") {
    const { rows } = await database.send(step.sql);
    if (rows.length > 0) throw new CheckFailed(step, rows);
    return;
  }
  if (step.kind !== "statement") return;
  try {
    await database.command(step.sql);
  } catch (error) {
    throw new Error(`${String(error)}\n${step.sql}`, { cause: error });
  }
}

/** Operations that create all of `catalog`, in an order that fits the samples. */
export function createOperations(catalog: Catalog): readonly Operation[] {
  return [
    ...catalog.enums.map((type) => ({ kind: "createEnum", type }) as const),
    ...catalog.domains.map(
      (domain) =>
        ({
          kind: "execute",
          sql: [
            `CREATE DOMAIN "${domain.name}" AS ${domain.type}`,
            domain.collation === undefined ? "" : `COLLATE "${domain.collation}"`,
            domain.default === undefined ? "" : `DEFAULT ${domain.default}`,
            domain.nullable ? "" : "NOT NULL",
            ...domain.checks.map((check) => `CONSTRAINT "${check.name ?? ""}" CHECK (${check.expression})`),
          ].join(" "),
          transactional: true,
          dataOnly: false,
        }) as const,
    ),
    ...catalog.routines.map((routine) => ({ kind: "createObject", object: { kind: "routine", routine } }) as const),
    ...catalog.tables
      .toSorted((left, right) => rank(left.name) - rank(right.name))
      .map((table) => ({ kind: "createTable", table }) as const),
    ...catalog.sequences.map((sequence) => ({ kind: "createSequence", sequence }) as const),
    ...catalog.views
      .toSorted((left, right) => rank(left.name) - rank(right.name))
      .map((view) => ({ kind: "createObject", object: { kind: "view", view } }) as const),
  ];
}

const firsts = ["account", "vehicle", "measurement", "rich"];

/** What others refer to comes first. */
function rank(name: string): number {
  const at = firsts.indexOf(name);
  return at === -1 ? firsts.length : at;
}
