// The optimizers, as the Python ones compute: the same operations in the same order, so that walks differ by no more
// than functions such as sin do. Each is a pair of functions of vectors:
//   init(x, o)                      what it remembers before the first step, arrays by name;
//   advance(g, x, s, t, o, terrain) what it remembers after step t = 1, 2 …, from the gradient g at x.
// `delta` is the step. Names that begin with an underscore are not shown. o: the hyperparameters.

// β m + (1 − β) g.
const average = (m, g, beta) => m * beta + g * (1 - beta);

// β v + (1 − β) g², without g² alone, which overflows earlier.
const averageOfSquares = (v, g, beta) => v * beta + g * (1 - beta) * g;

// An optimizer that treats each coordinate on its own: memory(x, o) and rule(g, x, s, t, o) are of one of them.
const separately = (memory, rule) => {
  const gathered = (coordinates) =>
    Object.fromEntries(Object.keys(coordinates[0]).map((name) => [name, coordinates.map((one) => one[name])]));
  const part = (s, k) => Object.fromEntries(Object.entries(s).map(([name, column]) => [name, column[k]]));
  return {
    init: (x, o) => gathered(x.map((one) => ({ delta: 0, ...memory(one, o) }))),
    advance: (g, x, s, t, o) => gathered(g.map((one, k) => rule(one, x[k], part(s, k), t, o))),
  };
};

const penalised = (g, x, o) => (o.weight_decay ? x * o.weight_decay + g : g);
const decayed = (delta, x, amount) => (amount ? delta + x * -amount : delta);

// Adam and those of its relatives that divide by some other second moment: `second(v, w)` of the sums, which are scaled
// by a power of two, so that squares overflow where v itself would.
const adam = (second) => (g, x, s, t, o) => {
  const power = Math.min(Math.round(0.5 * Math.log2(1 - o.beta2)), Math.floor(Math.log2(1 - o.beta1)));
  const scale = 2 ** power;
  const [m, v] = [s._m * o.beta1 + g * scale, s._v * o.beta2 + g * scale * (g * scale)];
  const w = second(v, s._w);
  const root = Math.sqrt((1 - o.beta2) / (1 - o.beta2 ** t));
  const rate = (-o.lr * (1 - o.beta1)) / (1 - o.beta1 ** t) / root;
  const delta = (m / (Math.sqrt(w) + scale * (o.eps / root))) * rate;
  const squares = (one) => ((1 - o.beta2) / (scale * scale)) * one;
  return { delta, m: ((1 - o.beta1) / scale) * m, v: squares(v), w: squares(w), _m: m, _v: v, _w: w };
};
const ADAM = { m: 0, v: 0, _m: 0, _v: 0, _w: 0 };

