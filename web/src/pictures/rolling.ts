// Paths that lie on a relief, and balls that roll along them.

import type { Box, Vector } from "./camera.ts";
import { inside, type Points } from "./exits.ts";
import { between, laid, type Mesh, winding } from "./geometry.ts";
import { sidesOf } from "./heights.ts";

export const BALL = 0.04; // a ball's radius, and a path's, in sides of the relief's box
export const THREAD = 0.014;
export const STAR = 0.03; // of what stands on the ground
const FINE = 160; // pieces of a domain's side, in which a long step is laid over the relief
const PIECES = 4000; // of a path, about as many as there are at the most
const CLOSE = 4e-4; // of the domain's sides, below which two places of a path are one

// Turns as quaternions: x, y, z, w.
export type Turn = readonly [number, number, number, number];

// The height at which a ball of some radius comes to rest at (x, y): in a narrow pit it touches the walls, and stays in
// sight. NaN beyond what is known.
export const resting = (mesh: Mesh, box: Box, x: number, y: number, radius: number): number => {
  const { domain } = mesh;
  const [across, down] = sidesOf(domain);
  let height = between(mesh, x, y) + radius / box.z;
  if (Number.isNaN(height)) return height;
  for (const share of [0.5, 0.85]) {
    const up = (Math.sqrt(1 - share * share) * radius) / box.z;
    for (let k = 0; k < 8; k++) {
      const u = x + share * radius * Math.cos((k * Math.PI) / 4) * (across / box.x);
      const v = y + share * radius * Math.sin((k * Math.PI) / 4) * (down / box.y);
      if (u < domain[0][0] || u > domain[0][1] || v < domain[1][0] || v > domain[1][1]) continue;
      const wall = between(mesh, u, v);
      if (!Number.isNaN(wall)) height = Math.max(height, wall + up);
    }
  }
  return height;
};

// A point of the map as a place in the box at which a ball of some radius rests; its height is NaN where there is none.
export const placed = (mesh: Mesh, box: Box, x: number, y: number, radius: number): Vector => {
  const [[x0, x1], [y0, y1]] = mesh.domain;
  const [u, v] = [(x - x0) / (x1 - x0) - 0.5, (y - y0) / (y1 - y0) - 0.5];
  const height = inside(x, y, mesh.domain) ? resting(mesh, box, x, y, radius) : Number.NaN;
  return [u * box.x, v * box.y, height * box.z];
};

// A path over the relief: its places in the box, three numbers each, NaN where there is a gap; where each is along the
// path; and how a ball has turned by then.
export interface Draped {
  places: Float64Array;
  at: Float64Array;
  turns: Float64Array;
}

export const draped = (points: Points, mesh: Mesh, box: Box): Draped => {
  const fine = Math.max(1 / FINE, (Math.SQRT2 * winding(points, mesh.domain)) / PIECES);
  const { x, y, at } = laid(points, mesh.domain, fine);
  const sides = sidesOf(mesh.domain);
  const found: { places: number[]; at: number[]; turns: number[] } = { places: [], at: [], turns: [] };
  const gap: Vector = [Number.NaN, Number.NaN, Number.NaN];
  let turn: Turn = [0, 0, 0, 1];
  let [last, before]: [Vector | null, number] = [null, 0];
  for (let k = 0; k < x.length; k++) {
    const ends = k + 1 === x.length || Number.isNaN(x[k + 1]);
    const way = Math.hypot((x[k] - x[before]) / sides[0], (y[k] - y[before]) / sides[1]);
    if (last && way < CLOSE && !ends) continue;
    const here = Number.isNaN(x[k]) ? gap : placed(mesh, box, x[k], y[k], THREAD);
    const place = Number.isNaN(here[2]) ? gap : here;
    if (place !== gap && last) turn = rolled(turn, last, place);
    [last, before] = [place === gap ? null : place, k];
    found.places.push(...place);
    found.at.push(at[k]);
    found.turns.push(...turn);
  }
  return {
    places: Float64Array.from(found.places),
    at: Float64Array.from(found.at),
    turns: Float64Array.from(found.turns),
  };
};

// How a ball has turned that rolled on from one place to another.
export const rolled = (turn: Turn, from: Vector, to: Vector): Turn => {
  const [u, v] = [to[0] - from[0], to[1] - from[1]];
  const level = Math.hypot(u, v);
  if (level === 0) return turn;
  const half = Math.hypot(u, v, to[2] - from[2]) / BALL / 2;
  // Around the level axis at the left of the way.
  const size = Math.sin(half) / level;
  return times([-v * size, u * size, 0, Math.cos(half)], turn);
};

const times = ([a, b, c, d]: Turn, [x, y, z, w]: Turn): Turn => [
  d * x + a * w + b * z - c * y,
  d * y - a * z + b * w + c * x,
  d * z + a * y - b * x + c * w,
  d * w - a * x - b * y - c * z,
];

// A turn as a matrix, row by row.
export const matrixOf = ([x, y, z, w]: Turn): readonly [Vector, Vector, Vector] => [
  [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
  [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
  [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
];
