// What a plane holds of random walks: the share by which one knows what it means that a plane holds a walk's movement.

import type { Snapshot } from "./contender.ts";
import { eigenvectors } from "./eigenvectors.ts";

// What the best plane would hold, on average, of walks from the same starts, as far and with as many steps between the
// snapshots, whose strides are at right angles to each other, as those of random walks are in many dimensions; in P of
// them it is about 0.5/P more. As Python's `planes.pca` has it.
export const heldByChance = (paths: readonly (readonly Snapshot[])[]): number => {
  const squares = paths.map(stridesOf);
  const rows = paths.flatMap((path, run) => path.map((_, row) => ({ run, row })));
  const many = rows.length;
  const gram = Float64Array.from({ length: many * many }, (_, k) => {
    const [one, other] = [rows[Math.floor(k / many)], rows[k % many]];
    const between = scalar(paths, one.run, other.run);
    return between + (one.run === other.run ? squares[one.run][Math.min(one.row, other.row)] : 0);
  });
  centre(gram, many);
  const { values } = eigenvectors(gram, many, 2);
  let total = 0;
  for (let k = 0; k < many; k++) total += gram[k * many + k];
  return (values[0] + values[1]) / total;
};

// The expected squared distance from the start, at each snapshot.
const stridesOf = (path: readonly Snapshot[]): number[] => {
  const [first] = path;
  const far = Math.max(...path.map(({ params }) => squared(params, first.params)));
  const pace = far / Math.max(1, path[path.length - 1].step - first.step);
  return path.map(({ step }) => pace * (step - first.step));
};

// Of two starts, seen from the first one.
const scalar = (paths: readonly (readonly Snapshot[])[], one: number, other: number): number => {
  const [origin, a, b] = [paths[0], paths[one], paths[other]].map(([{ params }]) => params);
  let sum = 0;
  for (let k = 0; k < origin.length; k++) sum += (a[k] - origin[k]) * (b[k] - origin[k]);
  return sum;
};

const squared = (one: Float32Array, other: Float32Array): number => {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += (one[k] - other[k]) ** 2;
  return sum;
};

// The products of points become those of the same points around their mean.
const centre = (gram: Float64Array, many: number): void => {
  const means = Array.from(
    { length: many },
    (_, i) => gram.subarray(i * many, (i + 1) * many).reduce((a, b) => a + b) / many,
  );
  const mean = means.reduce((a, b) => a + b) / many;
  for (let i = 0; i < many; i++) for (let j = 0; j < many; j++) gram[i * many + j] += mean - means[i] - means[j];
};
