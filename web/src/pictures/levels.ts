// Round losses for level lines: Python's `figures.levels`, which the tests hold it against.

import { lossAt } from "./heights.ts";
import type { Elevation } from "./types.ts";

const FAR = 1e4; // times the distance of two numbers, from which on levels count from a round one
const TINY = 1e-200; // below which numbers are counted in small units
const CLOSE = 1e-3; // of the way between the lowest and the highest, in which a level would lie at one of them
const STEPS = [1, 2, 2.5, 5, 10];
// Of each decade, from many lines to few; then every other decade, and so on.
const DECADE = [[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 4, 5, 7], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]];

// Round losses whose elevations lie between two elevations; about as many as `count`, evenly spaced in elevation as far
// as round numbers are.
export const roundLevels = (ground: Elevation, low: number, high: number, count: number): number[] => {
  if (!(high > low)) return [];
  let bottom = lossAt(ground, low);
  const top = lossAt(ground, high);
  if (ground.height === "linear" || !(top > 4 * Math.max(bottom, ground.floor))) {
    const margin = CLOSE * (top - bottom);
    if (!(top > bottom)) return [];
    return evenLevels(bottom, top, count).filter((level) => level > bottom + margin && level < top - margin);
  }
  // Below the floor all losses lie at nearly one elevation.
  bottom = Math.max(bottom, 0.3 * ground.floor, top * 1e-300);
  const [first, last] = [Math.floor(Math.log10(bottom)), Math.ceil(Math.log10(top))];
  // Close to an end of a logarithmic scale is what is close to it by its ratio.
  const between = (level: number): boolean => level > bottom * (1 + CLOSE) && level < top * (1 - CLOSE);
  const powers = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  for (const parts of DECADE) {
    const levels = powers.flatMap((power) => parts.map((part) => part * tenTo(power))).filter(between);
    if (levels.length <= count) return levels;
  }
  const stride = Math.ceil((last - first) / count);
  return powers
    .filter((power) => power % stride === 0)
    .map(tenTo)
    .filter(between);
};

const tenTo = (power: number): number => Number(`1e${power}`);

// A power of ten that numbers so far apart lie within.
const unitOf = (apart: number): number => tenTo(Math.ceil(Math.log10(apart) + 1));

// The round number that even levels count from: 0, but where only the last digits of theirs differ.
const baseOf = (low: number, high: number): number => {
  const apart = (high - low) / 6;
  if (!(apart > 0 && apart < Math.abs(low) / FAR)) return 0;
  const unit = unitOf(apart);
  return unit * Math.floor((low + apart) / unit);
};

// Round numbers at equal distances, around two others: about as many between them as `count`.
export const evenLevels = (low: number, high: number, count: number): number[] => {
  const base = baseOf(low, high);
  const unit = Math.max(Math.abs(low), Math.abs(high)) > TINY ? 1 : TINY;
  return located((low - base) / unit, (high - base) / unit, count).map((place) => base + unit * place);
};

// As matplotlib's MaxNLocator places them: the smallest of round steps that gives no more than `count` intervals, or a
// smaller one if fewer than two numbers would lie between the ends.
const located = (from: number, to: number, count: number): number[] => {
  const [low, high] = apart(from, to);
  const size = high - low;
  const middle = (low + high) / 2;
  const offset =
    Math.abs(middle) / size < 100 ? 0 : Math.sign(middle) * tenTo(Math.floor(Math.log10(Math.abs(middle))));
  const scale = tenTo(Math.floor(Math.log10(size / count)));
  const steps = [...STEPS.slice(0, -1).map((step) => 0.1 * step), ...STEPS, 10 * STEPS[1]].map((step) => step * scale);
  const [bottom, top] = [low - offset, high - offset];
  const large = steps.findIndex((step) => step >= (top - bottom) / count);
  let ticks: number[] = [];
  for (let k = large < 0 ? steps.length - 1 : large; k >= 0; k--) {
    const step = steps[k];
    const start = Math.floor(bottom / step) * step;
    const first = edge(bottom - start, step, offset, 1);
    const last = edge(top - start, step, offset, 0);
    ticks = Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step + start);
    if (ticks.filter((tick) => tick >= bottom && tick <= top).length >= 2) break;
  }
  return ticks.map((tick) => tick + offset);
};

// Ends that are far enough apart for numbers to lie between them.
const apart = (low: number, high: number): [number, number] => {
  const most = Math.max(Math.abs(low), Math.abs(high));
  if (most < (1e6 / 1e-14) * 2.2250738585072014e-308) return [-1e-13, 1e-13];
  if (high - low > most * 1e-14) return [low, high];
  return high === 0 && low === 0 ? [-1e-13, 1e-13] : [low - 1e-13 * Math.abs(low), high + 1e-13 * Math.abs(high)];
};

// How many steps a distance holds, downwards (1) or upwards (0); what is a step but for rounding counts as one.
const edge = (distance: number, step: number, offset: number, towards: 0 | 1): number => {
  const whole = Math.floor(distance / step);
  const rest = (distance - whole * step) / step;
  const digits = offset === 0 ? 0 : Math.log10(Math.abs(offset) / step);
  const slack = offset === 0 ? 1e-10 : Math.min(Math.max(1e-10, 10 ** (digits - 12)), 0.4999);
  const close = Math.abs(rest - towards) < slack;
  return towards ? whole + Number(close) : whole + Number(!close);
};
