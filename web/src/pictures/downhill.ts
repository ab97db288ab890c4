// The arrows of a gradient field, with the rule of Python's `figures.quiver`.

import type { Point } from "./types.ts";

const SHORTEST = 0.2; // of the longest arrow, so that gentle slopes show a direction, too
const LONGEST = 0.85; // of the distance of two arrows

// Arrows against slopes, of lengths up to 0.85 that grow with the cube root; NaN where a slope is not finite.
export const downhill = (slopes: readonly Point[]): Point[] => {
  const sizes = slopes.map(([x, y]) => Math.hypot(x, y));
  const steep = sizes.filter((size) => Number.isFinite(size) && size > 0).sort((a, b) => a - b);
  const most = steep.length ? quantile(steep, 0.98) : 1;
  return slopes.map(([x, y], k) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [Number.NaN, Number.NaN];
    if (x === 0 && y === 0) return [0, 0];
    const length = LONGEST * Math.min(Math.max(Math.cbrt(sizes[k] / most), SHORTEST), 1);
    // In two steps, as squares of very small or very large slopes would leave the numbers' range.
    const largest = Math.max(Math.abs(x), Math.abs(y));
    const [u, v] = [x / largest, y / largest];
    return [(-u * length) / Math.hypot(u, v), (-v * length) / Math.hypot(u, v)];
  });
};

// Between the two nearest of sorted numbers.
const quantile = (sorted: readonly number[], share: number): number => {
  const place = share * (sorted.length - 1);
  const k = Math.min(Math.floor(place), sorted.length - 1);
  const next = sorted[Math.min(k + 1, sorted.length - 1)];
  return sorted[k] + (place - k) * (next - sorted[k]);
};
