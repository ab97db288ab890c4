// Round numbers at axes, and their words.

import { digitsOf, magnitude, show } from "./numerals.ts";

const WIDE = 6; // digits of a tick, from which on its axis counts from a round number

// The one of 1, 2, 5, 10 … that is nearest, by its ratio.
const roundStep = (rough: number): number => {
  const power = magnitude(rough);
  const factor = rough / Number(`1e${power}`);
  return Number(`${factor < Math.SQRT2 ? 1 : factor < Math.sqrt(10) ? 2 : factor < Math.sqrt(50) ? 5 : 10}e${power}`);
};

// Round numbers between two others, at equal distances; one number where both are the same.
export const evenTicks = (low: number, high: number, count: number): number[] => {
  const rough = high / count - low / count;
  if (!(rough > 1e-15 * Math.max(Math.abs(low), Math.abs(high))) || !Number.isFinite(rough)) return [low];
  const step = roundStep(rough);
  const first = Math.ceil(low / step - 1e-9);
  const many = Math.floor(high / step + 1e-9) - first + 1;
  // The product of two numbers like 3 and 0.1 has digits that nobody wants to read.
  return Array.from({ length: many }, (_, k) => Number(((first + k) * step).toPrecision(15)));
};

// At powers of ten between two positive numbers, or closer where there are few of them.
export const logTicks = (low: number, high: number, count: number): number[] => {
  const decades = Math.log10(high) - Math.log10(low);
  if (decades < 1) return evenTicks(low, high, count);
  const factors = decades < 0.6 * count ? [1, 2, 5] : [1];
  const stride = Math.ceil(decades / count);
  const ticks: number[] = [];
  for (let power = stride * Math.ceil(Math.log10(low) / stride - 1); power <= Math.log10(high); power += stride) {
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  }
  return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
};

// Whole numbers from 0 to the last step.
export const stepTicks = (last: number, count: number): number[] =>
  evenTicks(0, Math.max(last, 1), Math.min(count, Math.max(last, 1))).filter(Number.isInteger);

// The words of ticks, in which no two are alike, and of the round number that they count from where they would be too
// long: `name` is then of what is left.
export const tickWords = (ticks: readonly number[], name: string): { texts: string[]; name: string } => {
  const gaps = ticks.slice(1).map((tick, k) => tick - ticks[k]);
  const gap = Math.min(...gaps.filter((one) => one > 0));
  const most = Math.max(...ticks.map(Math.abs));
  const texts = ticks.map((tick) => show(tick, 4, gap));
  if (!(Number.isFinite(gap) && most > 0 && magnitude(most) - magnitude(gap) >= WIDE)) return { texts, name };
  // The round number next to them, on the side of 0.
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const span = Number(`1e${magnitude(high - low) + 1}`);
  const exact = low > 0 ? Math.floor(low / span) * span : high < 0 ? Math.ceil(high / span) * span : 0;
  const base = Number(exact.toPrecision(15));
  if (base === 0) return { texts, name };
  return {
    texts: ticks.map((tick) => show(Number((tick - base).toPrecision(12)), 4, gap)),
    name: `${name} ${base > 0 ? "−" : "+"} ${show(Math.abs(base), digitsOf(base))}`,
  };
};
