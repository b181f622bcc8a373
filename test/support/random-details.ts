/** What random indexes and columns say beside the rest, from numbers of their own: what else a seed gives does not depend on them. */
import type { Index } from "../../src/metadata/constraint.ts";
import type { Random, RandomColumn, RandomSchema, RandomTable } from "./random-schema.ts";

export type DetailedDialect = "sqlite" | "postgresql" | "mysql";
type RandomIndex = RandomTable["indexes"][number];

export interface RandomIndexDetails {
  readonly index: Pick<Index, "method" | "nullsNotDistinct" | "storage">;
  /** Of each column of the index. */
  readonly columns: readonly Partial<Pick<Index["columns"][number], "nulls" | "operatorClass" | "length">>[];
}

/** Beside the connection's own. */
export const otherSchema = "app";

/** Some tables of a pair are in another schema; one that stays or gets another name stays there. */
export function placeInSchemas(before: RandomSchema, after: RandomSchema, random: Random): void {
  if (!random.chance(25)) return;
  for (const table of before.tables) if (random.chance(50)) table.schema = otherSchema;
  for (const [place, table] of after.tables.entries()) {
    const earlier = before.tables.find(({ name }) => name === table.name) ?? before.tables[place];
    table.schema = earlier === undefined ? random.pick([undefined, otherSchema]) : earlier.schema;
  }
}

const collations: { readonly [dialect in DetailedDialect]: readonly string[] } = {
  sqlite: ["NOCASE", "RTRIM"],
  postgresql: ["C", "POSIX"],
  mysql: ["utf8mb4_unicode_ci", "utf8mb4_general_ci"],
};
const textTypes: ReadonlySet<string> = new Set(["text", "short", "long"]);

/** Give some indexes and columns of a pair details; those of `before` stay, change or go. */
export function addDetails(before: RandomSchema, after: RandomSchema, random: Random, dialect: DetailedDialect): void {
  if (!random.chance(60)) return;
  for (const table of before.tables) detail(table, undefined, random, dialect);
  for (const table of after.tables) {
    const earlier = before.tables.find(({ name }) => name === table.name);
    detail(table, earlier, random, dialect);
  }
}

/** @param earlier - The same table before: most details stay. */
function detail(table: RandomTable, earlier: RandomTable | undefined, random: Random, dialect: DetailedDialect): void {
  for (const column of table.columns) {
    const known = earlier?.columns.find(({ name }) => name === column.name);
    if (!textTypes.has(column.type) || isBound(table, column)) continue;
    if (known !== undefined && random.chance(80)) column.collation = known.collation;
    else if (random.chance(20)) column.collation = random.pick(collations[dialect]);
  }
  for (const index of table.indexes) {
    const known = earlier?.indexes.find(({ name }) => name === index.name);
    const isSame = known !== undefined && JSON.stringify(plain(known, earlier)) === JSON.stringify(plain(index, table));
    if (isSame && random.chance(70)) index.details = known.details;
    else if (random.chance(50)) index.details = details(table, index, random, dialect);
  }
}

/** What decides which details an index can have. */
function plain({ columns, unique, include }: RandomIndex, table: RandomTable | undefined): unknown {
  return [columns, unique, include, columns.map(({ column }) => columnOf(table, column))];
}

function details(
  table: RandomTable,
  index: RandomIndex,
  random: Random,
  dialect: DetailedDialect,
): RandomIndexDetails | undefined {
  const parts = index.columns.map((part) => ({ part, column: columnOf(table, part.column) }));
  const isText = ({ column }: (typeof parts)[number]): boolean => column !== undefined && textTypes.has(column.type);
  if (dialect === "sqlite") return undefined;
  if (dialect === "mysql") {
    const columns = parts.map((part) => (isText(part) && !index.unique ? { length: random.pick([5, 10]) } : {}));
    return {
      index: random.chance(20) ? { method: undefined, storage: { invisible: "true" } } : { method: undefined },
      columns,
    };
  }
  const isPlain = parts.length === 1 && parts.every(({ part }) => !part.descending && !part.isExpression);
  if (isPlain && !index.unique && index.include.length === 0 && random.chance(20))
    return { index: { method: "hash" }, columns: [{}] };
  const isNeverNull = index.unique && parts.every(({ column }) => column?.nullable === false);
  return {
    index: {
      method: undefined,
      ...(isNeverNull && random.chance(50) ? { nullsNotDistinct: true } : {}),
      ...(random.chance(40) ? { storage: { fillfactor: random.pick(["70", "90"]) } } : {}),
    },
    columns: parts.map((part) => ({
      ...(random.chance(40) ? { nulls: random.pick(["first", "last"] as const) } : {}),
      ...(isText(part) && random.chance(50) ? { operatorClass: classOf(part.column) } : {}),
    })),
  };
}

function classOf(column: RandomColumn | undefined): string {
  return column?.type === "text" ? "text_pattern_ops" : "varchar_pattern_ops";
}

function columnOf(table: RandomTable | undefined, name: string): RandomColumn | undefined {
  return table?.columns.find((column) => column.name === name);
}

/** Rows that differ may be equal by another collation, and columns of a full-text index have one collation. */
function isBound(table: RandomTable, { name }: RandomColumn): boolean {
  const lists = [
    ...table.uniques.map(({ columns }) => columns),
    ...table.exclusions.map(({ columns }) => columns),
    ...(table.fullTexts ?? []).map(({ columns }) => columns),
    ...table.indexes.filter(({ unique }) => unique).map(({ columns }) => columns.map(({ column }) => column)),
  ];
  return lists.some((columns) => columns.includes(name));
}
