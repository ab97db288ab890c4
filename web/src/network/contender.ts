// One network of an experiment: its training, what is measured of it, and snapshots of its path.

import { Machine } from "../program.ts";
import type { Data } from "./data.ts";
import { layersMeasured, Reader, read, updates, weightsOf } from "./measuring.ts";
import { type Examples, Passes } from "./passes.ts";
import type { Mark, Measured, Seen, Wanted } from "./protocol.ts";
import type { Chosen, Settings } from "./settings.ts";
import type { WrapperPrograms } from "./stepper.ts";
import { Training } from "./training.ts";

// Training examples that are looked at, as Python's `train` does, and test examples at a time.
const [LAYERS, MEASURED, ROOM] = [1000, 10_000, 256];
const MISREAD = 64; // examples that are told
const MARKS = 100; // of a training at which accuracy is kept, at the ends of epochs
const SNAPSHOTS = 64; // of the path; then every other one is given up, and half as many are taken

export interface Snapshot {
  step: number;
  params: Float32Array;
}

export class Contender {
  readonly training: Training;
  snapshots: Snapshot[] = [];
  private every = 1;
  private told = 0; // losses that the page knows
  private marks: Mark[] = []; // that the page does not know yet
  private readonly markEvery: number;
  private last: Measured | null = null;
  private readonly steepest: number;
  private readonly whole: Passes; // all examples whose layers are looked at, at once
  private readonly passes: Passes;
  private reader: { side: number; reach: number; reader: Reader } | null = null;

  constructor(
    readonly data: Data,
    settings: Settings,
    chosen: Chosen,
    wrappers: WrapperPrograms,
  ) {
    this.training = new Training(data.train, data.classes, settings, chosen, wrappers);
    const { net } = this.training;
    this.whole = new Passes(net, Math.min(LAYERS, data.train.count));
    this.passes = new Passes(net, ROOM);
    const machine = new Machine(chosen.activation.entry.steepest);
    machine.set(chosen.activation.options);
    machine.run();
    [this.steepest] = machine.result("steepest");
    const { perEpoch } = this.training;
    this.markEvery = perEpoch * Math.ceil(settings.epochs / MARKS);
    this.keep();
    this.mark();
  }

  advance(most: number): void {
    const { training, markEvery } = this;
    for (let left = most; left > 0 && !training.ended; ) {
      const before = training.step;
      training.advance(Math.min(left, this.every - (before % this.every), markEvery - (before % markEvery)));
      const taken = training.step - before;
      left -= taken;
      if (taken && training.step % this.every === 0) this.keep();
      if (taken && (training.step % markEvery === 0 || training.ended)) this.mark();
      if (!taken) break;
    }
  }

  private mark(): void {
    const { step, trainAccuracy: train, testAccuracy: test } = this.measure();
    this.marks.push({ step, train, test });
  }

  private keep(): void {
    const { params, step } = this.training;
    // A network that diverged lies nowhere.
    if (!params.every(Number.isFinite)) return;
    this.snapshots.push({ step, params: params.slice() });
    if (this.snapshots.length <= SNAPSHOTS) return;
    this.every *= 2;
    this.snapshots = this.snapshots.filter((one) => one.step % this.every === 0);
  }

  // The path with the present place.
  get path(): Snapshot[] {
    const { params, step } = this.training;
    const present = this.snapshots.at(-1)?.step === step || !params.every(Number.isFinite);
    return present ? this.snapshots : [...this.snapshots, { step, params: params.slice() }];
  }

  // Measures anew where something has changed.
  measure(): Measured {
    const { training, data, passes } = this;
    const { params, step } = training;
    if (this.last?.step === step) return this.last;
    const [trainLoss, trainAccuracy] = passes.evaluate(params, first(data.train, MEASURED));
    const [testLoss, testAccuracy, misread] = read(passes, params, data.test, MISREAD);
    const layers = layersMeasured(this.whole, params, first(data.train, LAYERS), this.steepest);
    this.last = { step, trainLoss, trainAccuracy, testLoss, testAccuracy, misread, layers };
    return this.last;
  }

  // fresh: whether to measure; else what was measured last is said again.
  seen(wanted: Wanted, fresh: boolean): Seen {
    const { training } = this;
    const { net, params, delta, step } = training;
    const since = (all: number[]): Float32Array => Float32Array.from(all.slice(this.told));
    const seen: Seen = {
      step,
      steps: training.steps,
      epoch: step / training.perEpoch,
      losses: since(training.losses),
      norms: since(training.norms),
      diverged: training.diverged,
      ended: training.ended,
      update: updates(net.sizes, delta, params),
      marks: this.marks,
      measured: fresh || !this.last ? this.measure() : this.last,
      decision: wanted.decision && net.sizes[0] === 2 ? this.readerOf(wanted).read(params) : null,
      weights: wanted.weights ? weightsOf(net.sizes, params, wanted.weights) : null,
    };
    this.told = step;
    this.marks = [];
    return seen;
  }

  private readerOf({ decision, reach }: Wanted): Reader {
    if (this.reader?.side !== decision || this.reader.reach !== reach) {
      this.reader = { side: decision, reach, reader: new Reader(this.training.net, decision, reach) };
    }
    return this.reader.reader;
  }
}

export const first = ({ x, y, count }: Examples, most: number): Examples => {
  const many = Math.min(most, count);
  return { x: x.subarray(0, (x.length / count) * many), y, count: many };
};
