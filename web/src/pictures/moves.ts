// Where paths have got to at a step, which need not be a whole one.

import { counted, say } from "./numerals.ts";
import type { Path, Track, Words } from "./types.ts";

// The last row that was reached, and the share of the way to the next; ended: whether the walk has diverged by then.
export interface Move {
  row: number;
  share: number;
  ended: boolean;
}

export const stepAt = ({ steps }: Track, row: number): number => (steps ? steps[row] : row);

// Null before a path has begun.
export const moveAt = (walk: Track, step: number): Move | null => {
  const rows = walk.x.length;
  if (!rows || step < stepAt(walk, 0)) return null;
  let [low, high] = [0, rows - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (stepAt(walk, middle) <= step) low = middle;
    else high = middle - 1;
  }
  const ended = walk.diverged >= 0 && step >= walk.diverged;
  if (low === rows - 1) return { row: low, share: 0, ended };
  const [from, to] = [stepAt(walk, low), stepAt(walk, low + 1)];
  return { row: low, share: (step - from) / (to - from), ended };
};

export const lastStep = (paths: readonly Path[]): number =>
  paths.reduce(
    (last, { walk }) => Math.max(last, walk.x.length ? stepAt(walk, walk.x.length - 1) : 0, walk.diverged),
    0,
  );

// When a walk diverged or came to where there is no loss, or that it could not begin.
export const divergedAt = ({ diverged, outside }: Track, words: Words): string =>
  diverged || outside ? say(outside ? words.undefined : words.diverged, { step: counted(diverged) }) : words.no_slope;