const optimizers = {
  sgd: separately(
    () => ({}),
    (g, x, s, t, o) => ({ delta: penalised(g, x, o) * -o.lr }),
  ),

  momentum: separately(
    () => ({ m: 0 }),
    (g, x, s, t, o) => {
      const damped = penalised(g, x, o) * (t > 1 && o.momentum ? 1 - o.dampening : 1);
      const m = s.m * o.momentum + damped;
      return { delta: m * -o.lr, m };
    },
  ),

  nesterov: separately(
    () => ({ m: 0 }),
    (g, x, s, t, o) => {
      const m = s.m * o.momentum + penalised(g, x, o);
      return { delta: (m * o.momentum + penalised(g, x, o)) * -o.lr, m };
    },
  ),

  signsgd: separately(
    () => ({}),
    (g, x, s, t, o) => ({ delta: Math.sign(g) * -o.lr }),
  ),

  rprop: separately(
    (x, o) => ({ g_last: 0, eta: o.lr }),
    (g, x, s, t, o) => {
      const turn = Math.sign(s.g_last) * Math.sign(g);
      const grown = s.eta * (turn > 0 ? 1.2 : turn < 0 ? 0.5 : 1);
      const eta = Math.min(Math.max(grown, o.step_min), o.step_max);
      return { delta: turn < 0 ? 0 : -(Math.sign(g) * eta), g_last: turn < 0 ? 0 : g, eta };
    },
  ),

  adagrad: separately(
    () => ({ v: 0 }),
    (g, x, s, t, o) => {
      const v = s.v + g * g;
      return { delta: (g / (Math.sqrt(v) + o.eps)) * -o.lr, v };
    },
  ),

  rmsprop: separately(
    () => ({ v: 0 }),
    (g, x, s, t, o) => {
      const v = averageOfSquares(s.v, g, o.alpha);
      return { delta: (g / (Math.sqrt(v) + o.eps)) * -o.lr, v };
    },
  ),

  adadelta: separately(
    () => ({ v: 0, u: 0 }),
    (g, x, s, t, o) => {
      const v = averageOfSquares(s.v, g, o.rho);
      // Roots first: the quotient of the squares may be too small for a number.
      const d = (Math.sqrt(s.u + o.eps) / Math.sqrt(v + o.eps)) * g;
      return { delta: d * -o.lr, v, u: averageOfSquares(s.u, d, o.rho) };
    },
  ),

  adam: separately(
    () => ADAM,
    adam((v) => v),
  ),

  adamax: separately(
    () => ({ m: 0, u: 0 }),
    (g, x, s, t, o) => {
      const m = average(s.m, g, o.beta1);
      const u = Math.max(s.u * o.beta2, Math.abs(g) + o.eps);
      return { delta: (m / u) * (-o.lr / (1 - o.beta1 ** t)), m, u };
    },
  ),

  amsgrad: separately(
    () => ({ ...ADAM, w: 0 }),
    (g, x, s, t, o) => {
      return adam((v, w) => Math.max(w, v))(g, x, s, t, o);
    },
  ),

  adamw: separately(
    () => ADAM,
    (g, x, s, t, o) => {
      const step = adam((v) => v)(g, x, s, t, o);
      return { ...step, delta: decayed(step.delta, x, o.lr * o.weight_decay) };
    },
  ),

  nadam: separately(
    () => ({ m: 0, v: 0, _product: 1 }),
    (g, x, s, t, o) => {
      const [m, v] = [average(s.m, g, o.beta1), averageOfSquares(s.v, g, o.beta2)];
      const mu = (step) => o.beta1 * (1 - 0.5 * 0.96 ** (step * o.momentum_decay));
      const product = s._product * mu(t);
      const ahead = m * (mu(t + 1) / (1 - product * mu(t + 1))) + g * ((1 - mu(t)) / (1 - product));
      const delta = (ahead / (Math.sqrt(v) / Math.sqrt(1 - o.beta2 ** t) + o.eps)) * -o.lr;
      return { delta, m, v, _product: product };
    },
  ),

  radam: separately(
    () => ({ m: 0, v: 0 }),
    (g, x, s, t, o) => {
      const [m, v] = [average(s.m, g, o.beta1), averageOfSquares(s.v, g, o.beta2)];
      const delta = m * (-o.lr / (1 - o.beta1 ** t));
      const correction = 1 - o.beta2 ** t;
      const most = 2 / (1 - o.beta2) - 1;
      const rho = most - (2 * t * o.beta2 ** t) / correction;
      if (!(rho > 5)) return { delta, m, v };
      const rectified = Math.sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho));
      return { delta: (delta / (Math.sqrt(v) + o.eps)) * (rectified * Math.sqrt(correction)), m, v };
    },
  ),

  adan: separately(
    () => ({ m: 0, d: 0, n: 0, g_last: 0 }),
    (g, x, s, t, o) => {
      const difference = t === 1 ? 0 : g - s.g_last;
      const ahead = difference * o.beta2 + g;
      const [m, d] = [average(s.m, g, o.beta1), average(s.d, difference, o.beta2)];
      const n = averageOfSquares(s.n, ahead, o.beta3);
      const raised = m / (1 - o.beta1 ** t) + d * (o.beta2 / (1 - o.beta2 ** t));
      const delta = (raised / (Math.sqrt(n) / Math.sqrt(1 - o.beta3 ** t) + o.eps)) * -o.lr;
      const shrunk = 1 / (1 + o.lr * o.weight_decay);
      return { delta: o.weight_decay ? decayed(delta * shrunk, x, 1 - shrunk) : delta, m, d, n, g_last: g };
    },
  ),

  lion: separately(
    () => ({ m: 0 }),
    (g, x, s, t, o) => {
      const way = Math.sign(average(s.m, g, o.beta1));
      return { delta: decayed(way * -o.lr, x, o.lr * o.weight_decay), m: average(s.m, g, o.beta2) };
    },
  ),

  schedule_free_adamw: separately(
    (x) => ({ v: 0, z: x, average: x, _most: 0, _weights: 0 }),
    (g, x, s, t, o) => {
      const v = averageOfSquares(s.v, g, o.beta2);
      const d = decayed(g / (Math.sqrt(v) / Math.sqrt(1 - o.beta2 ** t) + o.eps), x, -o.weight_decay);
      const most = Math.max(s._most, o.lr);
      const weights = s._weights + most ** 2;
      const c = weights ? most ** 2 / weights : 0;
      const z = s.z - d * o.lr;
      const mean = s.average * (1 - c) + z * c;
      return { delta: z * (1 - o.beta1) + mean * o.beta1 - x, v, z, average: mean, _most: most, _weights: weights };
    },
  ),
};
