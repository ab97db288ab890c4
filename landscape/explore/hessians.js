// The terrains' second derivatives (xx, xy, yy) at (x, y), with the formulas of the Python ones. Only optimizers that
// use curvature ask for them, so they stand beside the terrains and not in them.

const turnedBend = (degrees, xx, xy, yy) => {
  const [c, s] = turned(degrees).forth(1, 0);
  const [cc, cs, ss] = [c * c, c * s, s * s];
  return [cc * xx - 2 * cs * xy + ss * yy, cs * (xx - yy) + (cc - ss) * xy, ss * xx + 2 * cs * xy + cc * yy];
};

const hessians = {
  ravine:
    ({ kappa, angle }) =>
    () =>
      turnedBend(angle, 1, 0, kappa),

  booth: () => () => [10, 8, 10],

  saddle:
    ({ bound }) =>
    (x, y) => [1, 0, 3 * bound * (y * y) - 1],

  monkey_saddle: () => (x, y) => [6 * x, -6 * y, -6 * x],

  rosenbrock:
    ({ b }) =>
    (x, y) => [2 + (12 * b * x * x - 4 * b * y), -4 * b * x, 2 * b],

  beale: () => (x, y) => {
    const y2 = y * y;
    const [s1, s2, s3] = [y - 1, y2 - 1, y2 * y - 1];
    const [r1, r2, r3] = [1.5 + x * s1, 2.25 + x * s2, 2.625 + x * s3];
    const [d2, d3] = [2 * y, 3 * y2];
    return [
      2 * (s1 * s1 + s2 * s2 + s3 * s3),
      2 * (r1 + d2 * r2 + d3 * r3 + x * (s1 + d2 * s2 + d3 * s3)),
      2 * x * (x * (1 + d2 * d2 + d3 * d3) + 2 * r2 + 6 * y * r3),
    ];
  },

  goldstein_price: () => (x, y) => {
    const [s, d] = [x + y, 2 * x - 3 * y];
    const p = s + 1;
    const a = [1 + p * p * ((3 * s - 14) * s + 19), 12 * p * (s - 1) * (s - 2), 12 * ((3 * s - 4) * s - 1)];
    const b = [30 + d * d * ((3 * d - 16) * d + 18), 12 * d * (d - 1) * (d - 3), 12 * ((3 * d - 8) * d + 3)];
    const [ss, sd, dd] = [a[2] * b[0], a[1] * b[1], a[0] * b[2]];
    return [ss + 4 * sd + 4 * dd, ss - sd - 6 * dd, ss - 6 * sd + 9 * dd];
  },

  himmelblau: () => (x, y) => [12 * (x * x) + 4 * y - 42, 4 * (x + y), 12 * (y * y) + 4 * x - 26],

  six_hump_camel: () => (x, y) => {
    const [x2, y2] = [x * x, y * y];
    return [(10 * x2 - 25.2) * x2 + 8, 1, 48 * y2 - 8];
  },

  styblinski_tang: () => (x, y) => [6 * (x * x) - 16, 0, 6 * (y * y) - 16],

  rastrigin: () => (x, y) => {
    const bend = (one) => 2 + 40 * PI * PI * cos(2 * PI * one);
    return [bend(x), 0, bend(y)];
  },

  ackley: () => (x, y) => {
    const k = 0.2 * sqrt(0.5);
    const [cx, cy, sx, sy] = [cos(2 * PI * x), cos(2 * PI * y), sin(2 * PI * x), sin(2 * PI * y)];
    const pit = PI * PI * exp(0.5 * (cx + cy));
    // The cone: −k times its slope along the radius (ux, uy), the slope over the radius across it; none at its tip.
    const rho = hypot(x, y);
    const slope = rho > 0 ? (20 * k * exp(-k * rho)) / rho : 0;
    const [ux, uy] = rho > 0 ? [x / rho, y / rho] : [x, y];
    const bend = -slope * (k * rho + 1);
    return [
      slope + bend * ux * ux + pit * (2 * cx - sx * sx),
      bend * ux * uy - pit * sx * sy,
      slope + bend * uy * uy + pit * (2 * cy - sy * sy),
    ];
  },

  sigmoid_chain:
    ({ depth }) =>
    (w1, w2) => {
      // a is a unit's input; a1, a2 and a11, a12, a22 are its derivatives by w₁ and w₂, and likewise u its output.
      let [a, a1, a2, a11, a12, a22] = [w1, 1, 0, 0, 0, 0];
      let [u, u1, u2, u11, u12, u22] = [0, 0, 0, 0, 0, 0];
      for (let unit = 0; unit < depth; unit++) {
        u = centredSigmoid(a);
        const s = 0.25 - u * u;
        const c = -2 * u * s;
        [u1, u2] = [s * a1, s * a2];
        [u11, u12, u22] = [c * a1 * a1 + s * a11, c * a1 * a2 + s * a12, c * a2 * a2 + s * a22];
        [a, a1, a2] = [w2 * u, w2 * u1, u + w2 * u2];
        [a11, a12, a22] = [w2 * u11, u1 + w2 * u12, 2 * u2 + w2 * u22];
      }
      const r = u - 0.4;
      return [u1 * u1 + r * u11, u1 * u2 + r * u12, u2 * u2 + r * u22];
    },

  cliff:
    ({ steps }) =>
    (w, b) => {
      let u = centredSigmoid(0.5);
      let [p, q, pp, pq, qq] = [0, 0, 0, 0, 0];
      for (let step = 0; step < steps; step++) {
        const s = 0.25 - u * u;
        const [h, k, c] = [u + 0.5, w * s, -2 * w * u * s];
        [pp, pq, qq] = [2 * s * p + c * p * p + k * pp, s * q + c * p * q + k * pq, c * q * q + k * qq];
        [p, q] = [h + k * p, 1 + k * q];
        u = centredSigmoid(w * h + b);
      }
      const [r, s] = [u - 0.2, 0.25 - u * u];
      const [slope, bend] = [2 * r * s, 2 * s * (s - 2 * r * u)];
      return [bend * p * p + slope * pp, bend * p * q + slope * pq, bend * q * q + slope * qq];
    },

  neuron:
    ({ loss, inputs }) =>
    (w, b) => {
      let [ww, wb, bb] = [0, 0, 0];
      for (const x of inputs) {
        const [both, apart] = twins(-w * x, b, loss).bends;
        [ww, wb, bb] = [ww + x * x * both, wb - x * apart, bb + both];
      }
      return [ww, wb, bb].map((sum) => 0.25 * sum);
    },

  relu_pair: () => (w1, w2) => (w1 > 0 ? [w2 * w2, 2 * w2 * w1 - 1, w1 * w1] : [0, 0, 0]),

  relu_valley:
    ({ kappa, angle }) =>
    (x, y) => {
      const spread = 1 / sqrt(kappa);
      const [u, v] = turned(angle).back(x, y);
      const [a1, a2] = [u, spread * v];
      const size = hypot(a1, a2);
      if (size === 0) return [0, 0, 0];
      const [n1, n2] = [-a2 / size, a1 / size];
      const dip = abs((a1 - 1) * spread - (a2 - spread)) / size / size / PI;
      return turnedBend(angle, 0.5 - dip * n1 * n1, spread * -dip * n1 * n2, spread * spread * (0.5 - dip * n2 * n2));
    },
};
