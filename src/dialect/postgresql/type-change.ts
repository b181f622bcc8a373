/** What PostgreSQL does to a table when a column gets another type: decided by rules that were held against the server. */
import { nameKey, type Catalog, type CatalogColumn, type CatalogDomain } from "../../metadata/catalog.ts";
import { parseNames } from "./definition-text.ts";

/** "nothing": the rows stay as they are; "indexes": only those of the column are built again; "rewrite": the whole table is. */
export type TypeChangeWork = "nothing" | "indexes" | "rewrite";

interface Spelling {
  readonly base: string;
  readonly numbers: readonly number[];
}

/** @param using - A conversion of the program's own. */
export function typeChangeWork(
  before: CatalogColumn,
  after: CatalogColumn,
  using: string | undefined,
  catalog: Catalog,
): TypeChangeWork {
  if (using !== undefined && using.replaceAll('"', "") !== before.name) return "rewrite";
  const keepsRows =
    before.type === after.type || isBinaryCompatible(before.type, after.type) || fitsDomain(before, after, catalog);
  if (!keepsRows) return "rewrite";
  const isCitext = after.type === "citext" && before.type !== "citext";
  return isCitext || before.collation !== after.collation ? "indexes" : "nothing";
}

const texts: ReadonlySet<string> = new Set(["text", "character varying", "citext"]);
const times = /^(?:timestamp|time) with(?:out)? time zone$|^interval$/;
const finest = 6;

function isBinaryCompatible(from: string, to: string): boolean {
  const [old, wanted] = [spelling(from), spelling(to)];
  if (old === undefined || wanted === undefined) return false;
  const [oldSize] = old.numbers;
  const [size] = wanted.numbers;
  // Other types of text become each other; only a bound that is new or narrower has to be applied to the rows.
  if (texts.has(old.base) && texts.has(wanted.base)) {
    if (size === undefined) return true;
    return old.base === "character varying" && oldSize !== undefined && size >= oldSize;
  }
  if (old.base === "cidr" && wanted.base === "inet") return true;
  if (old.base !== wanted.base) return false;
  if (old.base === "numeric") return isWiderDecimal(old.numbers, wanted.numbers);
  if (old.base === "bit varying") return size === undefined || (oldSize !== undefined && size >= oldSize);
  if (times.test(old.base)) return size === undefined || size >= Math.min(oldSize ?? finest, finest);
  return false;
}

function isWiderDecimal(old: readonly number[], wanted: readonly number[]): boolean {
  const [precision, scale] = wanted;
  if (precision === undefined) return true;
  const [oldPrecision, oldScale] = old;
  return oldPrecision !== undefined && precision >= oldPrecision && (scale ?? 0) === (oldScale ?? 0);
}

function spelling(type: string): Spelling | undefined {
  const match = /^([a-z][a-z ]*?)(?:\((\d+)(?:,(\d+))?\))?( with(?:out)? time zone)?$/.exec(type);
  if (match === null) return undefined;
  const [, base = "", first, second, zone = ""] = match;
  return { base: base + zone, numbers: [first, second].filter((part) => part !== undefined).map(Number) };
}

/** A domain is stored as what it is made of; its conditions have to be held against the rows. */
function fitsDomain(before: CatalogColumn, after: CatalogColumn, catalog: Catalog): boolean {
  const from = domainOf(catalog, before.type);
  const to = domainOf(catalog, after.type);
  if (from !== undefined && to === undefined) return from.type === after.type;
  return to !== undefined && from === undefined && to.type === before.type && !isConstrained(to);
}

/** The domain that `type` names. */
export function domainOf(catalog: Catalog, type: string): CatalogDomain | undefined {
  const name = parseNames(type)?.[0];
  if (name === undefined) return undefined;
  return catalog.domains.find((domain) => nameKey(domain) === nameKey(name));
}

export function isConstrained(domain: CatalogDomain): boolean {
  return !domain.nullable || domain.checks.length > 0;
}

const literals = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
const casts = /::\s*[a-z_]+(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone))?(?:\s*\([\d\s,]*\))?/gi;

/** Functions that give the same value to all rows of a statement. What is not known here may be volatile. */
const steady: ReadonlySet<string> = new Set(
  (
    "now current_date current_time current_timestamp localtime localtimestamp transaction_timestamp statement_timestamp " +
    "array cast coalesce row in any all and or not exists nullif greatest least lower upper trim btrim ltrim rtrim length " +
    "abs round floor ceil ceiling power sqrt mod concat concat_ws to_char to_date to_number to_timestamp date_trunc " +
    "date_part extract timezone make_date make_time make_timestamp make_interval age md5 left right replace substr " +
    "substring repeat lpad rpad jsonb_build_object jsonb_build_array json_build_object json_build_array to_json to_jsonb " +
    "current_setting current_user session_user current_schema decode encode string_to_array array_to_string int4range " +
    "int8range numrange tsrange tstzrange daterange numeric varchar char interval time timestamp"
  ).split(" "),
);

/** Whether each row of a table would need its own evaluation of a DEFAULT. Rather yes than no for functions of the program's own. */
export function isVolatile(expression: string): boolean {
  const bare = expression.replace(literals, "''").replace(casts, "");
  const calls = bare.matchAll(/([a-z_][\w$]*)\s*\(/gi);
  return [...calls].some(([, name = ""]) => !steady.has(name.toLowerCase()));
}
