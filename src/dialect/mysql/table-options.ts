/** What follows the parenthesis of CREATE TABLE, as data and as SQL. Partitions are in `inspect-partitions.ts`. */
import { CompileError } from "../../sql/errors.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import type { CatalogRow } from "./catalog-query.ts";

/** Names of a catalog and what the server calls them. A value is a word or a number. */
const words: ReadonlyMap<string, string> = new Map([
  ["avgRowLength", "AVG_ROW_LENGTH"],
  ["checksum", "CHECKSUM"],
  ["delayKeyWrite", "DELAY_KEY_WRITE"],
  ["encrypted", "ENCRYPTED"],
  ["encryption", "ENCRYPTION"],
  ["encryptionKeyId", "ENCRYPTION_KEY_ID"],
  ["insertMethod", "INSERT_METHOD"],
  ["keyBlockSize", "KEY_BLOCK_SIZE"],
  ["maxRows", "MAX_ROWS"],
  ["minRows", "MIN_ROWS"],
  ["packKeys", "PACK_KEYS"],
  ["pageCompressed", "PAGE_COMPRESSED"],
  ["pageCompressionLevel", "PAGE_COMPRESSION_LEVEL"],
  ["rowFormat", "ROW_FORMAT"],
  ["statsAutoRecalc", "STATS_AUTO_RECALC"],
  ["statsPersistent", "STATS_PERSISTENT"],
  ["statsSamplePages", "STATS_SAMPLE_PAGES"],
]);
const namesByWord: ReadonlyMap<string, string> = new Map(Array.from(words, ([name, word]) => [word, name]));

/** The options of a table; only those that were given, beside engine, character set and collation. */
export function readTableOptions(
  row: CatalogRow,
  partitionBy: string | undefined,
): { readonly [name: string]: string } {
  const collation = row["table_collation"] ?? "";
  const given = Array.from(
    (row["create_options"] ?? "").matchAll(/([\w]+)=("[^"]*"|'[^']*'|`[^`]*`|\S+)/g),
    ([, word = "", value = ""]) => [namesByWord.get(word.toUpperCase()), value.replaceAll(/["'`]/g, "")] as const,
  );
  const entries: (readonly [string | undefined, string])[] = [
    ...given,
    ["engine", row["engine"] ?? ""],
    ["charset", collation.split("_")[0] ?? ""],
    ["collation", collation],
    ...(partitionBy === undefined ? [] : [["partitionBy", partitionBy] as const]),
    ...(row["table_type"] === "SYSTEM VERSIONED" ? [["systemVersioning", "true"] as const] : []),
  ];
  const known = entries.filter(
    (entry): entry is readonly [string, string] => entry[0] !== undefined && entry[1] !== "",
  );
  return Object.fromEntries(known.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Those of tables that models make; a character set or a collation that is given brings the other one itself. */
export function standardTableOptions(
  given: { readonly [name: string]: string | null },
  { collation }: MysqlFlavour,
): { readonly [name: string]: string } {
  const isOfOwn = Object.hasOwn(given, "charset") || Object.hasOwn(given, "collation");
  return { engine: "InnoDB", ...(isOfOwn ? {} : { charset: "utf8mb4", collation }) };
}

/**
 * The options as ALTER TABLE and CREATE TABLE take them, in the server's order; partitions come last of all, and are not here.
 * @param defaults - What undefined means: DEFAULT in ALTER TABLE.
 * @throws CompileError for an option that is not known.
 */
export function tableOptionTexts(
  options: { readonly [name: string]: string | undefined },
  dialectName: string,
): string[] {
  const texts: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (name === "partitionBy" || name === "charset" || name === "collation" || name === "systemVersioning") continue;
    const word = name === "engine" ? "ENGINE" : words.get(name);
    if (word === undefined)
      throw CompileError.unsupported(
        dialectName,
        `table option '${name}'`,
        `Use one of: engine, ${[...words.keys()].join(", ")}.`,
      );
    if (name === "engine" && value === undefined)
      throw new CompileError("A table cannot be without an engine. Name the one that it shall have.");
    texts.push(`${word}=${optionValue(name, value)}`);
  }
  const { charset, collation } = options;
  if (charset !== undefined) texts.push(`DEFAULT CHARSET=${optionValue("charset", charset)}`);
  if (collation !== undefined) texts.push(`COLLATE=${optionValue("collation", collation)}`);
  return texts;
}

/** Options that DEFAULT takes back; the others go back to 0. */
const takesDefault: ReadonlySet<string> = new Set([
  "packKeys",
  "rowFormat",
  "statsAutoRecalc",
  "statsPersistent",
  "statsSamplePages",
]);

function optionValue(name: string, value: string | undefined): string {
  if (value === undefined) return takesDefault.has(name) ? "DEFAULT" : "0";
  if (!/^\w+$/.test(value)) throw new CompileError(`'${value}' is not a value of table option '${name}'.`);
  // ENCRYPTION takes a text, and MariaDB's own options do as well.
  return name === "encryption" || name === "encrypted" ? `'${value}'` : value;
}
