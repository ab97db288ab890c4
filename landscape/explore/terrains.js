// The registered terrains, with the formulas of the Python ones: a factory each, from its parameters to its loss and
// gradient at (x, y).

const { PI, abs, cos, exp, expm1, hypot, log1p, max, sin, sqrt, tanh } = Math;

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

// σ(a) − ½, and ln(1 + eᵗ), neither of which overflows.
const centredSigmoid = (a) => 0.5 * tanh(0.5 * a);
const softplus = (t) => max(t, 0) + log1p(exp(-abs(t)));

const terrains = {
  ravine: ({ kappa, angle }) => {
    const turn = turned(angle);
    return {
      value(x, y) {
        const [u, v] = turn.back(x, y);
        return 0.5 * (u * u + kappa * (v * v));
      },
      gradient(x, y) {
        const [u, v] = turn.back(x, y);
        return turn.forth(u, kappa * v);
      },
    };
  },

  booth: () => {
    const parts = (x, y) => [x + 2 * y - 7, 2 * x + y - 5];
    return {
      value(x, y) {
        const [p, q] = parts(x, y);
        return p * p + q * q;
      },
      gradient(x, y) {
        const [p, q] = parts(x, y);
        return [2 * p + 4 * q, 4 * p + 2 * q];
      },
    };
  },

  saddle: ({ bound }) => ({
    value: (x, y) => 0.5 * (x * x - y * y) + 0.25 * bound * (y * y * (y * y)),
    gradient: (x, y) => [x, (bound * (y * y) - 1) * y],
  }),

  monkey_saddle: () => ({
    value: (x, y) => x * (x * x - 3 * (y * y)),
    gradient: (x, y) => [3 * (x * x - y * y), -6 * (x * y)],
  }),

  rosenbrock: ({ a, b }) => ({
    value: (x, y) => (a - x) * (a - x) + b * ((y - x * x) * (y - x * x)),
    gradient(x, y) {
      const slope = (y - x * x) * (2 * b);
      return [2 * (x - x * slope - a), slope];
    },
  }),

  beale: () => {
    const parts = (x, y) => [y - 1, y * y - 1, y * y * y - 1];
    const residuals = (x, s) => [1.5 + x * s[0], 2.25 + x * s[1], 2.625 + x * s[2]];
    return {
      value(x, y) {
        const [p, q, r] = residuals(x, parts(x, y));
        return p * p + q * q + r * r;
      },
      gradient(x, y) {
        const s = parts(x, y);
        const [p, q, r] = residuals(x, s);
        return [2 * (p * s[0] + q * s[1] + r * s[2]), 2 * x * (p + 2 * y * q + 3 * (y * y) * r)];
      },
    };
  },

  goldstein_price: () => {
    // L = A(s) · B(d), each with its derivative.
    const factors = (x, y) => {
      const [s, d] = [x + y, 2 * x - 3 * y];
      const p = s + 1;
      const a = [1 + p * p * ((3 * s - 14) * s + 19), 12 * p * (s - 1) * (s - 2)];
      const b = [30 + d * d * ((3 * d - 16) * d + 18), 12 * d * (d - 1) * (d - 3)];
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

  himmelblau: () => {
    const parts = (x, y) => [x * x + y - 11, x + y * y - 7];
    return {
      value(x, y) {
        const [p, q] = parts(x, y);
        return p * p + q * q;
      },
      gradient(x, y) {
        const [p, q] = parts(x, y);
        return [4 * x * p + 2 * q, 2 * p + 4 * y * q];
      },
    };
  },

  six_hump_camel: () => ({
    value(x, y) {
      const [xx, yy] = [x * x, y * y];
      return ((xx / 3 - 2.1) * xx + 4) * xx + x * y + 4 * ((yy - 1) * yy);
    },
    gradient(x, y) {
      const [xx, yy] = [x * x, y * y];
      return [((2 * xx - 8.4) * xx + 8) * x + y, x + (16 * yy - 8) * y];
    },
  }),

  styblinski_tang: () => {
    const value = (x) => (x * x - 16) * (x * x) + 5 * x;
    const slope = (x) => (2 * (x * x) - 16) * x + 2.5;
    return { value: (x, y) => 0.5 * (value(x) + value(y)), gradient: (x, y) => [slope(x), slope(y)] };
  },

  rastrigin: () => {
    const slope = (x) => 2 * x + 20 * PI * sin(2 * PI * x);
    return {
      value: (x, y) => 20 + x * x + y * y - 10 * (cos(2 * PI * x) + cos(2 * PI * y)),
      gradient: (x, y) => [slope(x), slope(y)],
    };
  },

  ackley: () => {
    const k = 0.2 * sqrt(0.5);
    return {
      value(x, y) {
        const [sx, sy] = [sin(PI * x), sin(PI * y)];
        return -20 * expm1(-k * hypot(x, y)) - Math.E * expm1(-(sx * sx + sy * sy));
      },
      gradient(x, y) {
        const rho = hypot(x, y);
        // At the tip of the cone there is no slope: the gradient is given as 0, as in Python.
        const slope = rho > 0 ? (20 * k * exp(-k * rho)) / rho : 0;
        const pit = PI * exp(0.5 * (cos(2 * PI * x) + cos(2 * PI * y)));
        return [slope * x + pit * sin(2 * PI * x), slope * y + pit * sin(2 * PI * y)];
      },
    };
  },

  sigmoid_chain: ({ depth }) => {
    // u of the last unit, and its derivatives by w₁ and w₂.
    const carried = (w1, w2) => {
      let u = centredSigmoid(w1);
      let [u1, u2] = [0.25 - u * u, 0];
      for (let unit = 1; unit < depth; unit++) {
        const before = u;
        u = centredSigmoid(w2 * u);
        const s = 0.25 - u * u;
        [u1, u2] = [s * w2 * u1, s * (before + w2 * u2)];
      }
      return [u - 0.4, u1, u2];
    };
    return {
      value(w1, w2) {
        const [r] = carried(w1, w2);
        return 0.5 * (r * r);
      },
      gradient(w1, w2) {
        const [r, u1, u2] = carried(w1, w2);
        return [r * u1, r * u2];
      },
    };
  },

  cliff: ({ steps }) => {
    // u of the last step, and the derivatives of x_T by w and b.
    const carried = (w, b) => {
      let u = centredSigmoid(0.5);
      let [p, q] = [0, 0];
      for (let step = 0; step < steps; step++) {
        const [h, k] = [u + 0.5, w * (0.25 - u * u)];
        [p, q] = [h + k * p, 1 + k * q];
        u = centredSigmoid(w * h + b);
      }
      return [u, p, q];
    };
    return {
      value(w, b) {
        const [u] = carried(w, b);
        return (u - 0.2) * (u - 0.2);
      },
      gradient(w, b) {
        const [u, p, q] = carried(w, b);
        const slope = 2 * (u - 0.2) * (0.25 - u * u);
        return [slope * p, slope * q];
      },
    };
  },

  // examples: pairs of an input and its class, −1 or +1.
  neuron: ({ loss, examples }) => {
    const entropy = loss === "cross_entropy";
    const logit = (w, b, [x, y]) => -y * (w * x + b);
    const probability = (t) => exp(-softplus(-t));
    return {
      value(w, b) {
        const each = examples.map((one) => logit(w, b, one));
        const losses = each.map((t) => (entropy ? softplus(t) : 0.5 * probability(t) ** 2));
        return losses.reduce((sum, one) => sum + one) / examples.length;
      },
      gradient(w, b) {
        let [gw, gb] = [0, 0];
        for (const one of examples) {
          const miss = probability(logit(w, b, one));
          const slope = ((entropy ? miss : miss * miss * (1 - miss)) * -one[1]) / examples.length;
          [gw, gb] = [gw + slope * one[0], gb + slope];
        }
        return [gw, gb];
      },
    };
  },

  relu_pair: () => ({
    value(w1, w2) {
      const r = w2 * max(w1, 0) - 1;
      return 0.5 * (r * r);
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
    // a, a − b, |a × b|, and the angle between a and b; b is the unit to be learned.
    const against = (x, y) => {
      const [u, v] = turn.back(x, y);
      const [a1, a2] = [u, spread * v];
      const [d1, d2] = [a1 - 1, a2 - spread];
      const cross = abs(d1 * spread - d2);
      return { a1, a2, d1, d2, cross, theta: Math.atan2(cross, a1 + a2 * spread) };
    };
    return {
      value(x, y) {
        const { a1, a2, d1, d2, cross, theta } = against(x, y);
        return 0.25 * (d1 * d1 + d2 * d2) - (cross - theta * (a1 + a2 * spread)) / (2 * PI);
      },
      gradient(x, y) {
        const { a1, a2, d1, d2, cross, theta } = against(x, y);
        const size = hypot(a1, a2);
        // A dead unit, where no derivative exists.
        if (size === 0) return turn.forth(0, 0);
        const sine = cross / size;
        const g1 = 0.5 * d1 + (theta - sine * (a1 / size)) / (2 * PI);
        const g2 = 0.5 * d2 + (theta * spread - sine * (a2 / size)) / (2 * PI);
        return turn.forth(g1, spread * g2);
      },
    };
  },
};
