/** Functions of texts in MySQL. */
import { callOf, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { TextConstruct } from "../../sql/expression/construct-name.ts";

const trim =
  (side: string) =>
  (call: ConstructCall): string =>
    `TRIM(${side} ${call.text(1)} FROM ${call.text(0)})`;

/** How MySQL writes functions of texts. */
export const textConstructs: { readonly [K in TextConstruct]: ConstructWriter } = {
  "text.trim": trim("BOTH"),
  "text.ltrim": trim("LEADING"),
  "text.rtrim": trim("TRAILING"),
  "text.substring": callOf("SUBSTRING"),
  "text.replace": callOf("REPLACE"),
  "text.left": callOf("LEFT"),
  "text.right": callOf("RIGHT"),
  "text.lpad": callOf("LPAD"),
  "text.rpad": callOf("RPAD"),
  "text.position": (call) => `LOCATE(${call.text(1)}, ${call.text(0)})`,
  "text.repeat": callOf("REPEAT"),
  "text.reverse": callOf("REVERSE"),
  "text.concat": callOf("CONCAT"),
  "text.concatWs": callOf("CONCAT_WS"),
  "text.ascii": (call) => `ORD(CONVERT(LEFT(${call.text(0)}, 1) USING utf32))`,
  "text.chr": (call) => `CONVERT(CHAR(${call.text(0)} USING utf32) USING utf8mb4)`,
  "text.md5": (call) => `MD5(CONVERT(${call.text(0)} USING utf8mb4))`,
  "text.regexpMatch": (call) => `(${call.text(0)} REGEXP ${call.text(1)})`,
  "text.regexpMatchI": (call) => `(${call.text(0)} REGEXP CONCAT('(?i)', ${call.text(1)}))`,
  "text.regexpReplace": callOf("REGEXP_REPLACE"),
};
