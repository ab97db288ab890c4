// Points drawn by hand, as a text that an address holds: five letters each, two for each coordinate and one for its class.

import type { Data, Dot } from "./data.ts";

export const DRAWN = "drawn:"; // what such data begin with
export const REACH = 1.25; // of the board, to both sides of 0
export const MOST_CLASSES = 4;
const MOST = 500; // points
const COPIED = 400;
const ERASED = 0.08; // how far the eraser reaches
const APART = 0.06; // how far a point of a stroke is from the one before
const BASE = 36;
const CELLS = BASE ** 2 - 1;

export const dotsOf = (text: string): Dot[] => {
  const letters = text.slice(DRAWN.length);
  const dots: Dot[] = [];
  for (let k = 0; k + 5 <= letters.length && dots.length < MOST; k += 5) {
    const [x, y, label] = [[k, k + 2] as const, [k + 2, k + 4] as const, [k + 4, k + 5] as const].map(([from, to]) =>
      /^[0-9a-z]+$/.test(letters.slice(from, to)) ? Number.parseInt(letters.slice(from, to), BASE) : Number.NaN,
    );
    if (!Number.isFinite(x + y) || !(label < MOST_CLASSES)) continue;
    dots.push({ x: placeOf(x), y: placeOf(y), label });
  }
  return dots;
};

export const textOf = (dots: readonly Dot[]): string =>
  DRAWN + dots.map(({ x, y, label }) => cellOf(x) + cellOf(y) + label.toString(BASE)).join("");

const placeOf = (cell: number): number => Math.fround(REACH * ((2 * cell) / CELLS - 1));

const cellOf = (place: number): string => {
  const cell = Math.round(((place / REACH + 1) / 2) * CELLS);
  return Math.min(Math.max(cell, 0), CELLS).toString(BASE).padStart(2, "0");
};

// Without those at a place.
export const withoutDots = (dots: readonly Dot[], { x, y }: { x: number; y: number }): readonly Dot[] => {
  const left = dots.filter((one) => Math.hypot(one.x - x, one.y - y) > ERASED);
  return left.length < dots.length ? left : dots;
};

// With one more, unless the last one of its class is near it or there are too many.
export const withDot = (dots: readonly Dot[], dot: Dot, stroke: boolean): readonly Dot[] => {
  const last = dots.at(-1);
  const near = stroke && last && last.label === dot.label && Math.hypot(dot.x - last.x, dot.y - last.y) < APART;
  return near || dots.length >= MOST ? dots : [...dots, dot];
};

// Points of other data, to draw on: every fourth is one of the test's, as it is among points that are drawn.
export const copied = ({ train, test }: Data): Dot[] => {
  const quarters = Math.min(Math.floor(train.count / 3), test.count, Math.floor(COPIED / 4));
  const dot = ({ x, y }: Data["train"], k: number): Dot => ({ x: x[2 * k], y: x[2 * k + 1], label: y[k] });
  return Array.from({ length: quarters }, (_, k) => [
    ...[0, 1, 2].map((one) => dot(train, 3 * k + one)),
    dot(test, k),
  ]).flat();
};
