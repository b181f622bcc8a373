/** Which options of a table a revision file need not name: those that tables of the models have on this database anyway. */
import type { MigrationDialect } from "../dialect/migration-dialect.ts";
import type { CatalogTable } from "../metadata/catalog.ts";

/** Options as a file gives them; null is one that the table shall not have, though others do. */
export interface GivenOptions {
  readonly [name: string]: string | null;
}

/** All options of a table, sorted by name. */
export function withStandardOptions(given: GivenOptions, dialect: MigrationDialect): CatalogTable["options"] {
  const all = Object.entries({ ...dialect.standardTableOptions(given), ...given });
  const kept = all.filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(kept.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** What a file must give for the table to get `options`: the opposite of `withStandardOptions`. */
export function givenOptions(options: CatalogTable["options"], dialect: MigrationDialect): GivenOptions {
  const standard = dialect.standardTableOptions({});
  const missing = Object.keys(standard).filter((name) => !Object.hasOwn(options, name));
  const absent = missing.map((name) => [name, null] as const);
  const differing = Object.entries(options).filter(([name, value]) => standard[name] !== value);
  const given = Object.fromEntries([...absent, ...differing]);
  // Where one option rules out the standard of another, all are named.
  return isSame(withStandardOptions(given, dialect), options)
    ? given
    : Object.fromEntries([...absent, ...Object.entries(options)]);
}

function isSame(left: CatalogTable["options"], right: CatalogTable["options"]): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
