/** How this dialect writes constructs. */
import type { ConstructWriters } from "../../sql/compiler/construct-writers.ts";
import { noRanges } from "../no-ranges.ts";
import { arrayConstructs } from "./array-constructs.ts";
import { jsonConstructs } from "./json-constructs.ts";
import { searchConstructs } from "./search-constructs.ts";

export const constructs: ConstructWriters = Object.freeze({
  ...jsonConstructs,
  ...arrayConstructs,
  ...noRanges,
  ...searchConstructs,
});
