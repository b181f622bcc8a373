/** Which of those that went fits best to which of those that came. */

/** A pair, by the indexes of both lists. */
export interface Match {
  readonly left: number;
  readonly right: number;
  readonly score: number;
}

/**
 * The pairs with the greatest sum of scores (Hungarian method), each element in one pair at most; without those below
 * `threshold`.
 */
export function bestMatching(
  lefts: number,
  rights: number,
  score: (left: number, right: number) => number,
  threshold: number,
): Match[] {
  if (lefts === 0 || rights === 0) return [];
  const size = Math.max(lefts, rights);
  const scores = Array.from({ length: size }, (_, left) =>
    Array.from({ length: size }, (_, right) => {
      const value = left < lefts && right < rights ? score(left, right) : 0;
      return value < threshold ? 0 : value;
    }),
  );
  const partner = assignment(scores);
  return partner.flatMap((right, left): Match[] => {
    const value = scores[left]?.[right] ?? 0;
    return value < threshold || value === 0 ? [] : [{ left, right, score: value }];
  });
}

/** For each row of a square matrix its column, so that the sum is greatest. */
function assignment(scores: readonly (readonly number[])[]): number[] {
  const size = scores.length;
  const cost = (row: number, column: number): number => -(scores[row - 1]?.[column - 1] ?? 0);
  // One-based, with 0 as "none": potentials of rows and columns, and the row of each column.
  const rowPotential = new Float64Array(size + 1);
  const columnPotential = new Float64Array(size + 1);
  const rowOf = new Int32Array(size + 1);
  for (let row = 1; row <= size; row += 1) {
    augment(row, size, cost, rowPotential, columnPotential, rowOf);
  }
  const columns = new Array<number>(size).fill(-1);
  for (let column = 1; column <= size; column += 1) columns[at(rowOf, column) - 1] = column - 1;
  return columns;
}

/** Give `row` a column, moving others along the cheapest path. */
function augment(
  row: number,
  size: number,
  cost: (row: number, column: number) => number,
  rowPotential: Float64Array,
  columnPotential: Float64Array,
  rowOf: Int32Array,
): void {
  const least = new Float64Array(size + 1).fill(Infinity);
  const previous = new Int32Array(size + 1);
  const isUsed = new Uint8Array(size + 1);
  rowOf[0] = row;
  let column = 0;
  do {
    isUsed[column] = 1;
    const current = at(rowOf, column);
    let delta = Infinity;
    let next = 0;
    for (let other = 1; other <= size; other += 1) {
      if (at(isUsed, other) === 1) continue;
      const reduced = cost(current, other) - at(rowPotential, current) - at(columnPotential, other);
      if (reduced < at(least, other)) {
        least[other] = reduced;
        previous[other] = column;
      }
      if (at(least, other) < delta) {
        delta = at(least, other);
        next = other;
      }
    }
    for (let other = 0; other <= size; other += 1) {
      if (at(isUsed, other) === 1) {
        const owner = at(rowOf, other);
        rowPotential[owner] = at(rowPotential, owner) + delta;
        columnPotential[other] = at(columnPotential, other) - delta;
      } else {
        least[other] = at(least, other) - delta;
      }
    }
    column = next;
  } while (at(rowOf, column) !== 0);
  while (column !== 0) {
    const before = at(previous, column);
    rowOf[column] = at(rowOf, before);
    column = before;
  }
}

function at(list: Float64Array | Int32Array | Uint8Array, index: number): number {
  return list[index] ?? 0;
}
