/** Random rows of random schemas. */
import type { Identities } from "./random-packs.ts";
import { types, type Random, type RandomColumn, type RandomSchema, type RandomTable } from "./random-schema.ts";

/** Rows of one table, as SQL literals in the order of `columns`. */
export interface RandomRows {
  readonly schema: string | undefined;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface RowsOfPair {
  readonly tables: readonly RandomRows[];
  /** False where rows stand in the way of going back: a column that comes back may not be NULL. */
  readonly canGoBack: boolean;
}

/** What a column's values have to be good for, before and afterwards. */
interface ColumnPlan {
  readonly column: RandomColumn;
  readonly kind: "same" | "number" | "bit" | "label" | "text" | "none";
  readonly isNullable: boolean;
  /** Each row has another value. */
  readonly isDistinct: boolean;
  readonly isChecked: boolean;
  readonly isDoubled: boolean;
  readonly labels: readonly string[];
  /** Tables whose rows it must find. */
  readonly referred: readonly string[];
}

const numberTypes = new Set(["integer", "smallint", "bigint", "price", "precise", "double"]);
const textTypes = new Set(["text", "short", "long"]);
const firstId = 11;

/**
 * Rows that keep all constraints of both schemas, so that no change has to refuse them; with `identities` of a schema and
 * itself, rows that may stand in the way of any change.
 * @param quote - Makes a text a literal.
 */
export function randomRows(identities: Identities, random: Random, quote: (text: string) => string): RowsOfPair {
  const { before } = identities.pair;
  const plans = new Map(before.tables.map((table) => [table.name, new TablePlan(table, identities, random)]));
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (const plan of plans.values()) if (plan.limit(plans)) isStable = false;
  }
  const tables = [...plans.values()].map((plan) => ({
    schema: plan.table.schema,
    table: plan.table.name,
    columns: plan.columns.map(({ column }) => column.name),
    rows: Array.from({ length: plan.count }, (_, index) =>
      plan.columns.map((column) => literalOf(column, index, random, quote, plans)),
    ),
  }));
  return { tables, canGoBack: [...plans.values()].every((plan) => plan.count === 0 || plan.canGoBack) };
}

class TablePlan {
  readonly table: RandomTable;
  readonly columns: readonly ColumnPlan[];
  readonly canGoBack: boolean;
  count: number;

  constructor(table: RandomTable, identities: Identities, random: Random) {
    const after = identities.table(table);
    this.table = table;
    const kept = new Map(table.columns.map((column) => [column.name, identities.column(table, column)]));
    const survivors = new Set([...kept.values()].flatMap((column) => (column === undefined ? [] : [column.name])));
    const returning = new Set(table.columns.filter(({ name }) => kept.get(name) !== undefined).map(({ name }) => name));
    this.canGoBack = after === undefined || rowsThatFit(table, returning) === Infinity;
    this.count = Math.min(random.pick([0, 1, 3, 3, 3]), after === undefined ? 3 : rowsThatFit(after, survivors));
    this.columns = table.columns
      .filter(({ computedFrom }) => computedFrom === undefined)
      .map((column) => planOf(column, table, identities));
    const few = this.columns.filter(
      ({ isDistinct, column, labels, kind }) =>
        isDistinct && (labels.length > 0 || column.type === "boolean" || kind === "bit"),
    );
    if (few.length > 0) this.count = Math.min(this.count, 1);
    // Numbers that are computed now have to be good for what keeps them.
    const computed = table.columns.filter(({ computedFrom }) => computedFrom !== undefined);
    const keeping = computed.flatMap(({ name }) => kept.get(name)?.type ?? []);
    if (keeping.some((type) => !numberTypes.has(type) && !textTypes.has(type))) this.count = 0;
    if (this.columns.some(({ kind, isNullable }) => kind === "none" && !isNullable)) this.count = 0;
    if (this.columns.some(({ kind, isChecked }) => kind === "bit" && isChecked)) this.count = 0;
  }

