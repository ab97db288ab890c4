// What is to be read of a path at a step: that it diverged, has arrived but for rounding, or its loss.

import type { Words } from "./catalogue.ts";
import { counted, roundedUp, say, show } from "./pictures/numerals.ts";
import { fineness, type LossScale, reached } from "./pictures/scales.ts";
import type { Path } from "./pictures/types.ts";

export const standing = ({ walk }: Path, at: number, scale: LossScale, words: Words): string => {
  const step = Math.floor(at + 1e-9);
  if (walk.diverged >= 0 && step >= walk.diverged) {
    if (walk.diverged === 0 && !walk.outside) return words.no_slope;
    return say(walk.outside ? words.undefined : words.diverged, { step: counted(walk.diverged) });
  }
  const { steps } = walk;
  // Of a recorded run, the last row that was met by then.
  const last = walk.loss.length - 1;
  const after = steps ? steps.findIndex((one) => one > step) : step + 1;
  const row = after < 0 ? last : Math.min(Math.max(after - 1, 0), last);
  const loss = walk.loss[row];
  if (reached(scale, [loss])) return say(words.reached, { loss: show(roundedUp(scale.floor), 1) });
  return `${words.loss} ${show(loss, 3, fineness(scale, loss))}`;
};
