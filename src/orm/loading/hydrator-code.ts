/**
 * Generated functions for the two hottest loops: rows to entities, and entities against their rows. The generated text
 * holds only array indexes and property names that are plain identifiers; where the host forbids code generation
 * (Content Security Policy, --disallow-code-generation-from-strings) loops do the same work.
 */
import type { Codec } from "../../dialect/codec.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { SnapshotValue } from "../../model/instance-state.ts";

export type Hydrate = (row: readonly DriverValue[], offset: number) => object;
export type Changed = (entity: object, row: readonly SnapshotValue[]) => readonly number[];
type Shell = new () => Record<string, unknown>;

const plainName = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** A constructor of bare objects with this prototype: the model's own constructor is not run for loaded rows. */
function shellOf(prototype: object): Shell {
  function EntityShell(): void {
    // Properties are set by the hydrator.
  }
  EntityShell.prototype = prototype;
  return EntityShell as unknown as Shell; // a function with a prototype is a constructor, which its type does not say
}

function generate<F>(names: readonly string[], body: string, values: readonly unknown[]): F | undefined {
  try {
    return new Function(...names, body)(...values) as F;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** A function that makes an entity from the columns of a row that begin at `offset`. */
export function compileHydrate(keys: readonly string[], codecs: readonly Codec[], prototype: object): Hydrate {
  const Shell = shellOf(prototype);
  const results = codecs.map((codec) => codec.result);
  if (keys.every((key) => plainName.test(key) && key !== "__proto__")) {
    const lines = keys.map((key, index) => {
      const raw = `row[o + ${String(index)}]`;
      if (results[index] === undefined) return `e.${key} = ${raw};`;
      return `v = ${raw}; e.${key} = v === null ? null : r${String(index)}(v);`;
    });
    const names = ["Shell", ...results.map((_, index) => `r${String(index)}`)];
    const body = `return function hydrate(row, o) { const e = new Shell(); let v; ${lines.join(" ")} return e; };`;
    const generated = generate<Hydrate>(names, body, [Shell, ...results]);
    if (generated !== undefined) return generated;
  }
  return (row, offset) => {
    const entity = new Shell();
    for (let index = 0; index < keys.length; index += 1) {
      const raw = row[offset + index] as DriverValue;
      const result = results[index];
      entity[keys[index] as string] = raw === null || result === undefined ? raw : result(raw);
    }
    return entity;
  };
}

const none: readonly number[] = Object.freeze([]);

function withIndex(found: readonly number[], index: number): readonly number[] {
  if (found === none) return [index];
  (found as number[]).push(index);
  return found;
}

/** A function that gives the indexes at which an entity's columns differ from a complete row. */
export function compileChanged(keys: readonly string[], codecs: readonly Codec[]): Changed {
  if (keys.every((key) => plainName.test(key))) {
    const tests = keys.map((key, index) => {
      const place = String(index);
      return `if (${changedTest(`e.${key}`, `row[${place}]`, index, codecs[index] as Codec)}) c = withIndex(c, ${place});`;
    });
    const names = codecs.flatMap((_, index) => [`r${String(index)}`, `q${String(index)}`, `h${String(index)}`]);
    const body = `return function changed(e, row) { let v; let c = none; ${tests.join(" ")} return c; };`;
    const generated = generate<Changed>(["none", "withIndex", ...names], body, [
      none,
      withIndex,
      ...codecs.flatMap((codec) => [codec.result, codec.equals, codec.holds]),
    ]);
    if (generated !== undefined) return generated;
  }
  return (entity, row) => {
    const values = entity as Record<string, unknown>;
    let found = none;
    for (let index = 0; index < keys.length; index += 1) {
      const isOther = isChanged(values[keys[index] as string], row[index] as DriverValue, codecs[index] as Codec);
      if (isOther) found = withIndex(found, index);
    }
    return found;
  };
}

function changedTest(value: string, raw: string, index: number, codec: Codec): string {
  const place = String(index);
  const decoded = codec.result === undefined ? raw : `r${place}(${raw})`;
  if (codec.equals === undefined && codec.result === undefined) return `${value} !== ${raw}`;
  if (codec.equals === undefined) return `${raw} === null ? ${value} !== null : ${value} !== ${decoded}`;
  const differs = `!q${place}(${decoded}, v)`;
  const test = codec.holds === undefined ? differs : `!h${place}(${raw}, v) && ${differs}`;
  return `(v = ${value}), ${raw} === null || v === null || v === undefined ? v !== ${raw} : ${test}`;
}

function isChanged(value: unknown, raw: DriverValue, codec: Codec): boolean {
  if (raw === null || value === null || value === undefined) return value !== raw;
  if (codec.holds?.(raw, value) === true) return false;
  const decoded = codec.result === undefined ? raw : codec.result(raw);
  return codec.equals === undefined ? value !== decoded : !codec.equals(decoded, value);
}
