// The registered terrains, with the formulas of the Python ones: a factory each, from its parameters to its loss and
// gradient at (x, y).

const { PI, abs, cos, exp, expm1, hypot, log1p, max, round, sin, sqrt, tanh } = Math;

// Coordinates (u, v) that are turned against (x, y); exact at multiples of 90°, where cosine and sine are not.
const turned = (degrees) => {
  const quarters = Math.floor(degrees / 90);
  const rest = ((degrees - 90 * quarters) * PI) / 180;
  const [c0, s0] = [cos(rest), sin(rest)];
  const [c, s] = [
    [c0, s0],
    [-s0, c0],
    [-c0, -s0],
    [s0, -c0],
  ][((quarters % 4) + 4) % 4];
  return { back: (x, y) => [c * x + s * y, c * y - s * x], forth: (u, v) => [c * u - s * v, s * u + c * v] };
};

// p² + q² of the two parts (x, y) → [p, q].
const squares = (parts, gradient) => ({
  value(x, y) {
    const [p, q] = parts(x, y);
    return p * p + q * q;
  },
  gradient: (x, y) => gradient(x, y, ...parts(x, y)),
});

// σ(a), σ′(a), σ(a) − ½ and ln(1 + eᵗ), with all their digits however far they saturate.
const sigmoid = (a) => (a < 0 ? exp(a) : 1) / (1 + exp(-abs(a)));
const slope = (a) => exp(-abs(a)) / ((1 + exp(-abs(a))) * (1 + exp(-abs(a))));
const centredSigmoid = (a) => 0.5 * tanh(0.5 * a);
const softplus = (t) => max(t, 0) + log1p(exp(-abs(t)));

// σ(centre + half) − σ(centre − half), as precise near half = 0 as half itself.
const sigmoidGap = (centre, half) => {
  const far = abs(half);
  return -Math.sign(half) * expm1(-2 * far) * sigmoid(centre + far) * sigmoid(far - centre);
};

// Of a neuron's loss, the slopes at the logits m + b and m − b and the bends, each as [sum, difference].
const twins = (m, b, loss) => {
  const [high, low, gap] = [m + abs(b), m - abs(b), sigmoidGap(m, b)];
  const [s, r, rest, above, below] = [sigmoid(high), sigmoid(low), sigmoid(-high), slope(high), slope(low)];
  return loss === "cross_entropy"
    ? { steeps: [s + r, gap], bends: [above + below, -gap * sigmoidGap(b, m)] }
    : {
        steeps: [s * above + r * below, gap * ((s + r) * rest - r * r)],
        bends: [
          s * above * (2 - 3 * s) + r * below * (2 - 3 * r),
          gap * ((s + r) * rest * (2 - 3 * s) - r * r * (5 - 3 * (s + r))),
        ],
      };
};

// x less the nearest whole number; of two that are as near, the even one.
const fromWhole = (x) => {
  const off = x - round(x);
  return off === -0.5 && round(x) % 2 ? 0.5 : off;
};

