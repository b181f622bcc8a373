/**
 * What only the text of CREATE TABLE and CREATE INDEX tells: names of constraints, CHECK expressions, DEFERRABLE, collations,
 * generated columns, table options. The texts come from SQLite's own catalog, so that they are known to be right SQL.
 */
import type { CatalogCheck, CatalogForeignKey, CatalogKey } from "../../metadata/catalog.ts";
import { foreignKeyActions } from "../../metadata/constraint.ts";
import { Cursor } from "./ddl-cursor.ts";
import { canonicalExpression, foldName, keyword, withoutParentheses, type Token } from "./ddl-tokens.ts";

export interface ParsedTable {
  readonly columns: readonly ParsedColumn[];
  readonly primaryKey: CatalogKey | undefined;
  readonly uniques: readonly CatalogKey[];
  readonly checks: readonly CatalogCheck[];
  /** Without a list of referred columns, `referredColumns` is empty: the referred table's primary key. */
  readonly foreignKeys: readonly CatalogForeignKey[];
  /** "autoincrement", "strict", "withoutRowid", each "true". */
  readonly options: { readonly [name: string]: string };
}

export interface ParsedColumn {
  readonly name: string;
  readonly type: string;
  readonly default: string | undefined;
  readonly collation: string | undefined;
  readonly computed: { readonly expression: string; readonly stored: boolean } | undefined;
  /** ON CONFLICT of NOT NULL. */
  readonly notNullConflict: string | undefined;
}

export interface ParsedIndex {
  readonly columns: readonly ParsedIndexColumn[];
  readonly where: string | undefined;
}

export interface ParsedIndexColumn {
  /** Without collation, direction and outer parentheses. */
  readonly expression: string;
  readonly collation: string | undefined;
}

interface Draft {
  readonly table: string;
  columns: DraftColumn[];
  primaryKey: CatalogKey | undefined;
  uniques: CatalogKey[];
  checks: { name: string | undefined; tokens: readonly Token[] }[];
  foreignKeys: CatalogForeignKey[];
  options: Record<string, string>;
}

interface DraftColumn extends Omit<ParsedColumn, "default" | "collation" | "computed" | "notNullConflict"> {
  default: readonly Token[] | undefined;
  collation: string | undefined;
  computed: { tokens: readonly Token[]; stored: boolean } | undefined;
  notNullConflict: string | undefined;
}

/** Read CREATE TABLE of table `name`. */
export function parseCreateTable(sql: string, name: string): ParsedTable {
  const cursor = new Cursor(sql);
  cursor.skipTo("(");
  const draft: Draft = {
    table: name,
    columns: [],
    primaryKey: undefined,
    uniques: [],
    checks: [],
    foreignKeys: [],
    options: {},
  };
  do readColumnOrConstraints(cursor, draft);
  while (cursor.takeOperator(","));
  cursor.expectOperator(")");
  readOptions(cursor, draft);
  return finished(draft);
}

function finished({ table, columns, checks, primaryKey, uniques, foreignKeys, options }: Draft): ParsedTable {
  const names = { table, columns: columns.map((column) => column.name) };
  const declared = new Map(names.columns.map((name) => [foldName(name), name]));
  const spelled = <T extends { readonly columns: readonly string[] }>(item: T): T => ({
    ...item,
    columns: item.columns.map((name) => declared.get(foldName(name)) ?? name),
  });
  return {
    columns: columns.map((column) => ({
      ...column,
      default: column.default === undefined ? undefined : defaultText(column.default, names),
      computed:
        column.computed === undefined
          ? undefined
          : { expression: canonicalExpression(column.computed.tokens, names), stored: column.computed.stored },
    })),
    primaryKey: primaryKey === undefined ? undefined : spelled(primaryKey),
    uniques: uniques.map(spelled),
    checks: checks.map((check) => ({ name: check.name, expression: canonicalExpression(check.tokens, names) })),
    foreignKeys: foreignKeys.map(spelled),
    options,
  };
}

