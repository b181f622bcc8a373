/** Program values to driver values, as a compiled statement's slots ask for them. */
import type { Codec } from "../dialect/codec.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { DriverValue } from "../io/driver.ts";
import type { ParameterSlot } from "../sql/compiler/compiled.ts";
import type { CollectedValue } from "../sql/compiler/collect-shape.ts";
import { ParameterError, ValueError } from "../sql/errors.ts";
import { NamedParameter } from "../sql/expression/parameter.ts";
import { InternalError } from "../util/coded-error.ts";
import type { CachedStatement } from "./compiled-cache.ts";

/** The parameters of one execution. @throws ValueError naming the parameter, without its value where that is secret. */
export function bindParameters(
  cached: CachedStatement,
  values: readonly CollectedValue[],
  dialect: Dialect,
): DriverValue[] {
  const { slots } = cached.compiled;
  const parameters: DriverValue[] = new Array<DriverValue>(slots.length);
  for (let index = 0; index < slots.length; index += 1) {
    const slot = slots[index] as ParameterSlot;
    try {
      parameters[index] = bindSlot(slot, cached.codecs[index] as Codec, values, dialect);
    } catch (error) {
      throw placed(error, slot, index);
    }
  }
  return parameters;
}

function bindSlot(slot: ParameterSlot, codec: Codec, values: readonly CollectedValue[], dialect: Dialect): DriverValue {
  const source = values[slot.bind];
  if (source === undefined) throw new InternalError(`A statement has no value ${String(slot.bind)}.`);
  if (source.kind === "bind") return bindValue(source.value, codec);
  if (slot.member === "all") {
    const [first] = source.values;
    if (NamedParameter.isParameter(first)) throw ParameterError.unprepared(first.name);
    return dialect.bindList(source.values, slot.type);
  }
  // A dialect may render more places than there are values, to have few texts: the last value takes them.
  return bindValue(source.values[Math.min(slot.member ?? 0, source.values.length - 1)], codec);
}

function bindValue(value: unknown, codec: Codec): DriverValue {
  if (value === null) return null;
  if (value === undefined) throw new ValueError("undefined is not a SQL value. Use null for NULL.");
  if (typeof value === "object" && NamedParameter.isParameter(value)) throw ParameterError.unprepared(value.name);
  return codec.bind(value);
}

function placed(error: unknown, slot: ParameterSlot, index: number): unknown {
  if (!(error instanceof ValueError)) return error;
  const parameter = `Parameter ${String(index + 1)} (${slot.type.kind})`;
  if (slot.secret)
    return new ValueError(
      `${parameter} has a value that does not fit its type, and is not shown because it is secret.`,
    );
  return new ValueError(`${parameter}: ${error.problem}`, { cause: error });
}
