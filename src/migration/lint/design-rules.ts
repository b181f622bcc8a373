/** Advice about design that holds on every database. */
import { isFullText } from "../../dialect/full-text-method.ts";
import {
  displayName,
  knownTable,
  type Catalog,
  type CatalogForeignKey,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import { ruleFor, type LintRule } from "../../metadata/lint-rule.ts";
import type { Operation } from "../../metadata/operation.ts";

interface NewForeignKey {
  readonly table: QualifiedName;
  readonly key: CatalogForeignKey;
}

function newForeignKeys(operation: Operation): readonly NewForeignKey[] {
  if (operation.kind === "createTable") {
    const { table } = operation;
    return table.foreignKeys.map((key) => ({ table, key }));
  }
  if (operation.kind !== "addConstraint" || operation.constraint.kind !== "foreignKey") return [];
  return [{ table: operation.table, key: operation.constraint }];
}

/** The lists of columns that indexes and keys of a table begin with. */
function indexedColumns(table: CatalogTable): readonly (readonly (string | undefined)[])[] {
  // An index of words finds no values.
  const whole = table.indexes.filter((index) => index.where === undefined && !isFullText(index));
  return [
    ...(table.primaryKey === undefined ? [] : [table.primaryKey.columns]),
    ...table.uniques.map(({ columns }) => columns),
    ...whole.map(({ columns }) => columns.map(({ column }) => column)),
  ];
}

const unindexedForeignKey: LintRule = {
  name: "foreign-key-without-index",
  severity: "advice",
  mindsNewTables: true,
  title: "a foreign key whose columns have no index",
  reason:
    "A DELETE or a change of a key in the table it refers to reads the whole referring table, row by row; so does loading the relationship.",
  remedy: "createIndex() on the columns of the foreign key.",
  check(operation, { after }) {
    return newForeignKeys(operation).flatMap(({ table, key }) => {
      const known = knownTable(after, table);
      if (known === undefined) return [];
      const isIndexed = indexedColumns(known).some((columns) => {
        const first = columns.slice(0, key.columns.length);
        return key.columns.every((column) => first.includes(column));
      });
      const name = key.name ?? key.columns.join(", ");
      return isIndexed
        ? []
        : [{ message: `No index of '${displayName(table)}' begins with the columns of foreign key '${name}'.` }];
    });
  },
};

const differentTypes: LintRule = {
  name: "foreign-key-type-differs",
  severity: "advice",
  mindsNewTables: true,
  title: "a foreign key of another type than what it refers to",
  reason: "Each comparison converts, an index may not be used for it, and the smaller type runs out first.",
  remedy: "Give both columns the same type.",
  check(operation, { after }) {
    return newForeignKeys(operation).flatMap(({ table, key }) =>
      key.columns.flatMap((column, at) => {
        const own = typeOf(after, table, column);
        const other = typeOf(after, key.referred, key.referredColumns[at]);
        if (own === undefined || other === undefined || own === other) return [];
        const target = `${displayName(key.referred)}.${key.referredColumns[at] ?? ""}`;
        return [{ message: `'${displayName(table)}.${column}' is ${own}, but '${target}' is ${other}.` }];
      }),
    );
  },
};

function typeOf(catalog: Catalog, table: QualifiedName, column: string | undefined): string | undefined {
  return knownTable(catalog, table)?.columns.find(({ name }) => name === column)?.type;
}

const keyless = ruleFor(
  "createTable",
  {
    name: "table-without-primary-key",
    severity: "advice",
    mindsNewTables: true,
    title: "a table without a primary key",
    reason:
      "No row can be told from its double: models cannot load it, back-fills cannot walk along it, replication cannot follow it.",
    remedy: "Give it a primary key, if need be a numbered one.",
  },
  ({ table }, { after }) => {
    const isPlain = table.kind === "table" || table.kind === "partitioned";
    const final = knownTable(after, table) ?? table;
    return isPlain && final.primaryKey === undefined && table.options["inherits"] === undefined
      ? `Table '${displayName(table)}' has no primary key.`
      : undefined;
  },
);

const redundantIndex: LintRule = {
  name: "redundant-index",
  severity: "advice",
  mindsNewTables: true,
  title: "an index that begins another",
  reason: "What it finds the longer one finds as well; every write pays for both.",
  remedy: "Drop the shorter one, unless it is much smaller and read all the time.",
  check(operation, { after }) {
    const name = operation.kind === "createTable" || operation.kind === "createIndex" ? operation.table : undefined;
    const table = name === undefined ? undefined : knownTable(after, name);
    if (table === undefined) return [];
    const created = operation.kind === "createIndex" ? operation.index.name : undefined;
    return table.indexes.flatMap((index) => {
      const columns = index.columns.map(({ column }) => column);
      const isPlain =
        !index.unique && index.where === undefined && index.method === undefined && index.include === undefined;
      const isSimple = index.columns.every((part) => part.column !== undefined && Object.keys(part).length === 1);
      if (!isPlain || !isSimple || (created !== undefined && created !== index.name)) return [];
      const others = indexedColumns({
        ...table,
        indexes: table.indexes.filter((other) => other !== index && other.method === undefined),
      });
      const longer = others.find((other) => columns.every((column, at) => other[at] === column));
      return longer === undefined
        ? []
        : [
            {
              message: `What index '${index.name}' of '${displayName(table)}' finds, the one over (${longer.join(", ")}) finds as well.`,
            },
          ];
    });
  },
};

const mostColumns = 3;

const wideIndex: LintRule = ruleFor(
  "createIndex",
  {
    name: "wide-index",
    severity: "advice",
    mindsNewTables: true,
    title: "an index over more than three columns",
    reason: "It is large, every write pays for it, and queries seldom use what follows the first columns.",
    remedy: "The most selective columns first, and as few as the query needs.",
  },
  ({ index }) =>
    index.columns.length > mostColumns && !index.unique && !isFullText(index)
      ? `Index '${index.name}' is over ${String(index.columns.length)} columns.`
      : undefined,
);

const unnamedConstraint = ruleFor(
  "addConstraint",
  {
    name: "constraint-without-name",
    severity: "advice",
    title: "a constraint without a name",
    reason: "The database names it, each in its own way, and a later revision has to guess the name to change it.",
    remedy: "Give it a name, or the models a naming convention.",
  },
  ({ table, constraint }) =>
    constraint.name === undefined && constraint.kind !== "primaryKey"
      ? `A ${constraint.kind} of '${displayName(table)}' has no name.`
      : undefined,
);

/** In the order in which they are told. */
export const designRules: readonly LintRule[] = Object.freeze([
  unindexedForeignKey,
  differentTypes,
  keyless,
  redundantIndex,
  wideIndex,
  unnamedConstraint,
]);
