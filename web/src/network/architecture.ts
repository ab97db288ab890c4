// Networks as Python's `MLP` has them: parameters in one flat buffer of float32, W1 b1 W2 b2 …, each W (in, out) row by
// row.

import { Machine, type Program } from "../program.ts";
import { Generator } from "../random.ts";
import type { Parameters } from "../terrain.ts";
import { orthogonal } from "./orthogonal.ts";

export interface Layer {
  inputs: number;
  outputs: number;
  weights: number; // where they begin in the buffer
  biases: number;
}

export const layersOf = (sizes: readonly number[]): Layer[] => {
  const layers: Layer[] = [];
  let at = 0;
  for (let k = 0; k + 1 < sizes.length; k++) {
    const [inputs, outputs] = [sizes[k], sizes[k + 1]];
    layers.push({ inputs, outputs, weights: at, biases: at + inputs * outputs });
    at += (inputs + 1) * outputs;
  }
  return layers;
};

export const parametersOf = (sizes: readonly number[]): number =>
  layersOf(sizes).reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);

// deviation: of independent normal numbers, by fan_in, fan_out and the parameters; null for what is drawn otherwise.
export interface Initialiser {
  name: string;
  options: Parameters;
  deviation: Program | null;
}

// The first parameters of a network, from the same random numbers as Python's; biases are 0.
export const drawn = (sizes: readonly number[], initialiser: Initialiser, seed: number): Float32Array => {
  const generator = new Generator(seed);
  const params = new Float32Array(parametersOf(sizes));
  for (const { inputs, outputs, weights } of layersOf(sizes)) {
    params.set(weightsOf(inputs, outputs, initialiser, generator), weights);
  }
  return params;
};

const weightsOf = (inputs: number, outputs: number, initialiser: Initialiser, generator: Generator): Float64Array => {
  const { name, options, deviation } = initialiser;
  if (deviation) {
    const machine = new Machine(deviation);
    machine.set({ ...options, fan_in: inputs, fan_out: outputs });
    machine.run();
    const [scale] = machine.result("deviation");
    return Float64Array.from({ length: inputs * outputs }, () => scale * generator.normal());
  }
  if (name === "zeros") return new Float64Array(inputs * outputs);
  if (name === "orthogonal") return orthogonal(inputs, outputs, options.gain, generator);
  throw new Error(`${name} is no initialiser that is known here`);
};
