// What is measured of a network while it trains, as Python's `train` measures it: how gradients and units fare in each
// layer, what is misread, and how a plane of inputs is read.

import { layersOf } from "./architecture.ts";
import { type Examples, Passes } from "./passes.ts";

const SATURATED = 0.05; // of the activation's steepest slope

// Of each layer: the norms of its gradient and of its error. Of each hidden one: the root of the mean square of its
// outputs; the share of units with no slope for any example; and of units and examples with hardly any.
export interface Layers {
  gradient: number[];
  error: number[];
  signal: number[];
  dead: number[];
  saturated: number[];
}

// Over examples that the passes have room for at once.
export const layersMeasured = (
  passes: Passes,
  params: Float32Array,
  { x, y, count }: Examples,
  steepest: number,
): Layers => {
  const gradient = new Float32Array(params.length);
  passes.forward(params, x, count);
  passes.backward(params, x, y, count, gradient);
  const hidden = passes.layers.slice(0, -1);
  return {
    gradient: passes.layers.map(({ weights, biases, outputs }) => norm(gradient, weights, biases + outputs)),
    error: passes.layers.map(({ outputs }, k) => norm(passes.delta[k], 0, count * outputs)),
    signal: hidden.map(({ outputs }, k) => norm(passes.a[k], 0, count * outputs) / Math.sqrt(count * outputs)),
    dead: hidden.map(({ outputs }, k) => deadOf(passes.slope[k], count, outputs)),
    saturated: hidden.map(({ outputs }, k) => flatOf(passes.slope[k], count * outputs, SATURATED * steepest)),
  };
};

const norm = (vector: Float32Array, from: number, to: number): number => {
  let sum = 0;
  for (let k = from; k < to; k++) sum += vector[k] * vector[k];
  return Math.sqrt(sum);
};

const deadOf = (slopes: Float32Array, count: number, units: number): number => {
  let dead = 0;
  for (let j = 0; j < units; j++) {
    let i = 0;
    while (i < count && slopes[i * units + j] === 0) i++;
    if (i === count) dead++;
  }
  return dead / units;
};

const flatOf = (slopes: Float32Array, many: number, least: number): number => {
  let flat = 0;
  for (let k = 0; k < many; k++) if (Math.abs(slopes[k]) < least) flat++;
  return flat / many;
};

// |last step| / |weights| of each layer, biases left out; null for weights of 0.
export const updates = (sizes: readonly number[], delta: Float32Array, params: Float32Array): (number | null)[] =>
  layersOf(sizes).map(({ weights, biases }) => {
    const size = norm(params, weights, biases);
    return size > 0 ? norm(delta, weights, biases) / size : null;
  });

// An example that is read as another class, with the softmax of that answer.
export interface Misread {
  example: number;
  answer: number;
  confidence: number;
}

// Mean loss and share of right answers, and what is misread, the most confident first.
export const read = (
  passes: Passes,
  params: Float32Array,
  examples: Examples,
  most: number,
): [number, number, Misread[]] => {
  const found: Misread[] = [];
  const logits = passes.z[passes.z.length - 1];
  const { classes, room } = passes;
  const [loss, right] = passes.evaluate(params, examples, (example, answer) => {
    if (answer === examples.y[example]) return;
    found.push({ example, answer, confidence: softmax(logits, (example % room) * classes, classes, answer) });
  });
  found.sort((a, b) => b.confidence - a.confidence);
  return [loss, right, found.slice(0, most)];
};

const softmax = (logits: Float32Array, from: number, classes: number, answer: number): number => {
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp(logits[from + k] - logits[from + answer]);
  return 1 / sum;
};

export interface Decision {
  side: number; // cells along each axis
  reach: number; // of both axes, to both sides
  answers: Uint8Array; // row by row from the lower left
  confidence: Float32Array;
}

// How points of a square around 0 are read. It keeps its buffers.
export class Reader {
  private readonly passes: Passes;
  private readonly points: Float32Array;

  constructor(
    net: Passes["net"],
    private readonly side: number,
    private readonly reach: number,
  ) {
    this.passes = new Passes(net, side);
    this.points = new Float32Array(2 * side);
  }

  read(params: Float32Array): Decision {
    const { side, reach, passes, points } = this;
    const { classes } = passes;
    const logits = passes.z[passes.z.length - 1];
    const answers = new Uint8Array(side * side);
    const confidence = new Float32Array(side * side);
    const place = (k: number): number => reach * ((2 * k + 1) / side - 1);
    for (let j = 0; j < side; j++) {
      for (let i = 0; i < side; i++) points.set([place(i), place(j)], 2 * i);
      passes.evaluate(params, { x: points, y: new Uint8Array(side), count: side }, (i, answer) => {
        answers[j * side + i] = answer;
        confidence[j * side + i] = softmax(logits, i * classes, classes, answer);
      });
    }
    return { side, reach, answers, confidence };
  }
}

export interface Weights {
  units: Uint16Array; // the strongest first
  rows: Float32Array; // of each, what it looks for (features)
}

// What units of the first layer look for; without a hidden one these are the classes, in their order.
export const weightsOf = (sizes: readonly number[], params: Float32Array, most: number): Weights => {
  const [{ inputs, outputs }] = layersOf(sizes);
  const column = (j: number): Float32Array => Float32Array.from({ length: inputs }, (_, i) => params[i * outputs + j]);
  const all = Array.from({ length: outputs }, (_, j) => ({ j, row: column(j) }));
  if (sizes.length > 2) {
    const sizesOf = new Map(all.map(({ j, row }) => [j, norm(row, 0, inputs)]));
    all.sort((a, b) => sizesOf.get(b.j)! - sizesOf.get(a.j)!);
  }
  const shown = all.slice(0, most);
  const rows = new Float32Array(shown.length * inputs);
  shown.forEach(({ row }, k) => {
    rows.set(row, k * inputs);
  });
  return { units: Uint16Array.from(shown, ({ j }) => j), rows };
};
