// The optimizers in which the coordinates meet: in norms, in curvature, and in matrices, of which a point is a column.
// As in optimizers.js, with the operations of the Python ones and of LAPACK.

const dot = (a, b) => a.reduce((sum, one, k) => sum + one * b[k], 0);
// |v|, also where its squares overflow.
const length = (vector) => {
  const norm = Math.sqrt(dot(vector, vector));
  const largest = Math.max(...vector.map(Math.abs));
  if (norm !== Infinity || largest === Infinity) return norm;
  const shares = vector.map((one) => one / largest);
  return largest * Math.sqrt(dot(shares, shares));
};
const scaled = (vector, factor) => vector.map((one) => one * factor);
const averaged = (m, g, beta) => m.map((one, k) => average(one, g[k], beta));

// Matrices are (a, b, c, d) for [[a, b], [c, d]].
const times = ([a, b, c, d], [x, y]) => [a * x + b * y, c * x + d * y];
const transposed = ([a, b, c, d]) => [a, c, b, d];
const outer = ([x, y]) => [x * x, x * y, y * x, y * y];
const product = ([a, b, c, d], [e, f, g, h]) => [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];

// The eigenvalues of a symmetric matrix, ascending, and its eigenvectors as columns. LAPACK's dlaev2: the smaller one
// keeps its digits where it is far smaller than the other.
const eigen = ([a, b, , c]) => {
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
  return first >= second
    ? { values: [second, first], vectors: [-s1, c1, c1, s1] }
    : { values: [first, second], vectors: [c1, -s1, s1, c1] };
};

// Q of a matrix's QR, by one reflection as in LAPACK.
const orthonormal = ([a, , b]) => {
  if (b === 0) return [1, 0, 0, 1];
  const beta = -(a < 0 || Object.is(a, -0) ? -1 : 1) * Math.hypot(a, b);
  const [tau, v] = [(beta - a) / beta, b * (1 / (a - beta))];
  return [1 - tau, -tau * v, -tau * v, 1 - tau * v * v];
};

const fourthRoot = (matrix) => {
  if (!matrix.every(Number.isFinite)) return [NaN, NaN, NaN, NaN];
  const { values, vectors } = eigen(matrix);
  // Rounding may leave an eigenvalue of a nearly singular sum below 0.
  const roots = values.map((value) => Math.max(value, Number.EPSILON * values[1]) ** -0.25);
  return product(
    vectors.map((one, k) => one * roots[k % 2]),
    transposed(vectors),
  );
};

