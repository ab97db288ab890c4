// Curves of losses over the steps, in pixels.

import { stepAt } from "./moves.ts";
import { drawnLosses, type LossExit, type LossScale, lossWayOut, placeOf } from "./scales.ts";
import type { Path, Track } from "./types.ts";

// The area of the curves, in CSS pixels, and the last step.
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
  last: number;
}

// Places of a path's losses from row to row, NaN where nothing is drawn; for recorded runs of those in the plane, too;
// and where one that diverged leaves.
export interface Curve {
  path: Path;
  x: Float32Array;
  y: Float32Array;
  plane: Float32Array | null;
  out: LossExit | null;
}

export const xOf = ({ left, width, last }: Area, step: number): number =>
  left + (step / (Math.max(last, 1) * 1.01)) * width;

export const yOf = ({ top, height }: Area, scale: LossScale, loss: number): number => {
  const [low, high, at] = [scale.low, scale.high, loss].map((one) => placeOf(scale, one));
  const share = (at - low) / (high - low);
  // What lies very far outside cannot be placed.
  return top + height * (1 - Math.min(Math.max(share, -9), 10));
};

export const curveOf = (path: Path, scale: LossScale, area: Area): Curve => {
  const { walk } = path;
  const gone = walk.diverged >= 0;
  const column = (losses: ArrayLike<number>): Float32Array =>
    Float32Array.from(drawnLosses(scale, losses, gone), (loss) => (Number.isNaN(loss) ? loss : yOf(area, scale, loss)));
  return {
    path,
    x: Float32Array.from(walk.loss, (_, row) => xOf(area, stepAt(walk, row))),
    y: column(walk.loss),
    plane: walk.inPlane ? column(walk.inPlane) : null,
    out: gone ? lossWayOut(scale, stepsOf(walk), walk.loss) : null,
  };
};

const stepsOf = (walk: Track): ArrayLike<number> => walk.steps ?? walk.loss.map((_, row) => row);

// A line through the places. Of those that share half a pixel's column the first, the last, the lowest and the highest
// are enough.
export const trace = (context: CanvasRenderingContext2D, x: Float32Array, y: Float32Array): void => {
  context.beginPath();
  let down = false;
  const point = (px: number, py: number): void => {
    if (down) context.lineTo(px, py);
    else context.moveTo(px, py);
    down = true;
  };
  for (let k = 0; k < y.length; k++) {
    if (Number.isNaN(y[k])) {
      down = false;
      continue;
    }
    const from = k;
    let [low, high] = [y[k], y[k]];
    while (k + 1 < y.length && x[k + 1] - x[from] < 0.5 && !Number.isNaN(y[k + 1])) {
      k++;
      low = Math.min(low, y[k]);
      high = Math.max(high, y[k]);
    }
    point(x[from], y[from]);
    if (k > from + 2) {
      point(x[from], low);
      point(x[k], high);
    }
    if (k > from) point(x[k], y[k]);
  }
  context.stroke();
};

// Whether a curve goes through a part of the picture.
export const passes = ({ x, y }: Curve, left: number, right: number, top: number, bottom: number): boolean => {
  for (let k = 0; k < y.length; k++) {
    const next = k + 1 < y.length && !Number.isNaN(y[k + 1]) ? k + 1 : k;
    if (Number.isNaN(y[k]) || x[next] < left || x[k] > right) continue;
    if (Math.max(y[k], y[next]) >= top && Math.min(y[k], y[next]) <= bottom) return true;
  }
  return false;
};
