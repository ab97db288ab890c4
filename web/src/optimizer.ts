// An optimizer as the page walks with it: its programs, at values of its hyperparameters.

import { Machine, type Program } from "./program.ts";
import type { Parameters } from "./terrain.ts";

export interface OptimizerPrograms {
  init: Program;
  step: Program;
  state: Record<string, { size: number; each: boolean }>;
  free: string[];
  asks: string[]; // what a step needs beside the gradient: "hessian", "signs"
  scheduled: boolean;
}

export class Optimizer {
  readonly shown: readonly { name: string; places: readonly number[] }[];
  readonly asks: { hessian: boolean; signs: boolean };
  readonly machine: Machine;
  private readonly begin: Machine;
  // From where each number that is remembered stands after a step to where it stands before the next one.
  private readonly kept: readonly (readonly [number, number])[];
  private readonly moved: Float64Array;
  private readonly delta: readonly number[];
  private readonly at: Record<string, number>;

  constructor(
    readonly programs: OptimizerPrograms,
    readonly options: Parameters,
  ) {
    const { init, step, state, asks } = programs;
    [this.begin, this.machine] = [new Machine(init), new Machine(step)];
    this.begin.set(options);
    this.machine.set(options);
    this.asks = { hessian: asks.includes("hessian"), signs: asks.includes("signs") };
    this.kept = Object.entries(state).flatMap(([name, { size }]) =>
      Array.from({ length: size }, (_, k) => [step.results[name][k], this.machine.place(`${name}:${k}`)] as const),
    );
    this.moved = new Float64Array(this.kept.length);
    this.delta = step.results.delta;
    this.shown = Object.entries(step.results)
      .filter(([name]) => name.startsWith("shown:"))
      .map(([name, places]) => ({ name: name.slice("shown:".length), places }));
    const names = ["g0", "g1", "x0", "x1", "lr", "t", "h00", "h01", "h11", "u0", "u1"];
    this.at = Object.fromEntries(names.map((name) => [name, this.machine.place(name)]));
  }

  // What is remembered before the first step from a point.
  start(x: number, y: number): void {
    const { begin, machine } = this;
    begin.set({ x0: x, x1: y });
    begin.run();
    for (const [name, places] of Object.entries(begin.results)) {
      places.forEach((place, k) => {
        const to = machine.place(`${name}:${k}`);
        if (to >= 0) machine.places[to] = begin.places[place];
      });
    }
  }

  // What is shown of it before the first step.
  shownAtStart(name: string, k: number): number {
    return this.begin.places[this.begin.results[`shown:${name}`][k]];
  }

  // Take step t = 1, 2 … from a point; `dx` and `dy` say where to.
  step(t: number, g: ArrayLike<number>, x: number, y: number, lr: number): void {
    const { places } = this.machine;
    const { at } = this;
    places[at.g0] = g[0];
    places[at.g1] = g[1];
    places[at.x0] = x;
    places[at.x1] = y;
    places[at.lr] = lr;
    places[at.t] = t;
    this.machine.run();
    // First all, as one may be what another was.
    this.kept.forEach(([from], k) => {
      this.moved[k] = places[from];
    });
    this.kept.forEach(([, to], k) => {
      places[to] = this.moved[k];
    });
  }

  ask(hessian: readonly number[] | null, signs: readonly number[] | null): void {
    const { places } = this.machine;
    if (hessian) {
      places[this.at.h00] = hessian[0];
      places[this.at.h01] = hessian[1];
      places[this.at.h11] = hessian[2];
    }
    if (signs) {
      places[this.at.u0] = signs[0];
      places[this.at.u1] = signs[1];
    }
  }

  get dx(): number {
    return this.machine.places[this.delta[0]];
  }

  get dy(): number {
    return this.machine.places[this.delta[1]];
  }
}
