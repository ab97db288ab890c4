// What the worker tells, as the pictures of terrains take it: a surface is a ground, and what was walked on it a path.

import type { Ground, Look, Path } from "../pictures/types.ts";
import type { SurfaceSeen, Walk } from "./protocol.ts";

const ROUNDING = 64 * 2 ** -23; // of losses in float32, as a share of them

// coordinates: the names of its axes.
export const groundOf = (
  { domain, side, losses, toScale }: SurfaceSeen,
  coordinates: readonly [string, string],
): Ground => {
  const values = Float64Array.from(losses);
  // Of some losses there is a logarithm, of all of them or of none.
  const height = values.every((one) => !(one <= 0)) ? "log" : "linear";
  return {
    ...{ height, floor: 0, rounding: ROUNDING, home: domain, domain, coordinates },
    ...{ toScale, bounded: true, loss: { columns: side, rows: side, values }, minima: [], networks: [] },
  };
};

export const pathOf = ({ steps, points, loss, inPlane }: Walk, name: string, look: Look, diverged = -1): Path => ({
  ...{ name, look, apart: false },
  walk: {
    x: Float64Array.from(points, ({ x }) => x),
    y: Float64Array.from(points, ({ y }) => y),
    residual: Float64Array.from(points, ({ distance }) => distance),
    steps: Float64Array.from(steps),
    ...{ loss, inPlane, diverged, outside: false },
  },
});

// Losses of batches, step by step, for a picture of losses.
export const curveOf = (losses: Float64Array, name: string, look: Look, diverged = -1): Path => {
  const nowhere = new Float64Array(losses.length);
  return { name, look, apart: false, walk: { x: nowhere, y: nowhere, loss: losses, diverged, outside: false } };
};

// The largest distance of a path off its plane, as a share of how far it has come.
export const offPlane = ({ points, away }: Walk): number => {
  const far = Math.max(...away);
  return far > 0 ? Math.max(...points.map(({ distance }) => distance)) / far : 0;
};
