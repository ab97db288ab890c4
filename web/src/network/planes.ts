// Planes through the weights of a network, as Python's `planes` lays them, and paths on them.

import { Generator } from "../random.ts";
import type { Domain } from "../terrain.ts";
import { layersOf } from "./architecture.ts";
import { eigenvectors } from "./eigenvectors.ts";

// All points origin + a·basis[0] + b·basis[1]. explained: the share of the movement along each axis; null for a plane
// that was not fitted to any.
export interface Plane {
  kind: "random" | "through" | "pca";
  origin: Float64Array;
  basis: readonly [Float64Array, Float64Array];
  extent: Domain;
  explained: readonly [number, number] | null;
}

type Vector = Float64Array | Float32Array;

// Around a network, along two Gaussian directions whose filters are as long as the network's; biases stay.
export const random = (sizes: readonly number[], params: Float32Array, seed: number): Plane => {
  const generator = new Generator(seed);
  const drawn = (): Float64Array => Float64Array.from(params, () => generator.normal());
  const basis = [drawn(), drawn()] as const;
  for (const direction of basis) {
    for (const { inputs, outputs, weights, biases } of layersOf(sizes)) {
      for (let j = 0; j < outputs; j++) {
        let [own, wanted] = [0, 0];
        for (let i = 0, k = weights + j; i < inputs; i++, k += outputs) {
          own += direction[k] ** 2;
          wanted += params[k] ** 2;
        }
        const factor = Math.sqrt(wanted) / (own > 0 ? Math.sqrt(own) : 1);
        for (let i = 0, k = weights + j; i < inputs; i++, k += outputs) direction[k] *= factor;
      }
      direction.fill(0, biases, biases + outputs);
    }
  }
  const extent: Domain = [
    [-1, 1],
    [-1, 1],
  ];
  return { kind: "random", origin: Float64Array.from(params), basis, extent, explained: null };
};

// Through three points: the first lies at (0, 0), the second at (1, 0), the third at (0, 1).
export const through = (a: Float32Array, b: Float32Array, c: Float32Array): Plane => {
  const from = (one: Float32Array): Float64Array => Float64Array.from(one, (value, k) => value - a[k]);
  const extent: Domain = [
    [-0.5, 1.5],
    [-0.5, 1.5],
  ];
  return { kind: "through", origin: Float64Array.from(a), basis: [from(b), from(c)], extent, explained: null };
};

// The plane that holds most of the variance of all snapshots; null where they span none.
export const pca = (snapshots: readonly Float32Array[]): Plane | null => {
  const many = snapshots.length;
  if (many < 3) return null;
  const mean = new Float64Array(snapshots[0].length);
  for (const one of snapshots) for (let k = 0; k < mean.length; k++) mean[k] += one[k] / many;
  const centred = snapshots.map((one) => Float64Array.from(one, (value, k) => value - mean[k]));
  const gram = new Float64Array(many * many);
  for (let i = 0; i < many; i++) {
    for (let j = 0; j <= i; j++) gram[i * many + j] = gram[j * many + i] = dot(centred[i], centred[j]);
  }
  const { values, vectors } = eigenvectors(gram, many, 2);
  let total = 0;
  for (let k = 0; k < many; k++) total += gram[k * many + k];
  if (!(values[1] > 1e-12 * values[0])) return null;
  const axis = (vector: Float64Array): Float64Array => {
    const made = new Float64Array(mean.length);
    for (let i = 0; i < many; i++) for (let k = 0; k < made.length; k++) made[k] += vector[i] * centred[i][k];
    return upright(made);
  };
  const basis = [axis(vectors[0]), axis(vectors[1])] as const;
  const explained = [values[0] / total, values[1] / total] as const;
  const flat = { kind: "pca" as const, origin: mean, basis, explained };
  const points = snapshots.map((one) =>
    project(
      {
        ...flat,
        extent: [
          [0, 1],
          [0, 1],
        ],
      },
      one,
    ),
  );
  return { ...flat, extent: around(points) };
};

// A direction of length 1 with its largest component positive.
const upright = (axis: Float64Array): Float64Array => {
  let largest = 0;
  for (const one of axis) if (Math.abs(one) > Math.abs(largest)) largest = one;
  const length = Math.sqrt(dot(axis, axis)) * (largest < 0 ? -1 : 1);
  return axis.map((one) => one / length);
};

const dot = (a: Vector, b: Vector): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
};

// Whether the directions of a plane are no parallels, and neither is 0.
export const spans = ({ basis: [first, second] }: Plane): boolean => {
  const [long, high, between] = [dot(first, first), dot(second, second), dot(first, second)];
  return long > 0 && long * high - between ** 2 > 1e-12 * long * high;
};

// Whether lengths and angles in its coordinates are those of weight space, but for a factor.
export const isToScale = ({ basis: [first, second] }: Plane): boolean => {
  const [xx, xy, yy] = [dot(first, first), dot(first, second), dot(second, second)];
  return Math.abs(xx - yy) < 0.05 * xx && Math.abs(xy) < 0.05 * xx;
};

export interface Projected {
  x: number;
  y: number;
  distance: number; // off the plane
}

// The nearest point of a plane, by least squares; what is less than float32 rounds is no distance.
export const project = ({ origin, basis: [first, second] }: Plane, params: Float32Array): Projected => {
  const offset = Float64Array.from(params, (one, k) => one - origin[k]);
  // By an orthonormal basis: the normal equations would square what a skew one loses.
  const long = Math.sqrt(dot(first, first));
  const q1 = first.map((one) => one / long);
  const along = dot(q1, second);
  const rest = second.map((one, k) => one - along * q1[k]);
  const high = Math.sqrt(dot(rest, rest));
  const [u, v] = [dot(q1, offset), dot(rest, offset) / high];
  let square = 0;
  for (let k = 0; k < offset.length; k++) square += (offset[k] - u * q1[k] - (v / high) * rest[k]) ** 2;
  const distance = Math.sqrt(square);
  const y = v / high;
  return {
    x: (u - along * y) / long,
    y,
    distance: distance < 2 ** -23 * Math.sqrt(dot(params, params)) ? 0 : distance,
  };
};

// The parameters at coordinates, into `out`.
export const at = ({ origin, basis: [first, second] }: Plane, x: number, y: number, out: Float32Array): void => {
  for (let k = 0; k < out.length; k++) out[k] = origin[k] + x * first[k] + y * second[k];
};

const MARGIN = 0.35;
const LEAST_ASPECT = 0.6;

// What is worth drawing around points: their box and a margin, as a share of its longer side.
export const around = (points: readonly { x: number; y: number }[]): Domain => {
  const ends = [points.map(({ x }) => x), points.map(({ y }) => y)].map((one) => [Math.min(...one), Math.max(...one)]);
  const longest = Math.max(...ends.map(([low, high]) => high - low), 1e-12);
  const [x, y] = ends.map(([low, high]): [number, number] => {
    const half = Math.max((high - low) / 2 + MARGIN * longest, LEAST_ASPECT * (0.5 + MARGIN) * longest);
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  });
  return [x, y];
};
