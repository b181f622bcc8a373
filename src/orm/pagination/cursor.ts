/** Cursors: a place in an order as text for URLs. What comes back is input, and checked as such. */
import type { Dialect } from "../../dialect/dialect.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { storedType } from "../../sql/type/stored-type.ts";
import { fingerprint } from "../../util/fingerprint.ts";
import { InvalidCursorError, PaginationError } from "../errors.ts";
import type { PageKey, PagePosition } from "./page-order.ts";

const version = 1;
/** Longer than any URL that servers take. */
const maxLength = 65_536;

/** `[version, order, is included, values, checksum]` in base64url. @param order - The hash of the order. */
export function writeCursor(position: PagePosition, keys: readonly PageKey[], order: string): string {
  const values = position.values.map((value, index) => toJson(value, keys[index]?.type));
  const body = [version, order, position.isIncluded ? 1 : 0, values];
  return Buffer.from(JSON.stringify([...body, checksum(body)])).toString("base64url");
}

/** The place that a cursor names. @throws InvalidCursorError */
export function readCursor(cursor: unknown, keys: readonly PageKey[], order: string, dialect: Dialect): PagePosition {
  const parts = parse(cursor);
  if (!Array.isArray(parts)) throw damaged();
  const [given, of, included, values, sum] = parts as readonly unknown[];
  if (typeof given !== "number") throw damaged();
  if (given !== version)
    throw new InvalidCursorError("The cursor is of another version of the package, which this one does not read.");
  const isWhole = parts.length === 5 && sum === checksum([given, of, included, values]);
  if (!isWhole || !Array.isArray(values) || (included !== 0 && included !== 1)) throw damaged();
  if (of !== order || values.length !== keys.length)
    throw new InvalidCursorError("The cursor is of a statement with another order.");
  return {
    values: keys.map((key, index) => readValue(values[index], key, index, dialect)),
    isIncluded: included === 1,
  };
}

/** 64 bits of what `parts` say. */
export function digest(parts: unknown): string {
  return fingerprint(JSON.stringify(parts)).slice(0, 16);
}

/** Against what was cut off or altered on its way. It keeps no secret: whoever makes one up gets a place in an order. */
function checksum(body: readonly unknown[]): string {
  return digest(["sqlmodel cursor", ...body]);
}

function damaged(options?: ErrorOptions): InvalidCursorError {
  return new InvalidCursorError("The cursor is damaged: cut off, altered, or no cursor at all.", options);
}

function parse(cursor: unknown): unknown {
  if (typeof cursor !== "string" || cursor.length > maxLength || !/^[\w-]+$/.test(cursor)) throw damaged();
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown;
  } catch (cause) {
    throw damaged({ cause });
  }
}

/** A value of a codec as JSON holds it. */
function toJson(value: unknown, type: SqlType = { kind: "unknown" }): unknown {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64url");
  if (typeof value === "number") return finite(value);
  return storedType(type).kind === "boolean" ? value : String(value);
}

/** Codecs bind no others. */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new PaginationError(
    `A row has ${String(value)} in the order, from where page() cannot go on.`,
    "Leave such rows out by where(…), or order by another expression.",
  );
}

function readValue(json: unknown, key: PageKey, index: number, dialect: Dialect): unknown {
  if (json === null) return null;
  try {
    const value = fromJson(json, storedType(key.type).kind);
    if (value !== undefined) {
      dialect.codec(key.type).bind(value);
      return value;
    }
  } catch (cause) {
    throw wrongValue(index, { cause });
  }
  throw wrongValue(index);
}

function wrongValue(index: number, options?: ErrorOptions): InvalidCursorError {
  return new InvalidCursorError(
    `Value ${String(index + 1)} of the cursor is none of the type that the order has there.`,
    options,
  );
}

const numberKinds: ReadonlySet<string> = new Set(["smallint", "integer", "real", "double"]);

/** The codec's value; undefined for what can be none. */
function fromJson(json: unknown, kind: SqlType["kind"]): unknown {
  if (numberKinds.has(kind)) return typeof json === "number" ? json : undefined;
  if (kind === "boolean") return typeof json === "boolean" ? json : undefined;
  if (typeof json !== "string") return undefined;
  if (kind === "bigint") return /^-?\d+$/.test(json) ? BigInt(json) : undefined;
  return kind === "bytes" ? new Uint8Array(Buffer.from(json, "base64url")) : json;
}