  /** @returns True where there must be fewer rows. */
  limit(plans: ReadonlyMap<string, TablePlan>): boolean {
    let { count } = this;
    for (const { referred, isNullable, isDistinct } of this.columns) {
      if (isNullable) continue;
      for (const name of referred) {
        const found = plans.get(name)?.count ?? 0;
        if (isDistinct || found === 0) count = Math.min(count, found);
      }
    }
    const isLess = count < this.count;
    this.count = count;
    return isLess;
  }
}

/** How many rows `table` can have when its columns are new except for `old` ones: their defaults must do. */
function rowsThatFit(table: RandomTable, old: ReadonlySet<string>): number {
  let most = Infinity;
  for (const column of table.columns) {
    if (old.has(column.name) || column.computedFrom !== undefined) continue;
    const hasDefault = column.default !== undefined || column.sequence !== undefined;
    if (!column.nullable && !hasDefault) return 0;
    if (!hasDefault) continue;
    if (table.foreignKeys.some((key) => key.column === column.name)) return 0;
    const reads = [
      column.name,
      ...table.columns.flatMap(({ name, computedFrom }) => (computedFrom === column.name ? [name] : [])),
    ];
    if (table.checks.some((check) => reads.includes(check.column))) return 0;
    if (uniqueSets(table).some((names) => !names.includes("id") && names.some((name) => reads.includes(name))))
      most = 1;
  }
  // A column that is computed from one without a value has none either.
  for (const column of table.columns) {
    if (column.computedFrom === undefined || column.nullable || old.has(column.computedFrom)) continue;
    const source = table.columns.find(({ name }) => name === column.computedFrom);
    if (source?.default === undefined && source?.sequence === undefined) return 0;
  }
  return most;
}

function uniqueSets(table: RandomTable): readonly (readonly string[])[] {
  return [
    table.primaryKey.columns,
    ...[...table.uniques, ...table.exclusions].map(({ columns }) => columns),
    ...table.indexes.filter(({ unique }) => unique).map(({ columns }) => columns.map(({ column }) => column)),
  ];
}

/** What constrains a column in one of both schemas. */
function demands(column: RandomColumn, table: RandomTable) {
  const doubles = table.columns.filter(({ computedFrom }) => computedFrom === column.name);
  const names = [column.name, ...doubles.map(({ name }) => name)];
  return {
    isNullable:
      [column, ...doubles].every(({ nullable }) => nullable) && !table.primaryKey.columns.includes(column.name),
    isDistinct: uniqueSets(table).some((set) => set.some((name) => names.includes(name))),
    isChecked: table.checks.some((check) => names.includes(check.column)),
    isDoubled: doubles.length > 0,
    referred: table.foreignKeys.filter((key) => key.column === column.name).map(({ referred }) => referred),
  };
}

function planOf(column: RandomColumn, table: RandomTable, identities: Identities): ColumnPlan {
  const kept = identities.column(table, column);
  const after = identities.table(table);
  const [old, later] = [demands(column, table), kept && after ? demands(kept, after) : undefined];
  const { before: from, after: to } = identities.pair;
  // A table that goes away is empty when it comes back.
  const lasting = old.referred.map((name) => {
    const target = from.tables.find((other) => other.name === name);
    return later === undefined || (target && identities.table(target)) ? name : "";
  });
  const referred = [...lasting, ...(later?.referred ?? []).map((name) => identities.origin(name)?.name ?? "")];
  const kind = kindOf(column, kept, from, to, identities);
  return {
    column,
    ...kind,
    // No key of another row is a truth value.
    kind: kind.kind === "bit" && referred.length > 0 ? "none" : kind.kind,
    isNullable: old.isNullable && later?.isNullable !== false && column.name !== "id",
    isDistinct: old.isDistinct || later?.isDistinct === true,
    isChecked: old.isChecked || later?.isChecked === true,
    isDoubled: old.isDoubled || later?.isDoubled === true,
    referred,
  };
}

