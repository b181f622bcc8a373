/** Dates, times and moments in PostgreSQL. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { DateConstruct } from "../../sql/expression/construct-name.ts";
import { dateFormatParameter } from "../../sql/expression/date-format.ts";
import { unitMonths, unitSeconds } from "../../sql/expression/date-units.ts";

const fields: Readonly<Record<string, string>> = Object.freeze({ second: "trunc(extract(second FROM ?))" });

function extract(call: ConstructCall): string {
  const type = call.detail === "epoch" ? "double precision" : "integer";
  const text = (fields[call.detail] ?? `extract(${call.detail} FROM ?)`).replace("?", () => call.text(0));
  return `CAST(${text} AS ${type})`;
}

function dateAdd(call: ConstructCall): string {
  const names = call.detail.split(",").map((unit) => ({ minutes: "mins", seconds: "secs" })[unit] ?? unit);
  const parts = names.map((name, index) => `${name} => ${call.text(index + 1)}`);
  const sum = `${call.text(0)} + make_interval(${parts.join(", ")})`;
  return call.kind() === "date" ? `CAST(${sum} AS date)` : `(${sum})`;
}

function dateDiff(call: ConstructCall): string {
  const [from, to] = [0, 1].map((index) =>
    call.kind(index) === "date" ? `CAST(${call.text(index)} AS timestamp)` : call.text(index),
  );
  const months = unitMonths[call.detail as keyof typeof unitMonths];
  if (months === undefined) {
    const seconds = unitSeconds[call.detail as keyof typeof unitSeconds];
    const difference = `extract(epoch FROM ${to ?? ""}) - extract(epoch FROM ${from ?? ""})`;
    return `CAST(trunc((${difference}) / ${String(seconds)}) AS bigint)`;
  }
  const age = `age(${to ?? ""}, ${from ?? ""})`;
  return `CAST(trunc((extract(year FROM ${age}) * 12 + extract(month FROM ${age})) / ${String(months)}) AS bigint)`;
}

/** A zone is checked where the node is made: letters, digits and a few signs. */
function atTimeZone(call: ConstructCall): string {
  const isOffset = /^[+-]/.test(call.detail);
  return `(${call.text(0)} AT TIME ZONE ${isOffset ? "INTERVAL " : ""}'${call.detail}')`;
}

/** A format in to_char's language, in which text stands in quotes. */
const format = dateFormatParameter(
  {
    YYYY: "YYYY",
    YY: "YY",
    MMMM: "FMMonth",
    MMM: "Mon",
    MM: "MM",
    M: "FMMM",
    DDDD: "DDD",
    DD: "DD",
    D: "FMDD",
    dddd: "FMDay",
    ddd: "Dy",
    HH: "HH24",
    H: "FMHH24",
    hh: "HH12",
    h: "FMHH12",
    mm: "MI",
    ss: "SS",
    SSSSSS: "US",
    A: "AM",
  },
  (text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`,
);

/** How PostgreSQL writes dates, times and moments. */
export const dateConstructs: { readonly [K in DateConstruct]: ConstructWriter } = {
  "date.current": () => "CURRENT_DATE",
  "date.extract": extract,
  "date.trunc": (call) => {
    const text = `date_trunc('${call.detail}', ${call.text(0)})`;
    return call.kind() === "date" ? `CAST(${text} AS date)` : text;
  },
  "date.add": dateAdd,
  "date.diff": dateDiff,
  "date.atTimeZone": atTimeZone,
  "date.format": (call) => `to_char(${call.text(0)}, ${call.parameters(1, [format])[0] ?? ""}::text)`,
};
