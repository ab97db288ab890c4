// How losses become heights of a picture, with the rules of Python's `Terrain.elevation` and `figures.contours`.

import { LARGEST } from "./scales.ts";
import type { Domain, Elevation, Grid, Ground } from "./types.ts";

const LONGEST = 3; // sides' ratio of a map to scale; a longer one would be a strip

// The elevations of a grid, NaN where they cannot be drawn, and the lowest and the highest of them: the same twice where
// they differ by rounding alone.
export interface Heights {
  elevation: Grid;
  low: number;
  high: number;
}

// Why nothing can be drawn, as the words are called that say so: nothing is finite, or most is too large.
export type Undrawable = "no_ground" | "beyond";

export const elevationOf = ({ height, floor }: Elevation, loss: number): number =>
  height === "linear" ? loss : Math.log10(Math.max(loss + floor, 1e-300));

export const lossAt = ({ height, floor }: Elevation, elevation: number): number =>
  height === "linear" ? elevation : Math.max(10 ** elevation - floor, 0);

export const heights = (ground: Elevation, { columns, rows, values }: Grid): Heights | Undrawable => {
  const most = ground.height === "log" ? Math.log10(LARGEST) : LARGEST;
  const found = new Float64Array(values.length);
  let [low, high, finite, known] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let k = 0; k < values.length; k++) {
    const one = elevationOf(ground, values[k]);
    found[k] = Number.NaN;
    if (!Number.isFinite(one)) continue;
    finite++;
    if (!(Math.abs(one) < most)) continue;
    known++;
    found[k] = one;
    if (one < low) low = one;
    if (one > high) high = one;
  }
  const elevation = { columns, rows, values: found };
  if (!hasCell(elevation)) return "no_ground";
  if (2 * known < finite) return "beyond";
  // A share of the loss is as much everywhere on the scale of its logarithm.
  const unit = ground.height === "log" ? 1 : 0;
  const least = Math.max(ground.rounding * Math.max(Math.abs(low), Math.abs(high), unit), 1 / LARGEST);
  return { elevation, low, high: high - low > least ? high : low };
};

// Whether three corners of a cell are known, and not mere lines.
const hasCell = ({ columns, rows, values }: Grid): boolean => {
  for (let j = 0; j + 1 < rows; j++) {
    for (let k = j * columns; k + 1 < (j + 1) * columns; k++) {
      let known = 0;
      for (const at of [k, k + 1, k + columns, k + columns + 1]) if (!Number.isNaN(values[at])) known++;
      if (known > 2) return true;
    }
  }
  return false;
};

// Heights as shares of the way from the lowest to the highest, so that no range is too small or too far from 0.
export const shareOf = ({ low, high }: Heights, elevation: number): number =>
  high > low ? (elevation - low) / (high - low) : 0 * elevation;

export const sharesOf = (found: Heights): Grid => ({
  ...found.elevation,
  values: found.elevation.values.map((one) => shareOf(found, one)),
});

export const sidesOf = (domain: Domain): [number, number] => [domain[0][1] - domain[0][0], domain[1][1] - domain[1][0]];

// Whether a map of a part has one scale: not that of a long strip, nor of a plane whose own two axes differ.
export const isToScale = ({ toScale }: Pick<Ground, "toScale">, domain: Domain): boolean => {
  const [across, down] = sidesOf(domain);
  return toScale && across / down > 1 / LONGEST && across / down < LONGEST;
};
