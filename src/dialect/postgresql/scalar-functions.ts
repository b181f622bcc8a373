/** PostgreSQL's spelling of the functions that all databases have. */
import type { ScalarCall, ScalarTexts } from "../../sql/compiler/scalar-text.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import { unitMonths, unitSeconds } from "../../sql/expression/date-units.ts";
import { storedType } from "../../sql/type/stored-type.ts";

const kindOf = (call: ScalarCall, index = 0): string => storedType(typeOf(call.argument(index))).kind;
const isFloat = (call: ScalarCall): boolean => ["real", "double"].includes(kindOf(call));
const isWhole = (call: ScalarCall): boolean => ["smallint", "integer", "bigint"].includes(kindOf(call));

/** `name(arguments)`. */
const as =
  (name: string) =>
  (call: ScalarCall): string =>
    `${name}(${call.list})`;

/** Rounding: doubles as decimals, whose halves go away from zero. */
function rounded(name: string, call: ScalarCall): string {
  if (isWhole(call)) return call.text(0);
  if (!isFloat(call)) return `${name}(${call.text(0)}, ${call.option})`;
  return `CAST(${name}(CAST(${call.text(0)} AS numeric), ${call.option}) AS ${call.castType(call.node.type)})`;
}

/** GREATEST and LEAST pass over NULLs here. */
function extreme(name: string, call: ScalarCall): string {
  return `(CASE WHEN num_nulls(${call.list}) = 0 THEN ${name}(${call.list}) END)`;
}

const fields: Readonly<Record<string, string>> = Object.freeze({ second: "trunc(extract(second FROM ?))" });

function extract(call: ScalarCall): string {
  const type = call.option === "epoch" ? "double precision" : "integer";
  const text = (fields[call.option] ?? `extract(${call.option} FROM ?)`).replace("?", () => call.text(0));
  return `CAST(${text} AS ${type})`;
}

function dateAdd(call: ScalarCall): string {
  const names = call.option.split(",").map((unit) => ({ minutes: "mins", seconds: "secs" })[unit] ?? unit);
  const parts = names.map((name, index) => `${name} => ${call.text(index + 1)}`);
  const sum = `${call.text(0)} + make_interval(${parts.join(", ")})`;
  return kindOf(call) === "date" ? `CAST(${sum} AS date)` : `(${sum})`;
}

function dateDiff(call: ScalarCall): string {
  const [from, to] = [0, 1].map((index) =>
    kindOf(call, index) === "date" ? `CAST(${call.text(index)} AS timestamp)` : call.text(index),
  );
  const months = unitMonths[call.option as keyof typeof unitMonths];
  if (months === undefined) {
    const seconds = unitSeconds[call.option as keyof typeof unitSeconds];
    const difference = `extract(epoch FROM ${to ?? ""}) - extract(epoch FROM ${from ?? ""})`;
    return `CAST(trunc((${difference}) / ${String(seconds)}) AS bigint)`;
  }
  const age = `age(${to ?? ""}, ${from ?? ""})`;
  return `CAST(trunc((extract(year FROM ${age}) * 12 + extract(month FROM ${age})) / ${String(months)}) AS bigint)`;
}

/** A zone is checked where the node is made: letters, digits and a few signs. */
function atTimeZone(call: ScalarCall): string {
  const isOffset = /^[+-]/.test(call.option);
  return `(${call.text(0)} AT TIME ZONE ${isOffset ? "INTERVAL " : ""}'${call.option}')`;
}

export const postgresqlScalars: ScalarTexts = Object.freeze({
  trim: as("btrim"),
  ltrim: as("ltrim"),
  rtrim: as("rtrim"),
  substring: as("substr"),
  replace: as("replace"),
  left: as("left"),
  right: as("right"),
  lpad: as("lpad"),
  rpad: as("rpad"),
  position: as("strpos"),
  repeat: as("repeat"),
  reverse: as("reverse"),
  concat: (call) => `(${call.texts.join(" || ")})`,
  concatWs: as("concat_ws"),
  ascii: as("ascii"),
  chr: as("chr"),
  md5: as("md5"),
  regexpMatch: (call) => `(${call.text(0)} ~ ${call.text(1)})`,
  regexpMatchI: (call) => `(${call.text(0)} ~* ${call.text(1)})`,
  regexpReplace: (call) => `regexp_replace(${call.list}, 'g')`,
  round: (call) => rounded("round", call),
  trunc: (call) => rounded("trunc", call),
  ceil: (call) => (isWhole(call) ? call.text(0) : `ceil(${call.text(0)})`),
  floor: (call) => (isWhole(call) ? call.text(0) : `floor(${call.text(0)})`),
  sign: (call) => `CAST(sign(${call.text(0)}) AS integer)`,
  power: as("power"),
  sqrt: as("sqrt"),
  exp: as("exp"),
  ln: as("ln"),
  // There is no logarithm to another base for doubles.
  log: (call) =>
    call.option === "10"
      ? `log(${call.text(0)})`
      : `CAST(log(2::numeric, CAST(${call.text(0)} AS numeric)) AS double precision)`,
  greatest: (call) => extreme("GREATEST", call),
  least: (call) => extreme("LEAST", call),
  random: as("random"),
  bitwiseAnd: (call) => `(${call.texts.join(" & ")})`,
  bitwiseOr: (call) => `(${call.texts.join(" | ")})`,
  bitwiseXor: (call) => `(${call.texts.join(" # ")})`,
  bitwiseNot: (call) => `(~${call.text(0)})`,
  // As many bits as the other databases have.
  shiftLeft: (call) => `(CAST(${call.text(0)} AS bigint) << ${call.option})`,
  shiftRight: (call) => `(CAST(${call.text(0)} AS bigint) >> ${call.option})`,
  operator: (call) => `(${call.text(0)} ${call.option} ${call.text(1)})`,
  typed: (call) => call.text(0),
  nullif: as("NULLIF"),
  currentDate: () => "CURRENT_DATE",
  extract,
  dateTrunc: (call) => {
    const text = `date_trunc('${call.option}', ${call.text(0)})`;
    return kindOf(call) === "date" ? `CAST(${text} AS date)` : text;
  },
  dateAdd,
  dateDiff,
  atTimeZone,
});
