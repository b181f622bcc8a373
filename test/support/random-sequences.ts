/** Random sequences of random schemas, from numbers of their own: what else a seed gives does not depend on them. */
import { nextValue, Sequence } from "../../src/metadata/sequence.ts";
import type { Expression } from "../../src/sql/expression/node.ts";
import { isPlainInteger, type Random, type RandomSchema, type RandomTable } from "./random-schema.ts";

export interface RandomSequence {
  name: string;
  start: number | undefined;
  increment: number | undefined;
  minValue: number | undefined;
  maxValue: number | undefined;
  cache: number | undefined;
  cycle: boolean;
}

const names = ["number", "Ticket no", "serial", "order"];

/** Give some schemas of a pair sequences, and some of their columns defaults that draw from them. */
export function addSequences(before: RandomSchema, after: RandomSchema, random: Random): void {
  if (!random.chance(40)) return;
  before.sequences = names.slice(0, random.below(3)).map((name) => randomSequence(name, random));
  after.sequences = structuredClone(before.sequences).filter(() => random.chance(85));
  after.sequences = after.sequences.map((sequence) =>
    random.chance(40) ? randomSequence(sequence.name, random) : sequence,
  );
  const free = names.filter((name) => before.sequences?.every((sequence) => sequence.name !== name) === true);
  if (free.length > 0 && random.chance(40)) after.sequences.push(randomSequence(random.pick(free), random));
  const unused = names.find((name) =>
    [before, after].every(({ sequences = [] }) => !sequences.some((other) => other.name === name)),
  );
  const [renamed] = after.sequences;
  if (unused !== undefined && renamed !== undefined && random.chance(40)) renamed.name = unused;
  drawFrom(before, random);
  drawFrom(after, random);
}

function randomSequence(name: string, random: Random): RandomSequence {
  const isDescending = random.chance(20);
  const first = random.pick([undefined, 1, 5, 100]);
  const last = random.pick([undefined, 1_000_000, 2_147_483_647]);
  const sign = (value: number | undefined): number | undefined =>
    value === undefined || !isDescending ? value : -value;
  const start = random.chance(50) ? undefined : sign(random.pick([100, 1000]));
  const increment = random.pick([undefined, 1, 10]) ?? (isDescending ? 1 : undefined);
  return {
    name,
    start,
    increment: sign(increment),
    minValue: sign(isDescending ? last : first),
    maxValue: sign(isDescending ? first : last),
    cache: random.pick([undefined, 1, 20]),
    cycle: random.chance(15),
  };
}

/** Some columns without a default and without a constraint draw their values. */
function drawFrom(schema: RandomSchema, random: Random): void {
  for (const table of schema.tables) {
    for (const column of table.columns) {
      const isPlain = (isPlainInteger(column) || column.type === "bigint") && !column.identity;
      if (!isPlain || isConstrained(table, column.name) || !random.chance(50)) continue;
      const sequences = schema.sequences ?? [];
      if (sequences.length === 0) continue;
      column.default = undefined;
      column.sequence = random.pick(sequences).name;
    }
  }
}

function isConstrained(table: RandomTable, name: string): boolean {
  return table.foreignKeys.some(({ column }) => column === name) || table.primaryKey.columns.includes(name);
}

/** The sequences by their names. */
export function definedSequences(schema: RandomSchema): ReadonlyMap<string, Sequence> {
  return new Map((schema.sequences ?? []).map(({ name, ...options }) => [name, new Sequence(name, options)]));
}

export function drawnFrom(sequences: ReadonlyMap<string, Sequence>, name: string): Expression {
  const sequence = sequences.get(name);
  if (sequence === undefined) throw new Error(`no sequence ${name}`);
  return nextValue(sequence).node;
}