const terrains = {
  ravine: ({ kappa, angle }) => {
    const turn = turned(angle);
    return {
      value(x, y) {
        const [u, v] = turn.back(x, y);
        return 0.5 * u * u + 0.5 * kappa * v * v;
      },
      gradient(x, y) {
        const [u, v] = turn.back(x, y);
        return turn.forth(u, kappa * v);
      },
    };
  },

  booth: () =>
    squares(
      (x, y) => [x + 2 * y - 7, 2 * x + y - 5],
      (x, y, p, q) => [2 * p + 4 * q, 4 * p + 2 * q],
    ),

  saddle: ({ bound }) => ({
    value: (x, y) =>
      bound === 0
        ? 2 * ((0.5 * x - 0.5 * y) * (0.5 * x + 0.5 * y))
        : 0.5 * x * x + (0.25 * bound * y * y - 0.5) * y * y,
    gradient: (x, y) => [x, (bound * y * y - 1) * y],
  }),

  monkey_saddle: () => ({
    value(x, y) {
      const factors = [x - sqrt(3) * y, x + sqrt(3) * y];
      const [small, large] = abs(factors[0]) > abs(factors[1]) ? factors.reverse() : factors;
      return x * small * large;
    },
    gradient: (x, y) => [3 * ((x - y) * (x + y)), -6 * (x * y)],
  }),

  rosenbrock: ({ a, b }) => ({
    value: (x, y) => (a - x) * (a - x) + b * (y - x * x) * (y - x * x),
    gradient(x, y) {
      const slope = (y - x * x) * (2 * b);
      return [2 * (x - x * slope - a), slope];
    },
  }),

  beale: () => {
    // xy, xy², xy³, and what is squared and summed.
    const parts = (x, y) => {
      const powers = [x * y, x * y * y, x * y * y * y];
      return [powers, [1.5, 2.25, 2.625].map((constant, k) => constant + (powers[k] - x))];
    };
    return {
      value(x, y) {
        const [, [p, q, r]] = parts(x, y);
        return p * p + q * q + r * r;
      },
      gradient(x, y) {
        const [[one, two], [p, q, r]] = parts(x, y);
        const byX = 2 * (y - 1) * (p + (y + 1) * q + (y * (y + 1) + 1) * r);
        return [byX, 2 * (x * p + 2 * one * q + 3 * two * r)];
      },
    };
  },

  goldstein_price: () => {
    // L = A(s) · B(d), each with its derivative.
    const factors = (x, y) => {
      const [s, d] = [x + y, 2 * x - 3 * y];
      const p = s + 1;
      const a = [1 + p * p * ((3 * s - 14) * s + 19), 12 * p * (s - 1) * (s - 2)];
      const b = [3 + (d - 3) * (d - 3) * ((3 * d + 2) * d + 3), 12 * d * (d - 1) * (d - 3)];
      return [a, b];
    };
    return {
      value(x, y) {
        const [[a], [b]] = factors(x, y);
        return a * b;
      },
      gradient(x, y) {
        const [[a, da], [b, db]] = factors(x, y);
        return [da * b + 2 * (a * db), da * b - 3 * (a * db)];
      },
    };
  },

  himmelblau: () =>
    squares(
      (x, y) => [x * x + y - 11, x + y * y - 7],
      (x, y, p, q) => [4 * x * p + 2 * q, 2 * p + 4 * y * q],
    ),

  six_hump_camel: () => ({
    value(x, y) {
      const [xx, yy] = [x * x, y * y];
      return x * (((xx / 3 - 2.1) * xx + 4) * x + y) + 4 * ((yy - 1) * yy);
    },
    gradient(x, y) {
      const [xx, yy] = [x * x, y * y];
      return [((2 * xx - 8.4) * xx + 8) * x + y, x + (16 * yy - 8) * y];
    },
  }),

  styblinski_tang: () => {
    const value = (x) => (0.5 * (x * x) - 8) * (x * x) + 2.5 * x;
    const slope = (x) => (2 * (x * x) - 16) * x + 2.5;
    return { value: (x, y) => value(x) + value(y), gradient: (x, y) => [slope(x), slope(y)] };
  },

  rastrigin: () => {
    const bend = (x) => 2 * x + 20 * PI * sin(2 * PI * fromWhole(x));
    return {
      value(x, y) {
        const [sx, sy] = [sin(PI * fromWhole(x)), sin(PI * fromWhole(y))];
        return x * x + y * y + 20 * (sx * sx + sy * sy);
      },
      gradient: (x, y) => [bend(x), bend(y)],
    };
  },

  ackley: () => {
    const k = 0.2 * sqrt(0.5);
    return {
      value(x, y) {
        const [sx, sy] = [sin(PI * fromWhole(x)), sin(PI * fromWhole(y))];
        return -20 * expm1(-k * hypot(x, y)) - Math.E * expm1(-(sx * sx + sy * sy));
      },
      gradient(x, y) {
        const rho = hypot(x, y);
        // At the tip of the cone there is no slope: the gradient is given as 0, as in Python.
        const cone = rho > 0 ? (20 * k * exp(-k * rho)) / rho : 0;
        const [ax, ay] = [2 * PI * fromWhole(x), 2 * PI * fromWhole(y)];
        const pit = PI * exp(0.5 * (cos(ax) + cos(ay)));
        return [cone * x + pit * sin(ax), cone * y + pit * sin(ay)];
      },
    };
  },

  sigmoid_chain: ({ depth }) => {
    // u of the last unit, and its derivatives by w₁ and w₂.
    const carried = (w1, w2) => {
      let u = centredSigmoid(w1);
      let [u1, u2] = [slope(w1), 0];
      for (let unit = 1; unit < depth; unit++) {
        const [before, a] = [u, w2 * u];
        u = centredSigmoid(a);
        const s = slope(a);
        [u1, u2] = [s * w2 * u1, s * (before + w2 * u2)];
      }
      return [u - 0.4, u1, u2];
    };
    return {
      value(w1, w2) {
        const [r] = carried(w1, w2);
        return 0.5 * r * r;
      },
      gradient(w1, w2) {
        const [r, u1, u2] = carried(w1, w2);
        return [r * u1, r * u2];
      },
    };
  },

  cliff: ({ steps }) => {
    // x_T, and its derivatives by w and b.
    const carried = (w, b) => {
      let [x, p, q] = [0.5, 0, 0];
      for (let step = 0; step < steps; step++) {
        const [h, k] = [sigmoid(x), w * slope(x)];
        [x, p, q] = [w * h + b, h + k * p, 1 + k * q];
      }
      return [x, p, q];
    };
    return {
      value(w, b) {
        const r = sigmoid(carried(w, b)[0]) - 0.7;
        return r * r;
      },
      gradient(w, b) {
        const [x, p, q] = carried(w, b);
        const steep = 2 * (sigmoid(x) - 0.7) * slope(x);
        return [steep * p, steep * q];
      },
    };
  },

  // Of each of the inputs and its twin, sum and difference: what b does to them cancels near b = 0.
  neuron: ({ loss, inputs }) => {
    const one = loss === "cross_entropy" ? softplus : (t) => 0.5 * (sigmoid(t) * sigmoid(t));
    return {
      value: (w, b) => inputs.reduce((sum, x) => sum + 0.25 * one(b - w * x) + 0.25 * one(-w * x - b), 0),
      gradient(w, b) {
        let [gw, gb] = [0, 0];
        for (const x of inputs) {
          const [both, apart] = twins(-w * x, b, loss).steeps;
          [gw, gb] = [gw - x * both, gb + apart];
        }
        return [0.25 * gw, 0.25 * gb];
      },
    };
  },

  relu_pair: () => ({
    value(w1, w2) {
      const r = w2 * max(w1, 0) - 1;
      return 0.5 * r * r;
    },
    gradient(w1, w2) {
      const h = max(w1, 0);
      const r = w2 * h - 1;
      return [w1 > 0 ? r * w2 : 0, r * h];
    },
  }),

  relu_valley: ({ kappa, angle }) => {
    const turn = turned(angle);
    const spread = 1 / sqrt(kappa);
    // b is the unit to be learned; the angle of a to b, or to −b, and what is between them.
    const against = (x, y) => {
      const [u, v] = turn.back(x, y);
      const [a1, a2] = [u, spread * v];
      const [d1, d2, dot] = [a1 - 1, a2 - spread, a1 + a2 * spread];
      const closer = hypot(d1, d2) < hypot(a1, a2);
      const cross = abs(closer ? d1 * spread - d2 : a1 * spread - a2);
      const [acute, angle] = [dot > 0, Math.atan2(cross, abs(dot))];
      return { a1, a2, along: acute ? d1 : a1, across: acute ? d2 : a2, cross, dot: abs(dot), angle, acute };
    };
    // |a||b| (sin θ − θ cos θ), where these nearly cancel by its series.
    const lens = (cross, dot, angle) => {
      if (angle >= 0.15) return cross - angle * dot;
      const t = angle * angle;
      const series = 1 / 3 + t * (-1 / 30 + t * (1 / 840 + t * (-1 / 45360 + t / 3991680)));
      return hypot(cross, dot) * (angle * t * series);
    };
    return {
      value(x, y) {
        const { along, across, cross, dot, angle, acute } = against(x, y);
        const rest = acute ? 0 : 0.25 * (1 + spread * spread);
        return 0.25 * along * along + 0.25 * across * across + rest - lens(cross, dot, angle) / (2 * PI);
      },
      gradient(x, y) {
        const { a1, a2, along, across, cross, angle, acute } = against(x, y);
        const size = hypot(a1, a2);
        // A dead unit, where no derivative exists.
        if (size === 0) return turn.forth(0, 0);
        const [sine, turned] = [cross / size, acute ? angle : -angle];
        const g1 = 0.5 * along + (turned - sine * (a1 / size)) / (2 * PI);
        const g2 = 0.5 * across + (turned * spread - sine * (a2 / size)) / (2 * PI);
        return turn.forth(g1, spread * g2);
      },
    };
  },
};
