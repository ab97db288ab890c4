// What was recorded, as Python wrote it: paths, and a ground that the page does not compute itself.

import type { Ground, Look, Path } from "./pictures/types.ts";
import type { Domain, Point } from "./terrain.ts";

export interface GivenGround {
  domain: Domain;
  coordinates: [string, string];
  height: "linear" | "log";
  floor: number;
  rounding: number;
  toScale: boolean;
  columns: number;
  rows: number;
  losses: (number | null)[];
  minima: Point[];
  networks: Point[];
  start: Point;
}

export interface GivenPath {
  name: string;
  look: Look;
  steps: number[];
  x: number[];
  y: number[];
  loss: (number | null)[];
  residual: number[] | null;
  in_plane: (number | null)[] | null;
  gradient: (number | null)[][] | null;
  state: Record<string, (number | null)[][]>;
  diverged: number;
  outside: boolean;
}

export interface Given {
  title: string;
  notes: string[];
  on: string; // the notation of a terrain that the page computes, on which paths were recorded
  ground: GivenGround | null;
  paths: GivenPath[];
}

const row = (numbers: readonly (number | null)[]): Float64Array =>
  Float64Array.from(numbers, (one) => one ?? Number.NaN);

export const groundOfGiven = (given: GivenGround): Ground => ({
  ...{ home: given.domain, domain: given.domain, coordinates: given.coordinates },
  ...{ height: given.height, floor: given.floor, rounding: given.rounding },
  toScale: given.toScale,
  bounded: true,
  loss: { columns: given.columns, rows: given.rows, values: row(given.losses) },
  ...{ minima: given.minima, networks: given.networks },
});

export const pathOfGiven = (given: GivenPath): Path => ({
  name: given.name,
  look: given.look,
  apart: false,
  walk: {
    ...{ x: row(given.x), y: row(given.y), loss: row(given.loss), steps: row(given.steps) },
    ...(given.gradient ? { gradient: given.gradient.map(row) } : {}),
    state: Object.fromEntries(Object.entries(given.state).map(([name, columns]) => [name, columns.map(row)])),
    ...(given.in_plane ? { inPlane: row(given.in_plane) } : {}),
    ...(given.residual ? { residual: row(given.residual) } : {}),
    ...{ diverged: given.diverged, outside: given.outside },
  },
});
