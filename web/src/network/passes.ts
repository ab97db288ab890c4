// Passes of a network over batches, forth and back, in buffers that are used again.

import type { Program } from "../program.ts";
import type { Parameters } from "../terrain.ts";
import { type Layer, layersOf, parametersOf } from "./architecture.ts";
import { answerOf, gradientOf, type Loss, lossOf } from "./losses.ts";
import { Vectors } from "./vectors.ts";

export interface Activation {
  name: string;
  function: Program; // of z: a
  derivative: Program; // of z and a: the slope
  options: Parameters;
}

// sizes: units a layer, from the input to the classes.
export interface Architecture {
  sizes: readonly number[];
  activation: Activation;
  loss: Loss;
}

// What of data a pass sees: rows of numbers, and class numbers.
export interface Examples {
  x: Float32Array;
  y: ArrayLike<number>;
  count: number;
}

export class Passes {
  readonly layers: readonly Layer[];
  readonly parameters: number;
  // Of each layer (room, units): before its activation, after it, its error, and the activation's slope. The last layer's
  // error takes the place of its z.
  readonly z: readonly Float32Array[];
  readonly a: readonly Float32Array[];
  readonly delta: readonly Float32Array[];
  readonly slope: readonly Float32Array[];
  private readonly functions: readonly Vectors[];
  private readonly derivatives: readonly Vectors[];

  // room: the largest batch.
  constructor(
    readonly net: Architecture,
    readonly room: number,
  ) {
    this.layers = layersOf(net.sizes);
    this.parameters = parametersOf(net.sizes);
    const buffers = (layers: readonly Layer[]): Float32Array[] =>
      layers.map(({ outputs }) => new Float32Array(room * outputs));
    const hidden = this.layers.slice(0, -1);
    [this.z, this.a, this.slope] = [buffers(this.layers), buffers(hidden), buffers(hidden)];
    this.delta = [...buffers(hidden), this.z[hidden.length]];
    const { activation } = net;
    this.functions = hidden.map((_, k) => {
      const [z, a] = [this.z[k], this.a[k]];
      const made = new Vectors(activation.function, { z }, { a }, z.length);
      made.set(activation.options);
      return made;
    });
    this.derivatives = hidden.map((_, k) => {
      const [z, a, slope] = [this.z[k], this.a[k], this.slope[k]];
      const made = new Vectors(activation.derivative, { z, a }, { slope }, z.length);
      made.set(activation.options);
      return made;
    });
  }

  get classes(): number {
    return this.net.sizes[this.net.sizes.length - 1];
  }

  // The logits of n rows of numbers come to stand in the last z.
  forward(params: Float32Array, x: Float32Array, n: number): void {
    this.layers.forEach((layer, k) => {
      product(k ? this.a[k - 1] : x, params, layer, this.z[k], n);
      if (k < this.functions.length) this.functions[k].run(n * layer.outputs);
    });
  }

  // After `forward` over n of the samples that the loss is a mean over: writes the gradient, and returns the loss.
  backward(
    params: Float32Array,
    x: Float32Array,
    y: ArrayLike<number>,
    n: number,
    gradient: Float32Array,
    samples = n,
  ): number {
    const last = this.layers.length - 1;
    const loss = gradientOf(this.net.loss, this.z[last], y, n, this.classes, samples);
    for (let k = last; k >= 0; k--) {
      const layer = this.layers[k];
      slopes(k ? this.a[k - 1] : x, this.delta[k], layer, gradient, n);
      if (k === 0) break;
      back(this.delta[k], params, layer, this.delta[k - 1], n);
      const many = n * layer.inputs;
      this.derivatives[k - 1].run(many);
      const [delta, slope] = [this.delta[k - 1], this.slope[k - 1]];
      for (let i = 0; i < many; i++) delta[i] *= slope[i];
    }
    return loss;
  }

  // The slopes of the hidden units of n rows, after `forward`.
  bend(n: number): void {
    this.derivatives.forEach((one, k) => {
      one.run(n * this.layers[k].outputs);
    });
  }

  // Mean loss and share of right answers over examples, of which `each` is told the class that is read.
  evaluate(
    params: Float32Array,
    { x, y, count }: Examples,
    each?: (k: number, answer: number) => void,
  ): [number, number] {
    const [inputs, { classes }] = [this.net.sizes[0], this];
    const logits = this.z[this.z.length - 1];
    let [sum, right] = [0, 0];
    for (let from = 0; from < count; from += this.room) {
      const n = Math.min(this.room, count - from);
      this.forward(params, x.subarray(from * inputs, (from + n) * inputs), n);
      for (let i = 0; i < n; i++) {
        const answer = answerOf(logits, i * classes, classes);
        each?.(from + i, answer);
        if (answer === y[from + i]) right++;
        sum += lossOf(this.net.loss, logits, i * classes, classes, y[from + i]);
      }
    }
    return [sum / count, Number.isFinite(sum) ? right / count : Number.NaN];
  }
}

// z (n, outputs) ← h (n, inputs) · W + b.
const product = (h: Float32Array, params: Float32Array, layer: Layer, z: Float32Array, n: number): void => {
  const { inputs, outputs, weights, biases } = layer;
  z.fill(0, 0, n * outputs);
  for (let i = 0; i < n; i++) {
    const row = i * outputs;
    for (let p = 0, w = weights; p < inputs; p++, w += outputs) {
      const one = h[i * inputs + p];
      // Most pixels of a digit are 0, and so are half of ReLU's outputs.
      if (one === 0) continue;
      for (let j = 0; j < outputs; j++) z[row + j] += one * params[w + j];
    }
    for (let j = 0; j < outputs; j++) z[row + j] += params[biases + j];
  }
};

// The gradient by W and b ← hᵀ · delta, and the sums of delta (n, outputs).
const slopes = (h: Float32Array, delta: Float32Array, layer: Layer, gradient: Float32Array, n: number): void => {
  const { inputs, outputs, weights, biases } = layer;
  gradient.fill(0, weights, biases + outputs);
  for (let i = 0; i < n; i++) {
    const row = i * outputs;
    for (let p = 0, w = weights; p < inputs; p++, w += outputs) {
      const one = h[i * inputs + p];
      if (one === 0) continue;
      for (let j = 0; j < outputs; j++) gradient[w + j] += one * delta[row + j];
    }
    for (let j = 0; j < outputs; j++) gradient[biases + j] += delta[row + j];
  }
};

// The error before a layer (n, inputs) ← delta (n, outputs) · Wᵀ.
const back = (delta: Float32Array, params: Float32Array, layer: Layer, before: Float32Array, n: number): void => {
  const { inputs, outputs, weights } = layer;
  for (let i = 0; i < n; i++) {
    const row = i * outputs;
    for (let p = 0, w = weights; p < inputs; p++, w += outputs) {
      let sum = 0;
      for (let j = 0; j < outputs; j++) sum += delta[row + j] * params[w + j];
      before[i * inputs + p] = sum;
    }
  }
};