Object.assign(optimizers, {
  sophia: {
    init: () => ({ delta: [0, 0], m: [0, 0], h: [0, 0] }),
    // The signs u of Hutchinson's estimate u ⊙ Hu were drawn in Python, for each step that asks; without them, diag H.
    advance(g, x, s, t, o, terrain) {
      let h = s.h;
      if ((t - 1) % o.every === 0) {
        const [xx, xy, yy] = terrain.hessian(...x);
        const [u, v] = o.signs ? o.signs[(t - 1) / o.every] : [1, 1];
        const diagonal = o.signs ? [u * (xx * u + xy * v), v * (xy * u + yy * v)] : [xx, yy];
        h = averaged(h, diagonal, o.beta2);
      }
      const m = averaged(s.m, g, o.beta1);
      const delta = m.map((one, k) => {
        const ratio = one / Math.max(h[k] * o.gamma, o.eps);
        return decayed(Math.min(Math.max(ratio, -1), 1) * -o.lr, x[k], o.lr * o.weight_decay);
      });
      return { delta, m, h };
    },
  },

  muon: {
    init: () => ({ delta: [0, 0], m: [0, 0] }),
    advance(g, x, s, t, o) {
      const m = averaged(s.m, g, o.momentum);
      const ahead = g.map((one, k) => one * (1 - o.momentum) + m[k] * o.momentum);
      const size = Math.max(length(ahead), o.eps);
      let z = ahead.map((one) => one / size);
      for (let round = 0; round < o.iterations; round++) {
        const gram = dot(z, z);
        const factor = -4.775 * gram + 2.0315 * (gram * gram);
        z = z.map((one) => 3.4445 * one + factor * one);
      }
      return { delta: z.map((one, k) => decayed(-o.lr * one, x[k], o.lr * o.weight_decay)), m };
    },
  },

  shampoo: {
    // L is 2 × 2 and R a number, as a point is one column.
    init(x, o) {
      const state = { delta: [0, 0], R0: [o.eps], _right: 0 };
      return o.max_size < 2 ? state : { ...state, L0: [o.eps, 0, 0, o.eps], _left: [0, 0, 0, 0] };
    },
    advance(g, x, s, t, o) {
      const now = { ...s, R0: [s.R0[0] + dot(g, g)] };
      if (s.L0) now.L0 = s.L0.map((one, k) => one + outer(g)[k]);
      if ((t - 1) % o.every === 0) {
        if (s.L0) now._left = fourthRoot(now.L0);
        now._right = Number.isFinite(now.R0[0]) ? now.R0[0] ** -0.25 : NaN;
      }
      const step = scaled(s.L0 ? times(now._left, g) : g, now._right);
      return { ...now, delta: scaled(step, -o.lr) };
    },
  },

  soap: {
    // R of one column is a number, whose axis is 1.
    init(x, o) {
      const state = { delta: [0, 0], m: [0, 0], v: [0, 0], R0: [0], QR0: [0] };
      return o.max_size < 2 ? state : { ...state, L0: [0, 0, 0, 0], QL0: [0, 0, 0, 0] };
    },
    advance(g, x, s, t, o) {
      const now = t === 1 ? { ...s, delta: [0, 0] } : soapStep(g, x, s, t - 1, o);
      return { ...now, ...soapAxes(g, now, t, o) };
    },
  },

  prodigy: {
    init(x, o) {
      const zeros = { delta: [0, 0], m: [0, 0], v: [0, 0], s: [0, 0] };
      return { ...zeros, x_first: x, r: [0], d: [o.d0], d_max: [o.d0] };
    },
    advance(g, x, before, t, o) {
      const beta3 = Math.sqrt(o.beta2);
      const d = before.d[0];
      const scale = d * d * (o.lr / o.d0);
      const way = before.x_first.map((one, k) => one - x[k]);
      const r = before.r[0] * beta3 + scale * dot(way, g);
      const seen = scaled(g, d);
      const m = averaged(before.m, seen, o.beta1);
      const v = before.v.map((one, k) => averageOfSquares(one, seen[k], o.beta2));
      const s = before.s.map((one, k) => one * beta3 + g[k] * scale);

      const norm = Math.abs(s[0]) + Math.abs(s[1]);
      const estimate = norm > 0 ? r / norm : 0;
      // Before its first growth d may jump to the estimate at once; later only as fast as `growth` lets it.
      const first = d === o.d0 ? Math.max(d, estimate) : d;
      const most = Math.max(before.d_max[0], estimate);
      const grown = Math.min(most, first * o.growth);

      // Before the first gradient nothing moves, and nothing decays.
      const rate = norm > 0 ? -(d * o.lr) : 0;
      const delta = m.map((one, k) => {
        const step = one / Math.max(Math.sqrt(v[k]) + grown * o.eps, 2 ** -1022);
        return (o.weight_decay ? step + x[k] * o.weight_decay : step) * rate;
      });
      return { delta, m, v, s, x_first: before.x_first, r: [r], d: [grown], d_max: [most] };
    },
  },
});

// A step of SOAP in the axes that it has by now; t counts from its second step.
const soapStep = (g, x, s, t, o) => {
  const into = (vector) => scaled(s.QL0 ? times(transposed(s.QL0), vector) : vector, s.QR0[0]);
  const back = (vector) => scaled(s.QL0 ? times(s.QL0, vector) : vector, s.QR0[0]);
  const m = averaged(s.m, g, o.beta1);
  const v = into(g).map((one, k) => o.beta2 * s.v[k] + (1 - o.beta2) * one * one);
  const rate = (o.lr * Math.sqrt(1 - o.beta2 ** t)) / (1 - o.beta1 ** t);
  const step = back(into(m).map((one, k) => one / (Math.sqrt(v[k]) + o.eps)));
  const shrunk = o.lr * o.weight_decay;
  const delta = step.map((one, k) => (shrunk ? decayed(-rate * one * (1 - shrunk), x[k], shrunk) : -rate * one));
  return { ...s, delta, m, v };
};

// The sums with a gradient added, and the axes turned along when it is time; v goes with its axes.
const soapAxes = (g, s, t, o) => {
  const added = (sums, one) => sums.map((sum, k) => sum * o.beta2 + (1 - o.beta2) * one[k]);
  const R0 = added(s.R0, [dot(g, g)]);
  const turn = t === 1 || (t - 1) % o.every === 0;
  const right = { R0, QR0: turn ? [1] : s.QR0 };
  if (!s.L0) return right;
  const L0 = added(s.L0, outer(g));
  if (!turn) return { ...right, L0 };
  if (t === 1) {
    const { vectors } = eigen(L0.every(Number.isFinite) ? L0 : [1, 0, 0, 1]);
    return { ...right, L0, QL0: [vectors[1], vectors[0], vectors[3], vectors[2]] };
  }
  const moved = product(L0, s.QL0);
  const along = [0, 1].map((k) => s.QL0[k] * moved[k] + s.QL0[k + 2] * moved[k + 2]);
  const swap = along[1] > along[0];
  const sorted = swap ? [moved[1], moved[0], moved[3], moved[2]] : moved;
  return { ...right, L0, QL0: orthonormal(sorted), v: swap ? [s.v[1], s.v[0]] : s.v };
};