function kindOf(
  column: RandomColumn,
  kept: RandomColumn | undefined,
  from: RandomSchema,
  to: RandomSchema,
  identities: Identities,
): Pick<ColumnPlan, "kind" | "labels"> {
  const values = from.enums.find(({ name }) => name === column.type)?.values;
  const later = kept && to.enums.find(({ name }) => name === kept.type)?.values;
  if (kept === undefined || (kept.type === column.type && values === undefined))
    return { kind: "same", labels: values ?? [] };
  if (values !== undefined || later !== undefined) {
    const isText = textTypes.has(values === undefined ? column.type : kept.type);
    if (!isText && (values === undefined || later === undefined)) return { kind: "none", labels: [] };
    const labels = (values ?? later ?? []).filter(
      (value) => later === undefined || later.includes(identities.enumValue(kept.type, value)),
    );
    return labels.length === 0 ? { kind: "none", labels } : { kind: "label", labels };
  }
  const both = [column.type, kept.type];
  if (both.every((type) => textTypes.has(type))) return { kind: "text", labels: [] };
  if (both.every((type) => numberTypes.has(type) || textTypes.has(type))) return { kind: "number", labels: [] };
  if (both.every((type) => numberTypes.has(type) || type === "boolean")) return { kind: "bit", labels: [] };
  return { kind: "none", labels: [] };
}

const texts = ["it's", 'a "b"', "back\\slash", "`${x}`", "*/ --", "", "line\r\nbreak", "ünï 😀", " a ", "null"];

function literalOf(
  plan: ColumnPlan,
  index: number,
  random: Random,
  quote: (text: string) => string,
  plans: ReadonlyMap<string, TablePlan>,
): string {
  const { column, kind, labels, referred } = plan;
  if (column.name === "id") return String(firstId + index);
  const targets = referred.map((name) => plans.get(name)?.count ?? 0);
  const found = Math.min(...targets);
  if (plan.isNullable && (kind === "none" || found <= (plan.isDistinct ? index : 0) || random.chance(25)))
    return "NULL";
  if (targets.length > 0) {
    const value = String(firstId + (plan.isDistinct ? index : random.below(found)));
    return textTypes.has(column.type) ? quote(value) : value;
  }
  if (labels.length > 0) return quote(random.pick(labels));
  const number = String(firstId + index);
  if (kind === "number") return textTypes.has(column.type) ? quote(number) : number;
  if (kind === "bit") return column.type === "boolean" ? random.pick(["TRUE", "FALSE"]) : random.pick(["1", "0"]);
  const isPlain = plan.isDistinct || plan.isChecked || plan.isDoubled || random.chance(50);
  return valueOf(column.type, index, isPlain ? undefined : random, quote);
}

/** @param random - None: a value of its own for each index. */
function valueOf(type: string, index: number, random: Random | undefined, quote: (text: string) => string): string {
  const number = String(firstId + index);
  const pick = (...values: readonly string[]): string => (random === undefined ? number : random.pick(values));
  switch (type) {
    case "integer":
      return pick("0", "-5", "2147483647", "-2147483647");
    case "smallint":
      return pick("0", "32767", "-32768");
    case "bigint":
      return pick("0", "9007199254740993", "-9223372036854775807");
    case "double":
      return pick("0.1", "-2.5", "1e15");
    case "price":
      return quote(pick("12.50", "-0.01", "99999999.99"));
    case "precise":
      return quote(pick("0.0001", "1234567890.1234"));
    case "boolean":
      return random === undefined ? "TRUE" : random.pick(["TRUE", "FALSE"]);
    case "date":
      return quote(random === undefined ? `2020-01-${number}` : random.pick(["1970-01-01", "9999-12-31"]));
    case "timestamp":
      return quote(`2020-01-${number} ${random === undefined ? "00:00:00" : "10:20:30.123456"}`);
    case "uuid":
      return quote(`00000000-0000-4000-8000-0000000000${number}`);
    default:
      if (types[type] === undefined) throw new Error(`no values of type ${type}`);
      return quote(random === undefined ? `it's ${number}` : random.pick(texts));
  }
}
