/** The keys whose rows a loader asks for, and to which of them a row belongs. Called only by `select-in-loader.ts`. */
import type { DriverValue } from "../../io/driver.ts";
import type { ColumnNode, Expression } from "../../sql/expression/node.ts";
import { foldedKey, valueKey, valueText } from "../value-key.ts";
import type { LoadContext } from "./load-context.ts";

type Values = readonly unknown[];
type Row = readonly DriverValue[];

/** Some of the keys, to be asked for at once. */
export interface KeyPortion {
  readonly condition: Expression;
  /** The key, as `valueKey` writes it, to which a row belongs. */
  readonly keyOf: (row: Row) => string | undefined;
}

/** How rows hold their key: in columns at these places. */
export interface KeyColumns {
  readonly columns: readonly ColumnNode[];
  readonly places: readonly number[];
}

/** Portions of keys that no parameter limit refuses; no two keys in one may be equal by some collation. */
export function* keyPortions(
  context: LoadContext,
  wanted: ReadonlyMap<string, Values>,
  place: KeyColumns,
): Generator<KeyPortion> {
  const exact = keyReader(context, place);
  for (const round of rounds(wanted)) {
    const { byFold } = round;
    for (const values of chunksFor(context, [...round.wanted.values()], place.columns.length)) {
      yield {
        condition: keyCondition(place.columns, values),
        keyOf: (row) => {
          const key = exact(row);
          if (key === undefined || byFold === undefined || round.wanted.has(key)) return key;
          // The database has said that the row belongs to one of the keys, so it does in another spelling.
          return byFold.get(foldedKey(keyValues(context, place, row)) ?? "");
        },
      };
    }
  }
}

interface Round {
  readonly wanted: Map<string, Values>;
  /** Keys by what collations may reduce them to; undefined where no text is among them. */
  readonly byFold: Map<string, string> | undefined;
}

function rounds(wanted: ReadonlyMap<string, Values>): readonly Round[] {
  const found: Round[] = [];
  for (const [key, values] of wanted) {
    const fold = values.some((value) => typeof value === "string") ? (foldedKey(values) ?? "") : undefined;
    let round = found.find(({ byFold }) => fold === undefined || byFold?.has(fold) === false);
    if (round === undefined)
      found.push((round = { wanted: new Map(), byFold: fold === undefined ? undefined : new Map() }));
    round.wanted.set(key, values);
    if (fold !== undefined) round.byFold?.set(fold, key);
  }
  return found;
}

/** The condition that `columns` hold one of these keys. */
export function keyCondition(columns: readonly ColumnNode[], values: readonly Values[]): Expression {
  const [column] = columns;
  if (columns.length === 1 && column !== undefined) {
    return {
      kind: "in",
      operand: column,
      values: { kind: "list", values: values.map(([value]) => value), type: column.type },
      negated: false,
    };
  }
  const rows = values.map((row) =>
    row.map((value, index) => ({
      kind: "bind" as const,
      value,
      type: columns[index]?.type ?? { kind: "unknown" as const },
    })),
  );
  return {
    kind: "in",
    operand: { kind: "tuple", items: columns },
    values: { kind: "tupleList", rows },
    negated: false,
  };
}

/** Keys in portions that no parameter limit refuses. */
export function* chunksFor(
  context: LoadContext,
  values: readonly Values[],
  width: number,
): Generator<readonly Values[]> {
  const isArray = width === 1 && context.session.dialect.listShape(2, { kind: "integer" }) === "array";
  const size = isArray ? 20_000 : Math.floor(1000 / width);
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}

/** Reads the key of a row, as `valueKey` writes it. */
function keyReader(context: LoadContext, place: KeyColumns): (row: Row) => string | undefined {
  const [at] = place.places;
  const [column] = place.columns;
  if (place.columns.length !== 1 || at === undefined || column === undefined)
    return (row) => valueKey(keyValues(context, place, row));
  const { result } = context.session.dialect.codec(column.type);
  return (row) => {
    const raw = row[at] ?? null;
    return raw === null ? undefined : valueText(result === undefined ? raw : result(raw));
  };
}

function keyValues(context: LoadContext, { columns, places }: KeyColumns, row: Row): unknown[] {
  return places.map((at, position) => {
    const raw = row[at] ?? null;
    const column = columns[position];
    if (raw === null || column === undefined) return raw;
    const { result } = context.session.dialect.codec(column.type);
    return result === undefined ? raw : result(raw);
  });
}
