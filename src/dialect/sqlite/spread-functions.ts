/** Variance and standard deviation inside SQLite, which has neither: functions that each connection is given by `session.ts`. */
import type { AggregateFunction, DriverValue, FunctionDefinition } from "../../io/driver.ts";

/** What Welford's method keeps: the squares are summed around the mean, so that no digits cancel out. */
interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

const none: Spread = Object.freeze({ count: 0, mean: 0, squares: 0 });

function numberOf(value: DriverValue): number | undefined {
  if (value === null || value instanceof Uint8Array) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function add(state: Spread, value: DriverValue): Spread {
  const number = numberOf(value);
  if (number === undefined) return state;
  const count = state.count + 1;
  const distance = number - state.mean;
  const mean = state.mean + distance / count;
  return { count, mean, squares: state.squares + distance * (number - mean) };
}

function remove(state: Spread, value: DriverValue): Spread {
  const number = numberOf(value);
  if (number === undefined) return state;
  const count = state.count - 1;
  if (count === 0) return none;
  const distance = number - state.mean;
  const mean = state.mean - distance / count;
  return { count, mean, squares: state.squares - distance * (number - mean) };
}

/** An aggregate over `count - missing`, which must not be 0. */
function spread(name: string, missing: 0 | 1, finish: (variance: number) => number): AggregateFunction<Spread> {
  return {
    name,
    parameters: 1,
    start: () => none,
    step: add,
    inverse: remove,
    result: ({ count, squares }) => (count <= missing ? null : finish(Math.max(0, squares) / (count - missing))),
  };
}

const itself = (variance: number): number => variance;

/** The functions, for `DriverConnection.createFunction`. */
export const spreadFunctions: readonly FunctionDefinition[] = Object.freeze([
  spread("var_samp", 1, itself),
  spread("var_pop", 0, itself),
  spread("stddev_samp", 1, Math.sqrt),
  spread("stddev_pop", 0, Math.sqrt),
]);
