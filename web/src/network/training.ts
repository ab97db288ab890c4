// A training as Python's `train` goes it, step by step: minibatches in an order that is drawn anew for each epoch, a last
// one that is not full left out, and an end where the loss blows up.

import { Machine } from "../program.ts";
import { Generator } from "../random.ts";
import { drawn } from "./architecture.ts";
import { uniform } from "./losses.ts";
import { type Architecture, type Examples, Passes } from "./passes.ts";
import type { Chosen, Settings } from "./settings.ts";
import { type Probe, Stepper, type WrapperPrograms } from "./stepper.ts";

const BLOWN_UP = 100; // times the loss at the start

export class Training {
  readonly net: Architecture;
  readonly params: Float32Array;
  readonly start: Float32Array;
  readonly gradient: Float32Array;
  readonly losses: number[] = [];
  readonly norms: number[] = [];
  diverged = false;
  readonly size: number; // of a batch
  readonly perEpoch: number;
  private readonly passes: Passes;
  private readonly generator: Generator;
  private order: Uint32Array = new Uint32Array(0);
  private readonly batch: { x: Float32Array; y: Uint16Array };
  private stepper: Stepper;
  private rate: (step: number) => number;
  private limit = Infinity;

  constructor(
    private readonly data: Examples,
    classes: number,
    readonly settings: Settings,
    chosen: Chosen,
    wrappers: WrapperPrograms,
  ) {
    const features = data.x.length / data.count;
    const sizes = [features, ...settings.hidden, classes];
    this.net = { sizes, activation: chosen.activation, loss: chosen.loss };
    this.params = drawn(sizes, chosen.initialiser, settings.seed);
    this.start = this.params.slice();
    this.gradient = new Float32Array(this.params.length);
    this.size = settings.batch === "full" ? data.count : Math.min(settings.batch, data.count);
    this.perEpoch = Math.floor(data.count / this.size);
    this.passes = new Passes(this.net, this.size);
    this.generator = new Generator(settings.seed);
    this.batch = { x: new Float32Array(this.size * features), y: new Uint16Array(this.size) };
    this.stepper = this.stepperOf(chosen, wrappers);
    this.rate = rateOf(chosen, this.steps);
  }

  get steps(): number {
    return this.settings.epochs * this.perEpoch;
  }

  get step(): number {
    return this.losses.length;
  }

  get ended(): boolean {
    return this.diverged || this.step >= this.steps;
  }

  get delta(): Float32Array {
    return this.stepper.delta;
  }

  // Goes on at another rate: with all that is remembered, as only the numbers of the optimizer are others.
  change(chosen: Chosen): void {
    this.stepper.set(chosen.optimizer.options);
    this.rate = rateOf(chosen, this.steps);
  }

  // Takes at most so many steps.
  advance(most: number): void {
    for (let k = 0; k < most && !this.ended; k++) this.once();
  }

  private once(): void {
    const { params, gradient, step } = this;
    const { x, y } = this.next();
    const loss = this.gradientAt(params, gradient, x, y);
    const norm = Math.sqrt(Math.fround(squares(gradient)));
    if (!(loss <= this.limit && Number.isFinite(loss) && Number.isFinite(norm))) {
      this.diverged = true;
      return;
    }
    const rate = this.rate(step);
    if (step === 0) this.limit = BLOWN_UP * Math.max(loss, uniform(this.net.loss, this.passes.classes));
    this.losses.push(loss);
    this.norms.push(norm);
    const probe: Probe = (at, out) => {
      this.gradientAt(at, out, x, y);
    };
    this.stepper.take(rate, probe);
  }

  private gradientAt(params: Float32Array, out: Float32Array, x: Float32Array, y: ArrayLike<number>): number {
    this.passes.forward(params, x, this.size);
    return this.passes.backward(params, x, y, this.size, out);
  }

  // The examples of the next step.
  private next(): { x: Float32Array; y: ArrayLike<number> } {
    const { data, size, batch } = this;
    const at = this.step % this.perEpoch;
    if (at === 0) this.order = this.generator.permutation(data.count);
    if (size === data.count) return data;
    const features = this.net.sizes[0];
    for (let i = 0; i < size; i++) {
      const k = this.order[at * size + i];
      batch.y[i] = data.y[k];
      batch.x.set(data.x.subarray(k * features, (k + 1) * features), i * features);
    }
    return batch;
  }

  private stepperOf({ optimizer }: Chosen, wrappers: WrapperPrograms): Stepper {
    const { programs, options, around } = optimizer;
    return new Stepper(programs, options, around, wrappers, this.params, this.gradient);
  }
}

const squares = (vector: Float32Array): number => {
  let sum = 0;
  for (let k = 0; k < vector.length; k++) sum += vector[k] * vector[k];
  return sum;
};

const rateOf = ({ optimizer, schedule }: Chosen, steps: number): ((step: number) => number) => {
  const { lr } = optimizer.options;
  if (!schedule) return () => lr;
  const machine = new Machine(schedule.program);
  machine.set({ ...schedule.options, steps });
  return (step) => {
    machine.set({ step });
    machine.run();
    return lr * machine.result("factor")[0];
  };
};
