// What the pictures are given, and what all of them answer to.

import type { Theme } from "../catalogue.ts";
import type { Look } from "../looks.ts";
import type { Domain, Point } from "../terrain.ts";

export type { Theme, Words } from "../catalogue.ts";
export type { Look } from "../looks.ts";
export type { Domain, Point } from "../terrain.ts";

// Numbers over a domain, row by row from its lower left corner; NaN where there is none.
export interface Grid {
  columns: number;
  rows: number;
  values: Float64Array;
}

// How losses become heights: themselves, or log₁₀(loss + floor); `rounding` is their own, as a share of them.
export interface Elevation {
  height: "linear" | "log";
  floor: number;
  rounding: number;
}

// The losses over a part of a terrain. `home` is the terrain's own domain, `domain` the part that `loss` is of: the same,
// but on a map that was zoomed. toScale: whether x and y have one unit, as on all but some planes; bounded: whether
// nothing is known beyond `home`. 160 × 160 points are as fine as a relief shows.
export interface Ground extends Elevation {
  home: Domain;
  domain: Domain;
  coordinates: readonly [string, string];
  toScale: boolean;
  bounded: boolean;
  loss: Grid;
  minima: readonly Point[];
  networks: readonly Point[];
}

// What was met at each row. Without `steps` the rows are the steps 0, 1, 2 …; a recorded run has some of its own, and the
// loss in the plane and the distance off it beside its own loss. diverged: the step from which on something is not
// finite, −1 if there is none; outside: whether that is so where there is no loss, and nothing ran away.
export interface Track {
  x: Float64Array;
  y: Float64Array;
  loss: Float64Array;
  steps?: Float64Array;
  gradient?: readonly Float64Array[];
  state?: Readonly<Record<string, readonly Float64Array[]>>;
  inPlane?: Float64Array;
  residual?: Float64Array;
  diverged: number;
  outside: boolean;
}

// A path of a picture: `name` with the rate that it walks at. What is apart is no longer compared, and drawn faintly.
export interface Path {
  name: string;
  look: Look;
  walk: Track;
  apart: boolean;
}

// Written #rrggbb; `terrain` runs from the valley to the peaks.
export interface Colours {
  theme: Theme;
  ground: string;
  panel: string;
  ink: string;
  muted: string;
  grid: string;
  accent: string;
  star: string;
  terrain: readonly string[];
}

// A step of a path under the mouse, and its place in the picture in CSS pixels.
export interface Hit {
  path: Path;
  row: number;
  pixel: Point;
}

// A picture in its host element. What is set is drawn with the next frame, or at once by `show`, whose step need not be
// whole. The words that pictures use: loss, step, diverged {step}, undefined {step}, no_slope, floor, network,
// no_ground, beyond, map, relief, losses.
export interface Picture {
  setPaths(paths: readonly Path[]): void;
  setColours(colours: Colours): void;
  show(step: number): void;
  resize(): void;
  destroy(): void;
  onHover: (hit: Hit | null) => void;
}
