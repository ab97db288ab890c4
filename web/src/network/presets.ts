// Experiments to begin with: what they are made of, what to look at, and what is said once the numbers have shown it.

import type { Measure } from "./pictures.ts";
import type { Seen } from "./protocol.ts";

// network: 1 or 2. least, most: of the share of test examples that it reads at the end. dead: the least share of units
// of a layer that answer to nothing. fades: the error of the first layer is at most so many times that of the last.
export interface Condition {
  network: number;
  least?: number;
  most?: number;
  dead?: number;
  fades?: number;
}

export interface Preset {
  id: string;
  net: string; // the experiment, as addresses hold it
  watch: Measure; // what is drawn layer by layer
  shows: Condition[];
  title: string;
  text: string;
  shown: string; // what is said once all holds
}

// Whether all holds of networks at the end of their trainings.
export const holds = (shows: readonly Condition[], seen: readonly Seen[]): boolean =>
  seen.every(({ ended }) => ended) && shows.every((one) => fulfilled(one, seen[one.network - 1]));

const fulfilled = ({ least, most, dead, fades }: Condition, seen: Seen | undefined): boolean => {
  if (!seen) return false;
  const { testAccuracy, layers } = seen.measured;
  const { error } = layers;
  return (
    !(least !== undefined && (seen.diverged || testAccuracy < least)) &&
    !(most !== undefined && testAccuracy > most) &&
    !(dead !== undefined && Math.max(0, ...layers.dead) < dead) &&
    !(fades !== undefined && !(error[0] <= fades * error[error.length - 1]))
  );
};
