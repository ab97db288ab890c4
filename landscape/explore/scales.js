// The axis of losses, with the rule of figures and films: Python's `figures.scales`, which the tests hold it against.

const ROUNDING = 1e-12; // of the first loss, below which what is left of it is rounding
const TALLEST = 100; // times the first loss, where logarithmic axes end
const MUCH = 1e3; // ratio of losses from which on their axis is logarithmic
const SMALL = 1e-280; // below which figures have logarithmic axes only
const LARGEST = 1e300; // of numbers that are drawn
const OUTSIDE = 100 * LARGEST; // where larger losses are drawn, on their way out: beyond the ends of every axis
const SEEN = 200; // parts of the axis that can be told from each other

const least = (numbers) => numbers.reduce((one, other) => Math.min(one, other), Infinity);
const largest = (numbers) => numbers.reduce((one, other) => Math.max(one, other), -Infinity);

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
};

// kind: "log", "linear" or "symlog", which is linear as far as `linearTo` from 0; low, high: its ends; floor: on a
// logarithmic axis the loss that counts as reached. curves: losses over the steps, on a terrain whose heights are
// logarithmic or not. ground: the least and the highest loss of its map, which count where walks go below 0, and where
// they are level. rounding: of the losses, as a share of them.
const lossScale = (curves, log, ground = null, rounding = 1e-14) => {
  const scale = (kind, low, high, rest = {}) => ({ kind, low, high, floor: -Infinity, linearTo: 1, ...rest });
  const placed = (loss) => (Math.abs(loss) <= LARGEST ? loss : NaN);
  const found = curves.map((curve) => curve.map(placed));
  const whole = found.flat().filter(Number.isFinite);
  if (!whole.length) return scale("linear", 0, 1);
  const begun = found.map((curve) => curve[0]).filter(Number.isFinite);
  const firsts = begun.length ? begun : [whole[0]];
  const first = largest(firsts);
  const floor = ROUNDING * (median(firsts.map(Math.abs)) || largest(whole.map(Math.abs)));
  const tops = first > 0 ? whole.map((loss) => Math.min(loss, TALLEST * first)) : whole;
  if (least(whole) >= -floor && largest(tops) > floor) {
    const [low, high] = [Math.max(least(tops), floor), largest(tops)];
    if (low > 0 && (log || first > MUCH * low || (low > 1 / LARGEST && high < SMALL))) {
      const margin = high > 1.02 * low ? (high / low) ** 0.05 : 1.1;
      const bottom = Math.max(low / margin, 1 / LARGEST);
      return scale("log", bottom, Math.max(Math.min(high * margin, 10 * LARGEST), 1.1 * bottom), { floor });
    }
  }
  // Drawn in full, a walk that diverges would flatten all the others, and so would one that falls without end.
  let calm = found.filter((curve) => curve.at(-1) <= curve[0]).flat();
  if (!calm.length) {
    // Those that rise may do so to somewhere, as from a valley onto a saddle.
    const most = first + TALLEST * Math.max(Math.abs(first), 1);
    const stays = (curve) => Number.isFinite(curve.at(-1)) && largest(curve.filter(Number.isFinite)) <= most;
    calm = found.filter(stays).flat();
  }
  const seen = calm.length ? calm : whole.filter((loss) => loss <= first + Math.max(Math.abs(first), 1));
  const known = seen.filter(Number.isFinite);
  let [low, high] = known.length ? [least(known), largest(known)] : [first, first];
  if (ground && least(whole) < 0) low = Math.max(low, Math.min(ground[0] - 0.1 * (ground[1] - ground[0]), high));
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
    if (!(span > finest && span < Infinity)) span = Math.max(Math.abs(high), 1);
  }
  return scale("linear", low - 0.05 * span, high + 0.1 * span);
};

// Where a loss lies along the axis, in units of its own.
const placeOf = ({ kind, linearTo }, loss) => {
  if (kind === "log") return Math.log10(Math.max(loss, 1 / LARGEST));
  if (kind === "linear") return loss;
  const far = Math.max(Math.abs(loss) / linearTo, 1);
  return far > 1 ? Math.sign(loss) * (1 + Math.log10(far)) : loss / linearTo;
};

// The losses as they are drawn: at the floor at the least; those that leave the axis at one end do so at the first that
// is beyond it, and one that diverged does not come back. NaN where there is nothing to be drawn.
const drawnLosses = ({ low, high, floor }, losses, diverged) => {
  const shown = losses.map((loss) => Math.min(Math.max(loss, floor, -OUTSIDE), OUTSIDE));
  const beyond = shown.map((loss) => !(loss >= low && loss <= high));
  const end = diverged && beyond.includes(true) ? beyond.indexOf(true) : losses.length;
  const sides = [];
  for (const loss of shown) {
    // A gap counts as where the curve was before it.
    sides.push(Number.isNaN(loss) ? (sides.at(-1) ?? 0) : Number(loss > high) - Number(loss < low));
  }
  return shown.map((loss, k) => {
    // Of several beyond one end in a row the first one shows the way out, and the last one the way back.
    const hidden = sides[k] !== 0 && sides[k] === sides[k - 1] && sides[k] === (sides[k + 1] ?? sides[k]);
    return hidden || k > end ? NaN : loss;
  });
};

// Where a curve that diverged first leaves the axis, at the top (1) or the bottom (0), or ends within it (null): there,
// {step, edge, loss}; null if it has no finite loss.
const lossWayOut = (scale, steps, losses) => {
  const { low, high } = scale;
  const shown = drawnLosses(scale, losses, true);
  const last = shown.findLastIndex(Number.isFinite);
  if (last < 0) return null;
  const loss = shown[last];
  const edge = loss >= low && loss <= high ? null : Number(loss > high);
  if (last === 0 || edge === null) return { step: steps[last], edge, loss };
  const border = edge ? high : low;
  const [from, to, place] = [shown[last - 1], loss, border].map((one) => placeOf(scale, one));
  const share = to !== from ? (place - from) / (to - from) : 0;
  return { step: steps[last - 1] + share * (steps[last] - steps[last - 1]), edge, loss: border };
};

const reached = ({ floor }, losses) => Number.isFinite(floor) && losses.some((loss) => loss <= floor);

// Round numbers along the axis.
const scaleTicks = ({ kind, low, high, linearTo }, count) => {
  if (kind === "log") return logTicks(low, high, count);
  if (kind === "linear") return evenTicks(low, high, count);
  const beyond = (far) => (far > linearTo ? logTicks(linearTo, far, Math.ceil(count / 2)) : []);
  return [
    ...beyond(-low)
      .reverse()
      .map((tick) => -tick),
    0,
    ...beyond(high),
  ].filter((tick) => tick >= low && tick <= high);
};

// The differences of a loss that can be seen along the axis; beyond its ends none are.
const fineness = ({ kind, low, high, linearTo }, loss) => {
  if (!(loss >= low && loss <= high)) return Infinity;
  if (kind === "linear") return (high - low) / SEEN;
  if (kind === "log") return (Math.abs(loss) * Math.log(high / low)) / SEEN;
  return Math.max(Math.abs(loss), linearTo) / 100;
};
