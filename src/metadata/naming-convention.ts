/** Names of constraints and indexes that were given none; SQLAlchemy's naming conventions with the names of style. */

/** What a name is made of. */
export interface NameParts {
  readonly table: string;
  /** Column names; expressions count as "expr". */
  readonly columns: readonly string[];
  readonly referredTable?: string;
  readonly referredColumns?: readonly string[];
  /** The name given to a CHECK, to be completed by the convention. */
  readonly constraint?: string;
}

/** Templates with the tokens %(table)s, %(columns)s, %(referred_table)s, %(referred_columns)s, %(constraint)s. */
export interface NamingConvention {
  readonly ix: string;
  readonly uq: string;
  readonly ck: string;
  readonly ex: string;
  readonly fk: string;
  readonly pk: string;
}

export const defaultNamingConvention: NamingConvention = Object.freeze({
  ix: "ix_%(table)s_%(columns)s",
  uq: "uq_%(table)s_%(columns)s",
  ck: "ck_%(table)s_%(constraint)s",
  ex: "ex_%(table)s_%(columns)s",
  fk: "fk_%(table)s_%(columns)s_%(referred_table)s",
  pk: "pk_%(table)s",
});

/** The name that `convention` gives. */
export function conventionalName(convention: NamingConvention, kind: keyof NamingConvention, parts: NameParts): string {
  const tokens: { readonly [token: string]: string } = {
    table: parts.table,
    columns: parts.columns.join("_"),
    referred_table: parts.referredTable ?? "",
    referred_columns: (parts.referredColumns ?? []).join("_"),
    constraint: parts.constraint ?? parts.columns.join("_"),
  };
  return convention[kind].replace(/%\((\w+)\)s/g, (whole, token: string) => tokens[token] ?? whole);
}
