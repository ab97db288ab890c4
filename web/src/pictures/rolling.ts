// Paths that lie on a relief, and balls that roll along them.

import type { Box, Vector } from "./camera.ts";
import type { Points } from "./exits.ts";
import { between, laid, type Mesh, winding } from "./geometry.ts";
import { sidesOf } from "./heights.ts";
import type { Point } from "./types.ts";

export const BALL = 0.04; // a ball's radius, and a path's, in sides of the relief's box
export const THREAD = 0.014;
export const STAR = 0.03; // of what stands on the ground
const FINE = 160; // pieces of a domain's side, in which a long step is laid over the relief
const PIECES = 4000; // of a path, about as many as there are at the most
const CLOSE = 8e-4; // of the box's sides, below which two places of a path are one

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

// The heights at which a ball rests, at each point of a mesh: those between are as good as its own.
export const lifted = (mesh: Mesh, box: Box, radius: number): Mesh => {
  const { columns, rows, domain } = mesh;
  const [across, down] = sidesOf(domain);
  const values = new Float64Array(columns * rows);
  for (let j = 0, k = 0; j < rows; j++) {
    const y = domain[1][0] + (j / (rows - 1)) * down;
    for (let i = 0; i < columns; i++, k++) {
      values[k] = resting(mesh, box, domain[0][0] + (i / (columns - 1)) * across, y, radius);
    }
  }
  return { ...mesh, values };
};

// A point of the map as a place in the box; its height is NaN where there is none.
export const placed = (over: Mesh, box: Box, x: number, y: number): Vector => {
  const [[x0, x1], [y0, y1]] = over.domain;
  const inside = x >= x0 && x <= x1 && y >= y0 && y <= y1;
  const [u, v] = [(x - x0) / (x1 - x0) - 0.5, (y - y0) / (y1 - y0) - 0.5];
  return [u * box.x, v * box.y, inside ? between(over, x, y) * box.z : Number.NaN];
};

// A path over the relief: its places in the box, three numbers each, NaN where there is a gap; where each is along the
// path; and how a ball has turned by then.
export interface Draped {
  places: Float64Array;
  at: Float64Array;
  turns: Float64Array;
}

// over: the mesh, lifted by a path's own radius.
export const draped = (points: Points, over: Mesh, box: Box): Draped => {
  const fine = Math.max(1 / FINE, (Math.SQRT2 * winding(points, over.domain)) / PIECES);
  const { x, y, at } = laid(points, over.domain, fine);
  const found: { places: number[]; at: number[]; turns: number[] } = { places: [], at: [], turns: [] };
  let turn: Turn = [0, 0, 0, 1];
  let last: Vector | null = null;
  for (let k = 0; k < x.length; k++) {
    const place: Vector = Number.isNaN(x[k]) ? [Number.NaN, Number.NaN, Number.NaN] : placed(over, box, x[k], y[k]);
    const gap = Number.isNaN(place[2]);
    if (!gap && last) {
      const way = Math.hypot(place[0] - last[0], place[1] - last[1], place[2] - last[2]);
      const ends = k + 1 === x.length || Number.isNaN(x[k + 1]);
      if (way < CLOSE && !ends) continue;
      turn = rolled(turn, last, place);
    }
    last = gap ? null : place;
    found.places.push(...(gap ? [Number.NaN, Number.NaN, Number.NaN] : place));
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

// The head of an arrow that lies on the relief, from barb to tip to barb, where a path leaves.
export const arrowhead = (point: Point, way: Point, over: Mesh, box: Box): Vector[] => {
  const sides = sidesOf(over.domain);
  const scale = [box.x / sides[0], box.y / sides[1]];
  const most = Math.max(Math.abs(way[0]), Math.abs(way[1])) || 1;
  const turn = Math.atan2((way[1] / most) * scale[1], (way[0] / most) * scale[0]);
  const tip = placed(over, box, ...point);
  if (Number.isNaN(tip[2])) return [];
  const barb = (bend: number): Vector => {
    const back = [Math.cos(turn + bend), Math.sin(turn + bend)].map((one, k) => point[k] + (0.05 * one) / scale[k]);
    const [x, y] = back.map((one, k) => Math.min(Math.max(one, over.domain[k][0]), over.domain[k][1]));
    const place = placed(over, box, x, y);
    return Number.isNaN(place[2]) ? [place[0], place[1], tip[2]] : place;
  };
  return [barb(2.6), tip, barb(-2.6)];
};
