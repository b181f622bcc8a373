/** Types as MySQL and MariaDB print them (COLUMN_TYPE), read. */
import { hexToBytes } from "../hex.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import {
  bigint,
  boolean,
  bytea,
  char,
  customType,
  date,
  decimal,
  double,
  enumType,
  integer,
  json,
  real,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from "../../sql/type/types.ts";

/** How the type compiler's UUID reads in a catalog. */
export const uuidType = "char(36) character set ascii collate ascii_bin";

/** The parts of a type's text: "decimal(10,2) unsigned" is "decimal", ["10", "2"], "unsigned". */
export interface TypeParts {
  readonly name: string;
  /** The text between the parentheses. */
  readonly inside: string | undefined;
  readonly numbers: readonly number[];
  /** What follows, in lower case. */
  readonly rest: string;
}

/** Take a type's text apart; undefined where it does not look like one. */
export function typeParts(type: string): TypeParts | undefined {
  const match =
    /^\s*([a-z]\w*(?: precision| varying)?)\s*(?:\(((?:[^()'"]|'(?:[^'\\]|''|\\[\s\S])*')*)\))?\s*([\s\S]*)$/i.exec(
      type,
    );
  if (match === null) return undefined;
  const [, name = "", inside, rest = ""] = match;
  const isNumbers = inside !== undefined && /^\s*\d+\s*(?:,\s*\d+\s*)?$/.test(inside);
  return {
    name: name.toLowerCase(),
    inside,
    numbers: isNumbers ? inside.split(",").map(Number) : [],
    rest: rest.trim().toLowerCase().replace(/\s+/g, " "),
  };
}

/**
 * The type that `type` spells: a built-in one where that one's DDL makes the same column, else a custom type spelled like it.
 * A time of day and a timestamp keep their precision; a DATETIME is what `timestamp()` makes.
 */
export function reflectType(type: string): SqlType {
  const parts = typeParts(type);
  if (parts === undefined) return spelled(type, text());
  return (parts.rest === "" || isUuid(parts) ? builtIn(parts) : undefined) ?? spelled(type, storage(parts));
}

function isUuid({ name, numbers, rest }: TypeParts): boolean {
  return name === "char" && numbers[0] === 36 && rest === "character set ascii collate ascii_bin";
}

type Reader = (numbers: readonly number[], parts: TypeParts) => SqlType | undefined;

/** Whole numbers: without a width (MySQL), or with the one that MariaDB gives them. */
function ofWidth(width: number, type: SqlType): Reader {
  return ([found = width]) => (found === width ? type : undefined);
}

const longestVarchar = 16_383;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["smallint", ofWidth(6, smallint())],
  ["int", ofWidth(11, integer())],
  ["integer", ofWidth(11, integer())],
  ["bigint", ofWidth(20, bigint())],
  // MySQL keeps this one width, because it means BOOLEAN.
  ["tinyint", ([width]) => (width === 1 ? boolean() : undefined)],
  ["boolean", () => boolean()],
  ["float", (_, { inside }) => (inside === undefined ? real() : undefined)],
  ["double", (_, { inside }) => (inside === undefined ? double() : undefined)],
  ["decimal", readDecimal],
  ["varchar", ([length = 0]) => (length > 0 && length <= longestVarchar ? varchar(length) : undefined)],
  ["char", ([length = 1], parts) => (isUuid(parts) ? uuid() : length > 0 ? char(length) : undefined)],
  ["longtext", () => text()],
  ["varbinary", ([length = 0]) => (length > 0 ? bytea(length) : undefined)],
  ["longblob", () => bytea()],
  ["date", () => date()],
  ["time", ([precision = 0]) => (precision === 6 ? time() : time(precision))],
  ["datetime", ([precision = 0]) => (precision === 6 ? timestamp() : timestamp({ precision }))],
  ["json", () => json()],
  ["enum", readEnum],
]);

function builtIn(parts: TypeParts): SqlType | undefined {
  return readers.get(parts.name)?.(parts.numbers, parts);
}

function readDecimal([precision = 10, scale = 0]: readonly number[]): SqlType {
  return precision === 65 && scale === 30 ? decimal() : decimal(precision, scale);
}

function readEnum(_: readonly number[], { inside = "" }: TypeParts): SqlType | undefined {
  const values = enumLabels(inside);
  return values.length === 0 ? undefined : enumType(values);
}

const escapes: { readonly [letter: string]: string } = { n: "\n", r: "\r", t: "\t", b: "\b", "0": "\0", Z: "\u001a" };

/** The labels in `'a','b''c'`, and in `X'6162'`, which is how DDL spells those with a backslash. */
export function enumLabels(inside: string): string[] {
  return Array.from(inside.matchAll(/X'([0-9a-f]*)'|'((?:[^'\\]|''|\\[\s\S])*)'/gi), ([, hex, quoted = ""]) => {
    if (hex !== undefined) return new TextDecoder().decode(hexToBytes(hex));
    return quoted.replaceAll(/''|\\([\s\S])/g, (pair, letter: string | undefined) =>
      letter === undefined || pair === "''" ? "'" : (escapes[letter] ?? letter),
    );
  });
}

function spelled(type: string, impl: SqlType): SqlType {
  return customType(type, { impl, bind: (value) => value, result: (value) => value, ddl: { mysql: type } });
}

const storages: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ["tinyint", smallint()],
  ["smallint", integer()],
  ["mediumint", integer()],
  ["int", bigint()],
  ["integer", bigint()],
  ["year", smallint()],
  ["bigint", bigint()],
  ["decimal", decimal()],
  ["float", double()],
  ["double", double()],
  ["date", date()],
  ["time", time()],
  ["datetime", timestamp()],
  ["timestamp", timestamp()],
  ["json", json()],
  ...["bit", "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"].map(
    (name) => [name, bytea()] as const,
  ),
  ...["geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"].map(
    (name) => [name, bytea()] as const,
  ),
]);

/** What carries the values of a type that has no built-in one. */
function storage({ name }: TypeParts): SqlType {
  return storages.get(name) ?? text();
}
