// What walks lack of the exact gradient: noise, and minibatches, with the same random numbers as in Python's `descend`.

import { Machine } from "./program.ts";
import { Generator } from "./random.ts";
import type { ExamplePrograms, Terrain } from "./terrain.ts";
import type { Noise } from "./walk.ts";

export interface Chance {
  noise: number; // standard deviation of each coordinate of the gradient
  batch: number; // examples of a step; 0 for all
  seed: number;
}

// The noise of one walk; each walk of a seed meets the same.
export const noiseOf = ({ noise, batch, seed }: Chance, terrain: Terrain): Noise => {
  const generator = new Generator([seed, 0]);
  const examples = batch ? terrain.programs.example : undefined;
  const mean = examples && new Mean(examples, terrain.parameters, batch);
  const added = [0, 0];
  return {
    renew() {
      if (noise) for (const k of [0, 1]) added[k] = noise * generator.normal();
      // As NumPy draws a number of 63 bits.
      mean?.renew(generator.long() >> 1n);
    },
    gradient(ground, x, y, out) {
      ground.feel(x, y);
      out.set(mean ? mean.gradient(x, y) : ground.gradient);
      if (noise) for (const k of [0, 1]) out[k] += added[k];
    },
    hessian: (ground, x, y) => (mean ? mean.hessian(x, y) : ground.hessian(x, y)),
  };
};

// The mean over the examples of a batch.
class Mean {
  private readonly slopes: Machine;
  private readonly bends: Machine;
  private draws: number[][] = [];

  constructor(
    private readonly examples: ExamplePrograms,
    parameters: Record<string, number>,
    private readonly batch: number,
  ) {
    this.slopes = new Machine(examples.gradient);
    this.bends = new Machine(examples.hessian);
    this.slopes.set(parameters);
    this.bends.set(parameters);
  }

  renew(seed: bigint): void {
    const { kind, size } = this.examples.draws;
    const generator = new Generator(seed);
    if (kind === "one") {
      // All examples of one kind have one slope: so their share is enough.
      this.draws = [counts(generator, this.batch, size).map((one) => one / this.batch)];
      return;
    }
    const columns = Array.from({ length: size }, () => Array.from({ length: this.batch }, () => generator.normal()));
    this.draws = columns[0].map((_, k) => columns.map((column) => column[k]));
  }

  gradient = (x: number, y: number): number[] => this.over(this.slopes, "gradient", x, y);

  hessian = (x: number, y: number): number[] => this.over(this.bends, "hessian", x, y);

  private over(machine: Machine, name: string, x: number, y: number): number[] {
    const sums = machine.results[name].map(() => 0);
    for (const draw of this.draws) {
      machine.set({ x, y, ...Object.fromEntries(draw.map((one, k) => [`d${k}`, one])) });
      machine.run();
      machine.result(name).forEach((one, k) => {
        sums[k] += one;
      });
    }
    return sums.map((sum) => sum / this.draws.length);
  }
}

// How often each of some examples is among those that were drawn, each as likely.
const counts = (generator: Generator, many: number, kinds: number): number[] => {
  const found = Array(kinds).fill(0);
  let [left, share] = [many, 1];
  for (let k = 0; k < kinds - 1 && left > 0; k++) {
    found[k] = binomial(generator, left, 1 / kinds / share);
    left -= found[k];
    share -= 1 / kinds;
  }
  found[kinds - 1] += left;
  return found;
};

// How many of n happen that each do with probability p, by inversion, as NumPy for n p of at most 30.
const binomial = (generator: Generator, n: number, p: number): number => {
  if (p > 0.5) return n - binomial(generator, n, 1 - p);
  const q = 1 - p;
  const none = Math.exp(n * Math.log1p(-p));
  const most = Math.min(n, n * p + 10 * Math.sqrt(n * p * q + 1));
  let [found, chance, rest] = [0, none, generator.random()];
  while (rest > chance) {
    found++;
    if (found > most) [found, chance, rest] = [0, none, generator.random()];
    else {
      rest -= chance;
      chance = ((n - found + 1) * p * chance) / (found * q);
    }
  }
  return found;
};
