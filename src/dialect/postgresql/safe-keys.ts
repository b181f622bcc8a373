/** Keys and indexes built beside writes, and put in the place of others without a moment between. Called by `safe-operations.ts`. */
import { knownTable, nameKey, type Catalog, type CatalogTable, type QualifiedName } from "../../metadata/catalog.ts";
import type { ColumnChanges, ConstraintDefinition, Operation, OperationOf } from "../../metadata/operation.ts";
import { provesNotNull } from "./operation-locks.ts";
import { notNullCheck } from "./safe-columns.ts";
import { temporaryName } from "./temporary-name.ts";

type Addition = OperationOf<"addConstraint"> | OperationOf<"createIndex">;
type Removal = OperationOf<"dropConstraint"> | OperationOf<"dropIndex">;

export interface Replacements {
  /** Drops that move behind what takes their place. */
  readonly dropped: ReadonlySet<Operation>;
  readonly droppedFor: ReadonlyMap<Operation, Removal>;
}

/** Indexes and keys that are dropped and made again under their name. */
export function findReplacements(operations: readonly Operation[], catalog: Catalog): Replacements {
  const droppedFor = new Map<Operation, Removal>();
  for (const [at, operation] of operations.entries()) {
    if (operation.kind !== "createIndex" && operation.kind !== "addConstraint") continue;
    const known = knownTable(catalog, operation.table);
    if (known === undefined || known.kind === "partitioned") continue;
    if (operation.kind === "addConstraint" && !isBuildable(operation)) continue;
    const from = operations.findLastIndex((other, place) => place < at && isReplacedBy(other, operation));
    const removal = operations[from];
    if (removal?.kind !== "dropIndex" && removal?.kind !== "dropConstraint") continue;
    const between = operations.slice(from + 1, at);
    if (between.every((other) => leavesAlone(other, operation.table))) droppedFor.set(operation, removal);
  }
  return { dropped: new Set(droppedFor.values()), droppedFor };
}

function isReplacedBy(removal: Operation, addition: Addition): removal is Removal {
  if (!("table" in removal) || nameKey(removal.table) !== nameKey(addition.table)) return false;
  if (addition.kind === "createIndex") return removal.kind === "dropIndex" && removal.name === addition.index.name;
  const { constraint } = addition;
  if (removal.kind !== "dropConstraint" || removal.constraintKind !== constraint.kind) return false;
  return removal.name !== undefined && (constraint.kind === "primaryKey" || removal.name === constraint.name);
}

/** What changes columns takes their indexes with it, or needs them gone. */
function leavesAlone(operation: Operation, table: QualifiedName): boolean {
  switch (operation.kind) {
    case "alterColumn":
      return nameKey(operation.table) !== nameKey(table) || isHarmless(operation.changes);
    case "dropColumn":
    case "renameColumn":
    case "renameTable":
      return nameKey(operation.table) !== nameKey(table);
    case "replaceEnumValues":
    case "execute":
    case "run":
      return false;
    default:
      return true;
  }
}

/** A column of the old primary key cannot become nullable while that is there. */
function isHarmless(changes: ColumnChanges): boolean {
  return Object.entries(changes).every(
    ([name, value]) => name === "default" || name === "comment" || (name === "nullable" && value === false),
  );
}

/** Whether the key can be made of an index that was built before. */
function isBuildable({ constraint, usingIndex }: OperationOf<"addConstraint">): boolean {
  const isKey = constraint.kind === "primaryKey" || constraint.kind === "unique";
  return isKey && constraint.name !== undefined && constraint.details === undefined && usingIndex === undefined;
}

/** A unique index is built beside writes, and the key made of it. */
export function safeKey(operation: OperationOf<"addConstraint">, catalog: Catalog): readonly Operation[] {
  const table = knownTable(catalog, operation.table);
  if (table === undefined || table.kind === "partitioned" || !isBuildable(operation)) return [operation];
  return keyOf(operation, table, operation.constraint.name ?? "", []);
}

/** What takes the place of `removal` is built first. */
export function safeReplacement(removal: Removal, addition: Operation, catalog: Catalog): readonly Operation[] {
  const table = "table" in addition ? knownTable(catalog, addition.table) : undefined;
  if (table === undefined) return [removal, addition];
  if (addition.kind === "createIndex" && removal.kind === "dropIndex") {
    const { index } = addition;
    const name = freeName(catalog, table, index.name);
    return [
      { ...addition, index: { ...index, name }, concurrently: true },
      { ...removal, concurrently: true },
      { kind: "renameIndex", table: addition.table, name, newName: index.name },
    ];
  }
  if (addition.kind !== "addConstraint") return [removal, addition];
  return keyOf(addition, table, freeName(catalog, table, addition.constraint.name ?? ""), [removal]);
}

function keyOf(
  operation: OperationOf<"addConstraint">,
  table: CatalogTable,
  index: string,
  removals: readonly Operation[],
): readonly Operation[] {
  const { constraint } = operation;
  if (constraint.kind !== "primaryKey" && constraint.kind !== "unique") return [...removals, operation];
  const checks =
    constraint.kind === "unique" ? [] : nullableColumns(constraint, table).map((column) => notNullCheck(table, column));
  const { columns, include, nullsNotDistinct } = constraint;
  return [
    ...checks.flatMap(({ add, validate }) => [add, validate]),
    {
      kind: "createIndex",
      table: operation.table,
      index: {
        name: index,
        columns: columns.map((column) => ({ column })),
        unique: true,
        ...(include === undefined ? {} : { include }),
        ...(nullsNotDistinct === undefined ? {} : { nullsNotDistinct }),
      },
      concurrently: true,
    },
    ...removals,
    { ...operation, usingIndex: index },
    ...checks.map(({ drop }) => drop),
  ];
}

function nullableColumns(key: Extract<ConstraintDefinition, { kind: "primaryKey" }>, table: CatalogTable): string[] {
  return key.columns.filter((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    return column?.nullable === true && !provesNotNull(table, name);
  });
}

/** A name for an index that no object of the schema has. */
function freeName(catalog: Catalog, { schema }: CatalogTable, name: string): string {
  const tables = catalog.tables.filter((table) => table.schema === schema);
  const taken = new Set([
    ...tables.flatMap((table) => [
      table.name,
      table.primaryKey?.name,
      ...[...table.uniques, ...table.indexes, ...table.exclusions].map((part) => part.name),
    ]),
    ...catalog.views.flatMap((view) => [view.name, ...view.indexes.map((index) => index.name)]),
    ...catalog.sequences.map((sequence) => sequence.name),
  ]);
  return temporaryName(`${name.slice(0, 55)}_new`, (candidate) => taken.has(candidate));
}
