// Programs over many points at once: each operation is a loop over rows of numbers, so that its kind is looked up once
// for all of them.

import { erf, logaddexp, ndtr, remainder, rint, sigmoid, slope } from "./functions.ts";
import { KINDS } from "./kinds.ts";
import { type Program, unpacked, WIDTH } from "./program.ts";

const BLOCK = 512; // points at a time, whose rows stay in a core's cache

// A program as a function of many points: `over` are the inputs that differ from point to point, `fixed` those that do
// not; the results have one row each.
export class Rows {
  private readonly code: Int32Array;
  private readonly rows: Float64Array[];
  private readonly results: number[];
  private readonly loops: Loop[];

  constructor(
    private readonly program: Program,
    result: string,
  ) {
    this.code = unpacked(program);
    const width = program.inputs.length + program.numbers.length + this.code.length / WIDTH;
    this.rows = Array.from({ length: width }, () => new Float64Array(BLOCK));
    program.numbers.forEach((value, k) => {
      this.rows[program.inputs.length + k].fill(value ?? Number.NaN);
    });
    this.results = program.results[result];
    this.loops = Array.from({ length: this.code.length / WIDTH }, (_, line) => {
      const [kind] = KINDS[this.code[line * WIDTH]];
      const loop = LOOPS[kind];
      if (!loop) throw new Error(`${kind} is no operation of points`);
      return loop;
    });
  }

  run(over: Record<string, Float64Array>, fixed: Record<string, number>, out: Float64Array[]): void {
    const { inputs } = this.program;
    inputs.forEach((name, k) => {
      if (name in fixed) this.rows[k].fill(fixed[name]);
    });
    const many = out[0].length;
    for (let from = 0; from < many; from += BLOCK) {
      const n = Math.min(BLOCK, many - from);
      inputs.forEach((name, k) => {
        if (name in over) this.rows[k].set(over[name].subarray(from, from + n));
      });
      for (let line = 0; line < this.code.length; line += WIDTH) this.step(line, n);
      this.results.forEach((place, k) => {
        out[k].set(this.rows[place].subarray(0, n), from);
      });
    }
  }

  private step(line: number, n: number): void {
    const { code, rows, loops } = this;
    const [a, b, c, d] = [2, 3, 4, 5].map((k) => rows[code[line + k]]);
    loops[line / WIDTH](n, rows[code[line + 1]], a, b, c, d);
  }
}

type Row = Float64Array | Float32Array;

export type Loop = (n: number, out: Row, a: Row, b: Row, c: Row, d: Row) => void;

// A loop for each kind, so that each is compiled by itself as soon as it is warm.
export const LOOPS: Record<string, Loop> = {
  "+": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] + b[i];
  },
  "-": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] - b[i];
  },
  "*": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] * b[i];
  },
  "/": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] / b[i];
  },
  negative: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = -a[i];
  },
  sqrt: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i]);
  },
  abs: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]);
  },
  sign: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sign(a[i]);
  },
  max: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.max(a[i], b[i]);
  },
  min: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.min(a[i], b[i]);
  },
  rint: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = rint(a[i]);
  },
  floor: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.floor(a[i]);
  },
  less: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] < b[i] ? 1 : 0;
  },
  less_equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] <= b[i] ? 1 : 0;
  },
  greater: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? 1 : 0;
  },
  greater_equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] >= b[i] ? 1 : 0;
  },
  equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
  },
  not_equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0;
  },
  isnan: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Number.isNaN(a[i]) ? 1 : 0;
  },
  isfinite: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Number.isFinite(a[i]) ? 1 : 0;
  },
  isinf: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]) === Infinity ? 1 : 0;
  },
  logical_not: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = a[i] ? 0 : 1;
  },
  logical_and: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] && b[i] ? 1 : 0;
  },
  logical_or: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] || b[i] ? 1 : 0;
  },
  where: (n, out, a, b, c) => {
    for (let i = 0; i < n; i++) out[i] = a[i] ? b[i] : c[i];
  },
  pick: (n, out, a, b, c, d) => {
    for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? c[i] : d[i];
  },
  "**": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] ** b[i];
  },
  remainder: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = remainder(a[i], b[i]);
  },
  exp: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.exp(a[i]);
  },
  expm1: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.expm1(a[i]);
  },
  log: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.log(a[i]);
  },
  log2: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.log2(a[i]);
  },
  log10: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.log10(a[i]);
  },
  erf: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = erf(a[i]);
  },
  ndtr: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = ndtr(a[i]);
  },
  logaddexp: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = logaddexp(a[i], b[i]);
  },
  sigmoid: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = sigmoid(a[i]);
  },
  slope: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = slope(a[i]);
  },
  softplus: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = logaddexp(0, a[i]);
  },
  sin: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sin(a[i]);
  },
  cos: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.cos(a[i]);
  },
  tan: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.tan(a[i]);
  },
  asin: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.asin(a[i]);
  },
  acos: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.acos(a[i]);
  },
  atan: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.atan(a[i]);
  },
  arctan2: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.atan2(a[i], b[i]);
  },
  sinh: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sinh(a[i]);
  },
  cosh: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.cosh(a[i]);
  },
  tanh: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.tanh(a[i]);
  },
  hypot: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.hypot(a[i], b[i]);
  },
};
