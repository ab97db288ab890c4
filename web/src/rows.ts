// Programs over many points at once: each operation is a loop over rows of numbers, so that its kind is looked up once
// for all of them.

import { erf, logaddexp, remainder, rint, sigmoid, slope } from "./functions.ts";
import { type Program, unpacked, WIDTH } from "./program.ts";

const BLOCK = 512; // points at a time, whose rows stay in a core's cache

// A program as a function of many points: `over` are the inputs that differ from point to point, `fixed` those that do
// not; the results have one row each.
export class Rows {
  private readonly code: Int32Array;
  private readonly rows: Float64Array[];
  private readonly results: number[];

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
    const { code, rows } = this;
    operate(
      code[line],
      rows[code[line + 1]],
      rows[code[line + 2]],
      rows[code[line + 3]],
      rows[code[line + 4]],
      rows[code[line + 5]],
      n,
    );
  }
}

type Row = Float64Array;

const operate = (kind: number, out: Row, a: Row, b: Row, c: Row, d: Row, n: number): void => {
  switch (kind) {
    case 0:
      for (let i = 0; i < n; i++) out[i] = a[i] + b[i];
      break;
    case 1:
      for (let i = 0; i < n; i++) out[i] = a[i] - b[i];
      break;
    case 2:
      for (let i = 0; i < n; i++) out[i] = a[i] * b[i];
      break;
    case 3:
      for (let i = 0; i < n; i++) out[i] = a[i] / b[i];
      break;
    case 4:
      for (let i = 0; i < n; i++) out[i] = -a[i];
      break;
    case 5:
      for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i]);
      break;
    case 6:
      for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]);
      break;
    case 7:
      for (let i = 0; i < n; i++) out[i] = Math.sign(a[i]);
      break;
    case 8:
      for (let i = 0; i < n; i++) out[i] = Math.max(a[i], b[i]);
      break;
    case 9:
      for (let i = 0; i < n; i++) out[i] = Math.min(a[i], b[i]);
      break;
    case 10:
      for (let i = 0; i < n; i++) out[i] = rint(a[i]);
      break;
    case 11:
      for (let i = 0; i < n; i++) out[i] = Math.floor(a[i]);
      break;
    case 12:
      for (let i = 0; i < n; i++) out[i] = a[i] < b[i] ? 1 : 0;
      break;
    case 13:
      for (let i = 0; i < n; i++) out[i] = a[i] <= b[i] ? 1 : 0;
      break;
    case 14:
      for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? 1 : 0;
      break;
    case 15:
      for (let i = 0; i < n; i++) out[i] = a[i] >= b[i] ? 1 : 0;
      break;
    case 16:
      for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
      break;
    case 17:
      for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0;
      break;
    case 18:
      for (let i = 0; i < n; i++) out[i] = Number.isNaN(a[i]) ? 1 : 0;
      break;
    case 19:
      for (let i = 0; i < n; i++) out[i] = Number.isFinite(a[i]) ? 1 : 0;
      break;
    case 20:
      for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]) === Infinity ? 1 : 0;
      break;
    case 21:
      for (let i = 0; i < n; i++) out[i] = a[i] ? 0 : 1;
      break;
    case 22:
      for (let i = 0; i < n; i++) out[i] = a[i] && b[i] ? 1 : 0;
      break;
    case 23:
      for (let i = 0; i < n; i++) out[i] = a[i] || b[i] ? 1 : 0;
      break;
    case 24:
      for (let i = 0; i < n; i++) out[i] = a[i] ? b[i] : c[i];
      break;
    case 25:
      for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? c[i] : d[i];
      break;
    case 26:
      for (let i = 0; i < n; i++) out[i] = a[i] ** b[i];
      break;
    case 27:
      for (let i = 0; i < n; i++) out[i] = remainder(a[i], b[i]);
      break;
    case 28:
      for (let i = 0; i < n; i++) out[i] = Math.exp(a[i]);
      break;
    case 29:
      for (let i = 0; i < n; i++) out[i] = Math.expm1(a[i]);
      break;
    case 30:
      for (let i = 0; i < n; i++) out[i] = Math.log(a[i]);
      break;
    case 31:
      for (let i = 0; i < n; i++) out[i] = Math.log2(a[i]);
      break;
    case 32:
      for (let i = 0; i < n; i++) out[i] = Math.log10(a[i]);
      break;
    case 33:
      for (let i = 0; i < n; i++) out[i] = erf(a[i]);
      break;
    case 34:
      for (let i = 0; i < n; i++) out[i] = logaddexp(a[i], b[i]);
      break;
    case 35:
      for (let i = 0; i < n; i++) out[i] = sigmoid(a[i]);
      break;
    case 36:
      for (let i = 0; i < n; i++) out[i] = slope(a[i]);
      break;
    case 37:
      for (let i = 0; i < n; i++) out[i] = logaddexp(0, a[i]);
      break;
    case 38:
      for (let i = 0; i < n; i++) out[i] = Math.sin(a[i]);
      break;
    case 39:
      for (let i = 0; i < n; i++) out[i] = Math.cos(a[i]);
      break;
    case 40:
      for (let i = 0; i < n; i++) out[i] = Math.tan(a[i]);
      break;
    case 41:
      for (let i = 0; i < n; i++) out[i] = Math.asin(a[i]);
      break;
    case 42:
      for (let i = 0; i < n; i++) out[i] = Math.acos(a[i]);
      break;
    case 43:
      for (let i = 0; i < n; i++) out[i] = Math.atan(a[i]);
      break;
    case 44:
      for (let i = 0; i < n; i++) out[i] = Math.atan2(a[i], b[i]);
      break;
    case 45:
      for (let i = 0; i < n; i++) out[i] = Math.sinh(a[i]);
      break;
    case 46:
      for (let i = 0; i < n; i++) out[i] = Math.cosh(a[i]);
      break;
    case 47:
      for (let i = 0; i < n; i++) out[i] = Math.tanh(a[i]);
      break;
    case 48:
      for (let i = 0; i < n; i++) out[i] = Math.hypot(a[i], b[i]);
      break;
    default:
      throw new Error(`operation ${kind} is not one of points`);
  }
};
