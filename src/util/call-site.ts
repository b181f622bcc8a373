/** Where the program called: a stack is taken only when there is something to say. */

/** The folder of this package's own code. */
const own = plain(new URL("../", import.meta.url).href);
const deepest = 50;

/** "app/teams.ts:12:20", the first frame outside of this package and of others; undefined where the stack has none. */
export function callSite(): string | undefined {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = deepest;
  const { stack } = new Error("call site");
  Error.stackTraceLimit = before;
  return typeof stack === "string" ? siteIn(stack) : undefined;
}

/** The first frame of a stack that is the program's own. */
export function siteIn(stack: string, packageFolder: string = own): string | undefined {
  for (const line of stack.split("\n")) {
    const frame = /^\s*at (?:.*\((?<inner>.*)\)|(?:async )?(?<bare>.*))$/.exec(line)?.groups;
    const place = plain(frame?.["inner"] ?? frame?.["bare"] ?? "");
    if (!/:\d+:\d+$/.test(place) || place.startsWith("node:")) continue;
    if (place.startsWith(packageFolder) || place.includes("/node_modules/")) continue;
    const folder = `${plain(process.cwd())}/`;
    return place.startsWith(folder) ? place.slice(folder.length) : place;
  }
  return undefined;
}

/** A URL or a path of any system, in one form. */
function plain(place: string): string {
  const path = place
    .replace(/^file:\/\//, "")
    .replaceAll("\\", "/")
    .replace(/^\/(?=[A-Za-z]:\/)/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
