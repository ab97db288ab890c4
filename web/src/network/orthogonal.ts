// Random matrices with orthogonal columns, or rows where they are fewer.

import type { Generator } from "../random.ts";

// A matrix (inputs, outputs), row by row: Q of the QR of normal numbers, whose R has a positive diagonal, times `gain`.
export const orthogonal = (inputs: number, outputs: number, gain: number, generator: Generator): Float64Array => {
  const [rows, columns] = [Math.max(inputs, outputs), Math.min(inputs, outputs)];
  const q = Float64Array.from({ length: rows * columns }, () => generator.normal());
  // By Gram and Schmidt, twice: once leaves what rounding made of nearly parallel columns.
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < 2 * j; k++) {
      const other = k % j;
      let along = 0;
      for (let i = 0; i < rows; i++) along += q[i * columns + other] * q[i * columns + j];
      for (let i = 0; i < rows; i++) q[i * columns + j] -= along * q[i * columns + other];
    }
    let square = 0;
    for (let i = 0; i < rows; i++) square += q[i * columns + j] ** 2;
    const length = Math.sqrt(square);
    for (let i = 0; i < rows; i++) q[i * columns + j] /= length;
  }
  const w = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) w[inputs >= outputs ? i * columns + j : j * rows + i] = gain * q[i * columns + j];
  }
  return w;
};
