// The filled bands of a map: each has one colour, and their borders are smooth.

import { colourAt, packed, rgb } from "./colours.ts";
import type { Colours, Grid } from "./types.ts";

// The colour of each band between levels, which are shares of the way from the lowest to the highest.
export const bandColours = (levels: readonly number[], colours: Pick<Colours, "terrain">): string[] => {
  if (!levels.length) return [colourAt(colours, 0)];
  const edges = [0, ...levels, 1];
  return edges.slice(1).map((edge, k) => colourAt(colours, (edge + edges[k]) / 2));
};

// Fills pixels (width × height, from the upper left one on) with a grid of shares, whose corners are in theirs. Where
// there is no share they stay clear.
export const fillBands = (
  pixels: Uint32Array,
  width: number,
  height: number,
  { columns, rows, values }: Grid,
  levels: readonly number[],
  fills: readonly string[],
): void => {
  const inks = fills.map(rgb);
  const whole = inks.map((ink) => packed(...ink));
  const edges = [Number.NEGATIVE_INFINITY, ...levels, Number.POSITIVE_INFINITY];
  // Heights, and how they grow upwards, along one line of pixels at the grid's columns.
  const line = new Float64Array(columns);
  const rise = new Float64Array(columns);
  const [across, up] = [(columns - 1) / width, (rows - 1) / height];
  let band = 0;
  for (let py = 0; py < height; py++) {
    const y = (height - 0.5 - py) * up;
    const j = Math.min(Math.floor(y), rows - 2);
    const v = y - j;
    for (let i = 0, k = j * columns; i < columns; i++, k++) {
      rise[i] = values[k + columns] - values[k];
      line[i] = values[k] + v * rise[i];
    }
    for (let px = 0, at = py * width; px < width; px++, at++) {
      const x = (px + 0.5) * across;
      const i = Math.min(Math.floor(x), columns - 2);
      const u = x - i;
      const run = line[i + 1] - line[i];
      let z = line[i] + u * run;
      if (Number.isNaN(z)) {
        z = beside(values, columns, j * columns + i, u, v);
        if (Number.isNaN(z)) continue;
      }
      while (z >= edges[band + 1]) band++;
      while (z < edges[band]) band--;
      // How far the nearest border of the band is, in pixels.
      const dx = run * across;
      const dy = (rise[i] + u * (rise[i + 1] - rise[i])) * up;
      const slope = Math.sqrt(dx * dx + dy * dy);
      const below = z - edges[band];
      const above = edges[band + 1] - z;
      const near = Math.min(below, above);
      if (near >= 0.5 * slope || !(slope > 0)) {
        pixels[at] = whole[band];
        continue;
      }
      const share = 0.5 - near / slope;
      const own = inks[band];
      const other = inks[below < above ? band - 1 : band + 1];
      pixels[at] = packed(
        own[0] + share * (other[0] - own[0]),
        own[1] + share * (other[1] - own[1]),
        own[2] + share * (other[2] - own[2]),
      );
    }
  }
};

// The height in a cell of which a corner is unknown: over the triangle of the other three.
const beside = (values: Float64Array, columns: number, k: number, u: number, v: number): number => {
  const [a, b, c, d] = [values[k], values[k + 1], values[k + columns + 1], values[k + columns]];
  if (Number.isNaN(a)) return u + v >= 1 ? b + d - c + u * (c - d) + v * (c - b) : Number.NaN;
  if (Number.isNaN(c)) return u + v <= 1 ? a + u * (b - a) + v * (d - a) : Number.NaN;
  if (Number.isNaN(b)) return v >= u ? a + u * (c - d) + v * (d - a) : Number.NaN;
  return u >= v ? a + u * (b - a) + v * (c - b) : Number.NaN;
};
