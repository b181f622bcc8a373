/** Definitions in every way of writing them are read back as what was meant; SQLite itself is the judge of what is right SQL. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { comparable, sqliteDrivers } from "../../../test/support/sqlite-schema.ts";
import {
  emptyTable,
  type CatalogColumn,
  type CatalogForeignKey,
  type CatalogKey,
  type CatalogTable,
} from "../../metadata/catalog.ts";
import { foreignKeyActions } from "../../metadata/constraint.ts";
import { foldName } from "./ddl-tokens.ts";

/** Picks a way of writing from a list of numbers that fast-check shrinks. */
class Style {
  readonly #choices: readonly number[];
  #at = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  pick<T>(list: readonly T[]): T {
    const choice = this.#choices[this.#at % this.#choices.length] ?? 0;
    this.#at += 1;
    return list[choice % list.length] as T;
  }

  /** Keywords in any case, with any space and comments between them. */
  words(text: string): string {
    return text
      .split(" ")
      .map((word) => this.pick([word, word.toLowerCase(), word.charAt(0) + word.slice(1).toLowerCase()]))
      .join(this.pick([" ", "\n\t", " /* ) , ' */ ", "/**/", ' -- ( "\n', "\r\n "]));
  }

  /** Case counts only where the name is given, not where it is mentioned. */
  name(name: string, isGiven = false): string {
    const quoted = (quote: string): string => `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
    const bare = /^[a-z]\d$/.test(name) ? [name, isGiven ? name : name.toUpperCase()] : [];
    return this.pick([quoted('"'), quoted("`"), ...(name.includes("]") ? [] : [`[${name}]`]), ...bare]);
  }
}

const hostile = fc.oneof(
  fc.constantFrom(
    "a1",
    "b2",
    "CHECK",
    "primary",
    "constraint",
    "x y",
    `q"u'o\`t]e`,
    "a,b",
    "c)",
    "(d",
    "--e",
    "/*f*/",
    "é\u2028",
    "g;",
    "H",
    "\r",
    "${i}",
    "\\",
  ),
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 6 })
    .filter((name) => name.isWellFormed() && !name.includes("\0")),
);

const literals = [
  "'it''s ) , \" `'",
  "42",
  "-1.5",
  "x'0f'",
  "TRUE",
  "CURRENT_TIMESTAMP",
  "(1 + 2)",
  "'CHECK ('",
] as const;

interface Described {
  readonly table: CatalogTable;
  readonly style: readonly number[];
}

const described: fc.Arbitrary<Described> = fc
  .record({
    names: fc.uniqueArray(hostile, { minLength: 4, maxLength: 8, selector: foldName }),
    picks: fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }),
    style: fc.array(fc.nat(1000), { minLength: 5, maxLength: 60 }),
  })
  .map(({ names, picks, style }) => ({ table: describe(names, new Style(picks)), style }));

function describe([name = "t", ...rest]: readonly string[], random: Style): CatalogTable {
  const constraintName = (): string | undefined => random.pick([undefined, undefined, ...rest]);
  const some = (): string[] => [...new Set([random.pick(rest), random.pick(rest)])];
  const columns = rest.map((column): CatalogColumn => ({
    name: column,
    type: random.pick(["TEXT", "INT", "BLOB", "varchar(20)", "double precision", ""]),
    nullable: random.pick([true, false]),
    ...random.pick([{}, { default: random.pick(literals) }]),
    ...random.pick([{}, { collation: random.pick(["NOCASE", "RTRIM"]) }]),
  }));
  const key = (): CatalogKey => ({ name: constraintName(), columns: some() });
  const foreignKey = (): CatalogForeignKey => {
    const own = some();
    const onDelete = random.pick([undefined, ...foreignKeyActions.filter((action) => action !== "NO ACTION")]);
    const onUpdate = random.pick([undefined, ...foreignKeyActions.filter((action) => action !== "NO ACTION")]);
    return {
      name: constraintName(),
      columns: own,
      referred: { name: random.pick([name, "elsewhere"]) },
      referredColumns: own,
      ...(onDelete === undefined ? {} : { onDelete }),
      ...(onUpdate === undefined ? {} : { onUpdate }),
      ...random.pick([{}, { deferrable: "immediate" as const }, { deferrable: "deferred" as const }]),
      ...random.pick([{}, { match: "full" as const }]),
    };
  };
  const quoted = (column: string): string => `"${column.replaceAll('"', '""')}"`;
  const check = () => ({
    name: constraintName(),
    expression: `${quoted(random.pick(rest))} ${random.pick(["<>", "IS NOT", "LIKE"])} ${random.pick(["'a)''('", "-1", "abs(-2)", quoted(random.pick(rest))])}`,
  });
  return {
    ...emptyTable({ name }),
    columns,
    uniques: random.pick([[], [key()], [key(), key()]]),
    checks: random.pick([[], [check()], [check(), check()]]),
    foreignKeys: random.pick([[], [foreignKey()], [foreignKey(), foreignKey()]]),
  };
}

