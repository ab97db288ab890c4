// Lines of equal height by marching squares. Where a corner of a cell is unknown the triangle of the other three is
// still gone through; of a saddle the middle's height, as the mean of its corners, says which corners belong together.

import type { Grid } from "./types.ts";

// Lines in columns and rows of the grid: x, y, x, y …; a closed one ends where it begins.
export const isolines = (grid: Grid, level: number): Float64Array[] => joined(grid, crossings(grid, level), level);

// Edges of the grid have numbers: 3 k is from point k to the right, 3 k + 1 upwards, 3 k + 2 across the cell, which lies
// to the right of the point and above it. Each crossing is two of them, from and to.
const crossings = ({ columns, rows, values }: Grid, level: number): number[] => {
  const found: number[] = [];
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const k = j * columns + i;
      const a = values[k];
      const b = values[k + 1];
      const c = values[k + columns + 1];
      const d = values[k + columns];
      const above = Number(a > level) + 2 * Number(b > level) + 4 * Number(c > level) + 8 * Number(d > level);
      const sum = a + b + c + d;
      // Most cells are crossed by no line.
      if (above === 15 || (above === 0 && !Number.isNaN(sum))) continue;
      const [bottom, right, top, left, across] = [3 * k, 3 * (k + 1) + 1, 3 * (k + columns), 3 * k + 1, 3 * k + 2];
      if (!Number.isNaN(sum)) {
        if (above === 5 || above === 10) {
          const low = sum / 4 > level ? 15 - above : above;
          for (const side of SADDLE[low]) found.push([bottom, right, top, left][side]);
        } else for (const side of SQUARE[above]) found.push([bottom, right, top, left][side]);
        continue;
      }
      // Corners of the triangle, and the edges from each of them to the next.
      const triangle = Number.isNaN(a)
        ? [b, c, d, right, top, across]
        : Number.isNaN(b)
          ? [c, d, a, top, left, across]
          : Number.isNaN(c)
            ? [d, a, b, left, bottom, across]
            : [a, b, c, bottom, right, across];
      const [p, q, r] = triangle;
      if (Number.isNaN(p + q + r)) continue;
      const edges = [p > level !== q > level, q > level !== r > level, r > level !== p > level];
      edges.forEach((crossed, side) => {
        if (crossed) found.push(triangle[3 + side]);
      });
    }
  }
  return found;
};

// Sides that are crossed, by which corners are above: bottom 0, right 1, top 2, left 3.
const SQUARE: readonly (readonly number[])[] = [
  ...[[], [0, 3], [0, 1], [1, 3], [1, 2], [], [0, 2], [2, 3]],
  ...[[2, 3], [0, 2], [], [1, 2], [1, 3], [0, 1], [0, 3], []],
];
// Each high corner alone, or each low one.
const SADDLE: Readonly<Record<number, readonly number[]>> = { 5: [0, 3, 1, 2], 10: [0, 1, 2, 3] };

const joined = (grid: Grid, pairs: readonly number[], level: number): Float64Array[] => {
  // The crossings at each edge, one or two.
  const at = new Map<number, number[]>();
  pairs.forEach((edge, k) => {
    const known = at.get(edge);
    if (known) known.push(k);
    else at.set(edge, [k]);
  });
  const used = new Uint8Array(pairs.length / 2);
  // From one end of a crossing to the other, and on along the next one.
  const follow = (from: number): number[] => {
    const edges = [pairs[from]];
    for (let k = from; ; ) {
      used[k >> 1] = 1;
      const other = pairs[k ^ 1];
      edges.push(other);
      const next = at.get(other)?.find((one) => !used[one >> 1]);
      if (next === undefined) return edges;
      k = next;
    }
  };
  const lines: number[][] = [];
  // Those that end at the border or at a gap first: the rest are closed.
  for (let k = 0; k < pairs.length; k++) {
    if (!used[k >> 1] && at.get(pairs[k])?.length === 1) lines.push(follow(k));
  }
  for (let k = 0; k < pairs.length; k += 2) if (!used[k >> 1]) lines.push(follow(k));
  return lines.map((edges) => placed(grid, edges, level));
};

const placed = ({ columns, values }: Grid, edges: readonly number[], level: number): Float64Array => {
  const line = new Float64Array(2 * edges.length);
  edges.forEach((edge, n) => {
    let k = Math.floor(edge / 3);
    let other = k + (edge % 3 === 0 ? 1 : columns);
    if (edge % 3 === 2) {
      // The diagonal of the three known corners.
      const whole = !Number.isNaN(values[k]) && !Number.isNaN(values[k + columns + 1]);
      [k, other] = whole ? [k, k + columns + 1] : [k + 1, k + columns];
    }
    const share = (level - values[k]) / (values[other] - values[k]);
    const [i, j] = [k % columns, Math.floor(k / columns)];
    line[2 * n] = i + share * ((other % columns) - i);
    line[2 * n + 1] = j + share * (Math.floor(other / columns) - j);
  });
  return line;
};
