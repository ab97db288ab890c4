// Programs: straight lines of operations that Python's formulas wrote down. Nothing of a text becomes code: an operation
// is a number that this file knows.

import { eigen, erf, logaddexp, ndtr, reflection, remainder, rint, sigmoid, slope } from "./functions.ts";
import { KINDS } from "./kinds.ts";

// inputs stand in the first places, after them the numbers, then what each operation makes. operations: the kind of each,
// and the places of its operands.
export interface Program {
  inputs: string[];
  numbers: (number | null)[];
  operations: number[];
  results: Record<string, number[]>;
}

export const WIDTH = 6; // of an operation that is unpacked: its kind, the place that it fills, and four operands

// The operations, each with the place that it fills.
export const unpacked = ({ inputs, numbers, operations }: Program): Int32Array => {
  const lines: number[] = [];
  let place = inputs.length + numbers.length;
  for (let at = 0; at < operations.length; place++) {
    const kind = operations[at];
    const many = KINDS[kind][1];
    const operands = operations.slice(at + 1, at + 1 + many);
    lines.push(kind, place, ...operands, ...Array(4 - many).fill(0));
    at += 1 + many;
  }
  return Int32Array.from(lines);
};

// A program that computes with single numbers. Its inputs are set in `places`, and its results are read there.
export class Machine {
  readonly places: Float64Array;
  readonly results: Record<string, number[]>;
  private readonly code: Int32Array;
  private readonly inputs: Map<string, number>;

  constructor(program: Program) {
    this.code = unpacked(program);
    const begin = program.inputs.length + program.numbers.length;
    this.places = new Float64Array(begin + this.code.length / WIDTH);
    // JSON has no word for what is no number.
    program.numbers.forEach((value, k) => {
      this.places[program.inputs.length + k] = value ?? Number.NaN;
    });
    this.results = program.results;
    this.inputs = new Map(program.inputs.map((name, place) => [name, place]));
  }

  // Where an input stands; −1 if the program has none of that name.
  place(name: string): number {
    return this.inputs.get(name) ?? -1;
  }

  // Set inputs by their names; of those that the program does not take nothing becomes.
  set(values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) {
      const place = this.inputs.get(name);
      if (place !== undefined) this.places[place] = value;
    }
  }

  // The numbers of a result.
  result(name: string): number[] {
    return this.results[name].map((place) => this.places[place]);
  }

  run(): void {
    const { code, places: r } = this;
    for (let line = 0; line < code.length; line += WIDTH) {
      const out = code[line + 1];
      const a = r[code[line + 2]];
      const b = r[code[line + 3]];
      switch (code[line]) {
        case 0:
          r[out] = a + b;
          break;
        case 1:
          r[out] = a - b;
          break;
        case 2:
          r[out] = a * b;
          break;
        case 3:
          r[out] = a / b;
          break;
        case 4:
          r[out] = -a;
          break;
        case 5:
          r[out] = Math.sqrt(a);
          break;
        case 6:
          r[out] = Math.abs(a);
          break;
        case 7:
          r[out] = Math.sign(a);
          break;
        case 8:
          r[out] = Math.max(a, b);
          break;
        case 9:
          r[out] = Math.min(a, b);
          break;
        case 10:
          r[out] = rint(a);
          break;
        case 11:
          r[out] = Math.floor(a);
          break;
        case 12:
          r[out] = a < b ? 1 : 0;
          break;
        case 13:
          r[out] = a <= b ? 1 : 0;
          break;
        case 14:
          r[out] = a > b ? 1 : 0;
          break;
        case 15:
          r[out] = a >= b ? 1 : 0;
          break;
        case 16:
          r[out] = a === b ? 1 : 0;
          break;
        case 17:
          r[out] = a !== b ? 1 : 0;
          break;
        case 18:
          r[out] = Number.isNaN(a) ? 1 : 0;
          break;
        case 19:
          r[out] = Number.isFinite(a) ? 1 : 0;
          break;
        case 20:
          r[out] = Math.abs(a) === Infinity ? 1 : 0;
          break;
        case 21:
          r[out] = a ? 0 : 1;
          break;
        case 22:
          r[out] = a && b ? 1 : 0;
          break;
        case 23:
          r[out] = a || b ? 1 : 0;
          break;
        case 24:
          r[out] = a ? b : r[code[line + 4]];
          break;
        case 25:
          r[out] = a > b ? r[code[line + 4]] : r[code[line + 5]];
          break;
        case 26:
          r[out] = a ** b;
          break;
        case 27:
          r[out] = remainder(a, b);
          break;
        case 28:
          r[out] = Math.exp(a);
          break;
        case 29:
          r[out] = Math.expm1(a);
          break;
        case 30:
          r[out] = Math.log(a);
          break;
        case 31:
          r[out] = Math.log2(a);
          break;
        case 32:
          r[out] = Math.log10(a);
          break;
        case 33:
          r[out] = erf(a);
          break;
        case 34:
          r[out] = logaddexp(a, b);
          break;
        case 35:
          r[out] = sigmoid(a);
          break;
        case 36:
          r[out] = slope(a);
          break;
        case 37:
          r[out] = logaddexp(0, a);
          break;
        case 38:
          r[out] = Math.sin(a);
          break;
        case 39:
          r[out] = Math.cos(a);
          break;
        case 40:
          r[out] = Math.tan(a);
          break;
        case 41:
          r[out] = Math.asin(a);
          break;
        case 42:
          r[out] = Math.acos(a);
          break;
        case 43:
          r[out] = Math.atan(a);
          break;
        case 44:
          r[out] = Math.atan2(a, b);
          break;
        case 45:
          r[out] = Math.sinh(a);
          break;
        case 46:
          r[out] = Math.cosh(a);
          break;
        case 47:
          r[out] = Math.tanh(a);
          break;
        case 48:
          r[out] = Math.hypot(a, b);
          break;
        case 49:
          r[out] = a;
          break;
        case 50:
          r[out] = a;
          break;
        case 51:
          r[out] = a ? 1 : 0;
          break;
        case 52:
          r[out] = a ? 1 : 0;
          break;
        case 53:
          r[out] = eigen(a, b, r[code[line + 4]])[0];
          break;
        case 54:
          r[out] = eigen(a, b, r[code[line + 4]])[1];
          break;
        case 55:
          r[out] = eigen(a, b, r[code[line + 4]])[2];
          break;
        case 56:
          r[out] = eigen(a, b, r[code[line + 4]])[3];
          break;
        case 57:
          r[out] = eigen(a, b, r[code[line + 4]])[4];
          break;
        case 58:
          r[out] = eigen(a, b, r[code[line + 4]])[5];
          break;
        case 59:
          r[out] = reflection(a, b)[0];
          break;
        case 60:
          r[out] = reflection(a, b)[1];
          break;
        case 61:
          r[out] = reflection(a, b)[2];
          break;
        case 62:
          r[out] = ndtr(a);
          break;
      }
    }
  }
}
