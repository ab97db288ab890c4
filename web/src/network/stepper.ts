// An optimizer as it walks through the weights of a network: the same programs as on terrains, over vectors of float32.

import type { OptimizerPrograms } from "../optimizer.ts";
import type { Program } from "../program.ts";
import type { Parameters } from "../terrain.ts";
import type { Wrapper } from "../walk.ts";
import { type Sort, sortsOf, Vectors } from "./vectors.ts";

export interface WrapperPrograms {
  clip: Program;
  sam: Program;
}

// gradientAt: writes the gradient of the present batch's loss, at other parameters.
export type Probe = (params: Float32Array, out: Float32Array) => void;

export class Stepper {
  readonly delta: Float32Array;
  // What is remembered: vectors, singles, and numbers by themselves.
  readonly state: Record<string, Float32Array> = {};
  private readonly numbers: Record<string, number> = {};
  private readonly used: Float32Array;
  private readonly away: Float32Array;
  private readonly step: Vectors;
  private readonly clips: Vectors[];
  private readonly sams: Vectors[];
  private t = 0;

  // gradient: where each step's stands.
  constructor(
    { init, step, state }: OptimizerPrograms,
    options: Parameters,
    around: readonly Wrapper[],
    wrappers: WrapperPrograms,
    private readonly params: Float32Array,
    private readonly gradient: Float32Array,
  ) {
    const length = params.length;
    const singles = singlesOf(step, state);
    for (const [name, { each }] of Object.entries(state)) {
      if (each) this.state[name] = new Float32Array(length);
      else if (singles.has(name)) this.state[name] = new Float32Array(1);
      else this.numbers[name] = 0;
    }
    this.delta = this.state.delta;
    this.used = around.length ? new Float32Array(length) : gradient;
    this.away = around.length ? new Float32Array(length) : gradient;

    const begin = new Vectors(init, { x0: params }, this.state, length);
    begin.set(options);
    begin.run();
    for (const name of Object.keys(this.numbers)) this.numbers[name] = begin.number(name);

    const kept = Object.entries(this.state).map(([name, one]) => [`${name}:0`, one] as const);
    this.step = new Vectors(step, { g0: this.used, x0: params, ...Object.fromEntries(kept) }, this.state, length);
    this.step.set(options);
    const wrapped = (name: Wrapper["name"], made: (size: number) => Vectors): Vectors[] =>
      around.filter((one) => one.name === name).map(({ size }) => made(size));
    this.clips = wrapped("clip", (max_norm) => {
      const one = new Vectors(wrappers.clip, { g0: this.used }, { gradient: this.used }, length);
      one.set({ max_norm });
      return one;
    });
    this.sams = wrapped("sam", (rho) => {
      const one = new Vectors(wrappers.sam, { g0: this.used, x0: params }, { point: this.away }, length);
      one.set({ rho });
      return one;
    });
  }

  // Take a step with the gradient that stands there; a second one of the same batch is asked of `probe`.
  take(lr: number, probe: Probe): void {
    const { params, delta, used, gradient } = this;
    if (used !== gradient) used.set(gradient);
    for (const one of this.sams) {
      one.run();
      probe(this.away, used);
    }
    for (const one of this.clips) one.run();
    this.t++;
    this.step.set({ lr, t: this.t });
    for (const [name, value] of Object.entries(this.numbers)) this.step.set({ [`${name}:0`]: value });
    this.step.run();
    for (const name of Object.keys(this.numbers)) this.numbers[name] = this.step.number(name);
    for (let k = 0; k < params.length; k++) params[k] += delta[k];
  }

  // Other values of hyperparameters, with which the next steps are taken.
  set(options: Parameters): void {
    this.step.set(options);
  }
}

// Which numbers of a state are made of vectors, as what is computed of a norm is; those are float32.
const singlesOf = (step: Program, state: OptimizerPrograms["state"]): Set<string> => {
  const names = Object.keys(state);
  const sorts: Record<string, Sort> = { g0: "vector", x0: "vector" };
  for (const name of names) if (state[name].each) sorts[`${name}:0`] = "vector";
  const found = new Set<string>();
  for (let more = true; more; ) {
    const met = sortsOf(step, sorts);
    const fresh = names.filter(
      (name) => !state[name].each && !found.has(name) && met[step.results[name][0]] !== "number",
    );
    for (const name of fresh) {
      found.add(name);
      sorts[`${name}:0`] = "single";
    }
    more = fresh.length > 0;
  }
  return found;
};
