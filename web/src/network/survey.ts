// A loss surface, computed from coarse to fine: after a few points there is a whole picture of it.

import type { Domain } from "../terrain.ts";
import { type Architecture, type Examples, Passes } from "./passes.ts";
import { at, type Plane } from "./planes.ts";

const ROOM = 256; // examples at a time

export class Survey {
  // Row by row from the lower left corner; points that are not computed yet have the loss of one nearby.
  readonly losses: Float32Array;
  computed = 0;
  private readonly passes: Passes;
  private readonly params: Float32Array;
  // How many points there are before there is a whole picture.
  readonly coarse: number;
  private readonly order: { i: number; j: number; stride: number }[];

  constructor(
    net: Architecture,
    readonly plane: Plane,
    readonly examples: Examples,
    readonly domain: Domain,
    readonly side: number,
  ) {
    this.passes = new Passes(net, Math.min(ROOM, examples.count));
    this.params = new Float32Array(plane.origin.length);
    this.losses = new Float32Array(side * side).fill(Number.NaN);
    this.order = coarseToFine(side);
    this.coarse = this.order.filter(({ stride }) => stride === this.order[0].stride).length;
  }

  lossAt(params: Float32Array): number {
    return this.passes.evaluate(params, this.examples)[0];
  }

  // The loss at coordinates of the plane.
  lossIn(x: number, y: number): number {
    at(this.plane, x, y, this.params);
    return this.lossAt(this.params);
  }

  get done(): boolean {
    return this.computed >= this.order.length;
  }

  // Computes the next point.
  next(): void {
    const { side, order, domain, losses } = this;
    const { i, j, stride } = order[this.computed++];
    const along = ([low, high]: readonly [number, number], k: number): number => low + (k / (side - 1)) * (high - low);
    const loss = this.lossIn(along(domain[0], i), along(domain[1], j));
    // It stands for what is nearer to it than to the others so far, and the last for what is beyond.
    const half = stride >> 1;
    const [rows, columns] = [j, i].map((k) => [Math.max(k - half, 0), k + stride >= side ? side : k - half + stride]);
    for (let row = rows[0]; row < rows[1]; row++) losses.fill(loss, row * side + columns[0], row * side + columns[1]);
  }
}

// All points of a grid, first those that are far apart.
export const coarseToFine = (side: number): { i: number; j: number; stride: number }[] => {
  const found: { i: number; j: number; stride: number }[] = [];
  const first = 2 ** Math.max(Math.ceil(Math.log2(side)) - 2, 0);
  for (let stride = first; stride >= 1; stride /= 2) {
    for (let j = 0; j < side; j += stride) {
      for (let i = 0; i < side; i += stride) {
        if (stride < first && i % (2 * stride) === 0 && j % (2 * stride) === 0) continue;
        found.push({ i, j, stride });
      }
    }
  }
  return found;
};
