// The axis of losses, with the rule of figures and films: Python's `figures.scales`, which the tests hold it against.

import { evenTicks, logTicks } from "./ticks.ts";

const ROUNDING = 1e-12; // of the first loss, below which what is left of it is rounding
const TALLEST = 100; // times the first loss, where logarithmic axes end
const MUCH = 1e3; // ratio of losses from which on their axis is logarithmic
const SMALL = 1e-280; // below which figures have logarithmic axes only
export const LARGEST = 1e300; // of numbers that are drawn
const OUTSIDE = 100 * LARGEST; // where larger losses are drawn, on their way out: beyond the ends of every axis
const SEEN = 200; // parts of the axis that can be told from each other

// low, high: the axis' ends; floor: on a logarithmic axis the loss that counts as reached; linearTo: on one of both
// signs, how far from 0 it is linear.
export interface LossScale {
  kind: "linear" | "log" | "symlog";
  low: number;
  high: number;
  floor: number;
  linearTo: number;
}

// Where a curve leaves the axis, at the top (1) or the bottom (0), or ends within it (null).
export interface LossExit {
  step: number;
  edge: 0 | 1 | null;
  loss: number;
}

type Column = ArrayLike<number>;

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
};

const placed = (curve: Column): Float64Array =>
  Float64Array.from(curve, (loss) => (Math.abs(loss) <= LARGEST ? loss : Number.NaN));

// The least and the highest of what is finite, and no more than `most`; the first is larger if there is none.
const extremes = (curves: readonly Float64Array[], most = Number.POSITIVE_INFINITY): [number, number] => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const curve of curves) {
    for (const loss of curve) {
      if (!(loss <= most)) continue;
      if (loss < low) low = loss;
      if (loss > high) high = loss;
    }
  }
  return [low, high];
};

const lastOf = (curve: Float64Array): number => curve[curve.length - 1];

// curves: losses over the steps, on a terrain whose heights are logarithmic or not. ground: the least and the highest
// loss of its map, which count where walks or it go below 0, and where they are level. rounding: of the losses, as a share.
export const lossScale = (
  curves: readonly Column[],
  log: boolean,
  ground: readonly [number, number] | null = null,
  rounding = 1e-14,
): LossScale => {
  const scale = (kind: LossScale["kind"], low: number, high: number, rest: Partial<LossScale> = {}): LossScale => ({
    kind,
    low,
    high,
    floor: Number.NEGATIVE_INFINITY,
    linearTo: 1,
    ...rest,
  });
  const found = curves.filter(({ length }) => length).map(placed);
  const [lowest, highest] = extremes(found);
  if (lowest > highest) return scale("linear", 0, 1);
  const begun = found.map((curve) => curve[0]).filter(Number.isFinite);
  const firsts = begun.length ? begun : [firstOf(found)];
  const first = Math.max(...firsts);
  const floor = ROUNDING * (median(firsts.map(Math.abs)) || Math.max(Math.abs(lowest), Math.abs(highest)));
  const cap = first > 0 ? TALLEST * first : Number.POSITIVE_INFINITY;
  if (lowest >= -floor && Math.min(highest, cap) > floor) {
    const [low, high] = [Math.max(Math.min(lowest, cap), floor), Math.min(highest, cap)];
    const wide = first > MUCH * low || (low > 1 / LARGEST && high < SMALL);
    // Where losses go below 0 on the map, as on a saddle, 0 is no end to come down to.
    if (low > 0 && (log || (wide && !(ground && ground[0] < -floor)))) {
      const margin = high > 1.02 * low ? (high / low) ** 0.05 : 1.1;
      const bottom = Math.max(low / margin, 1 / LARGEST);
      return scale("log", bottom, Math.max(Math.min(high * margin, 10 * LARGEST), 1.1 * bottom), { floor });
    }
  }
  let [low, high] = calmRange(found, first);
  if (ground && lowest < 0) low = Math.max(low, Math.min(ground[0] - 0.1 * (ground[1] - ground[0]), high));
  const far = Math.max(Math.abs(low), Math.abs(high));
  const near = Math.min(Math.abs(low), Math.abs(high)) || 1;
  if (low < 0 && far > MUCH * near) {
    return scale("symlog", low - 0.2 * Math.abs(low), high + 0.2 * Math.abs(high), { linearTo: near });
  }
  let span = high - low;
  if (!(span > rounding * far)) {
    // A level curve, as on a plateau, lies in the middle; its axis is as fine as the map, if that is not level, too.
    const [bottom, top] = ground ?? [0, 0];
    span = top - bottom;
    const finest = rounding * Math.max(far, Math.abs(bottom), Math.abs(top));
    if (!(span > finest && span < Number.POSITIVE_INFINITY)) span = Math.max(Math.abs(high), 1);
  }
  return scale("linear", low - 0.05 * span, high + 0.1 * span);
};

