// Eigenvectors of symmetric matrices that are small enough to be turned until nothing is left off the diagonal (Jacobi).

const SWEEPS = 30; // far more than any matrix takes

// The largest eigenvalues of a matrix (n, n), row by row, with their vectors of length 1.
export const eigenvectors = (
  matrix: Float64Array,
  n: number,
  most: number,
): { values: number[]; vectors: Float64Array[] } => {
  const a = matrix.slice();
  const turned = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, n) > 1e-30; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) turn(a, turned, n, p, q);
  }
  const order = Array.from({ length: n }, (_, k) => k).sort((p, q) => a[q * n + q] - a[p * n + p]);
  const chosen = order.slice(0, most);
  return {
    values: chosen.map((k) => a[k * n + k]),
    vectors: chosen.map((k) => Float64Array.from({ length: n }, (_, i) => turned[i * n + k])),
  };
};

// The squares off the diagonal, as a share of all.
const offDiagonal = (a: Float64Array, n: number): number => {
  let [off, all] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const square = a[i * n + j] ** 2;
      all += square;
      if (i !== j) off += square;
    }
  }
  return all > 0 ? off / all : 0;
};

// One rotation, after which the numbers at (p, q) and (q, p) are 0.
const turn = (a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void => {
  const off = a[p * n + q];
  if (off === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    const [u, v] = [vectors[k * n + p], vectors[k * n + q]];
    vectors[k * n + p] = c * u - s * v;
    vectors[k * n + q] = s * u + c * v;
  }
};
