// Where a path leaves what is shown, with the rule of figures and films: Python's `figures.exits`, which the tests hold
// it against.

import type { Domain, Point, Track } from "./types.ts";

const FAR = 1e150; // beyond which lengths of steps overflow

// Points of a plane, as columns.
export interface Points {
  x: Float64Array;
  y: Float64Array;
}

// After which row a path leaves a view, at which point of the border, and which way.
export interface WayOut {
  row: number;
  point: Point;
  way: Point;
}

export const near = (one: number): number => Math.min(Math.max(one, -FAR), FAR);

export const inside = (x: number, y: number, [[x0, x1], [y0, y1]]: Domain): boolean =>
  x >= x0 && x <= x1 && y >= y0 && y <= y1;

// Where points leave a view for the first time, or for good; null if they do not.
export const wayOut = ({ x, y }: Points, view: Domain, first: boolean): WayOut | null => {
  let [row, last] = [-1, -1];
  for (let k = 0; k < x.length; k++) {
    if (!inside(x[k], y[k], view)) continue;
    last = k;
    if (first && row >= 0) continue;
    const leaves = k + 1 < x.length && !inside(x[k + 1], y[k + 1], view);
    if (leaves && !Number.isNaN(x[k + 1]) && !Number.isNaN(y[k + 1])) row = k;
  }
  if (row < 0 || (first ? !inside(x[0], y[0], view) : row !== last)) return null;
  const way: Point = [near(x[row + 1]) - x[row], near(y[row + 1]) - y[row]];
  const shareOf = (k: 0 | 1, here: number): number =>
    way[k] === 0 ? Number.POSITIVE_INFINITY : ((way[k] > 0 ? view[k][1] : view[k][0]) - here) / way[k];
  const share = Math.min(shareOf(0, x[row]), shareOf(1, y[row]));
  return { row, point: [x[row] + share * way[0], y[row] + share * way[1]], way };
};

// The points of a walk as they are drawn on a map, and where it leaves that for good. A walk that diverged ends at its
// first way out, or at its last finite point; any other is drawn whole.
export const shownPath = ({ x, y, diverged }: Track, view: Domain): { points: Points; out: WayOut | null } => {
  const points = { x, y };
  if (diverged < 0) return { points, out: wayOut(points, view, false) };
  const out = wayOut(points, view, true);
  if (!out) return { points, out };
  const cut = (column: Float64Array, end: number): Float64Array =>
    Float64Array.from({ length: out.row + 2 }, (_, k) => (k <= out.row ? column[k] : end));
  return { points: { x: cut(x, out.point[0]), y: cut(y, out.point[1]) }, out };
};
