/** How this dialect writes constructs. */
import type { ConstructWriters } from "../../sql/compiler/construct-call.ts";
import { noRanges } from "../no-ranges.ts";
import { arrayConstructs } from "./array-constructs.ts";
import { dateConstructs } from "./date-constructs.ts";
import { jsonConstructs } from "./json-constructs.ts";
import { numberConstructs } from "./number-constructs.ts";
import { searchConstructs } from "./search-constructs.ts";
import { textConstructs } from "./text-constructs.ts";
import { valueConstructs } from "./value-constructs.ts";

export const constructs: ConstructWriters = Object.freeze({
  ...textConstructs,
  ...numberConstructs,
  ...valueConstructs,
  ...dateConstructs,
  ...jsonConstructs,
  ...arrayConstructs,
  ...noRanges,
  ...searchConstructs,
});
