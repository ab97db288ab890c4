// Functions of numbers that JavaScript lacks, as NumPy and SciPy have them.

export const sigmoid = (a: number): number => (a < 0 ? Math.exp(a) : 1) / (1 + Math.exp(-Math.abs(a)));

// σ′, with all its digits however far out.
export const slope = (a: number): number => {
  const t = Math.exp(-Math.abs(a));
  return t / ((1 + t) * (1 + t));
};

export const logaddexp = (a: number, b: number): number => {
  // Of equal ones, also infinite ones, there is no difference.
  const apart = a === b ? 0 : Math.abs(a - b);
  return Number.isNaN(apart) ? apart : Math.max(a, b) + Math.log1p(Math.exp(-apart));
};

// The nearest whole number; of two that are as near, the even one.
export const rint = (a: number): number => {
  const whole = Math.floor(a);
  const rest = a - whole;
  return rest < 0.5 || (rest === 0.5 && whole % 2 === 0) ? whole : rest >= 0.5 ? whole + 1 : a;
};

// The rest of a division, of the divisor's sign, as Python's %.
export const remainder = (a: number, b: number): number => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

export const erf = (a: number): number => {
  const b = Math.abs(a);
  if (!(b < 6)) return Math.sign(a);
  // All terms of the series are positive, so no digits are lost; the fraction is quick where the series is not.
  if (b < 2.5) {
    let sum = b;
    let term = b;
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (2 * b * b) / (2 * n + 1);
      sum += term;
    }
    return (Math.sign(a) * 2 * sum * Math.exp(-b * b)) / Math.sqrt(Math.PI);
  }
  let tail = b;
  for (let n = 60; n > 0; n--) tail = b + n / 2 / tail;
  return Math.sign(a) * (1 - Math.exp(-b * b) / (tail * Math.sqrt(Math.PI)));
};

// The normal distribution function, with its digits also far below 0.
export const ndtr = (a: number): number => {
  const b = Math.abs(a) / Math.SQRT2;
  // Up to here twelve digits are left of the sum.
  if (b < 2.5) return 0.5 * (1 + erf(a / Math.SQRT2));
  let tail = b;
  for (let n = 60; n > 0; n--) tail = b + n / 2 / tail;
  const rest = Math.exp(-b * b) / (2 * tail * Math.sqrt(Math.PI));
  return a < 0 ? rest : 1 - rest;
};

// The eigenvalues of [[a, b], [b, c]], ascending, and its eigenvectors as columns, row by row, with LAPACK's signs: of
// dlaev2, the smaller eigenvalue keeps its digits where it is far smaller than the other.
export const eigen = (a: number, b: number, c: number): number[] => {
  const [sum, difference, across] = [a + c, a - c, b + b];
  const [apart, off] = [Math.abs(difference), Math.abs(across)];
  const [more, less] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  let root = off * Math.SQRT2;
  if (apart > off) root = apart * Math.sqrt(1 + (off / apart) ** 2);
  else if (apart < off) root = off * Math.sqrt(1 + (apart / off) ** 2);
  const first = sum < 0 ? 0.5 * (sum - root) : sum > 0 ? 0.5 * (sum + root) : 0.5 * root;
  const second = sum === 0 ? -0.5 * root : (more / first) * less - (b / first) * b;
  const cosine = difference >= 0 ? difference + root : difference - root;
  let [c1, s1] = [1, 0];
  if (Math.abs(cosine) > off) {
    const cotangent = -across / cosine;
    s1 = 1 / Math.sqrt(1 + cotangent * cotangent);
    c1 = cotangent * s1;
  } else if (off !== 0) {
    const tangent = -cosine / across;
    c1 = 1 / Math.sqrt(1 + tangent * tangent);
    s1 = tangent * c1;
  }
  if (sum < 0 === difference < 0) [c1, s1] = [-s1, c1];
  // (c1, s1) belongs to the first, which has the larger size.
  return first >= second ? [second, first, -s1, c1, c1, s1] : [first, second, c1, -s1, s1, c1];
};

// Q of the QR of a matrix with the first column (a, b), by one reflection as in LAPACK: its upper left, off the
// diagonal, its lower right.
export const reflection = (a: number, b: number): number[] => {
  if (b === 0) return [1, 0, 1];
  const beta = -(a < 0 || Object.is(a, -0) ? -1 : 1) * Math.hypot(a, b);
  const [tau, v] = [(beta - a) / beta, b * (1 / (a - beta))];
  return [1 - tau, -tau * v, 1 - tau * v * v];
};
