// Walks over terrains, step by step as Python's `descend` takes them.

import { Optimizer, type OptimizerPrograms } from "./optimizer.ts";
import { Machine, type Program } from "./program.ts";
import type { Parameters, Point, Terrain } from "./terrain.ts";

const NEAR = 1e30; // coordinates up to which no tenth power overflows

export interface Wrapper {
  name: "clip" | "sam";
  size: number;
}

// What walks: an optimizer, what is around it from the outermost on, and how its rate changes.
export interface Walker {
  optimizer: OptimizerPrograms;
  options: Parameters;
  around: readonly Wrapper[];
  schedule?: { program: Program; options: Parameters };
}

export interface WrapperPrograms {
  clip: Program; // the gradient that is stepped with
  sam: Program; // the point of which the gradient is stepped with
}

// What differs from the exact gradient, drawn afresh for each step.
export interface Noise {
  renew(): void;
  // The gradient of this step's loss at a point, into `out`.
  gradient(terrain: Terrain, x: number, y: number, out: Float64Array): void;
  hessian(terrain: Terrain, x: number, y: number): readonly number[];
}

export const EXACT: Noise = {
  renew() {},
  gradient(terrain, x, y, out) {
    terrain.feel(x, y);
    out.set(terrain.gradient);
  },
  hessian: (terrain, x, y) => terrain.hessian(x, y),
};

// What was met at each step, up to the last finite point. used, rates: with what each step was taken, as clipping, SAM
// and a schedule make another gradient and another rate; at the last point there is none. diverged: the step from which
// on there is no finite point, gradient or loss, −1 if there is none; outside: whether it is so at a point that has no
// loss, and ran away nowhere.
export interface Walk {
  x: Float64Array;
  y: Float64Array;
  loss: Float64Array;
  gradient: Float64Array[];
  used: Float64Array[];
  rates: Float64Array;
  state: Record<string, Float64Array[]>;
  diverged: number;
  outside: boolean;
}

export const walk = (
  terrain: Terrain,
  walker: Walker,
  wrappers: WrapperPrograms,
  start: Point,
  steps: number,
  noise: Noise = EXACT,
  signs: (step: number) => readonly number[] = () => [1, 1],
): Walk => {
  const optimizer = new Optimizer(walker.optimizer, walker.options);
  const sams = wrapping(wrappers.sam, walker.around, "sam");
  const clips = wrapping(wrappers.clip, walker.around, "clip");
  const rate = rateOf(walker, steps);
  const column = (): Float64Array => new Float64Array(steps + 1);
  const columns = { x: column(), y: column(), loss: column() };
  const [gradients, stepped, rates] = [[column(), column()], [column(), column()], column()];
  const state = optimizer.shown.map(({ name, places }) => ({ name, places, columns: places.map(column) }));
  const [gradient, used] = [new Float64Array(2), new Float64Array(2)];

  let [x, y] = start;
  let [rows, diverged, outside] = [0, -1, false];
  optimizer.start(x, y);
  for (let step = 0; step <= steps; step++) {
    noise.renew();
    noise.gradient(terrain, x, y, gradient);
    const { loss } = terrain;
    const there = Number.isFinite(x) && Number.isFinite(y);
    const sloping = Number.isFinite(gradient[0]) && Number.isFinite(gradient[1]);
    if (there && sloping && Number.isFinite(loss)) diverged = -1;
    else if (diverged < 0) diverged = step;
    if (!there) break;
    outside = Number.isNaN(loss) && Math.abs(x) < NEAR && Math.abs(y) < NEAR;
    columns.x[step] = x;
    columns.y[step] = y;
    columns.loss[step] = loss;
    gradients[0][step] = gradient[0];
    gradients[1][step] = gradient[1];
    const { places } = optimizer.machine;
    for (const one of state) {
      for (let k = 0; k < one.places.length; k++) {
        one.columns[k][step] = step ? places[one.places[k]] : optimizer.shownAtStart(one.name, k);
      }
    }
    rows = step + 1;
    if (!sloping || step === steps) break;
    used.set(gradient);
    for (const one of sams) {
      one.set({ g0: used[0], g1: used[1], x0: x, x1: y });
      one.run();
      const [ax, ay] = one.result("point");
      noise.gradient(terrain, ax, ay, used);
    }
    for (const one of clips) {
      one.set({ g0: used[0], g1: used[1] });
      one.run();
      used.set(one.result("gradient"));
    }
    const { asks } = optimizer;
    if (asks.hessian) optimizer.ask(noise.hessian(terrain, x, y), asks.signs ? signs(step + 1) : null);
    rates[step] = rate(step);
    stepped[0][step] = used[0];
    stepped[1][step] = used[1];
    optimizer.step(step + 1, used, x, y, rates[step]);
    x += optimizer.dx;
    y += optimizer.dy;
  }
  const cut = (one: Float64Array): Float64Array => one.subarray(0, rows);
  return {
    x: cut(columns.x),
    y: cut(columns.y),
    loss: cut(columns.loss),
    gradient: gradients.map(cut),
    used: stepped.map(cut),
    rates: cut(rates),
    state: Object.fromEntries(state.map((one) => [one.name, one.columns.map(cut)])),
    diverged,
    outside,
  };
};

const SIZES = { clip: "max_norm", sam: "rho" } as const;

const wrapping = (program: Program, around: readonly Wrapper[], name: Wrapper["name"]): Machine[] =>
  around
    .filter((one) => one.name === name)
    .map(({ size }) => {
      const machine = new Machine(program);
      machine.set({ [SIZES[name]]: size });
      return machine;
    });

const rateOf = ({ options, schedule }: Walker, steps: number): ((step: number) => number) => {
  if (!schedule) return () => options.lr;
  const machine = new Machine(schedule.program);
  machine.set({ ...schedule.options, steps });
  return (step) => {
    machine.set({ step });
    machine.run();
    return options.lr * machine.result("factor")[0];
  };
};
