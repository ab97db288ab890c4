// A ball of an optimizer's colour, with its mark on six sides, so that one sees how it rolls.

import type { Vector } from "./camera.ts";
import type { Rgb } from "./colours.ts";

const MASK = 48; // pixels of a mark's side
const REACH = 0.66; // of a side, that a mark covers
const EDGE = 1.5; // pixels of casing around the ball
const FAINT = 0.25; // of what is behind a hill

type Rows = readonly [Vector, Vector, Vector];

// How much of each pixel a mark covers, from an outline that is 11 wide.
export const maskOf = (outline: string): Float32Array => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = MASK;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return new Float32Array(MASK * MASK);
  context.translate(MASK / 2, MASK / 2);
  context.scale(MASK / 13, MASK / 13);
  context.fill(new Path2D(outline));
  const { data } = context.getImageData(0, 0, MASK, MASK);
  return Float32Array.from({ length: MASK * MASK }, (_, k) => data[4 * k + 3] / 255);
};

// x, y: the middle; turn: rows that lead from the picture's directions (right, up, towards the viewer) to the ball's own.
export interface Ball {
  x: number;
  y: number;
  radius: number;
  turn: Rows;
  face: Rgb;
  badge: Rgb;
  edge: Rgb;
  mask: Float32Array;
}

// Paints a ball into pixels (side × side). sun: as the viewer has it. hidden: whether something is before the ball's
// place at a pixel, which is so much nearer than its middle.
export const paintBall = (
  data: Uint8ClampedArray,
  side: number,
  { x, y, radius, turn, face, badge, edge, mask }: Ball,
  casing: number,
  sun: Vector,
  hidden: (x: number, y: number, nearer: number) => boolean,
): void => {
  const outer = radius + casing * EDGE;
  for (let j = 0, at = 0; j < side; j++) {
    for (let i = 0; i < side; i++, at += 4) {
      const [u, v] = [(i + 0.5 - x) / radius, (y - j - 0.5) / radius];
      const far = Math.hypot(u, v) * radius;
      data[at + 3] = 0;
      if (far > outer + 0.5) continue;
      const cover = Math.min(outer + 0.5 - far, 1);
      const within = Math.min(Math.max(radius + 0.5 - far, 0), 1);
      const w = Math.sqrt(Math.max(1 - u * u - v * v, 0));
      const marked = within > 0 ? badgeAt(turn, u, v, w, mask) : 0;
      const light = 0.74 + 0.34 * Math.max(u * sun[0] + v * sun[1] + w * sun[2], 0);
      // The sun's own reflection: half-way between it and the viewer.
      const shine =
        Math.max((u * sun[0] + v * sun[1] + w * (sun[2] + 1)) / Math.hypot(sun[0], sun[1], sun[2] + 1), 0) ** 40;
      for (let part = 0; part < 3; part++) {
        const own = (face[part] + marked * (badge[part] - face[part])) * light + 60 * shine;
        data[at + part] = edge[part] + within * (own - edge[part]);
      }
      data[at + 3] = 255 * cover * (hidden(i, j, w) ? FAINT : 1);
    }
  }
};

// How much of a mark lies where the ball faces some way: each side of a cube around it has one.
const badgeAt = (turn: Rows, u: number, v: number, w: number, mask: Float32Array): number => {
  const a = turn[0][0] * u + turn[0][1] * v + turn[0][2] * w;
  const b = turn[1][0] * u + turn[1][1] * v + turn[1][2] * w;
  const c = turn[2][0] * u + turn[2][1] * v + turn[2][2] * w;
  const [p, q, r] = [Math.abs(a), Math.abs(b), Math.abs(c)];
  if (p >= q && p >= r) return sampled(mask, b / a, c / p);
  if (q >= r) return sampled(mask, -a / b, c / q);
  return sampled(mask, b / r, c > 0 ? -a / r : a / r);
};

// x to the right and y upwards, from −1 to 1 across a side.
const sampled = (mask: Float32Array, x: number, y: number): number => {
  const across = ((x / REACH + 1) / 2) * MASK - 0.5;
  const down = ((1 - y / REACH) / 2) * MASK - 0.5;
  const [i, j] = [Math.floor(across), Math.floor(down)];
  if (i < 0 || j < 0 || i + 1 >= MASK || j + 1 >= MASK) return 0;
  const [s, t] = [across - i, down - j];
  const k = j * MASK + i;
  return (1 - t) * ((1 - s) * mask[k] + s * mask[k + 1]) + t * ((1 - s) * mask[k + MASK] + s * mask[k + MASK + 1]);
};
