// The part of a picture in the plane that shows a domain, in CSS pixels.

import { sidesOf } from "./heights.ts";
import type { Domain, Point } from "./types.ts";

export interface Room {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const CLOSEST = 1e-5; // of the home's sides, that a view has at the least
const FARTHEST = 4; // of the home's sides, as far as a terrain goes on beyond them
const DIGITS = 1e-9; // of the numbers at the axes, that a view's sides have at the least

export class Frame {
  constructor(
    readonly view: Domain,
    readonly left: number,
    readonly top: number,
    readonly width: number,
    readonly height: number,
  ) {}

  // In a place of some size, as large as its room allows, with the view's own proportions where they are to be kept.
  static inside(width: number, height: number, room: Room, view: Domain, toScale: boolean): Frame {
    const free = [Math.max(width - room.left - room.right, 1), Math.max(height - room.top - room.bottom, 1)];
    const sides = sidesOf(view);
    const scale = Math.min(free[0] / sides[0], free[1] / sides[1]);
    const [w, h] = toScale ? sides.map((side) => side * scale) : free;
    // On whole pixels, so that what is drawn once stays sharp.
    const [left, top] = [room.left + (free[0] - w) / 2, room.top + (free[1] - h) / 2].map(Math.round);
    return new Frame(view, left, top, Math.round(w), Math.round(h));
  }

  toPixel(x: number, y: number): Point {
    const [[x0, x1], [y0, y1]] = this.view;
    const [u, v] = [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
    return [this.left + u * this.width, this.top + (1 - v) * this.height];
  }

  // The same into numbers that are there, as for thousands of points.
  onto(out: Float64Array, x: number, y: number): void {
    const [[x0, x1], [y0, y1]] = this.view;
    out[0] = this.left + ((x - x0) / (x1 - x0)) * this.width;
    out[1] = this.top + (1 - (y - y0) / (y1 - y0)) * this.height;
  }

  toPoint([px, py]: Point): Point {
    const [[x0, x1], [y0, y1]] = this.view;
    const [u, v] = [(px - this.left) / this.width, 1 - (py - this.top) / this.height];
    return [x0 + u * (x1 - x0), y0 + v * (y1 - y0)];
  }

  // Whether a pixel is in it.
  holds([px, py]: Point): boolean {
    const [right, bottom] = [this.left + this.width, this.top + this.height];
    return px >= this.left && px <= right && py >= this.top && py <= bottom;
  }
}

// A view that is so many times as close, around a point that stays where it is, and moved by a part of its sides; no
// closer than digits allow, and no farther than there is something to be seen.
export const moved = (view: Domain, home: Domain, bounded: boolean, around: Point, zoom: number, by: Point): Domain => {
  const homes = sidesOf(home);
  const most = bounded ? 1 : FARTHEST;
  const far = Math.max(...home.flat().map(Math.abs));
  const least = Math.max(CLOSEST, (DIGITS * far) / Math.min(...homes));
  const now = sidesOf(view)[0] / homes[0];
  const next = Math.min(Math.max(now / zoom, least), most);
  const sides = homes.map((side) => next * side);
  const along = (k: 0 | 1): Point => {
    const share = (around[k] - view[k][0]) / (view[k][1] - view[k][0]);
    const low = around[k] - share * sides[k] - by[k] * sides[k];
    const middle = (home[k][0] + home[k][1]) / 2;
    const reach = (most * homes[k]) / 2;
    const kept = Math.min(Math.max(low, middle - reach), middle + reach - sides[k]);
    return [kept, kept + sides[k]];
  };
  // What differs from the home by rounding alone is the home.
  const found: Domain = [along(0), along(1)];
  const same = found.every((side, k) => side.every((end, n) => Math.abs(end - home[k][n]) < 1e-12 * homes[k]));
  return same ? home : found;
};
