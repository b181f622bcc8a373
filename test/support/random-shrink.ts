/** A smaller pair of schemas that still fails: what it does not need is taken out, part by part. */
import type { RandomPair } from "./random-packs.ts";
import type { RandomColumn, RandomSchema, RandomTable } from "./random-schema.ts";

/** One thing less in a copy of a schema; false where it is not there. */
type Cut = (schema: RandomSchema) => boolean;
type Part = "uniques" | "foreignKeys" | "checks" | "indexes";

const parts: readonly Part[] = ["uniques", "foreignKeys", "checks", "indexes"];

/**
 * @param fails - Whether a pair fails as the first one does.
 * @returns A pair that fails, and no longer does when any one thing is taken out of it.
 */
export async function shrunk(pair: RandomPair, fails: (pair: RandomPair) => Promise<boolean>): Promise<RandomPair> {
  let smallest = pair;
  for (let candidates = cutsOf(smallest); ;) {
    const next = candidates.next();
    if (next.done === true) return smallest;
    if (!(await fails(next.value))) continue;
    smallest = next.value;
    candidates = cutsOf(smallest);
  }
}

/** The pair with one thing less: of both schemas, or of one of them; large things first. */
function* cutsOf(pair: RandomPair): Generator<RandomPair> {
  for (const cut of namedCuts(pair)) {
    const before = less(pair.before, cut);
    const after = less(pair.after, cut);
    if (before !== undefined && after !== undefined) yield { before, after };
    if (before !== undefined) yield { before, after: pair.after };
    if (after !== undefined) yield { before: pair.before, after };
  }
}

function less(schema: RandomSchema, cut: Cut): RandomSchema | undefined {
  const copy = structuredClone(schema);
  return cut(copy) ? copy : undefined;
}

function* namedCuts({ before, after }: RandomPair): Generator<Cut> {
  const tables = unique([...before.tables, ...after.tables]);
  for (const { name } of tables) yield (schema) => withoutTable(schema, name);
  for (const { name } of unique([...(before.sequences ?? []), ...(after.sequences ?? [])]))
    yield (schema) => withoutSequence(schema, name);
  for (const { name } of unique([...before.enums, ...after.enums]))
    yield (schema) => !isUsed(schema, name) && removed(schema.enums, name);
  for (const table of tables) {
    const same = [before, after].flatMap(({ tables: all }) => all.filter(({ name }) => name === table.name));
    for (const part of parts)
      for (const { name } of unique(same.flatMap((one): readonly { name: string }[] => one[part])))
        yield of(table.name, (one) => removed<{ name: string }>(one[part], name));
    for (const column of unique(same.flatMap(({ columns }) => columns))) {
      yield of(table.name, (one) => withoutColumn(one, column.name));
      yield of(table.name, (one) => plainer(one.columns.find(({ name }) => name === column.name)));
    }
    yield of(table.name, (one) => forget(one, "comment"));
    yield of(table.name, (one) => forget(one, "schema"));
    for (const { name } of unique(same.flatMap(({ indexes }) => indexes)))
      yield of(table.name, (one) => withoutDetails(one, name));
  }
}

function of(name: string, cut: (table: RandomTable) => boolean): Cut {
  return (schema) => {
    const table = schema.tables.find((one) => one.name === name);
    return table !== undefined && cut(table);
  };
}

function withoutTable(schema: RandomSchema, name: string): boolean {
  for (const { foreignKeys } of schema.tables)
    for (const key of foreignKeys.filter(({ referred }) => referred === name)) removed(foreignKeys, key.name);
  return removed(schema.tables, name);
}

function withoutSequence(schema: RandomSchema, name: string): boolean {
  for (const column of schema.tables.flatMap(({ columns }) => columns))
    if (column.sequence === name) delete column.sequence;
  return removed(schema.sequences ?? [], name);
}

/** Only a column that nothing else of its table reads. */
function withoutColumn(table: RandomTable, name: string): boolean {
  const read = [
    ...table.primaryKey.columns,
    ...table.uniques.flatMap(({ columns }) => columns),
    ...table.foreignKeys.map(({ column }) => column),
    ...table.checks.map(({ column }) => column),
    ...table.indexes.flatMap(({ columns, where, include }) => [
      ...columns.map(({ column }) => column),
      where,
      ...include,
    ]),
    ...table.columns.map(({ computedFrom }) => computedFrom),
  ];
  return !read.includes(name) && removed(table.columns, name);
}

function withoutDetails(table: RandomTable, name: string): boolean {
  const index = table.indexes.find((one) => one.name === name);
  if (index?.details === undefined) return false;
  index.details = undefined;
  return true;
}

function plainer(column: RandomColumn | undefined): boolean {
  return (
    column !== undefined && (forget(column, "comment") || forget(column, "default") || forget(column, "collation"))
  );
}

function forget<K extends string>(object: { [key in K]?: string | undefined }, key: K): boolean {
  const had = object[key] !== undefined;
  object[key] = undefined;
  return had;
}

function isUsed({ tables }: RandomSchema, type: string): boolean {
  return tables.some(({ columns }) => columns.some((column) => column.type === type));
}

function removed<T extends { readonly name: string }>(list: T[], name: string): boolean {
  const index = list.findIndex((one) => one.name === name);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}

function unique<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...new Map(list.map((one) => [one.name, one])).values()];
}
