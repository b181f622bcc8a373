/** SQLite's spelling of the functions that all databases have. */
import type { ScalarCall, ScalarTexts } from "../../sql/compiler/scalar-text.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import { storedType } from "../../sql/type/stored-type.ts";
import { atTimeZone, dateAdd, dateDiff, dateTrunc, extract } from "./date-functions.ts";

const kindOf = (call: ScalarCall): string => storedType(typeOf(call.argument(0))).kind;
const isWhole = (call: ScalarCall): boolean => ["smallint", "integer", "bigint"].includes(kindOf(call));
const isDecimal = (call: ScalarCall): boolean => kindOf(call) === "numeric";

/** `name(arguments)`. */
const as =
  (name: string) =>
  (call: ScalarCall): string =>
    `${name}(${call.list})`;

/** A function that our connections have; tables must not depend on it, as other programs do not. */
function own(call: ScalarCall, name: string, list: string = call.list): string {
  if (call.isDefinition)
    call.unsupported(`func.${call.node.name}() of this type in definitions`, "Calculate in the program.");
  return `${name}(${list})`;
}

/** `count` times `text`: as many zero bytes in hexadecimal, each replaced. */
const repeated = (text: string, count: string): string => `replace(hex(zeroblob(${count})), '00', ${text})`;

function padded(call: ScalarCall, isLeft: boolean): string {
  const [text, length, fill] = [call.text(0), call.text(1), call.text(2)];
  const missing = `substr(${repeated(fill, length)}, 1, ${length} - length(${text}))`;
  const whole = isLeft ? `${missing} || ${text}` : `${text} || ${missing}`;
  return `(CASE WHEN length(${text}) >= ${length} THEN substr(${text}, 1, ${length}) ELSE ${whole} END)`;
}

function rounded(call: ScalarCall): string {
  if (isWhole(call)) return call.text(0);
  const list = `${call.text(0)}, ${call.option}`;
  return isDecimal(call) ? own(call, "decimal_cast", list) : `round(${list})`;
}

function truncated(call: ScalarCall): string {
  if (isWhole(call)) return call.text(0);
  if (isDecimal(call)) return own(call, "decimal_trunc", `${call.text(0)}, ${call.option}`);
  return call.option === "0"
    ? `trunc(${call.text(0)})`
    : `(trunc(${call.text(0)} * 1e${call.option}) / 1e${call.option})`;
}

function toWhole(call: ScalarCall, name: "ceil" | "floor"): string {
  if (isWhole(call)) return call.text(0);
  return isDecimal(call) ? own(call, `decimal_${name}`) : `${name}(${call.text(0)})`;
}

function extreme(call: ScalarCall, name: "max" | "min"): string {
  if (!isDecimal(call)) return `${name}(${call.list})`;
  return own(call, "decimal_value", `${name}(${call.texts.map((text) => `decimal_key(${text})`).join(", ")})`);
}

export const sqliteScalars: ScalarTexts = Object.freeze({
  trim: as("trim"),
  ltrim: as("ltrim"),
  rtrim: as("rtrim"),
  substring: as("substr"),
  replace: as("replace"),
  left: (call) => `substr(${call.text(0)}, 1, ${call.text(1)})`,
  // The length as well: the last 0 characters would be all.
  right: (call) => `substr(${call.text(0)}, -${call.text(1)}, ${call.text(1)})`,
  lpad: (call) => padded(call, true),
  rpad: (call) => padded(call, false),
  position: as("instr"),
  repeat: (call) => `(CASE WHEN ${call.text(1)} IS NOT NULL THEN ${repeated(call.text(0), call.text(1))} END)`,
  reverse: (call) => own(call, "text_reverse"),
  concat: (call) => `(${call.texts.join(" || ")})`,
  concatWs: as("concat_ws"),
  ascii: (call) => `(CASE WHEN ${call.text(0)} = '' THEN 0 ELSE unicode(${call.text(0)}) END)`,
  chr: as("char"),
  md5: (call) => call.unsupported("md5()", "Calculate it in the program."),
  regexpMatch: (call) => own(call, "text_matches"),
  regexpMatchI: (call) => own(call, "text_imatches"),
  regexpReplace: (call) => own(call, "text_regexp_replace"),
  round: rounded,
  trunc: truncated,
  ceil: (call) => toWhole(call, "ceil"),
  floor: (call) => toWhole(call, "floor"),
  sign: (call) => (isDecimal(call) ? `sign(CAST(${call.text(0)} AS REAL))` : `sign(${call.text(0)})`),
  power: as("pow"),
  sqrt: as("sqrt"),
  exp: as("exp"),
  ln: as("ln"),
  log: (call) => `log${call.option}(${call.text(0)})`,
  greatest: (call) => extreme(call, "max"),
  least: (call) => extreme(call, "min"),
  // As many bits as a double holds.
  random: () => "((random() & 9007199254740991) / 9007199254740992.0)",
  bitwiseAnd: (call) => `(${call.texts.join(" & ")})`,
  bitwiseOr: (call) => `(${call.texts.join(" | ")})`,
  bitwiseXor: (call) => `((${call.texts.join(" | ")}) - (${call.texts.join(" & ")}))`,
  bitwiseNot: (call) => `(~${call.text(0)})`,
  shiftLeft: (call) => `(${call.text(0)} << ${call.option})`,
  shiftRight: (call) => `(${call.text(0)} >> ${call.option})`,
  operator: (call) => {
    if (call.option.includes("?")) call.unsupported(`the operator ${call.option}`, "Here it is a parameter.");
    return `(${call.text(0)} ${call.option} ${call.text(1)})`;
  },
  typed: (call) => call.text(0),
  nullif: as("nullif"),
  currentDate: () => "date('now')",
  extract,
  dateTrunc,
  dateAdd,
  dateDiff,
  atTimeZone,
});
