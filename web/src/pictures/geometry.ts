// Where paths lie over a domain.

import { inside, near, type Points } from "./exits.ts";
import { sidesOf } from "./heights.ts";
import type { Domain, Grid, Point } from "./types.ts";

const LONG = 0.02; // of the map's longer side, the shortest step that is shown as one

// Heights over a domain, as shares of the way from the lowest to the highest.
export interface Mesh extends Grid {
  domain: Domain;
}

// The height between a mesh's points, as it is drawn; next to where nothing is known, from the points that are.
export const between = ({ columns, rows, values, domain }: Mesh, x: number, y: number): number => {
  const [[x0, x1], [y0, y1]] = domain;
  const along = ((x - x0) / (x1 - x0)) * (columns - 1);
  const up = ((y - y0) / (y1 - y0)) * (rows - 1);
  const i = Math.min(Math.max(Math.floor(along), 0), columns - 2);
  const j = Math.min(Math.max(Math.floor(up), 0), rows - 2);
  const [u, v] = [along - i, up - j];
  const k = j * columns + i;
  const [a, b, c, d] = [values[k], values[k + 1], values[k + columns], values[k + columns + 1]];
  const height = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d);
  return Number.isNaN(height) ? ofKnown([a, b, c, d], u, v) : height;
};

const ofKnown = (corners: readonly number[], u: number, v: number): number => {
  const shares = [(1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u];
  let [sum, known] = [0, 0];
  corners.forEach((height, k) => {
    if (Number.isNaN(height)) return;
    sum += shares[k] * height;
    known += shares[k];
  });
  return known > 0 ? sum / known : Number.NaN;
};

// The part of the way from p to q, as shares of it, that lies in the domain; null if there is none.
export const within = (p: Point, q: Point, domain: Domain): [number, number] | null => {
  let [from, to] = [0, 1];
  for (const k of [0, 1]) {
    const way = q[k] - p[k];
    const [low, high] = domain[k];
    if (way === 0) {
      if (p[k] < low || p[k] > high) return null;
      continue;
    }
    const [one, other] = [(low - p[k]) / way, (high - p[k]) / way];
    from = Math.max(from, Math.min(one, other));
    to = Math.min(to, Math.max(one, other));
  }
  return from <= to ? [from, to] : null;
};

// The parts of a path that lie in a domain: points, NaN where there is a gap, and at which row each is, or how far it is
// from one row to the next.
export interface Laid extends Points {
  at: Float64Array;
}

// In pieces between two rows that are no longer than `fine` of the domain's sides.
export const laid = ({ x, y }: Points, domain: Domain, fine = Number.POSITIVE_INFINITY): Laid => {
  const parts: { x: number[]; y: number[]; at: number[] } = { x: [], y: [], at: [] };
  const push = (px: number, py: number, at: number): void => {
    parts.x.push(px);
    parts.y.push(py);
    parts.at.push(at);
  };
  const [across, down] = sidesOf(domain);
  for (let row = 0; row < x.length; row++) {
    // Steps from or to what is extremely far would overflow.
    const [px, py] = [near(x[Math.max(row - 1, 0)]), near(y[Math.max(row - 1, 0)])];
    const [qx, qy] = [near(x[row]), near(y[row])];
    const part = within([px, py], [qx, qy], domain);
    if (!part) continue;
    const [from, to] = part;
    const on = (share: number): void => {
      if (share === 1) push(qx, qy, row);
      else push(px + share * (qx - px), py + share * (qy - py), row - 1 + share);
    };
    const length = Math.max(Math.abs(qx - px) / across, Math.abs(qy - py) / down);
    const pieces = fine < 1 ? Math.max(1, Math.ceil((length * (to - from)) / fine)) : 1;
    if (row > 0 && from > 0) {
      push(Number.NaN, Number.NaN, row - 1 + from);
      on(from);
    }
    for (let k = 1; k < pieces; k++) on(from + (k / pieces) * (to - from));
    on(to);
    if (to < 1) push(Number.NaN, Number.NaN, row - 1 + to);
  }
  const [lx, ly, at] = [parts.x, parts.y, parts.at].map((one) => Float64Array.from(one));
  return { x: lx, y: ly, at };
};

// How many of a path's points, of which `at` says the rows, come up to a place along it.
export const upTo = (at: Float64Array, place: number): number => {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] <= place) low = middle + 1;
    else high = middle;
  }
  return low;
};

// A point along a path, between two of its rows.
export const pointAt = ({ x, y }: Points, place: number): Point => {
  const row = Math.min(Math.floor(place), x.length - 1);
  const next = Math.min(row + 1, x.length - 1);
  const share = place - row;
  const along = (column: Float64Array): number =>
    share > 0 ? near(column[row]) + share * (near(column[next]) - near(column[row])) : column[row];
  return [along(x), along(y)];
};

// Whether each row of a path is apart enough from those before and after it to be seen as a step of its own.
export const separate = ({ x, y }: Points, domain: Domain): Uint8Array => {
  const side = Math.max(...sidesOf(domain));
  const far = (row: number): boolean =>
    row < 0 || row + 1 >= x.length || Math.hypot(x[row + 1] - x[row], y[row + 1] - y[row]) / side > LONG;
  return Uint8Array.from(x, (_, row) => Number(inside(x[row], y[row], domain) && far(row - 1) && far(row)));
};

// The length of a path inside a view, whose diagonal counts as 1.
export const winding = ({ x, y }: Points, domain: Domain): number => {
  const [across, down] = sidesOf(domain);
  const share = (one: number, low: number, side: number): number => Math.min(Math.max((one - low) / side, 0), 1);
  let length = 0;
  for (let k = 1; k < x.length; k++) {
    const u = share(x[k], domain[0][0], across) - share(x[k - 1], domain[0][0], across);
    const v = share(y[k], domain[1][0], down) - share(y[k - 1], domain[1][0], down);
    length += Math.hypot(u, v) || 0;
  }
  return length / Math.SQRT2;
};
