/** How this dialect writes constructs. */
import type { ConstructWriters } from "../../sql/compiler/construct-call.ts";
import { noRanges } from "../no-ranges.ts";
import { arrayConstructs } from "./array-constructs.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { dateConstructs } from "./date-constructs.ts";
import { jsonConstructs } from "./json-constructs.ts";
import { numberConstructs } from "./number-constructs.ts";
import { searchConstructs } from "./search-constructs.ts";
import { textConstructs } from "./text-constructs.ts";
import { valueConstructs } from "./value-constructs.ts";

const made = new WeakMap<MysqlFlavour, ConstructWriters>();

/** The writers of a flavour. */
export function constructsOf(flavour: MysqlFlavour): ConstructWriters {
  let writers = made.get(flavour);
  if (writers === undefined) {
    writers = Object.freeze({
      ...textConstructs,
      ...numberConstructs,
      ...valueConstructs,
      ...dateConstructs,
      ...jsonConstructs(flavour),
      ...arrayConstructs(flavour),
      ...noRanges,
      ...searchConstructs,
    });
    made.set(flavour, writers);
  }
  return writers;
}