function written(table: CatalogTable, style: Style): string {
  const list = (names: readonly string[], isGiven = false): string =>
    `(${names.map((name) => style.name(name, isGiven)).join(style.pick([",", " , ", ",/*,*/\n"]))})`;
  const constraint = (name: string | undefined, text: string): string =>
    name === undefined ? text : `${style.words("CONSTRAINT")} ${style.name(name, true)} ${text}`;
  const references = (key: CatalogForeignKey): string =>
    [
      `${style.words("REFERENCES")} ${style.name(key.referred.name, true)} ${list(key.referredColumns, key.referred.name !== table.name)}`,
      key.onUpdate === undefined ? style.pick(["", "ON UPDATE NO ACTION"]) : style.words(`ON UPDATE ${key.onUpdate}`),
      key.match === undefined ? style.pick(["", "MATCH SIMPLE"]) : style.words("MATCH FULL"),
      key.onDelete === undefined ? "" : style.words(`ON DELETE ${key.onDelete}`),
      key.deferrable === undefined
        ? style.pick(["", style.words("NOT DEFERRABLE INITIALLY IMMEDIATE")])
        : style.words(key.deferrable === "deferred" ? "DEFERRABLE INITIALLY DEFERRED" : "DEFERRABLE"),
    ].join(" ");
  const expression = (text: string): string => style.pick([text, `(${text})`, `/* ( */ ${text} -- )\n`]);
  const columns = table.columns.map((column) => {
    const parts = [
      ...(column.nullable ? [style.pick(["", "NULL"])] : [style.words("NOT NULL")]),
      ...(column.default === undefined
        ? []
        : [
            `${style.words("DEFAULT")} ${style.pick(/^\(|^TRUE|^CURR/.test(column.default) ? [column.default] : [column.default, `(${column.default})`])}`,
          ]),
      ...(column.collation === undefined
        ? []
        : [`${style.words("COLLATE")} ${style.pick([column.collation.toLowerCase(), `"${column.collation}"`])}`]),
    ];
    return `${style.name(column.name, true)} ${column.type} ${style.pick([parts, parts.toReversed()]).join(" ")}`;
  });
  const constraints = [
    ...table.uniques.map((key) => constraint(key.name, `${style.words("UNIQUE")} ${list(key.columns)}`)),
    ...table.checks.map((check) => constraint(check.name, `${style.words("CHECK")}(${expression(check.expression)})`)),
    ...table.foreignKeys.map((key) =>
      constraint(key.name, `${style.words("FOREIGN KEY")} ${list(key.columns)} ${references(key)}`),
    ),
  ];
  const separator = style.pick([", ", "\n,", " "]);
  const tail = constraints.length === 0 ? "" : `, ${constraints.join(separator)}`;
  return `CREATE TABLE ${style.name(table.name, true)} (${columns.join(style.pick([",", ",\n  "]))}${tail})`;
}

test("What is written in any style is read as what was meant", () => {
  fc.assert(
    fc.property(described, ({ table, style }) => {
      const database = sqliteDrivers[0]?.open();
      if (database === undefined) throw new Error("No driver for SQLite is there.");
      try {
        const sql = written(table, new Style(style));
        // What SQLite refuses (a name of its own, an unknown column) is no case.
        try {
          database.script(sql);
        } catch (error) {
          fc.pre(!/reserved for internal use|default value of column|malformed/.test(String(error)));
          throw new Error(`${String(error)} in ${sql}`, { cause: error });
        }
        const { catalog } = database;
        const sorted = (one: CatalogTable): unknown => {
          const plain = JSON.parse(JSON.stringify({ ...one, sql: undefined })) as Record<string, unknown[]>;
          for (const member of ["uniques", "checks", "foreignKeys"])
            plain[member] =
              plain[member]
                ?.map((item) => JSON.stringify(item, ["name", ...Object.keys(item as object)].sort()))
                .sort() ?? [];
          return plain;
        };
        expect(catalog.tables.map(sorted)).toEqual([sorted(table)]);
        const again = sqliteDrivers[0]?.open();
        again?.migrate({ kind: "createTable", table: catalog.tables[0] ?? table });
        expect(comparable(again?.catalog ?? catalog)).toEqual(comparable(catalog));
        again?.close();
      } finally {
        database.close();
      }
    }),
    { numRuns: Number(process.env["RUNS"] ?? 150) },
  );
});
