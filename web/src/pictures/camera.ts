// From where a relief is looked at. Its box stands around the vertical axis: x and y from the middle, heights from 0.

import { inside } from "./exits.ts";
import { between, type Mesh } from "./geometry.ts";
import { isToScale, sidesOf } from "./heights.ts";
import type { Domain, Ground, Point } from "./types.ts";

export type Vector = readonly [number, number, number];

export interface Box {
  x: number;
  y: number;
  z: number;
}

// turn: where the viewer stands around the box, and lift: how high, in radians. zoom and shift are of the picture.
export interface Pose {
  turn: number;
  lift: number;
  zoom: number;
  shift: Point;
}

// Room around the box for words, in pixels.
const MARGIN = { left: 46, right: 30, top: 18, bottom: 34 };
const FAR = 1.75; // how far away the viewer is, in diagonals of the box's base
const PIVOT = 0.4; // of the box's height, around which it is turned
const LOWEST = 0.12; // radians above the ground
const HIGHEST = 1.52;
export const STEEP = 0.86; // of the usual line of sight
const TURNS = [-60, -30, -120, 30, -150, 60, 120, 150]; // degrees around it, the usual one first
const MOST = 400; // points that are looked for

// The sides of the box around a relief, to the map's scale.
export const boxOf = (ground: Pick<Ground, "toScale">, domain: Domain): Box => {
  if (!isToScale(ground, domain)) return { x: 1, y: 1, z: 0.45 };
  const sides = sidesOf(domain);
  const mean = Math.sqrt(sides[0] * sides[1]);
  return { x: sides[0] / mean, y: sides[1] / mean, z: 0.45 };
};

export const directionOf = (turn: number, lift: number): Vector => [
  Math.cos(turn) * Math.cos(lift),
  Math.sin(turn) * Math.cos(lift),
  Math.sin(lift),
];

export const kept = (pose: Pose): Pose => ({
  turn: pose.turn,
  lift: Math.min(Math.max(pose.lift, LOWEST), HIGHEST),
  zoom: Math.min(Math.max(pose.zoom, 0.6), 8),
  shift: pose.zoom <= 1 ? [0, 0] : pose.shift,
});

export class Camera {
  readonly towards: Vector;
  readonly right: Vector;
  readonly up: Vector;
  readonly far: number;
  readonly scale: number;
  readonly middle: Point; // of the room for the box
  readonly centre: Point; // where the pivot is, around which it turns
  private readonly pivot: number;

  constructor(
    readonly pose: Pose,
    readonly box: Box,
    readonly width: number,
    readonly height: number,
  ) {
    const { turn, lift } = pose;
    this.towards = directionOf(turn, lift);
    this.right = [-Math.sin(turn), Math.cos(turn), 0];
    this.up = [-Math.cos(turn) * Math.sin(lift), -Math.sin(turn) * Math.sin(lift), Math.cos(lift)];
    this.far = FAR * Math.hypot(box.x, box.y);
    this.pivot = PIVOT * box.z;
    const [across, low, high] = extent(lift, box, this.far);
    const free = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    const fit = Math.max(Math.min(free[0] / (2 * across), free[1] / (high - low)), 1);
    this.scale = fit * pose.zoom;
    this.middle = [(MARGIN.left + width - MARGIN.right) / 2, (MARGIN.top + height - MARGIN.bottom) / 2];
    this.centre = [this.middle[0] + pose.shift[0], this.middle[1] + pose.shift[1] + (this.scale * (high + low)) / 2];
  }

  // The place in the picture, in pixels, and how far away it is.
  project(x: number, y: number, z: number): Vector {
    const place = new Float64Array(3);
    this.onto(place, x, y, z);
    return [place[0], place[1], place[2]];
  }

  // The same into three numbers that are there, as for thousands of places.
  onto(place: Float64Array, x: number, y: number, z: number): void {
    const { right, up, towards, centre } = this;
    const h = z - this.pivot;
    const away = this.far - (x * towards[0] + y * towards[1] + h * towards[2]);
    const scale = this.scale / away;
    place[0] = centre[0] + scale * (x * right[0] + y * right[1]);
    place[1] = centre[1] - scale * (x * up[0] + y * up[1] + h * up[2]);
    place[2] = away;
  }

  // The same as a matrix of OpenGL, column by column.
  matrix(): Float32Array {
    const { right, up, towards, far, scale, centre, width, height, box } = this;
    const reach = Math.hypot(box.x, box.y, box.z);
    const [nearest, farthest] = [Math.max(far - reach, 0.05), far + reach];
    const [a, b] = [(2 * scale) / width, (2 * scale) / height];
    const [cx, cy] = [(2 * centre[0]) / width - 1, 1 - (2 * centre[1]) / height];
    const [k, l] = [(farthest + nearest) / (farthest - nearest), (2 * farthest * nearest) / (farthest - nearest)];
    const column = (n: 0 | 1 | 2): number[] => {
      const away = -towards[n];
      return [a * right[n] + cx * away, b * up[n] + cy * away, k * away, away];
    };
    const [x, y, z] = [column(0), column(1), column(2)];
    const away = far + this.pivot * towards[2];
    const origin = [cx * away, -this.pivot * b * up[2] + cy * away, k * away - l, away];
    return Float32Array.from([...x, ...y, ...z, ...origin]);
  }
}

// How far the box reaches from the middle of the picture to its sides, its lower and its upper edge, wherever it is turned.
const extent = (lift: number, box: Box, far: number): Vector => {
  let [across, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const radius = Math.hypot(box.x, box.y) / 2;
  for (let k = 0; k < 48; k++) {
    const [u, v] = [Math.cos((k * Math.PI) / 24), Math.sin((k * Math.PI) / 24)].map((one) => radius * one);
    for (const z of [0, box.z]) {
      const h = z - PIVOT * box.z;
      const away = far - (u * Math.cos(lift) + h * Math.sin(lift));
      const y = (-u * Math.sin(lift) + h * Math.cos(lift)) / away;
      across = Math.max(across, Math.abs(v) / away);
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  return [across, low, high];
};

// A spot over the relief: a point of the map, and a height as a share.
export type Spot = Vector;

// The turn from which the most of spots can be seen.
export const viewpoint = (spots: readonly Spot[], mesh: Mesh, box: Box): number => {
  const { domain } = mesh;
  const sides = sidesOf(domain);
  const clear = ([x, y, z]: Spot, way: Vector): boolean => {
    for (let far = 0.03; far < 0.7; far += 0.03) {
      const at = [x + (far * way[0] * sides[0]) / box.x, y + (far * way[1] * sides[1]) / box.y] as const;
      if (!inside(at[0], at[1], domain)) return true;
      if (between(mesh, at[0], at[1]) > z + (far * way[2]) / box.z) return false;
    }
    return true;
  };
  const every = Math.max(Math.ceil(spots.length / MOST), 1);
  const some = spots.filter((_, k) => k % every === 0);
  const turns = TURNS.map((degrees) => (degrees * Math.PI) / 180);
  const seen = turns.map((turn) => some.filter((spot) => clear(spot, directionOf(turn, STEEP))).length);
  // A little more to be seen is not worth an unusual side.
  const most = 0.95 * Math.max(...seen);
  return turns[seen.findIndex((one) => one >= most)];
};
