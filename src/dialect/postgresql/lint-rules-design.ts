/** Advice about design on PostgreSQL. */
import { displayName } from "../../metadata/catalog.ts";
import { ruleAbout, ruleFor, type LintRule } from "../../metadata/lint-rule.ts";
import type { Operation } from "../../metadata/operation.ts";
import { columnAdvice } from "../new-columns.ts";
import { longestName } from "./temporary-name.ts";

const integerKey = columnAdvice(
  {
    name: "integer-primary-key",
    title: "a primary key that ends at 2,147,483,647",
    reason:
      "When an integer key runs out nothing can be inserted, and the change to bigint rewrites the table and all that refer to it.",
    remedy: "bigint() for keys that are numbered.",
  },
  ({ name, type, identity }, title, table) =>
    identity !== undefined &&
    (type === "integer" || type === "smallint") &&
    table?.primaryKey?.columns.includes(name) === true
      ? `'${title}' is numbered as ${type}.`
      : undefined,
);

const serial = columnAdvice(
  {
    name: "serial-instead-of-identity",
    title: "a serial column",
    reason: "Its sequence has rights of its own, and nothing keeps anybody from writing other numbers.",
    remedy: "An identity: column(…, { identity: true }).",
  },
  ({ identity }, title) =>
    identity?.serial === undefined ? undefined : `'${title}' is numbered by a sequence beside it.`,
);

const jsonType = columnAdvice(
  {
    name: "json-instead-of-jsonb",
    title: "a column of type json",
    reason: "json has no equality: DISTINCT, UNION and GROUP BY fail on it, and it cannot be indexed.",
    remedy: "jsonb().",
  },
  ({ type }, title) => (type === "json" || type === "json[]" ? `'${title}' is json.` : undefined),
);

const charType = columnAdvice(
  {
    name: "char-type",
    title: "a column of type char(n)",
    reason: "Values are padded with spaces, which some comparisons see and some do not; nothing is faster for it.",
    remedy: "text() or varchar(n).",
  },
  ({ type }, title) => (/^character\(\d+\)/.test(type) ? `'${title}' is ${type}.` : undefined),
);

const zonelessTimestamp = columnAdvice(
  {
    name: "timestamp-without-time-zone",
    title: "a timestamp without a time zone",
    reason: "It says no moment: sessions with other time zones write and read other moments.",
    remedy: "timestamp(), which has one unless timeZone is false.",
  },
  ({ type }, title) =>
    /^timestamp(?:\(\d\))? without time zone/.test(type) ? `'${title}' has no time zone.` : undefined,
);

const hashIndex = ruleFor(
  "createIndex",
  {
    name: "hash-index",
    severity: "advice",
    title: "a hash index",
    reason: "It finds equal values only, cannot be unique, and cannot hold several columns.",
    remedy: "A B-tree, unless the values are long and only ever compared for equality.",
    mindsNewTables: true,
  },
  ({ index }) => (index.method === "hash" ? `Index '${index.name}' is a hash index.` : undefined),
);

const cutName = ruleAbout(
  {
    name: "name-is-cut",
    severity: "warning",
    title: "a name is longer than PostgreSQL keeps",
    reason:
      "PostgreSQL cuts names after 63 bytes without an error: the object is called otherwise than the revision says.",
    remedy: "A shorter name.",
    mindsNewTables: true,
  },
  (operation) => {
    const name = namesIn(operation).find((candidate) => Buffer.byteLength(candidate) > longestName);
    return name === undefined
      ? undefined
      : `'${name}' has ${String(Buffer.byteLength(name))} bytes, of which ${String(longestName)} are kept.`;
  },
);

/** Names that the operation gives. */
function namesIn(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case "createTable": {
      const { table } = operation;
      const parts = [table.primaryKey, ...table.uniques, ...table.foreignKeys, ...table.checks, ...table.indexes];
      return [table.name, ...table.columns.map(({ name }) => name), ...parts.flatMap((part) => part?.name ?? [])];
    }
    case "addColumn":
      return [operation.column.name];
    case "addConstraint":
      return operation.constraint.name === undefined ? [] : [operation.constraint.name];
    case "createIndex":
      return [operation.index.name];
    case "renameTable":
    case "renameColumn":
    case "renameConstraint":
    case "renameIndex":
    case "renameEnum":
    case "renameSequence":
      return [operation.newName];
    case "createSchema":
      return [operation.name];
    case "createEnum":
      return [operation.type.name, ...operation.type.values];
    case "createSequence":
      return [operation.sequence.name];
    default:
      return [];
  }
}

const appendedEnumValue = ruleFor(
  "addEnumValue",
  {
    name: "enum-value-without-position",
    severity: "advice",
    title: "an enum's value is added without saying where",
    reason: "It comes last, and ORDER BY follows the order of the values; it cannot be moved afterwards.",
    remedy: "Say { after } or { before }.",
  },
  ({ type, value, before, after }) =>
    before === undefined && after === undefined ? `'${value}' comes last in '${displayName(type)}'.` : undefined,
);

/** In the order in which they are told. */
export const postgresqlDesignRules: readonly LintRule[] = Object.freeze([
  cutName,
  integerKey,
  serial,
  jsonType,
  charType,
  zonelessTimestamp,
  hashIndex,
  appendedEnumValue,
]);
