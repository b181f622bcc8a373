/** Functions of texts in SQLite. */
import { callOf, infix, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { TextConstruct } from "../../sql/expression/construct-name.ts";
import { own } from "./own-function.ts";

/** `count` times `text`: as many zero bytes in hexadecimal, each replaced. */
const repeated = (text: string, count: string): string => `replace(hex(zeroblob(${count})), '00', ${text})`;

function padded(call: ConstructCall, isLeft: boolean): string {
  const [text, length, fill] = [call.text(0), call.text(1), call.text(2)];
  const missing = `substr(${repeated(fill, length)}, 1, ${length} - length(${text}))`;
  const whole = isLeft ? `${missing} || ${text}` : `${text} || ${missing}`;
  return `(CASE WHEN length(${text}) >= ${length} THEN substr(${text}, 1, ${length}) ELSE ${whole} END)`;
}

/** How SQLite writes functions of texts. */
export const textConstructs: { readonly [K in TextConstruct]: ConstructWriter } = {
  "text.trim": callOf("trim"),
  "text.ltrim": callOf("ltrim"),
  "text.rtrim": callOf("rtrim"),
  "text.substring": callOf("substr"),
  "text.replace": callOf("replace"),
  "text.left": (call) => `substr(${call.text(0)}, 1, ${call.text(1)})`,
  // The length as well: the last 0 characters would be all.
  "text.right": (call) => `substr(${call.text(0)}, -${call.text(1)}, ${call.text(1)})`,
  "text.lpad": (call) => padded(call, true),
  "text.rpad": (call) => padded(call, false),
  "text.position": callOf("instr"),
  "text.repeat": (call) => `(CASE WHEN ${call.text(1)} IS NOT NULL THEN ${repeated(call.text(0), call.text(1))} END)`,
  "text.reverse": (call) => own(call, "text_reverse"),
  "text.concat": infix("||"),
  "text.concatWs": callOf("concat_ws"),
  "text.ascii": (call) => `(CASE WHEN ${call.text(0)} = '' THEN 0 ELSE unicode(${call.text(0)}) END)`,
  "text.chr": callOf("char"),
  "text.md5": (call) => call.unsupported("md5()", "Calculate it in the program."),
  "text.regexpMatch": (call) => own(call, "text_matches"),
  "text.regexpMatchI": (call) => own(call, "text_imatches"),
  "text.regexpReplace": (call) => own(call, "text_regexp_replace"),
};