/** DEFAULT as it is written after the word; NULL is none. A name is a text there. */
function defaultText(tokens: readonly Token[], names: Parameters<typeof canonicalExpression>[1]): string | undefined {
  const inner = withoutParentheses(tokens);
  const [first, second] = inner;
  if (inner.length === 1 && first !== undefined) {
    const word = keyword(first);
    if (word === "NULL") return undefined;
    if (word !== undefined && /^(?:TRUE|FALSE|CURRENT_(?:DATE|TIME|TIMESTAMP))$/.test(word)) return word;
    const isText = first.kind === "name" || (first.kind === "word" && inner === tokens);
    return isText ? `'${first.value.replaceAll("'", "''")}'` : first.text;
  }
  if (inner.length === 2 && second?.kind === "number" && (first?.text === "-" || first?.text === "+"))
    return first.text === "-" ? `-${second.text}` : second.text;
  return `(${canonicalExpression(inner, { ...names, columns: [] })})`;
}

// ---------------------------------------------------------------- columns

const constraintStarts = new Set(["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]);
const columnConstraintStarts = new Set(
  "CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES AS DEFERRABLE".split(" "),
);

function readColumnOrConstraints(cursor: Cursor, draft: Draft): void {
  // A column may be called so only between quotes.
  if (!constraintStarts.has(cursor.keyword ?? "")) return readColumn(cursor, draft);
  // The comma between constraints may be left out.
  while (constraintStarts.has(cursor.keyword ?? "")) readTableConstraint(cursor, draft);
}

function readColumn(cursor: Cursor, draft: Draft): void {
  const column: DraftColumn = {
    name: cursor.name(),
    type: readType(cursor),
    default: undefined,
    collation: undefined,
    computed: undefined,
    notNullConflict: undefined,
  };
  draft.columns.push(column);
  let name: string | undefined;
  while (!cursor.isOperator(",") && !cursor.isOperator(")")) {
    if (cursor.take("CONSTRAINT")) {
      name = cursor.name();
      continue;
    }
    readColumnConstraint(cursor, draft, column, name);
    name = undefined;
  }
}

const standardTypes = new Set(["ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"]);

function readType(cursor: Cursor): string {
  const parts: string[] = [];
  for (;;) {
    const { token, keyword: word } = cursor;
    const isGenerated = word === "GENERATED" && cursor.keywordAt(1) === "ALWAYS";
    if (token === undefined || token.kind === "operator" || isGenerated || columnConstraintStarts.has(word ?? ""))
      break;
    parts.push(token.kind === "word" ? token.text : `"${token.value.replaceAll('"', '""')}"`);
    cursor.next();
  }
  const text = parts.join(" ");
  const type = standardTypes.has(text.toUpperCase()) ? text.toUpperCase() : text;
  if (!cursor.isOperator("(")) return type;
  return `${type}(${cursor
    .parenthesis()
    .map(({ text: part }) => part)
    .join("")})`;
}

function readColumnConstraint(cursor: Cursor, draft: Draft, column: DraftColumn, name: string | undefined): void {
  const columns = [column.name];
  switch (cursor.keyword) {
    case "PRIMARY": {
      cursor.expect("PRIMARY", "KEY");
      const isDescending = direction(cursor);
      draft.primaryKey = key(name, columns, [isDescending ? "DESC" : ""], conflict(cursor));
      if (cursor.take("AUTOINCREMENT")) draft.options["autoincrement"] = "true";
      return;
    }
    case "NOT":
      cursor.next();
      if (cursor.take("DEFERRABLE")) return void initially(cursor);
      cursor.expect("NULL");
      column.notNullConflict = conflict(cursor);
      return;
    case "NULL":
      cursor.next();
      return void conflict(cursor);
    case "UNIQUE":
      cursor.next();
      draft.uniques.push(key(name, columns, [""], conflict(cursor)));
      return;
    case "CHECK":
      cursor.next();
      draft.checks.push({ name, tokens: cursor.parenthesis() });
      return void conflict(cursor);
    case "DEFAULT":
      cursor.next();
      column.default = readDefault(cursor);
      return;
    case "COLLATE":
      cursor.next();
      column.collation = collationName(cursor.name());
      return;
    case "REFERENCES":
      draft.foreignKeys.push(readReferences(cursor, name, columns));
      return;
    default:
      return readComputed(cursor, column);
  }
}

function readComputed(cursor: Cursor, column: DraftColumn): void {
  if (cursor.take("GENERATED")) cursor.expect("ALWAYS");
  cursor.expect("AS");
  const tokens = cursor.parenthesis();
  const stored = cursor.take("STORED");
  if (!stored) cursor.take("VIRTUAL");
  column.computed = { tokens, stored };
}

function readDefault(cursor: Cursor): readonly Token[] {
  if (cursor.isOperator("(")) return [...cursor.around()];
  const sign = cursor.isOperator("-") || cursor.isOperator("+") ? [cursor.next()] : [];
  return [...sign, cursor.next()];
}

/** BINARY is what a column has anyway. */
function collationName(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (upper === "BINARY") return undefined;
  return upper === "NOCASE" || upper === "RTRIM" ? upper : name;
}

// ---------------------------------------------------------------- constraints

function readTableConstraint(cursor: Cursor, draft: Draft): void {
  let name: string | undefined;
  while (cursor.take("CONSTRAINT")) name = cursor.name();
  switch (cursor.keyword) {
    case "PRIMARY":
      cursor.expect("PRIMARY", "KEY");
      draft.primaryKey = withoutIdleDirection(readKey(cursor, name, draft), draft);
      return;
    case "UNIQUE":
      cursor.next();
      draft.uniques.push(readKey(cursor, name, draft));
      return;
    case "CHECK":
      cursor.next();
      draft.checks.push({ name, tokens: cursor.parenthesis() });
      return void conflict(cursor);
    case "FOREIGN":
      cursor.expect("FOREIGN", "KEY");
      draft.foreignKeys.push(readReferences(cursor, name, cursor.names()));
      return;
    default:
      cursor.fail();
  }
}

function readKey(cursor: Cursor, name: string | undefined, draft: Draft): CatalogKey {
  const columns: string[] = [];
  const details: string[] = [];
  cursor.expectOperator("(");
  do {
    columns.push(cursor.name());
    const collation = cursor.take("COLLATE") ? [`COLLATE ${collationText(cursor.name())}`] : [];
    details.push([...collation, ...(direction(cursor) ? ["DESC"] : [])].join(" "));
  } while (cursor.takeOperator(","));
  if (cursor.take("AUTOINCREMENT")) draft.options["autoincrement"] = "true";
  cursor.expectOperator(")");
  return key(name, columns, details, conflict(cursor));
}

/** The direction of an INTEGER key means nothing here, but does behind a column: see `rowid-column.ts`. */
function withoutIdleDirection(found: CatalogKey, draft: Draft): CatalogKey {
  const column = draft.columns.find(({ name }) => foldName(name) === foldName(found.columns[0] ?? ""));
  if (found.columns.length !== 1 || foldName(column?.type ?? "") !== "integer") return found;
  const [, resolution] = found.details ?? [];
  return {
    name: found.name,
    columns: found.columns,
    ...(resolution === undefined ? {} : { details: ["", resolution] }),
  };
}

function collationText(name: string): string {
  return `"${(collationName(name) ?? "BINARY").replaceAll('"', '""')}"`;
}

/** `details`: of each column what follows its name, then ON CONFLICT; nothing where all is plain. */
function key(
  name: string | undefined,
  columns: readonly string[],
  columnDetails: readonly string[],
  resolution: string | undefined,
): CatalogKey {
  const details = [...columnDetails, ...(resolution === undefined ? [] : [`ON CONFLICT ${resolution}`])];
  return { name, columns, ...(details.every((detail) => detail === "") ? {} : { details }) };
}

function direction(cursor: Cursor): boolean {
  return !cursor.take("ASC") && cursor.take("DESC");
}

/** ABORT is what happens anyway. */
function conflict(cursor: Cursor): string | undefined {
  if (cursor.keyword !== "ON" || cursor.keywordAt(1) !== "CONFLICT") return undefined;
  cursor.expect("ON", "CONFLICT");
  const resolution = cursor.next().text.toUpperCase();
  return resolution === "ABORT" ? undefined : resolution;
}

function readReferences(cursor: Cursor, name: string | undefined, columns: readonly string[]): CatalogForeignKey {
  cursor.expect("REFERENCES");
  const referred = { name: cursor.name() };
  const referredColumns = cursor.isOperator("(") ? cursor.names() : [];
  const rest: { -readonly [K in "onDelete" | "onUpdate" | "match" | "deferrable"]?: CatalogForeignKey[K] } = {};
  for (;;) {
    if (cursor.take("MATCH")) {
      if (cursor.name().toUpperCase() === "FULL") rest.match = "full";
    } else if (cursor.keyword === "ON" && cursor.keywordAt(1) !== "CONFLICT") {
      cursor.next();
      const event = cursor.next().text.toUpperCase();
      const action = readAction(cursor);
      if (action !== "NO ACTION" && event !== "INSERT") rest[event === "DELETE" ? "onDelete" : "onUpdate"] = action;
    } else if (cursor.keyword === "NOT" && cursor.keywordAt(1) === "DEFERRABLE") {
      cursor.expect("NOT", "DEFERRABLE");
      initially(cursor);
    } else if (cursor.take("DEFERRABLE")) {
      rest.deferrable = initially(cursor);
    } else {
      return { name, columns, referred, referredColumns, ...rest };
    }
  }
}

function readAction(cursor: Cursor): NonNullable<CatalogForeignKey["onDelete"]> {
  const first = cursor.next().text.toUpperCase();
  const text = first === "SET" || first === "NO" ? `${first} ${cursor.next().text.toUpperCase()}` : first;
  return foreignKeyActions.find((action) => action === text) ?? cursor.fail();
}

function initially(cursor: Cursor): "immediate" | "deferred" {
  if (!cursor.take("INITIALLY")) return "immediate";
  return cursor.next().text.toUpperCase() === "DEFERRED" ? "deferred" : "immediate";
}

function readOptions(cursor: Cursor, draft: Draft): void {
  while (cursor.token !== undefined && !cursor.isOperator(";")) {
    if (cursor.take("STRICT")) draft.options["strict"] = "true";
    else if (cursor.take("WITHOUT")) {
      cursor.next();
      draft.options["withoutRowid"] = "true";
    } else cursor.expectOperator(",");
  }
  const names = Object.keys(draft.options).sort();
  draft.options = Object.fromEntries(names.map((name) => [name, "true"]));
}

// ---------------------------------------------------------------- indexes

/** Read CREATE INDEX; `names` are those of its table. */
export function parseCreateIndex(sql: string, names: Parameters<typeof canonicalExpression>[1]): ParsedIndex {
  const cursor = new Cursor(sql);
  cursor.skipTo("(");
  const columns: ParsedIndexColumn[] = [];
  do columns.push(indexColumn(cursor.until(","), names));
  while (cursor.takeOperator(","));
  cursor.expectOperator(")");
  const where = cursor.take("WHERE") ? canonicalExpression(cursor.until(";"), names) : undefined;
  return { columns, where };
}

function indexColumn(all: readonly Token[], names: Parameters<typeof canonicalExpression>[1]): ParsedIndexColumn {
  const last = keyword(all.at(-1));
  const tokens = last === "ASC" || last === "DESC" ? all.slice(0, -1) : all;
  if (tokens.length < 3 || keyword(tokens.at(-2)) !== "COLLATE")
    return { expression: canonicalExpression(tokens, names), collation: undefined };
  const collation = tokens.at(-1)?.value ?? "";
  return {
    expression: canonicalExpression(tokens.slice(0, -2), names),
    collation: collationName(collation) ?? "BINARY",
  };
}