const firstOf = (curves: readonly Float64Array[]): number => {
  for (const curve of curves) {
    const known = curve.find(Number.isFinite);
    if (known !== undefined) return known;
  }
  return Number.NaN;
};

// Drawn in full, a walk that diverges would flatten all the others, and so would one that falls without end.
const calmRange = (curves: readonly Float64Array[], first: number): [number, number] => {
  let calm = curves.filter((curve) => lastOf(curve) <= curve[0]);
  if (!calm.length) {
    // Those that rise may do so to somewhere, as from a valley onto a saddle.
    const most = first + TALLEST * Math.max(Math.abs(first), 1);
    calm = curves.filter((curve) => Number.isFinite(lastOf(curve)) && extremes([curve])[1] <= most);
  }
  const [low, high] = calm.length ? extremes(calm) : extremes(curves, first + Math.max(Math.abs(first), 1));
  return low > high ? [first, first] : [low, high];
};

// Where a loss lies along the axis, in units of its own.
export const placeOf = ({ kind, linearTo }: LossScale, loss: number): number => {
  if (kind === "log") return Math.log10(Math.max(loss, 1 / LARGEST));
  if (kind === "linear") return loss;
  const far = Math.max(Math.abs(loss) / linearTo, 1);
  return far > 1 ? Math.sign(loss) * (1 + Math.log10(far)) : loss / linearTo;
};

// The losses as they are drawn: at the floor at the least; those that leave the axis at one end do so at the first that
// is beyond it, and one that diverged does not come back. NaN where there is nothing to be drawn.
export const drawnLosses = ({ low, high, floor }: LossScale, losses: Column, diverged: boolean): Float64Array => {
  const shown = Float64Array.from(losses, (loss) => Math.min(Math.max(loss, floor, -OUTSIDE), OUTSIDE));
  const sides = new Int8Array(shown.length);
  let end = shown.length;
  for (let k = 0; k < shown.length; k++) {
    const loss = shown[k];
    if (end === shown.length && !(loss >= low && loss <= high)) end = k;
    // A gap counts as where the curve was before it.
    sides[k] = Number.isNaN(loss) ? (k ? sides[k - 1] : 0) : Number(loss > high) - Number(loss < low);
  }
  return shown.map((loss, k) => {
    // Of several beyond one end in a row the first one shows the way out, and the last one the way back.
    const hidden = k > 0 && sides[k] !== 0 && sides[k] === sides[k - 1] && sides[k] === (sides[k + 1] ?? sides[k]);
    return hidden || (diverged && k > end) ? Number.NaN : loss;
  });
};

// Where a curve that diverged first leaves the axis, or ends within it; null if it has no finite loss.
export const lossWayOut = (scale: LossScale, steps: Column, losses: Column): LossExit | null => {
  const { low, high } = scale;
  const shown = drawnLosses(scale, losses, true);
  const last = shown.findLastIndex(Number.isFinite);
  if (last < 0) return null;
  const loss = shown[last];
  const edge = loss >= low && loss <= high ? null : loss > high ? 1 : 0;
  if (last === 0 || edge === null) return { step: steps[last], edge, loss };
  const border = edge ? high : low;
  const [from, to, place] = [shown[last - 1], loss, border].map((one) => placeOf(scale, one));
  const share = to !== from ? (place - from) / (to - from) : 0;
  return { step: steps[last - 1] + share * (steps[last] - steps[last - 1]), edge, loss: border };
};

export const reached = ({ floor }: LossScale, losses: Column): boolean =>
  Number.isFinite(floor) && Array.prototype.some.call(losses, (loss: number) => loss <= floor);

// Round numbers along the axis.
export const scaleTicks = ({ kind, low, high, linearTo }: LossScale, count: number): number[] => {
  if (kind === "log") return logTicks(low, high, count);
  if (kind === "linear") return evenTicks(low, high, count);
  const beyond = (far: number): number[] => (far > linearTo ? logTicks(linearTo, far, Math.ceil(count / 2)) : []);
  const below = beyond(-low).reverse();
  return [...below.map((tick) => -tick), 0, ...beyond(high)].filter((tick) => tick >= low && tick <= high);
};

// The differences of a loss that can be seen along the axis; beyond its ends none are.
export const fineness = ({ kind, low, high, linearTo }: LossScale, loss: number): number => {
  if (!(loss >= low && loss <= high)) return Number.POSITIVE_INFINITY;
  if (kind === "linear") return (high - low) / SEEN;
  if (kind === "log") return (Math.abs(loss) * Math.log(high / low)) / SEEN;
  return Math.max(Math.abs(loss), linearTo) / 100;
};
