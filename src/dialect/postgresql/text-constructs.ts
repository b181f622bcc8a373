/** Functions of texts in PostgreSQL. */
import { callOf, infix, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { TextConstruct } from "../../sql/expression/construct-name.ts";

/** How PostgreSQL writes functions of texts. */
export const textConstructs: { readonly [K in TextConstruct]: ConstructWriter } = {
  "text.trim": callOf("btrim"),
  "text.ltrim": callOf("ltrim"),
  "text.rtrim": callOf("rtrim"),
  "text.substring": callOf("substr"),
  "text.replace": callOf("replace"),
  "text.left": callOf("left"),
  "text.right": callOf("right"),
  "text.lpad": callOf("lpad"),
  "text.rpad": callOf("rpad"),
  "text.position": callOf("strpos"),
  "text.repeat": callOf("repeat"),
  "text.reverse": callOf("reverse"),
  "text.concat": infix("||"),
  "text.concatWs": callOf("concat_ws"),
  "text.ascii": callOf("ascii"),
  "text.chr": callOf("chr"),
  "text.md5": callOf("md5"),
  "text.regexpMatch": (call) => `(${call.text(0)} ~ ${call.text(1)})`,
  "text.regexpMatchI": (call) => `(${call.text(0)} ~* ${call.text(1)})`,
  "text.regexpReplace": (call) => `regexp_replace(${call.list}, 'g')`,
};
