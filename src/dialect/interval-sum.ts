/** An interval's amounts in months, days and seconds, for databases that add one unit at a time. */
import type { ConstructCall } from "../sql/compiler/construct-call.ts";

const factors: Readonly<Record<string, readonly [sum: "months" | "days" | "seconds", factor: number]>> = Object.freeze({
  years: ["months", 12],
  months: ["months", 1],
  weeks: ["days", 7],
  days: ["days", 1],
  hours: ["seconds", 3600],
  minutes: ["seconds", 60],
  seconds: ["seconds", 1],
});

/** Texts of the sums; undefined for a sum that nothing adds to. */
export function intervalSum(call: ConstructCall): { months?: string; days?: string; seconds?: string } {
  const sums: { months?: string; days?: string; seconds?: string } = {};
  for (const [index, unit] of call.detail.split(",").entries()) {
    const [sum, factor] = factors[unit] ?? ["days", 1];
    const text = factor === 1 ? call.text(index + 1) : `${call.text(index + 1)} * ${String(factor)}`;
    const before = sums[sum];
    sums[sum] = before === undefined ? text : `${before} + ${text}`;
  }
  return sums;
}
